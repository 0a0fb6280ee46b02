import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { meanBounds, pairedT, skewness, summarize } from '../../src/stats/mean.ts';
import { anyAlpha, expectNested } from './any-bounds.ts';
import { darwin, sleep } from './classics.ts';
import { expectDigits } from './within.ts';

const score = fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true }));
const scores = fc.array(score, { minLength: 2, maxLength: 40, size: 'max' });
const unit = { min: 0, max: 1 };

describe('a mean', () => {
	it('is that of the paired t test: Fisher’s Darwin data, R’s sleep', () => {
		expect(pairedT(darwin)).toEqual({
			t: expect.closeTo(2.147987, 6),
			df: 14,
			p: expect.closeTo(0.0497029, 7),
		});
		expect(pairedT(sleep)).toEqual({
			t: expect.closeTo(-4.062128, 6),
			df: 9,
			p: expect.closeTo(0.00283289, 8),
		});
		expectDigits(meanBounds(summarize(sleep), 0.025), [-2.4598858, -0.7001142], 7);
	});

	it('is summarized without losing digits far from 0', () => {
		const far = summarize([4, 7, 13, 16].map((value) => value + 1e9));
		expect(far).toEqual({ n: 4, mean: 1e9 + 10, sd: expect.closeTo(Math.sqrt(30), 9) });
		expect(summarize([3])).toEqual({ n: 1, mean: 3, sd: Number.NaN });
		expect(summarize([])).toEqual({ n: 0, mean: Number.NaN, sd: Number.NaN });
	});

	it('of 30 perfect scores is not proved to be near 1', () => {
		const { lower, upper } = meanBounds({ n: 30, mean: 1, sd: 0 }, 0.05, unit);
		expect(lower).toBeCloseTo(0.05 ** (1 / 30), 12);
		expect(upper).toBe(1);
		expect(meanBounds({ n: 30, mean: 0, sd: 0 }, 0.05, { min: -1, max: 1 })).toEqual({
			lower: expect.closeTo(0.05 ** (1 / 30) - 1, 12),
			upper: expect.closeTo(1 - 0.05 ** (1 / 30), 12),
		});
	});

	it('of one value is not bounded', () => {
		expect(meanBounds(summarize([0.7]), 0.05, unit)).toEqual({ lower: 0, upper: 1 });
		expect(meanBounds(summarize([0.7]), 0.05)).toEqual({ lower: -Infinity, upper: Infinity });
	});

	it('has bounds by the degrees of freedom given', () => {
		const few = meanBounds({ n: 100, mean: 0.5, sd: 0.1, df: 4 }, 0.05);
		expect(few.upper).toBeCloseTo(0.5 + 2.131846786 * 0.01, 8);
	});

	it('of equal values in clusters proves no more than one of each cluster', () => {
		const { lower } = meanBounds({ n: 100, mean: 1, sd: 0, df: 9 }, 0.05, unit);
		expect(lower).toBeCloseTo(0.05 ** (1 / 10), 12);
	});

	it('has a bound further out on the side of its long tail', () => {
		const values = [1, 1, 1, 1, 1, 1, 1, 1, 0.5, 0];
		const summary = summarize(values);
		// (−0.15³ … )/ sd³ by hand: mean 0.85, Σ(x − mean)³ = 8 · 0.003375 − 0.042875 − 0.614125.
		const skew = skewness(values, summary);
		expect(skew).toBeCloseTo((8 * 0.003375 - 0.042875 - 0.614125) / 10 / summary.sd ** 3, 12);
		const plain = meanBounds(summary, 0.05);
		const skewed = meanBounds({ ...summary, skew }, 0.05);
		const t = 1.8331129326562;
		const se = summary.sd / Math.sqrt(10);
		expect(plain.lower - skewed.lower).toBeCloseTo((se * -skew * (2 * t * t + 1)) / (6 * Math.sqrt(10)), 7);
		expect(skewed.upper).toBe(plain.upper);
		expect(skewness([0.5, 0.5], summarize([0.5, 0.5]))).toBe(0);
	});

	it('has bounds that contain it, stay in range, and are narrower for a larger alpha and without the guard', () => {
		fc.assert(
			fc.property(scores, anyAlpha, anyAlpha, (values, one, other) => {
				const summary = summarize(values);
				const wide = meanBounds(summary, Math.min(one, other), unit);
				const narrow = meanBounds(summary, Math.max(one, other), unit);
				expectNested({ lower: 0, upper: 1 }, wide);
				expectNested(wide, narrow);
				expectNested(narrow, { lower: summary.mean, upper: summary.mean });
				const { lower, upper } = meanBounds(summary, Math.max(one, other));
				expectNested(narrow, { lower: Math.max(0, lower), upper: Math.min(1, upper) });
			}),
			{ seed: 10, numRuns: 300 },
		);
	});

	it('has bounds that are mirrored when the runs are swapped, whatever the order of the questions', () => {
		fc.assert(
			fc.property(scores, anyAlpha, (values, alpha) => {
				const both = { min: -1, max: 1 };
				const { lower, upper } = meanBounds(summarize(values), alpha, both);
				const swapped = meanBounds(summarize(values.map((value) => -value).reverse()), alpha, both);
				expect(swapped.lower).toBeCloseTo(-upper, 9);
				expect(swapped.upper).toBeCloseTo(-lower, 9);
				expect(pairedT(values).p).toBeCloseTo(pairedT(values.map((value) => -value).reverse()).p, 6);
			}),
			{ seed: 11, numRuns: 300 },
		);
	});

	it('of differences without spread gives no p-value to rely on', () => {
		expect(pairedT([0.5, 0.5, 0.5])).toEqual({ t: Number.NaN, df: 2, p: 1 });
		expect(pairedT([0, 0])).toEqual({ t: Number.NaN, df: 1, p: 1 });
	});

	it.each([
		['no value', () => meanBounds({ n: 0, mean: 0, sd: 0 }, 0.05)],
		['a mean that is not a number', () => meanBounds(summarize([1, Number.NaN]), 0.05)],
		['a mean out of range', () => meanBounds({ n: 5, mean: 1.1, sd: 0.1 }, 0.05, unit)],
		['no sd', () => meanBounds({ n: 5, mean: 1, sd: Number.NaN }, 0.05, unit)],
		['a skewness that is not a number', () => meanBounds({ n: 5, mean: 1, sd: 0, skew: Number.NaN }, 0.05)],
		['alpha', () => meanBounds({ n: 5, mean: 1, sd: 0 }, 0.7)],
		['alpha where one value bounds nothing', () => meanBounds({ n: 1, mean: 1, sd: 0 }, 0)],
		['a t test of one', () => pairedT([1])],
		['a t test of NaN', () => pairedT([1, Number.NaN])],
	])('throws a RangeError for %s', (_, impossible) => {
		expect(impossible).toThrow(RangeError);
	});
});
