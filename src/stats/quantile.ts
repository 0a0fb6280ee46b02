/** The rank, from 1, of the q-quantile of n values by nearest rank. */
export function rankOf(q: number, n: number): number {
	// q · n can come out a hair above a whole number (0.07 · 100 is 7.000000000000001).
	return Math.max(1, Math.ceil(q * n - 1e-9));
}

/**
 * The q-quantile by nearest rank (Hyndman & Fan type 1): an observed value, never one in between.
 * `sorted` holds the smallest values of a sample of `n`, ascending; 0 < q <= 1. Throws a RangeError when the
 * rank falls on a value that is not there.
 */
export function nearestRank(sorted: ArrayLike<number>, q: number, n: number = sorted.length): number {
	const rank = rankOf(q, n);
	const value = sorted[rank - 1];
	if (value === undefined)
		throw new RangeError(`rank ${rank} of ${n} is not among the ${sorted.length} values`);
	return value;
}
