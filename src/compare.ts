import type { QuestionFacts, RunFacts } from './metrics/run-facts.ts';
import type { Metric, Metrics } from './model/metric.ts';
import type { Change, Comparison, Delta } from './model/verdict.ts';

/** Compares two runs question by question: what changed, in which metric, and in which questions. */
export function compareRuns(baseline: RunFacts, candidate: RunFacts): Comparison {
	const regressions: Change[] = [];
	const gains: Change[] = [];
	const onlyCandidate: string[] = [];
	let paired = 0;
	for (const [questionId, after] of candidate.questions) {
		const before = baseline.questions.get(questionId);
		if (before === undefined) {
			onlyCandidate.push(questionId);
			continue;
		}
		paired++;
		const change = changeOf(questionId, before, after);
		if (change.candidatePassRate < change.baselinePassRate) regressions.push(change);
		if (change.candidatePassRate > change.baselinePassRate) gains.push(change);
	}
	return {
		deltas: metricDeltas(baseline.metrics(), candidate.metrics()),
		paired,
		onlyBaseline: [...baseline.questions.keys()].filter((id) => !candidate.questions.has(id)),
		onlyCandidate,
		regressions,
		gains,
	};
}

function changeOf(questionId: string, before: QuestionFacts, after: QuestionFacts): Change {
	return {
		questionId,
		input: after.input,
		tags: after.tags,
		traceId: after.traceId,
		baselineTraceId: before.traceId,
		baselinePassRate: before.passed / before.trials,
		candidatePassRate: after.passed / after.trials,
		reasons: after.reasons,
	};
}

/** Candidate minus baseline for every metric that either run has, in the candidate's order. */
function metricDeltas(baseline: Metrics, candidate: Metrics): Delta[] {
	const names = new Set([...Object.keys(candidate), ...Object.keys(baseline)]);
	return [...names].map((metric) => {
		const before = own(baseline, metric) ?? { missing: 'the baseline run has no such metric' };
		const after = own(candidate, metric) ?? { missing: 'the candidate run has no such metric' };
		return { metric, baseline: before, candidate: after, delta: deltaOf(before, after) };
	});
}

/** A scorer may be named like a member that every object has. */
function own(metrics: Metrics, name: string): Metric | undefined {
	return Object.hasOwn(metrics, name) ? metrics[name] : undefined;
}

function deltaOf(before: Metric, after: Metric): Delta['delta'] {
	if ('missing' in after) return { missing: `candidate: ${after.missing}` };
	if ('missing' in before) return { missing: `baseline: ${before.missing}` };
	return after.value - before.value;
}
