import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bounds } from '../../src/stats/bounds.ts';
import type { Clustering } from '../../src/stats/effective-size.ts';
import { clusteredQuantile, quantileBounds, quantileRanks } from '../../src/stats/quantile-bounds.ts';
import { column, draws } from './draws.ts';

function clusteredQuantileBounds(
	values: ArrayLike<number>,
	q: number,
	clustering: Clustering,
	alpha: number,
): Bounds {
	return clusteredQuantile(values, q, clustering)(alpha);
}

/** P(X <= k) of a binomial, by the sum of its terms in logarithms. */
function cdfBySum(k: number, n: number, p: number): number {
	let sum = 0;
	let logTerm = n * Math.log1p(-p);
	for (let i = 0; i <= k; i++) {
		sum += Math.exp(logTerm);
		logTerm += Math.log((n - i) / (i + 1)) + Math.log(p / (1 - p));
	}
	return sum;
}

const ranks = (n: number) => column(n, (index) => index + 1);

describe('quantileRanks', () => {
	it.each([
		// Conover, Practical Nonparametric Statistics: two-sided 95 % for the median of 16, and of 10 (97.85 %: 2 … 9).
		[0.5, 10, 0.025, 2, 9],
		[0.5, 16, 0.025, 4, 13],
		// The sign test's table, one-sided 5 %: 5 (P <= 5 is 2.07 %, P <= 6 is 5.77 %) of 20.
		[0.5, 20, 0.05, 6, 15],
		[0.5, 100, 0.025, 40, 61],
	])('of the %d-quantile of %d values at α = %d are %d and %d', (q, n, alpha, lower, upper) => {
		expect(quantileRanks(q, n, alpha)).toEqual({ lower, upper });
	});

	it.each([
		// Wilks 1942: 0.95 ** n <= α.
		[0.95, 0.05, 59],
		[0.95, 0.025, 72],
		[0.95, 0.01, 90],
		[0.99, 0.05, 299],
		[0.9, 0.05, 29],
		[0.5, 0.05, 5],
	])('have an upper one for the %d-quantile at α = %d from n = %d on', (q, alpha, n) => {
		expect(quantileRanks(q, n, alpha).upper).toBe(n);
		expect(quantileBounds(ranks(n), q, n, alpha).upper).toBe(n);
		expect(quantileBounds(ranks(n - 1), q, n - 1, alpha).upper).toBe(Infinity);
	});

	it('miss with probability α at most, and with the next rank inwards with more', () => {
		for (const q of [0.05, 0.5, 0.9, 0.95, 0.99])
			for (const n of [1, 2, 7, 20, 59, 60, 93, 200, 500])
				for (const alpha of [0.01, 0.025, 0.05, 0.1]) {
					const { lower, upper } = quantileRanks(q, n, alpha);
					// The bound at rank r misses from below when fewer than r values lie under the quantile.
					if (lower >= 1) expect(cdfBySum(lower - 1, n, q)).toBeLessThanOrEqual(alpha);
					expect(cdfBySum(lower, n, q)).toBeGreaterThanOrEqual(alpha);
					if (upper <= n) expect(1 - cdfBySum(upper - 1, n, q)).toBeLessThanOrEqual(alpha + 1e-12);
					if (upper >= 2) expect(1 - cdfBySum(upper - 2, n, q)).toBeGreaterThan(alpha);
				}
	});

	it('narrow as alpha grows', () => {
		const alpha = fc.double({ min: 0.001, max: 0.5, noNaN: true });
		const q = fc.double({ min: 0.01, max: 0.99, noNaN: true });
		fc.assert(
			fc.property(q, fc.integer({ min: 1, max: 2000 }), alpha, alpha, (quantile, n, one, other) => {
				const wide = quantileRanks(quantile, n, Math.min(one, other));
				const narrow = quantileRanks(quantile, n, Math.max(one, other));
				expect(narrow.lower).toBeGreaterThanOrEqual(wide.lower);
				expect(narrow.upper).toBeLessThanOrEqual(wide.upper);
			}),
			{ seed: 5 },
		);
	});

	it('of an imagined sample are the ranks of the real one, outwards', () => {
		expect(quantileRanks(0.95, 50, 0.05).upper).toBe(51);
		expect(quantileRanks(0.95, 50, 0.05, 59 / 50).upper).toBe(50);
		const { lower, upper } = quantileRanks(0.5, 10_000, 0.05);
		expect(quantileRanks(0.5, 100, 0.05, 100)).toEqual({
			lower: Math.floor(lower / 100),
			upper: Math.ceil(upper / 100),
		});
		expect(quantileRanks(0.5, 100, 0.05, 0.001)).toEqual({ lower: 0, upper: 101 });
	});

	it('are only for what can be', () => {
		for (const [q, n, alpha, times] of [
			[0, 10, 0.05, 1],
			[1, 10, 0.05, 1],
			[Number.NaN, 10, 0.05, 1],
			[0.5, 0, 0.05, 1],
			[0.5, Number.NaN, 0.05, 1],
			[0.5, 10, 0, 1],
			[0.5, 10, 0.6, 1],
			[0.5, 10, 0.05, 0],
			[0.5, 10, 0.05, Infinity],
		] as const)
			expect(() => quantileRanks(q, n, alpha, times)).toThrow(RangeError);
	});
});

