import { expect } from 'vitest';

/** Expects a number within `tolerance` of the expected one, relative to it; 0 and infinite ones exactly. */
export function expectRelative(actual: number, expected: number, tolerance: number): void {
	if (expected === 0 || !Number.isFinite(expected))
		expect(actual === expected ? expected : actual).toBe(expected);
	else
		expect(Math.abs(actual / expected - 1), `${actual} instead of ${expected}`).toBeLessThanOrEqual(
			tolerance,
		);
}
