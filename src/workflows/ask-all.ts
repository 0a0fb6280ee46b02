import type { Circuit } from '../calls/circuit.ts';
import type { AnswerCache } from '../runner/answer-cache.ts';
import { type PlannedTrial, planTrials } from '../runner/plan.ts';
import { type PoolTally, runTrials } from '../runner/pool.ts';
import type { OpenTarget } from '../runner/target.ts';
import type { Sdk } from '../telemetry/sdk.ts';
import { seedOf } from './draft.ts';
import type { LaneRun } from './lane.ts';
import type { MeasureOptions, Watch } from './measure-options.ts';

/** Asks all that is planned and not done, of each run's target, and gives what is known of each run beside its trials. */
export async function askAll(
	runs: readonly LaneRun[],
	targets: readonly OpenTarget[],
	options: Omit<MeasureOptions, 'watch'> & {
		readonly watch: Watch | undefined;
		readonly caches: readonly AnswerCache[];
		readonly receiving: boolean;
		readonly graders: readonly Circuit[];
	},
	sdk: Sdk,
): Promise<readonly PoolTally[]> {
	const { suite, questions, repeats, concurrency, timeoutMs, stop, watch, caches, receiving } = options;
	const contexts = runs.map((lane, index) => ({
		runId: lane.run.id,
		suite,
		target: targets[index] as OpenTarget,
		tracer: sdk.tracer,
		spans: lane.spans,
		runLink: lane.link,
		timeoutMs,
		receiving,
		cache: caches[index],
	}));
	const doneBefore = runs.reduce((sum, lane) => sum + lane.doneBefore, 0);
	if (doneBefore > 0) options.onDoneBefore(doneBefore);
	const plan = planTrials(questions, { repeats, runs: runs.length, seed: seedOf(suite) });
	return runTrials(withoutDone(plan, runs), contexts, {
		concurrency,
		stop,
		graders: options.graders,
		enough: () => watch?.decidedBy() !== undefined,
		onTrial(trial, run) {
			runs[run]?.count(trial);
			watch?.add(trial, run);
			options.onTrial(trial);
		},
	});
}

/** What is left to do: a run that is gone on with has some trials behind it. */
function* withoutDone(plan: Iterable<PlannedTrial>, runs: readonly LaneRun[]): Generator<PlannedTrial> {
	for (const planned of plan) {
		if (!runs[planned.run]?.isDone(planned.repeat, planned.question.id)) yield planned;
	}
}
