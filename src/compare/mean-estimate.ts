import { type Bounds, wider } from '../stats/bounds.ts';
import { clusteredError } from '../stats/clusters.ts';
import { gainLossBounds, matchedShareBounds } from '../stats/gain-loss.ts';
import { meanBounds, type Range, type Summary, skewness, summarize } from '../stats/mean.ts';
import { mapBounds } from './estimate.ts';
import type { Units } from './units.ts';

/** A mean over questions, with what its bounds need. */
export interface MeanSummary {
	readonly mean: number;
	readonly bounds: (alpha: number, times?: number) => Bounds;
}

/** What values are like, for the bounds of their mean. */
export interface Kind {
	/** The range that a value can lie in, where it has one. */
	readonly range?: Range;
	/**
	 * true for differences: with a range, of −1 to 1, their bounds are no nearer than those of their gains and losses;
	 * others are corrected for their skewness.
	 */
	readonly isDifference?: boolean;
}

/**
 * The mean of one value a unit with its t bounds; over groups, by the clustered standard error with one degree of
 * freedom less than there are groups (Miller 2024, section 2.2).
 */
export function summarizeMean(
	values: Float64Array,
	units: Units,
	{ range, isDifference = false }: Kind = {},
): MeanSummary {
	const summary = withinRange(summarize(values), range);
	const { mean, n, sd } = summary;
	if (!Number.isFinite(mean) || sd === Infinity) return { mean, bounds: () => unbounded };
	const skew = isDifference || n < 2 ? 0 : skewness(values, summary);
	const parts = partBounds(values, units, { ...(range && { range }), isDifference });
	const { clusterOf, clusters } = units;
	const widened = (bounds: Bounds, alpha: number, times: number) =>
		parts === undefined ? bounds : wider(bounds, parts(alpha, times));
	if (clusterOf === undefined) {
		return {
			mean,
			bounds: (alpha, times = 1) =>
				widened(meanBounds({ mean, sd, skew, n: imagined(n, times) }, alpha, range), alpha, times),
		};
	}
	const residuals = values.map((value) => value - mean);
	const { se } = clusteredError(residuals, clusterOf, clusters);
	// As so many independent values whose mean has that error.
	const ofGroups = { mean, sd: se * Math.sqrt(clusters), skew };
	return {
		mean,
		bounds: (alpha, times = 1) =>
			widened(meanBounds({ ...ofGroups, n: imagined(clusters, times) }, alpha, range), alpha, times),
	};
}

/**
 * Bounds of a mean of values with a range that know what t and resamples do not: where a few values are far from the
 * others, how many more may be so. Of differences from their gains and losses, of others as of a share; nothing without
 * a range.
 */
export function partBounds(
	values: Float64Array,
	units: Units,
	{ range, isDifference = false }: Kind,
): ((alpha: number, times?: number) => Bounds) | undefined {
	if (range === undefined) return undefined;
	const { clusterOf, clusters } = units;
	const clustering = clusterOf && { clusterOf, clusters };
	if (!isDifference) return matchedShareBounds(values, clustering);
	const { max } = range;
	if (max === 1) return gainLossBounds(values, clustering);
	const bounds = gainLossBounds(
		values.map((value) => value / max),
		clustering,
	);
	return (alpha, times) => mapBounds(bounds(alpha, times), (bound) => bound * max);
}

const unbounded = { lower: -Infinity, upper: Infinity } as const;

/** So many times as many values; one alone has no spread, so nothing says what more of them would show. */
function imagined(n: number, times: number): number {
	return n < 2 ? n : n * times;
}

/** A mean of values in a range can leave it by a rounding error. */
function withinRange(summary: Summary, range: Range | undefined): Summary {
	if (range === undefined) return summary;
	return { ...summary, mean: Math.min(range.max, Math.max(range.min, summary.mean)) };
}
