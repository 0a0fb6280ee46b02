import type { Bounds } from '../stats/bounds.ts';
import { clusteredError } from '../stats/clusters.ts';
import { meanBounds, type Range, type Summary, skewness, summarize } from '../stats/mean.ts';
import type { Units } from './units.ts';

/** A mean over questions, with what its bounds need. */
export interface MeanSummary {
	readonly mean: number;
	readonly bounds: (alpha: number, times?: number) => Bounds;
}

/**
 * The mean of one value a unit with its t bounds, corrected for skewness; over groups, by the clustered standard error with one degree of
 * freedom less than there are groups (Miller 2024, section 2.2).
 */
export function summarizeMean(
	values: Float64Array,
	{ clusterOf, clusters }: Units,
	range?: Range,
): MeanSummary {
	const summary = withinRange(summarize(values), range);
	const { n, mean } = summary;
	if (clusterOf === undefined) {
		const skew = n < 2 ? 0 : skewness(values, summary);
		return {
			mean,
			bounds: (alpha, times = 1) => meanBounds({ ...summary, n: n * times, skew }, alpha, range),
		};
	}
	const residuals = values.map((value) => value - mean);
	const { se } = clusteredError(residuals, clusterOf, clusters);
	return {
		mean,
		bounds(alpha, times = 1) {
			const groups = clusters * times;
			// As so many independent values whose mean has that error.
			return meanBounds({ n: groups, mean, sd: se * Math.sqrt(clusters) }, alpha, range);
		},
	};
}

/** A mean of values in a range can leave it by a rounding error. */
function withinRange(summary: Summary, range: Range | undefined): Summary {
	if (range === undefined) return summary;
	return { ...summary, mean: Math.min(range.max, Math.max(range.min, summary.mean)) };
}
