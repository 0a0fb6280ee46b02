import type { RunFacts } from '../metrics/run-facts.ts';
import type { Metric, Metrics } from '../model/metric.ts';
import type { Change, Comparison, Delta } from '../model/verdict.ts';
import { type Pairing, pairQuestions } from './pairing.ts';

/** Compares two runs question by question: what changed, in which metric, and in which questions. */
export function compareRuns(
	baseline: RunFacts,
	candidate: RunFacts,
	pairing: Pairing = pairQuestions(baseline.questions, candidate.questions),
): Comparison {
	const regressions: Change[] = [];
	const gains: Change[] = [];
	const [before, after] = [baseline.questions, candidate.questions];
	for (let pair = 0; pair < pairing.after.length; pair++) {
		const [old, index] = [pairing.before[pair] as number, pairing.after[pair] as number];
		const [baselinePassRate, candidatePassRate] = [before.passRate(old), after.passRate(index)];
		if (baselinePassRate === candidatePassRate) continue;
		const { input, tags, reasons } =
			candidatePassRate < 1 ? after.details(index) : { ...before.details(old), reasons: [] };
		(candidatePassRate < baselinePassRate ? regressions : gains).push({
			questionId: after.ids.at(index),
			input,
			tags,
			traceId: after.traceId(index),
			baselineTraceId: before.traceId(old),
			baselinePassRate,
			candidatePassRate,
			reasons,
		});
	}
	return {
		deltas: metricDeltas(baseline.metrics(), candidate.metrics()),
		paired: pairing.after.length,
		onlyBaseline: pairing.onlyBaseline,
		onlyCandidate: pairing.onlyCandidate,
		regressions,
		gains,
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
