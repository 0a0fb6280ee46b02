import { rankOf } from './quantile.ts';
import { drawnCount, emptyReplicates, forEachResample, type Resampling } from './resampling.ts';

/**
 * The q-quantile (nearest rank) of each column in each resample, one array of replicates for a column: all columns see
 * the same resampled units, so that a difference or log ratio of the arrays, value by value, is the paired bootstrap's
 * (Davison & Hinkley 1997, ch. 2). Infinity marks a failed trial, slower than any, and may come out. Each resample walks
 * from the nearer end of the presorted column to the quantile. With fewer than two units or clusters, and in a resample
 * of empty clusters, NaN. Throws a RangeError on NaN, on columns of unlike length and on q outside (0, 1].
 */
export function bootstrapQuantiles(
	columns: readonly ArrayLike<number>[],
	q: number,
	options: Resampling,
): Float64Array[] {
	if (!(q > 0 && q <= 1)) throw new RangeError(`a quantile lies above 0 and at most at 1, not at ${q}`);
	const { clusterOf } = options;
	const drawn = drawnCount(columns, options);
	const sorted = columns.map((column) => sortColumn(column, clusterOf));
	const sizes = clusterOf && clusterSizes(clusterOf, drawn);
	const replicates = columns.map(() => emptyReplicates(options));
	forEachResample(drawn, options, (counts, resample) => {
		const total = sizes === undefined ? drawn : resampledSize(counts, sizes);
		if (total === 0) return;
		const rank = rankOf(q, total);
		for (let c = 0; c < sorted.length; c++) {
			const column = sorted[c] as SortedColumn;
			const isNearTop = 2 * rank > total;
			const found = isNearTop ? fromTop(column, counts, total - rank) : fromBottom(column, counts, rank);
			(replicates[c] as Float64Array)[resample] = column.values[found] as number;
		}
	});
	return replicates;
}

/** A column's values, ascending, and which unit or cluster brings each into a resample. */
interface SortedColumn {
	readonly values: Float64Array;
	readonly drawnBy: Uint32Array;
}

function sortColumn(column: ArrayLike<number>, clusterOf: ArrayLike<number> | undefined): SortedColumn {
	const order = Uint32Array.from(column, (_, unit) => unit);
	// Two failed trials differ by NaN, which a sort takes for a tie.
	order.sort((a, b) => (column[a] as number) - (column[b] as number));
	const values = Float64Array.from(order, (unit) => column[unit] as number);
	return { values, drawnBy: clusterOf ? order.map((unit) => clusterOf[unit] as number) : order };
}

function fromBottom({ drawnBy }: SortedColumn, counts: Uint8Array, rank: number): number {
	let at = 0;
	for (let seen = counts[drawnBy[0] as number] as number; seen < rank; ) {
		at++;
		seen += counts[drawnBy[at] as number] as number;
	}
	return at;
}

function fromTop({ drawnBy }: SortedColumn, counts: Uint8Array, above: number): number {
	let at = drawnBy.length - 1;
	for (let seen = counts[drawnBy[at] as number] as number; seen <= above; ) {
		at--;
		seen += counts[drawnBy[at] as number] as number;
	}
	return at;
}

function clusterSizes(clusterOf: ArrayLike<number>, clusters: number): Uint32Array {
	const sizes = new Uint32Array(clusters);
	for (let i = 0; i < clusterOf.length; i++) {
		const cluster = clusterOf[i] as number;
		sizes[cluster] = (sizes[cluster] as number) + 1;
	}
	return sizes;
}

function resampledSize(counts: Uint8Array, sizes: Uint32Array): number {
	let total = 0;
	for (let i = 0; i < sizes.length; i++) total += (counts[i] as number) * (sizes[i] as number);
	return total;
}
