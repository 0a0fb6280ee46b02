import type { Bounds } from './bounds.ts';
import { checkAlpha } from './check-alpha.ts';
import { normalCdf, normalQuantile, tQuantile } from './distributions.ts';

/**
 * Bounds at the α and 1 − α quantiles of bootstrap replicates (the percentile method; Efron & Tibshirani 1993, ch. 13),
 * α expanded for the number of `units` (or clusters) that were resampled: at Φ(−t·√(n / (n − 1))), t the 1 − α quantile
 * with n − 1 degrees of freedom, for replicates of few units spread too little (Hesterberg 2015, The American
 * Statistician 69). They are the k-th smallest and largest of B, k = ⌊(B + 1)α⌋ (Davison & Hinkley 1997, § 2.4),
 * infinite where k is 0 or `units` below 2. A NaN replicate, such as 0 / 0, may be anything and counts against either bound.
 */
export function percentileBounds(replicates: ArrayLike<number>, alpha: number, units: number): Bounds {
	checkAlpha(alpha);
	if (!(units >= 2)) return nothing;
	const level = normalCdf(expanded(alpha, units));
	const ordered = inOrder(replicates);
	return { lower: lowerAt(ordered, level), upper: upperAt(ordered, 1 - level) };
}

/**
 * Bias-corrected and accelerated bounds (BCa; Efron 1987; Efron & Tibshirani 1993, § 14.3) from the replicates of a
 * statistic, its value on the sample, and its jackknife values, one for each unit or cluster (the influence values with
 * their sign changed serve as well: only their number and skewness count); α is expanded as in {@link percentileBounds}.
 * Replicates that tie with the estimate count half. Where all of them are the estimate, no sampling error shows: it is
 * both bounds, and the caller must ask for enough data. Where all lie on one side of it there is no correction: the bounds
 * hold the estimate and all replicates. Infinite where the correction leaves the replicates, a replicate or the estimate is
 * NaN, a jackknife value is not finite, or there are fewer than two of them.
 */
export function bcaBounds(
	replicates: ArrayLike<number>,
	estimate: number,
	jackknife: ArrayLike<number>,
	alpha: number,
): Bounds {
	checkAlpha(alpha);
	const acceleration = accelerationOf(jackknife);
	const ordered = inOrder(replicates);
	if (Number.isNaN(estimate) || Number.isNaN(acceleration) || ordered.unknown > 0) return nothing;
	const smallest = ordered.known[0] ?? -Infinity;
	const largest = ordered.known.at(-1) ?? Infinity;
	const share = shareBelow(ordered.known, estimate);
	if (!(share > 0 && share < 1))
		return { lower: Math.min(smallest, estimate), upper: Math.max(largest, estimate) };
	if (smallest === largest) return { lower: estimate, upper: estimate };
	const bias = normalQuantile(share);
	const level = (z: number) => {
		const shifted = bias + z;
		const stretch = 1 - acceleration * shifted;
		return stretch > 0 ? normalCdf(bias + shifted / stretch) : Number.NaN;
	};
	const z = expanded(alpha, jackknife.length);
	return { lower: lowerAt(ordered, level(z)), upper: upperAt(ordered, level(-z)) };
}

const nothing: Bounds = { lower: -Infinity, upper: Infinity };

function expanded(alpha: number, units: number): number {
	return tQuantile(alpha, units - 1) * Math.sqrt(units / (units - 1));
}

/** Replicates in order, those that are NaN counted apart: each could lie at either end. */
interface Ordered {
	readonly known: Float64Array;
	readonly unknown: number;
}

function inOrder(replicates: ArrayLike<number>): Ordered {
	const known = Float64Array.from(replicates)
		.filter((value) => !Number.isNaN(value))
		.sort();
	return { known, unknown: replicates.length - known.length };
}

/** The ⌊(B + 1)·level⌋-th smallest replicate, unknown ones first. */
function lowerAt({ known, unknown }: Ordered, level: number): number {
	const rank = wholeRank(level, known.length + unknown);
	return rank > unknown ? (known[rank - unknown - 1] as number) : -Infinity;
}

/** The ⌊(B + 1)(1 − level)⌋-th largest replicate, unknown ones first. */
function upperAt({ known, unknown }: Ordered, level: number): number {
	const rank = wholeRank(1 - level, known.length + unknown);
	return rank > unknown ? (known[known.length + unknown - rank] as number) : Infinity;
}

function wholeRank(share: number, replicates: number): number {
	// 1 − 0.95 is a hair above 0.05, 2000 · 0.95 may come out a hair below 1900.
	return Math.min(replicates, Math.floor((replicates + 1) * share + 1e-9));
}

function shareBelow(replicates: Float64Array, estimate: number): number {
	let below = 0;
	for (const replicate of replicates) {
		if (replicate < estimate) below++;
		else if (replicate === estimate) below += 0.5;
	}
	return below / replicates.length;
}

/** A sixth of the skewness of the influence values; NaN where it cannot be told. */
function accelerationOf(jackknife: ArrayLike<number>): number {
	const count = jackknife.length;
	if (count < 2) return Number.NaN;
	let mean = 0;
	for (let i = 0; i < count; i++) mean += (jackknife[i] as number) / count;
	let squares = 0;
	let cubes = 0;
	for (let i = 0; i < count; i++) {
		const less = mean - (jackknife[i] as number);
		squares += less ** 2;
		cubes += less ** 3;
	}
	return squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
}
