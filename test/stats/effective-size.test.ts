import { describe, expect, it } from 'vitest';
import { clusteredError } from '../../src/stats/clusters.ts';
import { tQuantile } from '../../src/stats/distributions.ts';
import { effectiveSize, independentSize } from '../../src/stats/effective-size.ts';

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

	it.each([0.5, 1e-10, 1e-20, 1e-100, Number.MIN_VALUE])(
		'is a number above 0 for an alpha of %f',
		(small) => {
			const size = effectiveSize([1, 0, 1, 0, 0, 1], { clusterOf: [0, 0, 1, 1, 2, 2], clusters: 3 }, small);
			expect(size).toBeGreaterThanOrEqual(0);
			expect(size).toBeLessThanOrEqual(6);
		},
	);

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

describe('how many independent 0s and 1s grouped values are worth', () => {
	/** Groups of the given sizes, all 0 but for those that are all 1. */
	const whole = (sizes: readonly number[], ones: ReadonlySet<number>) => ({
		values: sizes.flatMap((size, group) => new Array(size).fill(ones.has(group) ? 1 : 0)),
		clusterOf: sizes.flatMap((size, group) => new Array(size).fill(group)),
		clusters: sizes.length,
	});
	const sizes = Array.from({ length: 200 }, (_, group) => 1 + ((group * 4) % 9));

	it('is Kish’s number of groups where they differ as wholes, whichever they are', () => {
		const n = sizes.reduce((sum, size) => sum + size, 0);
		const kish = (n * n) / sizes.reduce((sum, size) => sum + size * size, 0);
		for (const size of [1, 2, 5]) {
			// Four small groups say less of how large a group that differs may be than their standard error claims.
			const ones = new Set([...sizes.keys()].filter((group) => sizes[group] === size).slice(0, 4));
			const { values, ...clustering } = whole(sizes, ones);
			const worth = independentSize(values, clustering) as number;
			expect(worth).toBeLessThanOrEqual(kish + 1e-6);
			expect(worth).toBeGreaterThan(0.7 * kish);
		}
	});

	it('is that of the standard error where the large groups differ', () => {
		const ones = new Set([...sizes.keys()].filter((group) => sizes[group] === 9).slice(0, 4));
		const { values, ...clustering } = whole(sizes, ones);
		const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
		const residuals = values.map((value) => value - mean);
		const { se } = clusteredError(residuals, clustering.clusterOf, clustering.clusters);
		expect(independentSize(values, clustering)).toBeCloseTo((mean * (1 - mean)) / se ** 2, 0);
	});

	it('is by the intraclass correlation of all groups, by hand', () => {
		// The one-way analysis of variance, written out.
		const groups = [[1], [1, 1], [0, 0], [1, 0, 0]];
		const values = groups.flat();
		const clusterOf = groups.flatMap((group, at) => group.map(() => at));
		const mean = 1 / 2;
		const between = (0.5 ** 2 + 2 * 0.5 ** 2 + 2 * 0.5 ** 2 + 3 * (1 / 2 - 1 / 3) ** 2) / 3;
		const within = 2 / 3 / 4;
		const usual = (8 - (1 + 4 + 4 + 9) / 8) / 3;
		const correlation = (between - within) / (between + (usual - 1) * within);
		const kish = 8 / (1 + (18 / 8 - 1) * correlation);
		const { se } = clusteredError(
			values.map((value) => value - mean),
			clusterOf,
			4,
		);
		const claimed = (8 * mean * (1 - mean)) / (7 * se ** 2);
		expect(correlation).toBeGreaterThan(0);
		expect(kish).toBeLessThan(claimed);
		expect(independentSize(values, { clusterOf, clusters: 4 })).toBeCloseTo(kish, 12);
	});

	it('is unknown where no group differs', () => {
		const { values, ...clustering } = whole([2, 2, 2], new Set());
		expect(independentSize(values, clustering)).toBeUndefined();
	});
});
