import quickselect from 'quickselect';

/**
 * Moves the values of the given ranks (from 1) to where a sort would put them, in place and in expected linear time
 * (Floyd & Rivest 1975): afterwards `values[rank - 1]` is the order statistic of each rank asked for, and of no other.
 * Ranks outside 1..n are passed over; throws a RangeError on NaN, which has no place in any order.
 */
export function selectRanks(values: Float64Array, ranks: readonly number[]): void {
	for (const value of values) if (Number.isNaN(value)) throw new RangeError('NaN has no rank');
	let from = 0;
	for (const rank of [...ranks].sort((a, b) => a - b)) {
		if (rank <= from || rank > values.length) continue;
		// Its types know no typed arrays.
		quickselect(values as unknown as number[], rank - 1, from, values.length - 1);
		from = rank;
	}
}
