import { type MethodName, methodNames } from '../compare/methods.ts';
import type { Metrics } from '../model/metric.ts';
import type { Run } from '../model/run.ts';
import { clopperPearson } from '../stats/proportion.ts';
import type { Rule } from './rule.ts';

/** A run of which some trials may not have been asked: what it planned, how many trials there are, their metrics. */
export interface PartSide {
	readonly run: Pick<Run, 'planned' | 'repeats'>;
	readonly trials: number;
	/** Of the trials so far; latencies may be left out. */
	readonly metrics: Metrics;
}

/** The best that a number of a rule can come to when all is asked. */
export interface Best {
	/** What is compared with the limit: the point estimate, or a bound of it. */
	readonly judged: number;
	readonly observed: number;
	readonly lower?: number;
	readonly upper?: number;
	readonly method: string;
}

/** How a point estimate is named as a method. */
export const pointEstimate = 'point estimate';

function byValue(value: number): Best {
	return { judged: value, observed: value, method: pointEstimate };
}

/** The best that a metric's point estimate can still come to; nothing where that is not known. */
export function bestValue(rule: Rule, side: PartSide): Best | undefined {
	const { metric, minSamples } = rule;
	const value = side.metrics[metric.name];
	if (value === undefined || 'missing' in value) return undefined;
	// A limit on a count that is broken is broken whatever the number of samples.
	if (metric.estimand === 'count') return byValue(value.value);
	const best = bestShare(rule, side);
	if (best !== undefined) return best.fewest < minSamples ? undefined : byValue(best.count / best.n);
	// Further trials can only add to the samples: those that are there must do.
	if (value.n < minSamples) return undefined;
	if (metric.estimand === 'total') return byValue(value.value);
	if (metric.estimand !== 'mean') return undefined;
	const open = openTrials(side);
	return byValue((value.value * value.n + open) / (value.n + open));
}

/** The best that a bound of a share can still come to, by Clopper-Pearson; nothing of repeats, or by another method. */
export function bestBound(
	rule: Rule,
	{ subject, limit }: { subject: 'lower' | 'upper'; limit: number },
	side: PartSide,
): Best | undefined {
	const { metric, minSamples, alpha } = rule;
	// `lower >=` fails by the upper bound, and the other way round; a metric that has no such side is no rule.
	if ((subject === 'lower') !== (metric.better === 'higher')) return undefined;
	if (side.run.repeats > 1 || !isJudgedBy(rule, 'clopper-pearson')) return undefined;
	const best = bestShare(rule, side);
	if (best === undefined || best.fewest < minSamples) return undefined;
	const observed = best.count / best.n;
	// The bound lies beyond the estimate: where that keeps the limit there is no need to find it.
	if (subject === 'lower' ? observed >= limit : observed <= limit) return undefined;
	const { lower, upper } = clopperPearson(best.count, best.n, alpha);
	const method = methodNames['clopper-pearson'];
	return subject === 'lower'
		? { judged: upper, observed, upper, method }
		: { judged: lower, observed, lower, method };
}

/**
 * A share in its best completion: every further trial passes, or none errs and none violates. `fewest` is the
 * smallest n that the completed run can have.
 */
function bestShare(
	{ metric }: Rule,
	side: PartSide,
): { count: number; n: number; fewest: number } | undefined {
	const { name, estimand } = metric;
	const open = openTrials(side);
	const rate = estimand === 'count' ? name.replace('_violations', '_violation_rate') : name;
	if (estimand !== 'count' && estimand !== 'proportion') return undefined;
	const soFar = side.metrics[rate];
	if (soFar === undefined || 'missing' in soFar) return undefined;
	const count = Math.round(soFar.value * soFar.n);
	const n = soFar.n + open;
	if (metric.better === 'higher') return { count: count + open, n, fewest: n };
	return { count, n, fewest: name === 'error_rate' ? n : soFar.n };
}

/** true when a rule whose metric has this method names no other one. */
export function isJudgedBy({ method }: Rule, name: MethodName): boolean {
	return method === undefined || method === name;
}

function openTrials({ run, trials }: PartSide): number {
	return Math.max(0, run.planned - trials);
}
