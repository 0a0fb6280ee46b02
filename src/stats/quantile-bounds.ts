import type { Bounds } from './bounds.ts';
import { checkAlpha } from './check-alpha.ts';
import { clusteredError } from './clusters.ts';
import { binomialQuantile, tQuantile } from './distributions.ts';
import { rankOf } from './quantile.ts';

/**
 * The ranks (from 1) of the order statistics that are the one-sided 1 − α bounds of the q-quantile of any distribution,
 * from `n` independent values: BinomInv(α; n, q) and BinomInv(1 − α; n, q) + 1 (David & Nagaraja, Order Statistics,
 * 2003, § 7.1). A lower rank of 0 and an upper one above `n` mean that there is no such bound. `times` asks what `times`
 * as many values like these would show: the ranks of that sample, as ranks of this one, rounded outwards.
 */
export function quantileRanks(
	q: number,
	n: number,
	alpha: number,
	times = 1,
): { readonly lower: number; readonly upper: number } {
	if (!(q > 0 && q < 1)) throw new RangeError(`a quantile lies between 0 and 1, not at ${q}`);
	checkAlpha(alpha);
	if (!(n >= 1 && times > 0 && n * times < Infinity)) throw new RangeError(`${n} · ${times} values`);
	// n · (m / n) can come out a hair below the whole number m.
	const imagined = Math.floor(n * times + 1e-9);
	if (imagined < 1) return { lower: 0, upper: n + 1 };
	const lower = binomialQuantile(alpha, imagined, q);
	const upper = binomialQuantile(1 - alpha, imagined, q) + 1;
	if (times === 1) return { lower, upper };
	return {
		lower: Math.floor((lower * n) / imagined),
		upper: upper > imagined ? n + 1 : Math.ceil((upper * n) / imagined),
	};
}

/**
 * Distribution-free bounds of the q-quantile: the order statistics at `quantileRanks`. `sorted` holds the smallest of
 * `n` values, ascending (at those ranks at least); the others are failed trials, slower than any, so a bound that
 * falls on one is Infinity, and so is an upper one that `n` is too small for (−Infinity a lower one). The probability
 * to miss is at most α for each bound, whatever the distribution, and less where values are tied.
 */
export function quantileBounds(
	sorted: ArrayLike<number>,
	q: number,
	n: number,
	alpha: number,
	times = 1,
): Bounds {
	if (sorted.length > n) throw new RangeError(`${sorted.length} values of ${n}`);
	const { lower, upper } = quantileRanks(q, n, alpha, times);
	return {
		lower: lower < 1 ? -Infinity : at(sorted, lower),
		upper: upper > n ? Infinity : at(sorted, upper),
	};
}

/** The clusters of units: `clusterOf[i]` in 0 … `clusters` − 1 is the unit's. */
export interface Clustering {
	readonly clusterOf: ArrayLike<number>;
	readonly clusters: number;
}

/**
 * Bounds of the q-quantile of all `values` (Infinity for a failed trial) whose clusters are independent and whose
 * members are not: `quantileBounds` of the effective number of values. That is n over the design effect of the share
 * at most the quantile (Woodruff 1952), times the squared ratio of the t quantiles with n − 1 and G − 1 degrees of
 * freedom (Korn & Graubard, Survey Methodology 24, 1998, who use exact binomial bounds in place of Woodruff's normal
 * ones, which fail in the tails); never more than n, and G where all values are on one side and show no effect. With a
 * cluster for every value it is `quantileBounds`. Fewer than two clusters bound nothing.
 */
export function clusteredQuantileBounds(
	values: ArrayLike<number>,
	q: number,
	{ clusterOf, clusters }: Clustering,
	alpha: number,
	times = 1,
): Bounds {
	const sorted = Float64Array.from(values).sort();
	const n = sorted.length;
	if (n > 0 && Number.isNaN(sorted[n - 1])) throw new RangeError('NaN has no rank');
	const effective =
		n > 0 ? effectiveNumber(values, at(sorted, rankOf(q, n)), { clusterOf, clusters }, alpha) : 0;
	if (effective < 1) return { lower: -Infinity, upper: Infinity };
	return quantileBounds(sorted, q, n, alpha, (effective / n) * times);
}

function effectiveNumber(
	values: ArrayLike<number>,
	quantile: number,
	{ clusterOf, clusters }: Clustering,
	alpha: number,
): number {
	const n = values.length;
	if (clusters < 2) return 0;
	const residuals = Float64Array.from(values, (value) => (value <= quantile ? 1 : 0));
	const share = residuals.reduce((sum, is) => sum + is, 0) / n;
	if (share === 1) return clusters;
	const { se, df } = clusteredError(
		residuals.map((is) => is - share),
		clusterOf,
		clusters,
	);
	const designEffect = (se * se * (n - 1)) / (share * (1 - share));
	const degrees = tQuantile(1 - alpha, n - 1) / tQuantile(1 - alpha, df);
	// An alpha of 0.5 has t quantiles of 0.
	return Math.min(n, (n / designEffect) * (Number.isNaN(degrees) ? 1 : degrees) ** 2);
}

function at(sorted: ArrayLike<number>, rank: number): number {
	return sorted[rank - 1] ?? Infinity;
}
