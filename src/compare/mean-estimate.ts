import type { Bounds } from '../stats/bounds.ts';
import { clusteredError } from '../stats/clusters.ts';
import { meanBounds, summarize } from '../stats/mean.ts';
import type { Units } from './units.ts';

/** The range that a value can lie in, where it has one: a mean of equal values is no certainty then. */
export interface Range {
	readonly min: number;
	readonly max: number;
}

/** A mean over questions, with what its bounds need. */
export interface MeanSummary {
	readonly mean: number;
	readonly bounds: (alpha: number, times?: number) => Bounds;
}

/**
 * The mean of one value a unit with its t bounds; over groups, by the clustered standard error with one degree of
 * freedom less than there are groups (Miller 2024, section 2.2).
 */
export function summarizeMean(
	values: Float64Array,
	{ clusterOf, clusters }: Units,
	range?: Range,
): MeanSummary {
	const { n, mean, sd } = summarize(values);
	if (clusterOf === undefined) {
		return { mean, bounds: (alpha, times = 1) => meanBounds({ n: n * times, mean, sd }, alpha, range) };
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

/** The bounds that equal values would allow: no method’s may be narrower where values have a range. */
export function equalValueBounds(mean: number, n: number, alpha: number, range: Range): Bounds {
	return meanBounds({ n, mean, sd: 0 }, alpha, range);
}
