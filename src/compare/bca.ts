import { bootstrapSums, jackknifeSums } from '../stats/bootstrap.ts';
import { bcaBounds } from '../stats/replicate-bounds.ts';
import { groupingOf, type Units } from './units.ts';

/** BCa bounds of a statistic of sums, drawn when they are first asked for. */
export function bcaOf(
	columns: readonly Float64Array[],
	statistic: (sums: Float64Array) => number,
	units: Units,
	seed: number,
) {
	const grouped = groupingOf(units);
	const estimate = statistic(
		Float64Array.from(columns, (column) => column.reduce((sum, value) => sum + value, 0)),
	);
	let drawn: { replicates: Float64Array; jackknife: Float64Array } | undefined;
	return (alpha: number) => {
		drawn ??= {
			replicates: bootstrapSums(columns, statistic, { seed, ...grouped }),
			jackknife: jackknifeSums(columns, statistic, grouped),
		};
		return bcaBounds(drawn.replicates, estimate, drawn.jackknife, alpha);
	};
}

/** BCa bounds of a mean: of groups, of which a resample may draw more or fewer values, the sum over their number. */
export function bcaOfMean(values: Float64Array, units: Units, seed: number) {
	return bcaOf([values, new Float64Array(values.length).fill(1)], ([sum = 0, n = 0]) => sum / n, units, seed);
}
