import { expect } from 'vitest';
import type { Bounds } from '../../src/stats/bounds.ts';

/** Expects a number within `tolerance` of the expected one, relative to it; 0 and infinite ones exactly. */
export function expectRelative(actual: number, expected: number, tolerance: number): void {
	if (expected === 0 || !Number.isFinite(expected))
		expect(actual === expected ? expected : actual).toBe(expected);
	else
		expect(Math.abs(actual / expected - 1), `${actual} instead of ${expected}`).toBeLessThanOrEqual(
			tolerance,
		);
}

/** Expects both bounds to be the published ones to that many digits behind the point. */
export function expectDigits(
	{ lower, upper }: Bounds,
	published: readonly (number | undefined)[],
	digits: number,
): void {
	expect([lower, upper].map((bound) => Number(bound.toFixed(digits)))).toEqual(published);
}
