import type { Question } from '../../src/model/question.ts';
import type { Trial } from '../../src/model/trial.ts';
import { type PlannedTrial, planTrials } from '../../src/runner/plan.ts';
import { type PoolOptions, runTrials } from '../../src/runner/pool.ts';
import { type Bench, question } from './bench.ts';

/** So many questions, `q0` and on. */
export const many = (count: number): Question[] =>
	Array.from({ length: count }, (_, index) => ({ ...question, id: `q${index}` }));
/** Each of so many questions once. */
export const planOf = (count: number) => planTrials(many(count), { repeats: 1, runs: 1, seed: 1 });

/** Runs a plan on a bench; gives what was told as done, in its order. */
export async function runAll(
	bench: Bench,
	plan: Iterable<PlannedTrial>,
	options: Partial<PoolOptions> = {},
): Promise<Trial[]> {
	const done: Trial[] = [];
	await runTrials(plan, [bench.context], {
		concurrency: 4,
		stop: new AbortController().signal,
		onTrial: (trial) => void done.push(trial),
		...options,
	});
	return done;
}

export const ids = (trials: readonly Trial[]) => trials.map(({ questionId }) => questionId);

export const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Counts what is under way at once. */
export class Crowd {
	most = 0;
	#now = 0;

	async pass<Result>(result: Result): Promise<Result> {
		this.most = Math.max(this.most, ++this.#now);
		await nextTurn();
		this.#now--;
		return result;
	}
}

/** Fails at once, with these words. */
export function raise(message: string): never {
	throw new Error(message);
}
