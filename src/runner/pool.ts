import type { Circuit } from '../calls/circuit.ts';
import type { Trial } from '../model/trial.ts';
import { HeldTrials } from './held-trials.ts';
import type { PlannedTrial } from './plan.ts';
import { Signal } from './signal.ts';
import { type Graded, type TrialContext, TrialUnderWay } from './trial.ts';

/** What a pool is told besides its plan. */
export interface PoolOptions {
	/** Trials that are asked or graded at once. */
	readonly concurrency: number;
	/** When it is aborted no further trial starts; those under way finish. */
	readonly stop: AbortSignal;
	/** What tells when an endpoint that scorers or checks ask is down. */
	readonly graders?: readonly Circuit[];
	/**
	 * Asked before each trial: true when no further one is needed. Those under way finish, and when one of them turns the
	 * answer, the plan goes on.
	 */
	enough?(): boolean;
	/** Called as each trial is graded and handed to the record, with its run's index. */
	onTrial(trial: Trial, run: number): void;
}

/** Answered trials that may wait for their app's spans at once, besides those that are asked or graded. */
const maxParked = 1_000;

/** How long trials may run on without the event loop's getting its turn. */
const maxTurnMs = 5;

interface Answered {
	readonly trial: TrialUnderWay;
	readonly run: number;
	/** true when its answer came by the event loop. */
	readonly waited: boolean;
}

interface Done {
	readonly graded: Graded;
	readonly run: number;
	readonly waited: boolean;
}

/** What is known of a run's trials besides what each of them says. */
export interface PoolTally {
	/** Trials whose answer came by the event loop, and so after any delay of it. */
	readonly waited: number;
	/** Trials that do not count, since the target or a grader was down: their questions are to be asked again. */
	readonly abandoned?: number;
	/** Which of them counts as down, and why; so not all that is planned was asked. */
	readonly down?: string;
}

/**
 * Runs planned trials; resolves when the last is on disk, rejects when one cannot be written. A trial is asked, and
 * graded, as far as it goes without waiting before another is: so the work of one is not in the latency of the next.
 * One that waits for its app's spans, or for the disk, leaves its place.
 */
export async function runTrials(
	plan: Iterable<PlannedTrial>,
	runs: readonly TrialContext[],
	{ concurrency, stop, graders = [], enough, onTrial }: PoolOptions,
): Promise<readonly PoolTally[]> {
	const planned = plan[Symbol.iterator]();
	/** Those whose answer, and whose app's spans, have come. */
	const answered: Answered[] = [];
	/** By run; writes end in their order. */
	const lastWrites: Promise<void>[] = [];
	const waited = runs.map(() => 0);
	const record = ({ graded, run, waited: byLoop }: Done) => {
		if (byLoop) waited[run] = (waited[run] ?? 0) + 1;
		lastWrites[run] = graded.record();
		onTrial(graded.trial, run);
	};
	const held = runs.map(({ target }) => new HeldTrials({ target: target.circuit, graders }, record));
	const isDown = () => held.some(({ down }) => down !== undefined);
	let busy = 0;
	let parked = 0;
	let failure: { readonly error: unknown } | undefined;
	const change = new Signal();
	const fail = (error: unknown) => {
		failure ??= { error };
	};

	const ask = async ({ question, repeat, run }: PlannedTrial) => {
		const context = runs[run];
		if (context === undefined) throw new RangeError(`the plan names run ${run} of ${runs.length}`);
		const trial = new TrialUnderWay(question, repeat, context);
		const idleTimes = change.idleTimes;
		const wait = await trial.ask();
		const each = { trial, run, waited: change.idleTimes !== idleTimes };
		if (wait === undefined) {
			answered.push(each);
			return;
		}
		parked++;
		void wait().then(() => {
			parked--;
			answered.push(each);
			change.give();
		});
	};
	const grade = async ({ trial, ...of }: Answered) => {
		held[of.run]?.take({ graded: await trial.grade(), ...of });
	};
	/** Begins the next step there is: an answer is graded before another question is asked. */
	const nextStep = () => {
		const next = answered.shift();
		if (next !== undefined) return grade(next);
		if (stop.aborted || parked >= maxParked || isDown() || enough?.()) return undefined;
		const { done, value } = planned.next();
		return done ? undefined : ask(value);
	};
	const leave = () => {
		busy--;
		change.give();
	};
	const workOff = async () => {
		let turnBegan = performance.now();
		while (failure === undefined) {
			if (performance.now() - turnBegan > maxTurnMs) {
				// Targets that answer at once would else hold up timers, sockets and the disk until the plan is done.
				await new Promise(setImmediate);
				turnBegan = performance.now();
			}
			await roomIn(runs);
			const step = busy < concurrency ? nextStep() : undefined;
			if (step !== undefined) {
				busy++;
				void step.catch(fail).then(leave);
				change.giveWhenIdle();
			} else if (busy === 0 && parked === 0) {
				return;
			}
			await change.next();
		}
	};
	try {
		await workOff().catch(fail);
		while (busy > 0) await change.next();
		if (failure === undefined) {
			// A target that is down ends the asking of every run, also of one whose own is only failing.
			const stopped = stop.aborted || isDown();
			for (const each of held) each.end(stopped);
		}
		await Promise.all(lastWrites).catch(fail);
	} finally {
		// A plan reads questions from a file that is to be closed.
		planned.return?.();
	}
	if (failure !== undefined) throw failure.error;
	return held.map(({ abandoned, down }, run) => ({
		waited: waited[run] ?? 0,
		...(abandoned > 0 && { abandoned }),
		...(down !== undefined && { down }),
	}));
}

/** The moment when the disk can take more of every run, when that is not now; rejects when it takes nothing more. */
function roomIn(runs: readonly TrialContext[]): Promise<void> | undefined {
	for (const { spans } of runs) {
		const { room } = spans;
		if (room !== undefined) return room;
	}
	return undefined;
}
