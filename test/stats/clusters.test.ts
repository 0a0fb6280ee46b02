import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clusteredError } from '../../src/stats/clusters.ts';
import { summarize } from '../../src/stats/mean.ts';

const residualsOf = (values: readonly number[]) => {
	const { mean } = summarize(values);
	return values.map((value) => value - mean);
};

describe('a clustered standard error', () => {
	it('is that of the mean of independent values where each is its own cluster', () => {
		fc.assert(
			fc.property(
				fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 50 }),
				(values) => {
					const own = values.map((_, index) => index);
					const { se, df } = clusteredError(residualsOf(values), own, values.length);
					expect(se).toBeCloseTo(summarize(values).sd / Math.sqrt(values.length), 12);
					expect(df).toBe(values.length - 1);
				},
			),
			{ seed: 17 },
		);
	});

	it('gains nothing from copies of the same questions', () => {
		const values = [0.2, 0.9, 0.4, 0.7, 0.5];
		const copies = [...values, ...values, ...values];
		const { se } = clusteredError(
			residualsOf(copies),
			copies.map((_, index) => index % 5),
			5,
		);
		expect(se).toBeCloseTo(summarize(values).sd / Math.sqrt(5), 12);
	});

	it('is the formula’s, by hand', () => {
		// Clusters sum to 0.3, −0.5 and 0.2: √(3/2 · 0.38) / 5.
		const { se, df } = clusteredError([0.1, 0.2, -0.4, -0.1, 0.2], [0, 0, 1, 1, 2], 3);
		expect(se).toBeCloseTo(Math.sqrt(1.5 * 0.38) / 5, 12);
		expect(df).toBe(2);
	});

	it('does not exist of one cluster, and refuses what is none', () => {
		expect(clusteredError([0.5, -0.5], [0, 0], 1)).toEqual({ se: Number.NaN, df: 0 });
		expect(() => clusteredError([], [], 2)).toThrow(RangeError);
		expect(() => clusteredError([1, 2], [0], 2)).toThrow(RangeError);
		expect(() => clusteredError([1, 2], [0, 2], 2)).toThrow(RangeError);
	});
});
