/**
 * Two one-sided 1 − α confidence bounds: each is missed with probability α at most, so together they are a two-sided
 * 1 − 2α interval. One that does not exist is infinite.
 */
export interface Bounds {
	readonly lower: number;
	readonly upper: number;
}

/** Bounds as far off as either of two on each side. */
export function wider(one: Bounds, other: Bounds): Bounds {
	return { lower: Math.min(one.lower, other.lower), upper: Math.max(one.upper, other.upper) };
}
