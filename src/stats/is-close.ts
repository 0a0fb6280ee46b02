/** How far a number may be off: absolutely, or as a share of the expected one; the wider of the two counts. */
export interface Tolerance {
	readonly absolute: number;
	readonly relative: number;
}

/** What rounding may add to a difference of decimal fractions: 1.1 − 1 is more than 0.1 by the 17th digit. */
const rounding = 4 * Number.EPSILON;

/**
 * |found − expected| ≤ max(absolute, relative · |expected|): Python's `math.isclose` (PEP 485), but relative to the
 * expected number alone, since the two are no equals here. Without a tolerance both must be the same number; what is
 * not finite is close to nothing.
 */
export function isClose(found: number, expected: number, { absolute, relative }: Tolerance): boolean {
	if (!Number.isFinite(found) || !Number.isFinite(expected)) return false;
	const allowed = Math.max(absolute, relative * Math.abs(expected));
	if (allowed === 0) return found === expected;
	return Math.abs(found - expected) <= allowed + rounding * Math.max(Math.abs(found), Math.abs(expected));
}
