import { methodNames } from '../compare/methods.ts';
import { tangoBounds } from '../compare/paired-differences.ts';
import type { MetricInfo } from '../model/metric.ts';
import { bestBound, bestValue, isJudgedBy, type PartSide, pointEstimate } from './best-completion.ts';
import type { Condition } from './condition.ts';
import type { OpenPairs } from './open-pairs.ts';
import type { Rule } from './rule.ts';

/** What a rule is judged on while not every answer is there. */
export interface Part {
	readonly candidate: PartSide;
	readonly baseline: PartSide | undefined;
	/** The pairs, where both runs ask the same questions once each. */
	readonly pairs: OpenPairs | undefined;
}

/** A failure that no further answer can take back, with the numbers of the best completion. */
export interface CertainFailure {
	readonly observed: number;
	/** The bound that misses the limit, of a rule on a bound. */
	readonly lower?: number;
	readonly upper?: number;
	readonly limit: number;
	readonly method: string;
	/** What the best completion comes to, to go on with "whatever …". */
	readonly what: string;
}

/**
 * Why a rule fails in every completion in which graders work and answers report what others did; nothing when some
 * completion might not fail it, or the rule is of a kind of which that is not known: then it is never decided early.
 * Whether a waiver is in force shows at the end, so a waived rule must fail by its own limit and by the waiver's.
 */
export function certainFailure(rule: Rule, part: Part): CertainFailure | undefined {
	if (rule.per !== undefined) return undefined;
	const failure = failureOf(rule, rule.condition, part);
	if (rule.waiver === undefined || failure === undefined) return failure;
	return failureOf(rule, rule.waiver.condition, part) && failure;
}

const share = { unit: 'share' } as const;

function failureOf(rule: Rule, condition: Condition, part: Part): CertainFailure | undefined {
	const { candidate } = part;
	if (condition.kind === 'events') return brokenCount(rule, condition.limit, candidate);
	if (rule.clusterBy !== undefined) return undefined;
	if (condition.kind === 'relative') return lostMargin(rule, condition, part);
	const { subject, operator, limit } = condition;
	// A bound that faces the other way is not a rule; it is refused when the gate file is read.
	if (operator.startsWith('>') !== (rule.metric.better === 'higher')) return undefined;
	const best =
		subject === 'value' ? bestValue(rule, candidate) : bestBound(rule, { subject, limit }, candidate);
	if (best === undefined) return undefined;
	const { judged, ...numbers } = best;
	const rising = operator.startsWith('>');
	if (!(rising ? clearlyBelow(judged, limit) : clearlyBelow(limit, judged))) return undefined;
	const whose = subject === 'value' ? '' : `the ${rising ? 'upper' : 'lower'} bound of `;
	const most = `at ${rising ? 'most' : 'least'} ${shown(judged, subject === 'value' ? rule.metric : share)}`;
	return { ...numbers, limit, what: `${whose}${rule.metric.name} is ${most} (${condition.text})` };
}

/** A count that is incomplete can only grow, and so can one of which a check errored. */
function brokenCount({ metric }: Rule, limit: number, { metrics }: PartSide): CertainFailure | undefined {
	const counted = metrics[metric.name];
	if (counted === undefined) return undefined;
	const count = 'missing' in counted ? counted.atLeast : counted.value;
	if (count === undefined || count <= limit) return undefined;
	const what = `${metric.name} is at least ${count} (max_events ${limit})`;
	return { observed: count, limit, method: pointEstimate, what };
}

/** The difference of pass rates by Tango's bound, which falls with each pair lost wherever it is below 0. */
function lostMargin(
	rule: Rule,
	{ margin, form, text }: Extract<Condition, { kind: 'relative' }>,
	{ candidate, baseline, pairs }: Part,
): CertainFailure | undefined {
	const { metric, alpha, minSamples } = rule;
	if (metric.name !== 'pass_rate' || form !== 'difference' || pairs === undefined) return undefined;
	if (!isJudgedBy(rule, 'tango')) return undefined;
	// A trial that nobody could grade leaves a pair of which nothing is known.
	if (isMissing(metric, candidate) || baseline === undefined || isMissing(metric, baseline)) return undefined;
	const best = pairs.best();
	// The bound lies above the estimate: where that is within the margin there is no need to find it.
	if (best.n < minSamples || best.gained - best.lost >= -margin * best.n) return undefined;
	const { upper } = tangoBounds(best, alpha);
	if (!clearlyBelow(upper, -margin)) return undefined;
	const what = `${metric.name} falls by at least ${shown(-upper, metric)} (${text})`;
	const observed = (best.gained - best.lost) / best.n;
	return { observed, upper, limit: -margin, method: methodNames.tango, what };
}

function isMissing({ name }: Pick<MetricInfo, 'name'>, { metrics }: PartSide): boolean {
	const metric = metrics[name];
	return metric === undefined || 'missing' in metric;
}

/** The share of failed trials, when it exceeds the limit however the trials end that were not asked. */
export function certainErrors({ run, trials, metrics }: PartSide, limit: number): number | undefined {
	const errors = metrics.error_rate;
	if (errors === undefined || 'missing' in errors) return undefined;
	const least = Math.round(errors.value * errors.n) / Math.max(run.planned, trials);
	return clearlyBelow(limit, least) ? least : undefined;
}

/** Sums depend on the order of their parts: what rounding could turn is not certain. */
function clearlyBelow(value: number, limit: number): boolean {
	return value < limit - 1e-9 * Math.max(1, Math.abs(limit));
}

function shown(value: number, { unit }: Pick<MetricInfo, 'unit'>): string {
	const digits = (number: number) => String(Number(number.toPrecision(4)));
	if (unit === 'share') return `${digits(value * 100)} %`;
	return unit === 'usd' ? `$${digits(value)}` : digits(value);
}
