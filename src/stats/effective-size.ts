import { clusteredError } from './clusters.ts';
import { tQuantile } from './distributions.ts';

/** Which group each value belongs to, by numbers from 0, and how many groups there are. */
export interface Clustering {
	readonly clusterOf: ArrayLike<number>;
	readonly clusters: number;
}

/**
 * How many independent values so many grouped ones are worth for the share of 1s among them: n over the design effect,
 * times the squared ratio of the t quantiles with n − 1 and G − 1 degrees of freedom (Korn & Graubard, Survey
 * Methodology 24, 1998); never more than n, G where all values are equal and show no effect, and 0 where there are fewer
 * than two groups, which show nothing.
 */
export function effectiveSize(
	indicators: ArrayLike<number>,
	{ clusterOf, clusters }: Clustering,
	alpha: number,
): number {
	const n = indicators.length;
	if (clusters < 2) return 0;
	let ones = 0;
	for (let at = 0; at < n; at++) ones += indicators[at] as number;
	const share = ones / n;
	const residuals = Float64Array.from(indicators, (is) => is - share);
	const { se, df } = clusteredError(residuals, clusterOf, clusters);
	if (!(se > 0)) return clusters;
	const designEffect = (se * se * (n - 1)) / (share * (1 - share));
	const degrees = tQuantile(1 - alpha, n - 1) / tQuantile(1 - alpha, df);
	// An alpha of 0.5 has t quantiles of 0.
	return Math.min(n, (n / designEffect) * (Number.isNaN(degrees) ? 1 : degrees) ** 2);
}
