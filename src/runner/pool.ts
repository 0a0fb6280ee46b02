import { pMapIterable, pMapSkip } from 'p-map';
import type { Trial } from '../model/trial.ts';
import type { PlannedTrial } from './plan.ts';
import { runTrial, type TrialContext } from './trial.ts';

/** A finished trial and the run it belongs to, by index. */
export interface FinishedTrial {
	readonly trial: Trial;
	readonly run: number;
}

/**
 * Runs planned trials, at most `concurrency` at once, and gives each as it is on disk. When `stop` is aborted no
 * further trial starts; those under way finish.
 */
export async function* runTrials(
	plan: Iterable<PlannedTrial>,
	runs: readonly TrialContext[],
	{ concurrency, stop }: { concurrency: number; stop: AbortSignal },
): AsyncGenerator<FinishedTrial> {
	yield* pMapIterable(
		untilStopped(plan, stop),
		async ({ question, repeat, run }) => {
			// Read ahead of its turn, so the plan's end does not stop it.
			if (stop.aborted) return pMapSkip;
			const context = runs[run];
			if (context === undefined) throw new RangeError(`the plan names run ${run} of ${runs.length}`);
			return { trial: await runTrial(question, repeat, context), run };
		},
		// Results come in the plan's order; the extra room keeps a slow trial from holding the others up.
		{ concurrency, backpressure: concurrency * 8 },
	);
}

function* untilStopped<Item>(items: Iterable<Item>, stop: AbortSignal): Generator<Item> {
	for (const item of items) {
		if (stop.aborted) return;
		yield item;
	}
}
