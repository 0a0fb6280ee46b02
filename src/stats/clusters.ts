/** Below this many clusters, a clustered standard error is too small and its t too sure of itself: warn. */
export const fewClusters = 20;

/**
 * The standard error of a mean whose observations are correlated within clusters, and its degrees of freedom:
 * SE² = G / (G − 1) · Σ_g(Σ_i e)² / N², df = G − 1, where `residuals` e are the N values less their mean and `clusterOf`
 * gives the cluster, 0 … G − 1, of each (Miller 2024, arXiv 2411.00640, §2.2; Liang & Zeger 1986). With fewer than two
 * clusters se is NaN. Throws a RangeError without residuals or for a cluster that is not one of the G.
 */
export function clusteredError(
	residuals: ArrayLike<number>,
	clusterOf: ArrayLike<number>,
	clusters: number,
): { se: number; df: number } {
	const n = residuals.length;
	if (n === 0 || clusterOf.length !== n)
		throw new RangeError(`${n} residuals in ${clusterOf.length} places of clusters`);
	const sums = new Float64Array(clusters);
	for (let index = 0; index < n; index++) {
		const cluster = clusterOf[index] as number;
		if (!(cluster >= 0 && cluster < clusters)) throw new RangeError(`no cluster ${cluster} of ${clusters}`);
		sums[cluster] = (sums[cluster] as number) + (residuals[index] as number);
	}
	const df = clusters - 1;
	if (df < 1) return { se: Number.NaN, df };
	const squares = sums.reduce((total, sum) => total + sum * sum, 0);
	return { se: Math.sqrt((clusters / df) * squares) / n, df };
}
