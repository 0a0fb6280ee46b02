import type { Run } from '../model/run.ts';
import type { GateResult, Outcome, RunSummary, Verdict } from '../model/verdict.ts';
import type { Instruments } from './instruments.ts';
import { Attr } from './names.ts';
import { identityOf } from './run-metrics.ts';

const ofVerdict: Readonly<Record<Verdict['outcome'], number>> = {
	DEPLOY: 1,
	INCONCLUSIVE: 0,
	'NO-DEPLOY': -1,
};
const ofRule: Readonly<Record<Outcome, number>> = { pass: 1, inconclusive: 0, fail: -1 };

/** Says when a run started, and as what. */
export function recordStart({ runStarted }: Instruments, run: Run): void {
	runStarted.record(Date.parse(run.startedAt) / 1_000, { ...identityOf(run), [Attr.runRole]: run.role });
}

/** Says what a run's metrics are, to the last digit as reports show them; one that is missing has no value. */
export function recordSummary(instruments: Instruments, { run, metrics }: RunSummary): void {
	// A stored run's series may have gone stale since it was measured.
	recordStart(instruments, run);
	const identity = identityOf(run);
	for (const [name, metric] of Object.entries(metrics)) {
		if ('missing' in metric) continue;
		instruments.runMetric.record(metric.value, {
			...identity,
			[Attr.metricName]: name,
			[Attr.metricUnit]: metric.unit,
		});
	}
}

/** Says what the gate decided of the candidate, and each of its rules. */
export function recordVerdict(instruments: Instruments, { verdict, candidate, baseline }: GateResult): void {
	const identity = identityOf(candidate.run);
	instruments.verdict.record(ofVerdict[verdict.outcome], {
		...identity,
		...('run' in baseline && { [Attr.baselineRunId]: baseline.run.id }),
	});
	for (const { id, metric, tier, outcome, observed, limit } of verdict.rules) {
		const rule = { ...identity, [Attr.ruleId]: id, [Attr.ruleMetric]: metric };
		instruments.ruleOutcome.record(ofRule[outcome], { ...rule, [Attr.ruleTier]: tier });
		if (observed !== undefined) instruments.ruleObserved.record(observed, rule);
		if (limit !== undefined) instruments.ruleLimit.record(limit, rule);
	}
}
