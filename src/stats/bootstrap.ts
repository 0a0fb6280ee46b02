import { drawnCount, emptyReplicates, forEachResample, type Resampling } from './resampling.ts';

/**
 * The statistic of each resample (nonparametric bootstrap; Efron & Tibshirani 1993, ch. 6 and 8), computed from the
 * resampled sums of per-unit columns: a mean, Σa/Σb, a log ratio of means. Units are drawn as wholes, so columns of two
 * runs stay paired. The array that `statistic` gets is used again. How many units a resample of clusters has differs, so
 * that a mean over units is there a ratio whose second column is all ones. With fewer than two units or clusters,
 * where every resample is the sample, each is NaN. Throws a RangeError on NaN and on columns of unlike length.
 */
export function bootstrapSums(
	columns: readonly ArrayLike<number>[],
	statistic: (sums: Float64Array) => number,
	options: Resampling,
): Float64Array {
	const drawn = drawnCount(columns, options);
	const drawnSums = columns.map((column) => sumsOfDrawn(column, options));
	const sums = new Float64Array(columns.length);
	const replicates = emptyReplicates(options);
	forEachResample(drawn, options, (counts, r) => {
		for (let c = 0; c < drawnSums.length; c++) {
			const column = drawnSums[c] as Float64Array;
			let sum = 0;
			for (let i = 0; i < drawn; i++) sum += (counts[i] as number) * (column[i] as number);
			sums[c] = sum;
		}
		replicates[r] = statistic(sums);
	});
	return replicates;
}

/**
 * The statistic of the sums with one unit (or cluster, as in `options`) left out at a time: what the acceleration of
 * `bcaBounds` is computed from. Columns and `statistic` are those of `bootstrapSums`.
 */
export function jackknifeSums(
	columns: readonly ArrayLike<number>[],
	statistic: (sums: Float64Array) => number,
	options: Pick<Resampling, 'clusterOf' | 'clusters'> = {},
): Float64Array {
	const drawn = drawnCount(columns, options);
	const drawnSums = columns.map((column) => sumsOfDrawn(column, options));
	const totals = drawnSums.map((column) => column.reduce((sum, value) => sum + value, 0));
	const sums = new Float64Array(columns.length);
	return new Float64Array(drawn).map((_, left) => {
		for (let c = 0; c < sums.length; c++) sums[c] = (totals[c] as number) - (drawnSums[c]?.[left] as number);
		return statistic(sums);
	});
}

/**
 * Jackknife values, up to their place and scale, of a statistic whose units have these influence values, one for each unit
 * or cluster: what `bcaBounds` takes for a quantile, whose own jackknife is of no use (Efron & Tibshirani 1993, § 11.6).
 */
export function jackknifeOfInfluence(
	influence: ArrayLike<number>,
	options: Pick<Resampling, 'clusterOf' | 'clusters'> = {},
): Float64Array {
	return sumsOfDrawn(influence, options).map((value) => -value);
}

/** A column by what is drawn: itself, or its sums over clusters, whose bootstrap is that of the clusters. */
function sumsOfDrawn(
	column: ArrayLike<number>,
	{ clusterOf, clusters }: Pick<Resampling, 'clusterOf' | 'clusters'>,
): Float64Array {
	if (clusterOf === undefined) return Float64Array.from(column);
	const sums = new Float64Array(clusters as number);
	for (let i = 0; i < column.length; i++) {
		const cluster = clusterOf[i] as number;
		sums[cluster] = (sums[cluster] as number) + (column[i] as number);
	}
	return sums;
}
