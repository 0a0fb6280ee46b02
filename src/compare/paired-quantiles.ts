import type { MetricInfo } from '../model/metric.ts';
import { bootstrapQuantiles } from '../stats/bootstrap-quantiles.ts';
import { type Bounds, wider } from '../stats/bounds.ts';
import { linearized, quantileInfluence, sparsityRanks } from '../stats/linearized.ts';
import { joinArms } from '../stats/mover.ts';
import { OrderStatistics } from '../stats/order-statistics.ts';
import { nearestRank } from '../stats/quantile.ts';
import { isBounded, quantileBounds, quantileRanks } from '../stats/quantile-bounds.ts';
import { percentileBounds } from '../stats/replicate-bounds.ts';
import { type Estimated, type EstimateOptions, mapBounds, nearer } from './estimate.ts';

import type { PairedForm, PairedSide } from './paired.ts';
import { mostResampled, type Units } from './units.ts';
import { groupsOf, trialsOf } from './values.ts';

/**
 * How a quantile of the trials differs between two runs: by a bootstrap that draws each question (or group of them)
 * with its trials of both runs, or, of many, by the delta method. A delay is taken off after the quantile is drawn.
 */
export function pairedQuantiles(
	{ quantile: q = Number.NaN }: MetricInfo,
	form: PairedForm,
	{ before, after }: { readonly before: PairedSide; readonly after: PairedSide },
	units: Units,
	{ method, seed }: EstimateOptions,
): Estimated {
	const [olds, news] = [before.facts.samples?.latency, after.facts.samples?.latency];
	if (olds === undefined || news === undefined) return { missing: 'no latencies were kept' };
	const [y, x] = [trialsOf(olds, units.before), trialsOf(news, units.after)];
	if (x.values.length === 0) return { missing: 'no question has a latency in both runs' };
	if (x.unitOf.length !== y.unitOf.length || x.unitOf.some((unit, at) => unit !== y.unitOf[at])) {
		return { missing: 'the runs did not ask each question as often' };
	}
	const n = x.values.length;
	const ordered = [new OrderStatistics(x.values), new OrderStatistics(y.values)] as const;
	const near = sparsityRanks(q, n);
	const sorted = [
		ordered[0].between(near.lower, near.upper),
		ordered[1].between(near.lower, near.upper),
	] as const;
	const [now, then] = sorted.map((values) => nearestRank(values, q)) as [number, number];
	const late = { after: after.delayMs ?? 0, before: before.delayMs ?? 0 };
	const of = (one: number, other: number) => {
		const [a, b] = [Math.max(0, one - late.after), Math.max(0, other - late.before)];
		return form === 'ratio' ? Math.log(a / b) : a - b;
	};
	const back = form === 'ratio' ? Math.exp : (bound: number) => bound;
	const value = of(now, then);
	// A candidate of 0 is as good as can be; of a baseline of 0 there is no ratio.
	const isNone = value === -Infinity && form === 'ratio';
	if (!Number.isFinite(value) && !isNone) {
		return {
			missing:
				form === 'ratio' && Number.isFinite(now) && Number.isFinite(then)
					? 'a ratio of what is 0 in one of the runs says nothing'
					: 'the quantile falls on a failed trial',
		};
	}
	const groups = groupsOf(units, x.unitOf);
	const size = { questions: units.after.length, ...(units.clusterOf && { clusters: units.clusters }) };
	/**
	 * The bounds that both runs’ own give together, by the square-and-add method with the correlation of who is slow
	 * (MOVER; Zou & Donner 2008): resamples know nothing beyond the few slowest that were seen.
	 */
	const correlation = correlationOf(x.values, y.values, now, then);
	const joined = ([mine, theirs]: readonly [Bounds, Bounds]): Bounds => {
		if (isNone) return { lower: -Infinity, upper: of(mine.upper, theirs.lower) };
		const [below, above] = [value - of(mine.lower, then), of(mine.upper, then) - value];
		const [otherBelow, otherAbove] = [of(now, theirs.lower) - value, value - of(now, theirs.upper)];
		return {
			lower: value - joinArms(below, otherAbove, correlation),
			upper: value + joinArms(above, otherBelow, correlation),
		};
	};
	const guarded = (found: Bounds, alpha: number, times: number): Bounds => {
		const own = ordered.map((each) => ownBounds(each, { q, n, alpha, times, groups: groups?.clusters ?? n }));
		return mapBounds(wider(found, joined(own as [Bounds, Bounds])), back);
	};
	if (!isNone && (method === 'delta' || units.after.length > mostResampled)) {
		const [a, b] = [
			quantileInfluence(x.values, sorted[0], q, n),
			quantileInfluence(y.values, sorted[1], q, n),
		];
		const [byNow, byThen] = form === 'ratio' ? [now - late.after, then - late.before] : [1, 1];
		const influence = a.map((each, at) => each / byNow - (b[at] as number) / byThen);
		const bounds = linearized({ estimate: value, influence, ...groups });
		return {
			method: 'delta',
			value: back(value),
			...size,
			bounds: (alpha, times = 1) => guarded(bounds(alpha, times), alpha, times),
		};
	}
	let replicates: Float64Array | undefined;
	const draw = () => {
		const [first, second] = bootstrapQuantiles([x.values, y.values], q, { seed, ...groups });
		return (first as Float64Array).map((each, at) => of(each, (second as Float64Array)[at] as number));
	};
	return {
		method: 'bootstrap',
		value: back(value),
		...size,
		bounds(alpha, times = 1) {
			replicates ??= draw();
			const found = percentileBounds(replicates, alpha, groups?.clusters ?? units.after.length);
			return guarded(isNone ? found : nearer(found, value, times), alpha, times);
		},
	};
}

/** The bounds that a run’s own order statistics have; none where so few values, or groups, have none. */
function ownBounds(
	ordered: OrderStatistics,
	{ q, n, alpha, times, groups }: { q: number; n: number; alpha: number; times: number; groups: number },
): Bounds {
	const { lower, upper } = quantileRanks(q, n, alpha, times);
	const found = quantileBounds(ordered.between(lower, upper), q, n, alpha, times);
	return {
		lower: isBounded(1 - q, groups * times, alpha) ? found.lower : -Infinity,
		upper: isBounded(q, groups * times, alpha) ? found.upper : Infinity,
	};
}

/** How alike the runs are in which trials are at most their quantile: φ of the two. */
function correlationOf(x: Float64Array, y: Float64Array, now: number, then: number): number {
	const n = x.length;
	let [both, first, second] = [0, 0, 0];
	for (let at = 0; at < n; at++) {
		const [a, b] = [(x[at] as number) <= now, (y[at] as number) <= then];
		if (a && b) both++;
		if (a) first++;
		if (b) second++;
	}
	const spread = Math.sqrt(first * (n - first) * second * (n - second));
	return spread > 0 ? (n * both - first * second) / spread : 0;
}
