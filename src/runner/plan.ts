import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Question } from '../model/question.ts';

/** One trial to do: a question, which repeat of it, and of which of the runs under way (by index). */
export interface PlannedTrial {
	readonly question: Question;
	readonly repeat: number;
	readonly run: number;
}

/**
 * Every trial of one or more runs: repeat by repeat, question by question, the runs side by side in an order
 * that the seed decides, so that drift and noise of the machine hit all of them alike.
 */
export function* planTrials(
	questions: Iterable<Question>,
	{ repeats, runs, seed }: { repeats: number; runs: number; seed: number },
): Generator<PlannedTrial> {
	const random = xoroshiro128plus(seed);
	const order = Array.from({ length: runs }, (_, run) => run);
	for (let repeat = 0; repeat < repeats; repeat++) {
		for (const question of questions) {
			// Fisher-Yates.
			for (let last = order.length - 1; last > 0; last--) {
				const other = uniformInt(random, 0, last);
				[order[last], order[other]] = [order[other] as number, order[last] as number];
			}
			for (const run of order) yield { question, repeat, run };
		}
	}
}
