import type { Bounds } from './bounds.ts';
import { checkAlpha } from './check-alpha.ts';
import { tCdf, tQuantile } from './distributions.ts';

/** How many values there are, their mean and their standard deviation (n − 1 below the line; NaN of fewer than two). */
export interface Summary {
	readonly n: number;
	readonly mean: number;
	readonly sd: number;
}

/** The values that a quantity can take at all, such as 0 to 1 for a score. */
export interface Range {
	readonly min: number;
	readonly max: number;
}

/** The {@link Summary} of values, by Welford's recurrence (1962); the mean of none is NaN. */
export function summarize(values: ArrayLike<number>): Summary {
	const n = values.length;
	let mean = n === 0 ? Number.NaN : 0;
	let squares = 0;
	for (let index = 0; index < n; index++) {
		const value = values[index] as number;
		const off = value - mean;
		mean += off / (index + 1);
		squares += off * (value - mean);
	}
	return { n, mean, sd: n < 2 ? Number.NaN : Math.sqrt(squares / (n - 1)) };
}

/**
 * The skewness of values around their {@link Summary}: the mean cubed deviation over sd³; 0 without spread. Negative where a
 * few lie far below the others, as scores do.
 */
export function skewness(values: ArrayLike<number>, { mean, sd }: Pick<Summary, 'mean' | 'sd'>): number {
	if (!(sd > 0)) return 0;
	let cubes = 0;
	for (let index = 0; index < values.length; index++) {
		// Standardized first: the cube of a tiny or a huge number is none.
		const off = ((values[index] as number) - mean) / sd;
		cubes += off * off * off;
	}
	return cubes / values.length;
}

/**
 * Student's bounds of a mean: mean ± t(1 − α; df) · sd / √n, with `df` n − 1 unless given (Student 1908). Where `skew` is
 * given, the bound on the long tail's side is moved out by |skew| (2t² + 1) / (6√n) standard errors, the first term of the
 * Cornish-Fisher expansion of t (Johnson 1978, J. Am. Statist. Ass. 73:536; Hall 1992, J. R. Statist. Soc. B 54:221): scores
 * with many 1s would be missed by the lower bound up to twice as often as α without it. With a `range`, a
 * bound is at least as far off as df + 1 equal values would allow, so that no spread is not taken for certainty: by
 * (mean − min)(1 − α^(1/(df + 1))) or (max − mean)(1 − α^(1/(df + 1))), which at the ends is Clopper-Pearson's bound of zero events; and
 * no bound leaves the range. Fewer than two values bound nothing: the whole range, or infinite. `n` need not be whole.
 * Throws a RangeError for n <= 0, a mean out of range, a missing sd or alpha outside (0, 0.5].
 */
export function meanBounds(
	{ n, mean, sd, df = n - 1, skew = 0 }: Summary & { readonly df?: number; readonly skew?: number },
	alpha: number,
	range: Range = { min: -Infinity, max: Infinity },
): Bounds {
	checkAlpha(alpha);
	if (!(n > 0 && n < Infinity)) throw new RangeError(`a mean of ${n} values has no bounds`);
	if (!(Number.isFinite(mean) && mean >= range.min && mean <= range.max))
		throw new RangeError(`a mean of ${mean} does not lie between ${range.min} and ${range.max}`);
	if (n < 2) return { lower: range.min, upper: range.max };
	if (!(sd >= 0 && sd < Infinity)) throw new RangeError(`${sd} is not a standard deviation`);
	if (!Number.isFinite(skew)) throw new RangeError(`${skew} is not a skewness`);
	const t = tQuantile(1 - alpha, df);
	const further = (skew * (2 * t * t + 1)) / (6 * Math.sqrt(n));
	const se = sd / Math.sqrt(n);
	const bounds = {
		lower: mean - (t + Math.max(0, -further)) * se,
		upper: mean + (t + Math.max(0, further)) * se,
	};
	// Equal values of a cluster prove no more than one of them.
	return noNarrowerThanEqual(bounds, { n: Math.min(n, df + 1), mean }, alpha, range);
}

/**
 * Bounds of a mean, widened to what `n` equal values at that mean would allow within a finite `range`, and clipped to it:
 * see {@link meanBounds}.
 */
export function noNarrowerThanEqual(
	{ lower, upper }: Bounds,
	{ n, mean }: Pick<Summary, 'n' | 'mean'>,
	alpha: number,
	{ min, max }: Range,
): Bounds {
	const unseen = -Math.expm1(Math.log(alpha) / n);
	const below = min === -Infinity ? 0 : (mean - min) * unseen;
	const above = max === Infinity ? 0 : (max - mean) * unseen;
	return {
		lower: Math.max(min, Math.min(lower, mean - below)),
		upper: Math.min(max, Math.max(upper, mean + above)),
	};
}

/**
 * Student's paired t test of "the mean difference is 0" (Student 1908): `p` is two-sided, `t` has `df` = n − 1. Differences
 * without any spread tell nothing: p is 1, and t is NaN. Throws a RangeError for fewer than two.
 */
export function pairedT(differences: ArrayLike<number>): { t: number; df: number; p: number } {
	const { n, mean, sd } = summarize(differences);
	if (!(n >= 2 && Number.isFinite(sd))) throw new RangeError(`no t test of ${n} differences, sd ${sd}`);
	const df = n - 1;
	if (sd === 0) return { t: Number.NaN, df, p: 1 };
	const t = mean / (sd / Math.sqrt(n));
	return { t, df, p: Math.min(1, 2 * tCdf(-Math.abs(t), df)) };
}
