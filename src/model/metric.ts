/** The unit of a metric's value. */
export type Unit = 'share' | 'score' | 'ms' | 'usd' | 'tokens' | 'violations';

/** Which way a metric is better; a rule that compares with the baseline reads its margin from it. */
type Direction = 'higher' | 'lower';

/**
 * An aggregate over a run's trials, with the number of trials that it rests on; or why there is none.
 * A count that is incomplete still says how much of it was seen, so that a limit already broken stays broken.
 */
export type Metric =
	| { readonly value: number; readonly n: number; readonly unit: Unit }
	| { readonly missing: string; readonly atLeast?: number };

/** Every metric of a run, or of one slice of it, by name. */
export type Metrics = Readonly<Record<string, Metric>>;

/** What is known of a metric before anything is measured. */
export interface MetricInfo {
	readonly name: string;
	readonly unit: Unit;
	readonly better: Direction;
	/** What is estimated of the questions: a share of them, a mean, a count of events, a sum, a quantile, or a ratio of sums. */
	readonly estimand: 'proportion' | 'mean' | 'count' | 'total' | 'quantile' | 'ratio';
	/** Which quantile, of one. */
	readonly quantile?: number;
	/** What the metric is about; safety stands before all else in a verdict. */
	readonly concern: 'quality' | 'operations' | 'policy' | 'safety';
	/** For a count of violations: the check it counts, or all checks of its concern. */
	readonly check?: string;
}

/** The metrics of a run whose scorers or checks ask models: what those spent, apart from the target. */
export const judgeMetrics: readonly MetricInfo[] = [
	{ name: 'judge_input_tokens', unit: 'tokens', better: 'lower', estimand: 'total', concern: 'operations' },
	{ name: 'judge_output_tokens', unit: 'tokens', better: 'lower', estimand: 'total', concern: 'operations' },
	{ name: 'judge_cost_usd', unit: 'usd', better: 'lower', estimand: 'total', concern: 'operations' },
];

/** The metrics that every run has; a scorer's name must not be one of them. */
export const builtInMetrics: readonly MetricInfo[] = [
	{ name: 'pass_rate', unit: 'share', better: 'higher', estimand: 'proportion', concern: 'quality' },
	{ name: 'error_rate', unit: 'share', better: 'lower', estimand: 'proportion', concern: 'operations' },
	{
		name: 'latency_p50_ms',
		unit: 'ms',
		better: 'lower',
		estimand: 'quantile',
		quantile: 0.5,
		concern: 'operations',
	},
	{
		name: 'latency_p95_ms',
		unit: 'ms',
		better: 'lower',
		estimand: 'quantile',
		quantile: 0.95,
		concern: 'operations',
	},
	{
		name: 'latency_p99_ms',
		unit: 'ms',
		better: 'lower',
		estimand: 'quantile',
		quantile: 0.99,
		concern: 'operations',
	},
	{ name: 'input_tokens', unit: 'tokens', better: 'lower', estimand: 'total', concern: 'operations' },
	{ name: 'output_tokens', unit: 'tokens', better: 'lower', estimand: 'total', concern: 'operations' },
	{ name: 'cost_usd', unit: 'usd', better: 'lower', estimand: 'total', concern: 'operations' },
	{ name: 'cost_per_success', unit: 'usd', better: 'lower', estimand: 'ratio', concern: 'operations' },
	{ name: 'policy_violations', unit: 'violations', better: 'lower', estimand: 'count', concern: 'policy' },
	{
		name: 'policy_violation_rate',
		unit: 'share',
		better: 'lower',
		estimand: 'proportion',
		concern: 'policy',
	},
	{ name: 'safety_violations', unit: 'violations', better: 'lower', estimand: 'count', concern: 'safety' },
	{
		name: 'safety_violation_rate',
		unit: 'share',
		better: 'lower',
		estimand: 'proportion',
		concern: 'safety',
	},
];
