import { describe, expect, it } from 'vitest';
import { tQuantile } from '../../src/stats/distributions.ts';
import { effectiveSize } from '../../src/stats/effective-size.ts';

const alpha = 0.05;

describe('the effective size of grouped 0s and 1s', () => {
	it('is the formula’s, by hand', () => {
		// Share 1/2; the groups' residuals sum to 1, 0, −1 and 0, so that SE² = 4/3 · 2 / 64 and the design effect is 7/6.
		const ones = [1, 1, 1, 0, 0, 0, 0, 1];
		const clusterOf = [0, 0, 1, 1, 2, 2, 3, 3];
		const degrees = tQuantile(0.95, 7) / tQuantile(0.95, 3);
		expect(effectiveSize(ones, { clusterOf, clusters: 4 }, alpha)).toBeCloseTo(
			(8 / (7 / 6)) * degrees ** 2,
			12,
		);
		expect(effectiveSize(ones, { clusterOf, clusters: 4 }, 0.5)).toBeCloseTo(8 / (7 / 6), 12);
	});

	it('is that of all values where each is a group of its own', () => {
		expect(effectiveSize([1, 0, 0, 1, 1], { clusterOf: [0, 1, 2, 3, 4], clusters: 5 }, alpha)).toBeCloseTo(
			5,
			12,
		);
	});

	it('is never more than there are values', () => {
		// Groups that balance within themselves are more alike than chance would have them.
		const balanced = { clusterOf: [0, 0, 0, 1, 1, 1, 2, 2, 2], clusters: 3 };
		expect(effectiveSize([1, 1, 0, 1, 0, 1, 1, 0, 0], balanced, 0.5)).toBe(9);
	});

	it('is the number of groups where no effect shows, and nothing of fewer than two', () => {
		const pairs = { clusterOf: [0, 0, 1, 1], clusters: 2 };
		expect(effectiveSize([1, 1, 1, 1], pairs, alpha)).toBe(2);
		expect(effectiveSize([0, 0, 0, 0], pairs, alpha)).toBe(2);
		expect(effectiveSize([1, 0, 0, 1], pairs, alpha)).toBe(2);
		const three = { clusterOf: [0, 0, 1, 1, 2, 2], clusters: 3 };
		for (const value of [0, 1]) expect(effectiveSize(new Array(6).fill(value), three, alpha)).toBe(3);
		expect(effectiveSize([1, 0], { clusterOf: [0, 0], clusters: 1 }, alpha)).toBe(0);
	});
});
