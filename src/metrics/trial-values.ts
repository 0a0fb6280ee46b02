import type { MetricInfo } from '../model/metric.ts';
import type { Run } from '../model/run.ts';
import type { Score, Trial } from '../model/trial.ts';
import { metricCatalogue } from './catalogue.ts';
import { SpendingReader } from './spending.ts';
import { type Judgement, judged } from './violations.ts';

/**
 * What one trial, with what the run’s `FindingReader` says of it, gives to a metric; nothing when the metric does not
 * count that trial.
 */
export type TrialValue = (trial: Trial, judgements: readonly Judgement[] | undefined) => number | undefined;

/** The columns of per-question values that a metric is made of: its own, or those of its parts. */
export function columnsOf({ name, estimand }: Pick<MetricInfo, 'name' | 'estimand'>): readonly string[] {
	if (estimand === 'quantile') return [latencyColumn];
	if (estimand === 'ratio') return ['cost_usd', 'pass_rate'];
	return [name];
}

/** The column that every latency quantile is drawn from. */
export const latencyColumn = 'latency';

/** How each column of a run reads a trial, by the column’s name. */
export function trialValues(run: Pick<Run, 'scorers' | 'checks'>): ReadonlyMap<string, TrialValue> {
	const values = new Map<string, TrialValue>();
	for (const metric of metricCatalogue(run)) {
		if (metric.estimand === 'ratio' || metric.estimand === 'quantile') continue;
		values.set(metric.name, readerOf(metric, run));
	}
	// A failed trial is slower than every answer.
	values.set(latencyColumn, ({ result, latencyMs }) => (result === 'failed' ? Infinity : latencyMs));
	return values;
}

function readerOf(
	{ name, unit, concern, check, estimand }: MetricInfo,
	{ scorers, checks }: Pick<Run, 'scorers' | 'checks'>,
): TrialValue {
	const spent = (part: 'inputTokens' | 'outputTokens' | 'costUsd'): TrialValue => {
		const spending = new SpendingReader({ scorers, checks });
		return (trial) => spending.read(trial)[part];
	};
	switch (name) {
		case 'pass_rate':
			return ({ passed }) => (passed ? 1 : 0);
		case 'error_rate':
			return ({ result }) => (result === 'failed' ? 1 : 0);
		case 'cost_usd':
			return ({ result, costUsd }) => costUsd ?? (result === 'failed' ? 0 : undefined);
		case 'input_tokens':
			return (trial) => (trial.result === 'failed' ? 0 : trial.answer.usage?.inputTokens);
		case 'output_tokens':
			return (trial) => (trial.result === 'failed' ? 0 : trial.answer.usage?.outputTokens);
		case 'judge_input_tokens':
			return spent('inputTokens');
		case 'judge_output_tokens':
			return spent('outputTokens');
		case 'judge_cost_usd':
			return spent('costUsd');
	}
	if (unit === 'score') return ({ scores }) => lastScore(scores, name);
	const place = judged({ checks }).findIndex((each) => each.kind === concern && each.check === check);
	return (_, judgements) => {
		const judgement = judgements?.[place];
		if (judgement === undefined || judgement.absent || judgement.judged === 0 || judgement.errored > 0) {
			return undefined;
		}
		return estimand === 'count' ? judgement.violated : Math.min(1, judgement.violated);
	};
}

/** Of several scores by one scorer the last counts. */
function lastScore(scores: readonly Score[], name: string): number | undefined {
	for (let at = scores.length - 1; at >= 0; at--) {
		const score = scores[at] as Score;
		if (score.scorer === name) return score.status === 'scored' ? score.value : undefined;
	}
	return undefined;
}
