import { clusteredError } from '../stats/clusters.ts';
import { tQuantile } from '../stats/distributions.ts';
import type { Units } from './units.ts';

/**
 * How many independent questions so many grouped ones are worth for a share of them, which Clopper-Pearson and Wilson
 * bounds are then computed with: n over the design effect, corrected for the degrees of freedom (Korn & Graubard
 * 1998); the number of groups where all values are equal, since nothing shows then how alike a group is.
 */
export function effectiveSize(values: Float64Array, { clusterOf, clusters }: Units): number {
	const n = values.length;
	if (clusterOf === undefined) return n;
	const share = values.reduce((sum, value) => sum + value, 0) / n;
	const { se } = clusteredError(
		values.map((value) => value - share),
		clusterOf,
		clusters,
	);
	if (!(se > 0) || clusters < 2) return clusters;
	const size = (share * (1 - share)) / se ** 2;
	const freedom = n > clusters ? (tQuantile(0.975, n - 1) / tQuantile(0.975, clusters - 1)) ** 2 : 1;
	return Math.min(n, Math.max(1, size * freedom));
}
