import type { Trial } from '../model/trial.ts';
import type { PlannedTrial } from './plan.ts';
import { type TrialContext, TrialUnderWay } from './trial.ts';

/** What a pool is told besides its plan. */
export interface PoolOptions {
	/** Trials that are asked or graded at once. */
	readonly concurrency: number;
	/** When it is aborted no further trial starts; those under way finish. */
	readonly stop: AbortSignal;
	/** Called as each trial is on disk, with its run's index. */
	onTrial(trial: Trial, run: number): void;
}

/** Answered trials that may wait for their app's spans at once, besides those that are asked or graded. */
const maxParked = 1_000;

/** How long trials may run on without the event loop's getting its turn. */
const maxTurnMs = 5;

/**
 * Runs planned trials; resolves when the last is on disk, rejects when one cannot be written. A trial that waits
 * for its app's spans, or for the disk, leaves its place to the next.
 */
export async function runTrials(
	plan: Iterable<PlannedTrial>,
	runs: readonly TrialContext[],
	{ concurrency, stop, onTrial }: PoolOptions,
): Promise<void> {
	const planned = plan[Symbol.iterator]();
	/** Those whose app's spans have come: graded before anything else starts. */
	const ready: { trial: TrialUnderWay; run: number }[] = [];
	let parked = 0;
	let unwritten = 0;
	let failure: { readonly error: unknown } | undefined;
	let change: PromiseWithResolvers<void> | undefined;
	const changed = () => {
		change?.resolve();
		change = undefined;
	};
	const nextChange = () => {
		change ??= Promise.withResolvers();
		return change.promise;
	};

	const fail = (error: unknown) => {
		failure ??= { error };
		changed();
	};

	const finish = async (trial: TrialUnderWay, run: number) => {
		const graded = await trial.grade();
		unwritten++;
		graded.written.then(() => {
			unwritten--;
			try {
				onTrial(graded.trial, run);
				changed();
			} catch (error) {
				fail(error);
			}
		}, fail);
	};
	const begin = async ({ question, repeat, run }: PlannedTrial) => {
		const context = runs[run];
		if (context === undefined) throw new RangeError(`the plan names run ${run} of ${runs.length}`);
		const trial = new TrialUnderWay(question, repeat, context);
		const wait = await trial.ask();
		if (wait === undefined) {
			await finish(trial, run);
			return;
		}
		parked++;
		void wait().then(() => {
			parked--;
			ready.push({ trial, run });
			changed();
		});
	};
	let turn = performance.now();
	/** Targets that answer at once would else hold up timers, sockets and the disk until the plan is done. */
	const nextTurn = async () => {
		await new Promise(setImmediate);
		turn = performance.now();
	};
	const work = async () => {
		while (failure === undefined) {
			if (performance.now() - turn > maxTurnMs) await nextTurn();
			const back = ready.shift();
			if (back !== undefined) {
				await finish(back.trial, back.run);
				continue;
			}
			const room = roomIn(runs);
			const full = parked >= maxParked;
			const next = full || room !== undefined ? undefined : stop.aborted ? ended : planned.next();
			if (next !== undefined && !next.done) await begin(next.value);
			else if (room !== undefined) await room;
			else if (full || parked > 0) await nextChange();
			else return;
		}
	};
	try {
		await Promise.all(Array.from({ length: concurrency }, () => work().catch(fail)));
		while (unwritten > 0 && failure === undefined) await nextChange();
	} finally {
		// A plan reads questions from a file that is to be closed.
		planned.return?.();
	}
	if (failure !== undefined) throw failure.error;
}

const ended = { done: true, value: undefined } as const;

/** The moment when the disk can take more of every run, when that is not now. */
function roomIn(runs: readonly TrialContext[]): Promise<void> | undefined {
	for (const { spans } of runs) {
		const { room } = spans;
		if (room !== undefined) return room;
	}
	return undefined;
}
