import type { Bounds } from './bounds.ts';
import { checkAlpha } from './check-alpha.ts';
import { clusteredError } from './clusters.ts';
import { normalQuantile, tQuantile } from './distributions.ts';
import { summarize } from './mean.ts';
import { nearestRank, rankOf } from './quantile.ts';

/** What `linearized` bounds, and from what: the estimate, and each unit's influence on it. */
export interface Linearized {
	readonly estimate: number;
	readonly influence: ArrayLike<number>;
	readonly clusterOf?: ArrayLike<number> | undefined;
	readonly clusters?: number | undefined;
}

/**
 * Gives bounds by the delta method, estimate ± t·SE, where SE is the standard error of the mean of the units' influence
 * values (the infinitesimal jackknife; Efron & Tibshirani 1993, ch. 21; Davison & Hinkley 1997, § 2.7), over clusters
 * where given (Miller 2024), computed once for all α. Influence values add up and scale as derivatives do: that of
 * log(a / b) is that of a over a, less that of b over b. `times` asks what `times` as many units (or clusters) like these
 * would show. Infinite where a value is not finite or there are fewer than two units or clusters; no width where no unit
 * has any influence.
 */
export function linearized({
	estimate,
	influence,
	clusterOf,
	clusters = 0,
}: Linearized): (alpha: number, times?: number) => Bounds {
	const { n, mean, sd } = summarize(influence);
	const drawn = clusterOf === undefined ? n : clusters;
	const isKnown = drawn >= 2 && Number.isFinite(estimate) && Number.isFinite(sd);
	const centred = isKnown && clusterOf && Float64Array.from(influence, (value) => value - mean);
	const se = centred && clusterOf ? clusteredError(centred, clusterOf, clusters).se : sd / Math.sqrt(n);
	return (alpha, times = 1) => {
		checkAlpha(alpha);
		if (!(times > 0 && times < Infinity)) throw new RangeError(`${times} times as many units`);
		const nothing = { lower: -Infinity, upper: Infinity };
		const df = drawn * times - 1;
		if (!(isKnown && df > 0)) return nothing;
		const margin = (tQuantile(1 - alpha, df) * se) / Math.sqrt(times);
		return Number.isNaN(margin) ? nothing : { lower: estimate - margin, upper: estimate + margin };
	};
}

/**
 * Each unit's influence on R = Σa / Σb: (aᵢ − R·bᵢ) over the mean of b (Cochran, Sampling Techniques, 1977, § 2.11; the
 * values sum to 0). Not finite where Σb is 0. Throws a RangeError on arrays of unlike length.
 */
export function ratioInfluence(numerators: ArrayLike<number>, denominators: ArrayLike<number>): Float64Array {
	const n = numerators.length;
	if (denominators.length !== n) throw new RangeError(`${n} numerators, ${denominators.length} denominators`);
	const mean = summarize(denominators).mean;
	const ratio = summarize(numerators).mean / mean;
	return Float64Array.from(numerators, (a, i) => (a - ratio * (denominators[i] as number)) / mean);
}

/**
 * Each unit's influence on the q-quantile: (q − 1{xᵢ <= x_q}) / f, with 1 / f, the sparsity, from the order statistics
 * q ± h (Siddiqui 1960), h by Hall & Sheather (1988) for 95 % intervals, and no less than the half-width of such an
 * interval in ranks: so wide a tie at the quantile leaves order statistics no width either. `sorted` holds the smallest
 * of the n `values`, ascending (at `sparsityRanks` and the quantile's at least); the others are failed trials, slower
 * than any. Not finite where a rank is not among `sorted`: too few values this far out.
 */
export function quantileInfluence(
	values: ArrayLike<number>,
	sorted: ArrayLike<number>,
	q: number,
	n: number = values.length,
): Float64Array {
	const { lower, upper } = sparsityRanks(q, n);
	const [below, above] = [sorted[lower - 1], sorted[upper - 1]];
	if (below === undefined || above === undefined) return new Float64Array(values.length).fill(Number.NaN);
	const quantile = nearestRank(sorted, q, n);
	const sparsity = ((above - below) * n) / (upper - lower);
	return Float64Array.from(values, (value) => (q - (value <= quantile ? 1 : 0)) * sparsity);
}

/** The ranks (from 1) whose order statistics `quantileInfluence` needs beside the quantile; one outside 1 … n is not there. */
export function sparsityRanks(q: number, n: number): { readonly lower: number; readonly upper: number } {
	if (!(q > 0 && q < 1)) throw new RangeError(`a quantile lies between 0 and 1, not at ${q}`);
	const z = normalQuantile(0.975);
	const zq = normalQuantile(q);
	const density = Math.exp(-(zq ** 2) / 2) / Math.sqrt(2 * Math.PI);
	const hallSheather = (z ** 2 * ((1.5 * density ** 2) / (2 * zq ** 2 + 1))) ** (1 / 3) * n ** (2 / 3);
	const halfWidth = z * Math.sqrt(q * (1 - q) * n);
	const reach = Math.ceil(Math.max(hallSheather, halfWidth));
	const rank = rankOf(q, n);
	return { lower: rank - reach, upper: rank + reach };
}
