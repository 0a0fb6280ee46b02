import type { Bounds } from './bounds.ts';
import { checkAlpha } from './check-alpha.ts';
import { binomialQuantile } from './distributions.ts';
import { type Clustering, effectiveSize } from './effective-size.ts';
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

/**
 * Gives bounds of the q-quantile of all `values` (Infinity for a failed trial) whose clusters are independent and whose
 * members are not: `quantileBounds` of the effective number of values, by the share of them at most the quantile
 * (Woodruff 1952, with exact binomial bounds in place of his normal ones, which fail in the tails). With a cluster for
 * every value it is `quantileBounds`. Fewer than two clusters bound nothing. What they share is computed once.
 */
export function clusteredQuantile(
	values: ArrayLike<number>,
	q: number,
	{ clusterOf, clusters }: Clustering,
): (alpha: number, times?: number) => Bounds {
	const sorted = Float64Array.from(values).sort();
	const n = sorted.length;
	if (n > 0 && Number.isNaN(sorted[n - 1])) throw new RangeError('NaN has no rank');
	const quantile = n > 0 ? at(sorted, rankOf(q, n)) : Number.NaN;
	const isAtMost = Float64Array.from(values, (value) => (value <= quantile ? 1 : 0));
	return (alpha, times = 1) => {
		const effective = n > 0 ? effectiveSize(isAtMost, { clusterOf, clusters }, alpha) : 0;
		if (effective < 1) return { lower: -Infinity, upper: Infinity };
		const { lower, upper } = quantileRanks(q, n, alpha, (effective / n) * times);
		// A share of 1 − α^(1/G) of the groups may be such as none that was seen: all of it slower, or all of it faster.
		const unseen = -Math.expm1(Math.log(alpha) / (clusters * times));
		const [low, high] = [
			Math.min(lower, Math.floor((n * (q - unseen)) / (1 - unseen) + 1e-9)),
			Math.max(upper, Math.ceil((n * q) / (1 - unseen) - 1e-9)),
		];
		return {
			lower: low < 1 || !isBounded(1 - q, clusters * times, alpha) ? -Infinity : at(sorted, low),
			upper: high > n || !isBounded(q, clusters * times, alpha) ? Infinity : at(sorted, high),
		};
	};
}

/** true when so many groups would not all lie on the one side of a quantile but with a chance of alpha. */
export function isBounded(q: number, groups: number, alpha: number): boolean {
	return groups * Math.log(q) <= Math.log(alpha) * (1 - 1e-12);
}

function at(sorted: ArrayLike<number>, rank: number): number {
	return sorted[rank - 1] ?? Infinity;
}
