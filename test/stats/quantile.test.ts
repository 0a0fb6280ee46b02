import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearestRank, rankOf } from '../../src/stats/quantile.ts';

describe('nearestRank', () => {
	it.each([
		[[15, 20, 35, 40, 50], 0.05, 15],
		[[15, 20, 35, 40, 50], 0.3, 20],
		[[15, 20, 35, 40, 50], 0.4, 20],
		[[15, 20, 35, 40, 50], 0.5, 35],
		[[15, 20, 35, 40, 50], 1, 50],
		[[3], 0.01, 3],
		[[1, 2], 0.5, 1],
		[[1, 2], 0.51, 2],
	])('of %j at %d is %d', (sorted, q, expected) => {
		expect(nearestRank(sorted, q)).toBe(expected);
	});

	it('takes the whole number that q · n misses by a rounding error', () => {
		expect(0.07 * 100).toBeGreaterThan(7);
		expect(rankOf(0.07, 100)).toBe(7);
		expect(rankOf(0.95, 100)).toBe(95);
		expect(rankOf(0.99, 1000)).toBe(990);
	});

	it('throws when the rank falls on a value that is not there, never guessing one', () => {
		expect(() => nearestRank([], 0.5)).toThrow(RangeError);
		expect(() => nearestRank([1, 2, 3], 0.95, 4)).toThrow(/rank 4 of 4/);
		expect(nearestRank([1, 2, 3], 0.5, 4)).toBe(2);
	});

	it('is the smallest observed value that at least q of the sample do not exceed', () => {
		const sample = fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 1, maxLength: 60 });
		const percent = fc.integer({ min: 1, max: 100 });
		fc.assert(
			fc.property(sample, percent, (values, p) => {
				const sorted = Float64Array.from(values).sort();
				const found = nearestRank(sorted, p / 100);
				// In whole numbers, so that the test has no rounding of its own.
				const enough = (limit: number) =>
					values.filter((value) => value <= limit).length * 100 >= p * values.length;
				expect(values).toContain(found);
				expect(enough(found)).toBe(true);
				for (const smaller of values.filter((value) => value < found)) expect(enough(smaller)).toBe(false);
			}),
		);
	});
});
