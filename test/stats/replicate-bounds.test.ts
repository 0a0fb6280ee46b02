import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bootstrapSums, jackknifeSums } from '../../src/stats/bootstrap.ts';
import { tCdf } from '../../src/stats/distributions.ts';
import { bcaBounds, percentileBounds } from '../../src/stats/replicate-bounds.ts';
import { column } from './draws.ts';

const nothing = { lower: -Infinity, upper: Infinity };
/** So many that the expansion of α is none. */
const many = 1e12;
const upTo = (count: number) => column(count, (index) => index + 1);
/** Jackknife values without skewness. */
const even = column(1000, (index) => (index % 2 ? 1 : -1));
/** The α that, expanded for n units, is the normal one at z. */
const unexpanded = (z: number, n: number) => tCdf(-z / Math.sqrt(n / (n - 1)), n - 1);

describe('percentileBounds', () => {
	it('are the ⌊(B + 1)α⌋-th smallest and largest', () => {
		expect(percentileBounds(upTo(1999), 0.05, many)).toEqual({ lower: 100, upper: 1900 });
		expect(percentileBounds(upTo(2000), 0.05, many)).toEqual({ lower: 100, upper: 1901 });
		expect(percentileBounds(upTo(2000).reverse(), 0.025, many)).toEqual({ lower: 50, upper: 1951 });
		expect(percentileBounds(upTo(19), 0.05, many)).toEqual({ lower: 1, upper: 19 });
		expect(percentileBounds(upTo(18), 0.05, many)).toEqual(nothing);
	});

	it('are wider for few units: at Φ(−t √(n / (n − 1)))', () => {
		// t(0.95; 9) = 1.833113, times √(10 / 9) is 1.932270, and Φ of less than that 0.026663.
		expect(percentileBounds(upTo(9999), 0.05, 10)).toEqual({ lower: 266, upper: 9734 });
		expect(percentileBounds(upTo(9999), 0.05, 2)).toEqual(nothing);
		for (const units of [0, 1, Number.NaN])
			expect(percentileBounds(upTo(9999), 0.05, units)).toEqual(nothing);
	});

	it('count a NaN against either bound', () => {
		const some = upTo(1999).map((value) => (value > 1990 ? Number.NaN : value));
		expect(percentileBounds(some, 0.05, many)).toEqual({ lower: 91, upper: 1900 });
		const more = upTo(1999).map((value) => (value > 1899 ? Number.NaN : value));
		expect(percentileBounds(more, 0.05, many)).toEqual(nothing);
		expect(percentileBounds(new Float64Array(1999).fill(Number.NaN), 0.05, many)).toEqual(nothing);
		expect(percentileBounds([], 0.05, many)).toEqual(nothing);
	});

	it('narrow as alpha grows, and mirror with the replicates', () => {
		const replicates = fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 300 });
		const alpha = fc.double({ min: 0.001, max: 0.5, noNaN: true });
		fc.assert(
			fc.property(replicates, alpha, alpha, fc.integer({ min: 2, max: 500 }), (values, one, other, units) => {
				const wide = percentileBounds(values, Math.min(one, other), units);
				const narrow = percentileBounds(values, Math.max(one, other), units);
				expect(narrow.lower).toBeGreaterThanOrEqual(wide.lower);
				expect(narrow.upper).toBeLessThanOrEqual(wide.upper);
				const mirrored = percentileBounds(
					values.map((value) => -value),
					one,
					units,
				);
				const plain = percentileBounds(values, one, units);
				expect([0 - mirrored.upper, 0 - mirrored.lower]).toEqual([0 + plain.lower, 0 + plain.upper]);
			}),
			{ seed: 5 },
		);
	});
});

