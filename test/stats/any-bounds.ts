import fc from 'fast-check';
import { expect } from 'vitest';
import type { Bounds } from '../../src/stats/bounds.ts';

/** Any error that a one-sided bound may have. */
export const anyAlpha = fc.double({ min: 1e-4, max: 0.5, noNaN: true });

const rounding = 1e-9;

/** Expects the inner bounds to lie within the outer ones, but for rounding. */
export function expectNested(outer: Bounds, inner: Bounds): void {
	expect(inner.lower).toBeGreaterThanOrEqual(outer.lower - rounding * (1 + Math.abs(inner.lower)));
	expect(inner.upper).toBeLessThanOrEqual(outer.upper + rounding * (1 + Math.abs(inner.upper)));
}
