import type { Questions } from '../metrics/questions.ts';
import type { RunFacts } from '../metrics/run-facts.ts';
import type { Metric, Metrics } from '../model/metric.ts';
import type { Change, Comparison, Delta } from '../model/verdict.ts';

/** Compares two runs question by question: what changed, in which metric, and in which questions. */
export function compareRuns(baseline: RunFacts, candidate: RunFacts): Comparison {
	const regressions: Change[] = [];
	const gains: Change[] = [];
	const onlyCandidate: string[] = [];
	let paired = 0;
	const [before, after] = [baseline.questions, candidate.questions];
	for (let index = 0; index < after.size; index++) {
		const questionId = after.ids.at(index);
		const old = before.ids.indexOf(questionId);
		if (old < 0) {
			onlyCandidate.push(questionId);
			continue;
		}
		paired++;
		const [baselinePassRate, candidatePassRate] = [before.passRate(old), after.passRate(index)];
		if (baselinePassRate === candidatePassRate) continue;
		const { input, tags, traceId, reasons } = after.details(index);
		(candidatePassRate < baselinePassRate ? regressions : gains).push({
			questionId,
			input,
			tags,
			traceId,
			baselineTraceId: before.traceId(old),
			baselinePassRate,
			candidatePassRate,
			reasons,
		});
	}
	return {
		deltas: metricDeltas(baseline.metrics(), candidate.metrics()),
		paired,
		onlyBaseline: paired === before.size ? [] : onlyIn(before, after),
		onlyCandidate,
		regressions,
		gains,
	};
}

function onlyIn(these: Questions, others: Questions): string[] {
	const only: string[] = [];
	for (const id of these.ids) if (others.ids.indexOf(id) < 0) only.push(id);
	return only;
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