describe('bcaBounds', () => {
	it('are those of the spatial test data (Efron & Tibshirani 1993, table 14.2)', () => {
		const score = [
			48, 36, 20, 29, 42, 42, 20, 42, 22, 41, 45, 14, 6, 0, 33, 28, 34, 4, 32, 24, 47, 41, 24, 26, 30, 41,
		];
		const n = score.length;
		const columns = [score, score.map((value) => value * value), new Float64Array(n).fill(1)];
		const variance = ([sum = 0, squares = 0, count = 0]: ArrayLike<number> & Iterable<number>) =>
			squares / count - (sum / count) ** 2;
		const estimate = variance(
			columns.map((values) => Array.from(values).reduce((sum, value) => sum + value, 0)),
		);
		expect(estimate).toBeCloseTo(171.5, 1);
		const replicates = bootstrapSums(columns, variance, { seed: 1, resamples: 50_000 });
		const alpha = unexpanded(1.6449, n);
		// The book, of 2,000 replicates: percentile (100.8, 233.9), BCa (115.8, 259.6). A plain program (Python's random,
		// 100,000 replicates): (98.1, 235.7) and (115.5, 260.9), a = 0.0612 as in the book.
		const percentile = percentileBounds(replicates, alpha, n);
		expect(Math.abs(percentile.lower - 98.1)).toBeLessThan(1.5);
		expect(Math.abs(percentile.upper - 235.7)).toBeLessThan(1.5);
		const bca = bcaBounds(replicates, estimate, jackknifeSums(columns, variance), alpha);
		expect(Math.abs(bca.lower - 115.8)).toBeLessThan(1.5);
		expect(Math.abs(bca.upper - 260.9)).toBeLessThan(1.5);
	});

	it('without bias and skewness are the percentile bounds', () => {
		const replicates = upTo(1999);
		expect(bcaBounds(replicates, 1000, even, 0.05)).toEqual(percentileBounds(replicates, 0.05, 1000));
	});

	it('mirror with their sample, and narrow as alpha grows', () => {
		const number = fc.double({ min: -1e6, max: 1e6, noNaN: true });
		const numbers = fc.array(number, { minLength: 2, maxLength: 200 });
		const alpha = fc.double({ min: 0.001, max: 0.5, noNaN: true });
		const negative = (values: readonly number[]) => values.map((value) => 0 - value);
		fc.assert(
			fc.property(numbers, numbers, alpha, alpha, fc.nat(), (replicates, jackknife, one, other, pick) => {
				const estimate = replicates[pick % replicates.length] as number;
				const plain = bcaBounds(replicates, estimate, jackknife, one);
				const mirrored = bcaBounds(negative(replicates), 0 - estimate, negative(jackknife), one);
				expect([0 - mirrored.upper, 0 - mirrored.lower]).toEqual([0 + plain.lower, 0 + plain.upper]);
				const wide = bcaBounds(replicates, estimate, jackknife, Math.min(one, other));
				const narrow = bcaBounds(replicates, estimate, jackknife, Math.max(one, other));
				expect(narrow.lower).toBeGreaterThanOrEqual(wide.lower);
				expect(narrow.upper).toBeLessThanOrEqual(wide.upper);
			}),
			{ seed: 5, numRuns: 300 },
		);
	});

	it('move towards the side that most replicates miss, and with the skewness', () => {
		const replicates = upTo(1999);
		const plain = percentileBounds(replicates, 0.05, 1000);
		const biased = bcaBounds(replicates, 1100, even, 0.05);
		expect(biased.lower).toBeGreaterThan(plain.lower);
		expect(biased.upper).toBeGreaterThan(plain.upper);
		// Influence skewed to the right is a jackknife skewed to the left.
		const skewed = column(1000, (index) => -Math.exp(index / 250));
		const accelerated = bcaBounds(replicates, 1000, skewed, 0.05);
		expect(accelerated.lower).toBeGreaterThan(plain.lower);
		expect(accelerated.upper).toBeGreaterThan(plain.upper);
	});

	it('are accelerated by a sixth of the skewness', () => {
		// Of 1,000 influence values 100 are 1 and the others −1/9: a = 98.765 / (6 · 111.11^1.5) = 0.0140546, and at z = −1.6449
		// the levels are Φ(z / (1 − a z)) = 0.053947 and 1 − Φ(−z / (1 + a z)) = 0.046108 (Python's statistics module).
		const jackknife = column(1000, (index) => (index < 100 ? -1 : 1 / 9));
		expect(bcaBounds(upTo(19_999), 10_000, jackknife, unexpanded(1.6449, 1000))).toEqual({
			lower: 1078,
			upper: 20_000 - 922,
		});
	});

	it('count ties with the estimate half', () => {
		// A third below, a third at, a third above the estimate: no bias.
		const thirds = column(1998, (index) => (index < 666 ? index : index < 1332 ? 1000 : index + 1));
		expect(bcaBounds(thirds, 1000, even, 0.05)).toEqual(percentileBounds(thirds, 0.05, 1000));
	});

	it('are the estimate where every replicate is', () => {
		// The mean of thirty times 0.1 is not 0.1 in doubles; that of 0.5 is.
		for (const value of [0.1, 0.5]) {
			const bounds = bcaBounds(
				new Float64Array(2000).fill(value),
				value,
				new Float64Array(32).fill(value),
				0.05,
			);
			expect(bounds).toEqual({ lower: value, upper: value });
		}
	});

	it('hold the estimate and all replicates where these lie on one side of it', () => {
		expect(bcaBounds(upTo(1999), 0.5, even, 0.05)).toEqual({ lower: 0.5, upper: 1999 });
		expect(bcaBounds(upTo(1999), 3000, even, 0.05)).toEqual({ lower: 1, upper: 3000 });
	});

	it('are infinite where something is not known', () => {
		const replicates = upTo(1999);
		const hole = replicates.map((value) => (value === 7 ? Number.NaN : value));
		expect(bcaBounds(hole, 1000, even, 0.05)).toEqual(nothing);
		expect(bcaBounds(replicates, Number.NaN, even, 0.05)).toEqual(nothing);
		expect(bcaBounds(replicates, 1000, [1, Infinity, 2], 0.05)).toEqual(nothing);
		expect(bcaBounds(replicates, 1000, [1, Number.NaN, 2], 0.05)).toEqual(nothing);
		expect(bcaBounds(replicates, 1000, [], 0.05)).toEqual(nothing);
		expect(bcaBounds(replicates, 1000, [4], 0.05)).toEqual(nothing);
		expect(bcaBounds([], 1000, even, 0.05)).toEqual(nothing);
		expect(bcaBounds(new Float64Array(2000).fill(Infinity), 1000, even, 0.05).upper).toBe(Infinity);
	});

	it('are infinite where the correction leaves the replicates', () => {
		// One influence value of 1,000 units has an acceleration of 1/6 √n = 0.167: with most replicates below it stretches.
		const spike = column(1000, (index) => (index === 0 ? -1 : 0));
		const { upper } = bcaBounds(upTo(1999), 1999, spike, 0.001);
		expect(upper).toBe(Infinity);
	});

	it('never hold a NaN, whatever comes', () => {
		const any = fc.oneof(fc.double(), fc.constantFrom(0, 1, Infinity, -Infinity, Number.NaN));
		const values = fc.array(any, { maxLength: 60 });
		const alpha = fc.double({ min: 0.001, max: 0.5, noNaN: true });
		fc.assert(
			fc.property(values, any, values, alpha, (replicates, estimate, jackknife, level) => {
				const { lower, upper } = bcaBounds(replicates, estimate, jackknife, level);
				expect(lower).not.toBeNaN();
				expect(upper).not.toBeNaN();
				const percentile = percentileBounds(replicates, level, jackknife.length);
				expect(percentile.lower).not.toBeNaN();
				expect(percentile.upper).not.toBeNaN();
			}),
			{ seed: 5, numRuns: 500 },
		);
	});

	it.each([0, 0.6, Number.NaN])('refuse an alpha of %d', (alpha) => {
		expect(() => bcaBounds(upTo(9), 5, even, alpha)).toThrow(RangeError);
		expect(() => percentileBounds(upTo(9), alpha, 9)).toThrow(RangeError);
	});
});