describe('quantileBounds', () => {
	it('are Infinity where they fall on a failed trial', () => {
		// Of 100, the upper bound of p95 is the 99th.
		expect(quantileRanks(0.95, 100, 0.05)).toEqual({ lower: 91, upper: 99 });
		expect(quantileBounds(ranks(99), 0.95, 100, 0.05)).toEqual({ lower: 91, upper: 99 });
		expect(quantileBounds(ranks(98), 0.95, 100, 0.05)).toEqual({ lower: 91, upper: Infinity });
		expect(quantileBounds(ranks(90), 0.95, 100, 0.05)).toEqual({ lower: Infinity, upper: Infinity });
		expect(() => quantileBounds(ranks(3), 0.5, 2, 0.05)).toThrow(RangeError);
	});

	it.each([1, 2])('do not exist for %d values', (n) => {
		expect(quantileBounds(ranks(n), 0.5, n, 0.05)).toEqual({ lower: -Infinity, upper: Infinity });
	});

	it('move with the values: any increasing change of scale', () => {
		const sorted = column(80, (index) => index ** 1.5).sort();
		const { lower, upper } = quantileBounds(sorted, 0.9, 80, 0.05);
		const logs = quantileBounds(sorted.map(Math.log1p), 0.9, 80, 0.05);
		expect(logs).toEqual({ lower: Math.log1p(lower), upper: Math.log1p(upper) });
	});
});

describe('clusteredQuantile', () => {
	const { normal } = draws(11);
	const values = column(300, () => normal());
	const own = { clusterOf: column(300, (index) => index), clusters: 300 };

	it('with a cluster for every value are those without clusters', () => {
		const sorted = values.slice().sort();
		for (const q of [0.5, 0.9, 0.95])
			expect(clusteredQuantileBounds(values, q, own, 0.05)).toEqual(quantileBounds(sorted, q, 300, 0.05));
	});

	it('of clusters whose members are all alike are those of one member each', () => {
		const repeated = column(1200, (index) => values[index % 300] as number);
		const clustering = { clusterOf: column(1200, (index) => index % 300), clusters: 300 };
		const sorted = values.slice().sort();
		for (const q of [0.5, 0.95]) {
			const { lower, upper } = clusteredQuantileBounds(repeated, q, clustering, 0.05);
			const single = quantileBounds(sorted, q, 300, 0.05);
			// The ratio of t quantiles (1,199 and 299 degrees of freedom) may cost a value.
			const near = (bound: number) => Math.abs(sorted.indexOf(bound) - sorted.indexOf(lower));
			expect(near(single.lower)).toBeLessThanOrEqual(1);
			expect(lower).toBeLessThanOrEqual(single.lower);
			expect(upper).toBeGreaterThanOrEqual(single.upper);
			expect(sorted.indexOf(upper) - sorted.indexOf(single.upper)).toBeLessThanOrEqual(1);
		}
	});

	it('are no surer than one value a cluster where all values are equal', () => {
		const equal = new Float64Array(1000).fill(7);
		const of = (clusters: number) => ({ clusterOf: column(1000, (index) => index % clusters), clusters });
		expect(clusteredQuantileBounds(equal, 0.95, of(59), 0.05)).toEqual({ lower: 7, upper: 7 });
		expect(clusteredQuantileBounds(equal, 0.95, of(58), 0.05)).toEqual({ lower: 7, upper: Infinity });
	});

	it('do not exist for fewer than two clusters, whatever is in them', () => {
		const all = { clusterOf: new Float64Array(300), clusters: 1 };
		const nothing = { lower: -Infinity, upper: Infinity };
		expect(clusteredQuantileBounds(values, 0.5, all, 0.05)).toEqual(nothing);
		expect(clusteredQuantileBounds([], 0.5, { clusterOf: [], clusters: 0 }, 0.05)).toEqual(nothing);
		expect(clusteredQuantileBounds([4], 0.5, { clusterOf: [0], clusters: 1 }, 0.05)).toEqual(nothing);
	});

	it('count failed trials as slower than any, and refuse NaN', () => {
		const failing = values.map((value, index) => (index < 30 ? Infinity : value));
		expect(clusteredQuantileBounds(failing, 0.95, own, 0.05)).toEqual({ lower: Infinity, upper: Infinity });
		expect(() => clusteredQuantileBounds([1, Number.NaN], 0.5, own, 0.05)).toThrow(RangeError);
	});

	it('do not depend on the order of values or on the names of clusters', () => {
		const clusterOf = column(300, (index) => index % 25);
		const bounds = clusteredQuantileBounds(values, 0.9, { clusterOf, clusters: 25 }, 0.05);
		const reversed = clusteredQuantileBounds(
			values.slice().reverse(),
			0.9,
			{ clusterOf: clusterOf.map((cluster) => 24 - cluster).reverse(), clusters: 25 },
			0.05,
		);
		expect(reversed).toEqual(bounds);
	});
});
