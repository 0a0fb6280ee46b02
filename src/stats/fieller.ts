import type { Bounds } from './bounds.ts';
import { meanBounds } from './mean.ts';

/** Two positive means over the same units, and how far each unit lies from them: the values less their mean, or its influence. */
export interface RatioOfMeans {
	readonly means: readonly [number, number];
	readonly residuals: readonly [ArrayLike<number>, ArrayLike<number>];
	readonly clusterOf?: ArrayLike<number> | undefined;
	readonly clusters?: number | undefined;
}

/** A ratio so many times as far off is as good as unbounded. */
const furthest = 2 ** 40;
const steps = 60;

/**
 * Fieller's bounds of the ratio of two means, for any alpha and `times` as many units: all ratios r for which t of the mean
 * of x − r·y does not tell it from 0 (Fieller 1954, J. R. Statist. Soc. B 16:175; Cochran 1977, § 6.5), t corrected for the
 * skewness of x − r·y as {@link meanBounds} does. Where a few units hold most of a sum, resamples and logarithms that have
 * not seen such a unit are sure of what they cannot know; this is not, and has no upper bound where the second mean may be 0.
 * Over clusters by the sums of each. Nothing is bounded by fewer than two units or clusters, nor where a mean is not above 0.
 */
export function fieller(ratio: RatioOfMeans): (alpha: number, times?: number) => Bounds {
	const [top, bottom] = ratio.means;
	const estimate = top / bottom;
	const { n, units, spread } = momentsOf(ratio);
	if (!(units >= 2 && top > 0 && bottom > 0 && Number.isFinite(estimate))) return () => nothing;
	return (alpha, times = 1) => {
		/** Bounds of the mean of x − r·y, by r as a multiple of the estimate and the means as 1. */
		const meanAt = (multiple: number) => {
			const { variance, cubes } = spread(multiple);
			const sd = (Math.sqrt(variance) * units) / n;
			const skew = variance > 0 ? cubes / variance ** 1.5 : 0;
			return meanBounds({ n: units * times, mean: 1 - multiple, sd, skew }, alpha);
		};
		const isTooSmall = (multiple: number) => meanAt(multiple).lower > 0;
		const isTooLarge = (multiple: number) => meanAt(multiple).upper < 0;
		let far = 2;
		while (far < furthest && !isTooLarge(far)) far *= 2;
		return {
			lower: estimate * edge(0, 1, isTooSmall),
			upper: far < furthest ? estimate * edge(far, 1, isTooLarge) : Infinity,
		};
	};
}

const nothing: Bounds = { lower: 0, upper: Infinity };

/** Where between an outer multiple and one that is within the bounds they end. */
function edge(outer: number, inner: number, isOutside: (multiple: number) => boolean): number {
	let [out, within] = [outer, inner];
	for (let step = 0; step < steps; step++) {
		const middle = (out + within) / 2;
		if (isOutside(middle)) out = middle;
		else within = middle;
	}
	return out;
}

/** The second and third moments of x − r·y for every r, from those of both: x and y as parts of their means. */
function momentsOf({ means: [top, bottom], residuals: [x, y], clusterOf, clusters = 0 }: RatioOfMeans) {
	const n = x.length;
	const units = clusterOf === undefined ? n : clusters;
	const sumsOf = (values: ArrayLike<number>, mean: number) => {
		if (clusterOf === undefined) return Float64Array.from(values, (value) => value / mean);
		const sums = new Float64Array(clusters);
		for (let at = 0; at < n; at++) {
			const group = clusterOf[at] as number;
			sums[group] = (sums[group] as number) + (values[at] as number) / mean;
		}
		return sums;
	};
	const [xs, ys] = [sumsOf(x, top), sumsOf(y, bottom)];
	let [xx, xy, yy, xxx, xxy, xyy, yyy] = [0, 0, 0, 0, 0, 0, 0];
	for (let unit = 0; unit < units; unit++) {
		const [a, b] = [xs[unit] as number, ys[unit] as number];
		xx += a * a;
		xy += a * b;
		yy += b * b;
		xxx += a * a * a;
		xxy += a * a * b;
		xyy += a * b * b;
		yyy += b * b * b;
	}
	const spread = (r: number) => ({
		variance: Math.max(0, (xx - 2 * r * xy + r * r * yy) / (units - 1)),
		cubes: (xxx - 3 * r * xxy + 3 * r * r * xyy - r ** 3 * yyy) / units,
	});
	return { n, units, spread };
}
