import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketQuantile } from '../../src/stats/bucket-quantile.ts';

const known = [
	{ edge: 0, count: 6 },
	{ edge: 0.5, count: 11 },
	{ edge: 1, count: 14 },
	{ edge: Infinity, count: 19 },
];

describe('the quantile of a histogram', () => {
	it('is where histogram_quantile puts it, between the edges that are sure', () => {
		const found = bucketQuantile(0.5, known);
		expect(found).toMatchObject({ above: 0, atMost: 0.5 });
		expect(found.estimate).toBeCloseTo(0.35, 12);
		// 12.35 of 19: 1.35 of the 3 between 0.5 and 1.
		expect(bucketQuantile(0.65, known).estimate).toBeCloseTo(0.725, 12);
	});

	it('is the last finite edge at least when it lies above all of them', () => {
		expect(bucketQuantile(0.95, known)).toEqual({ above: 1, atMost: Infinity, estimate: 1 });
	});

	it('is in a bucket that ends with the very sample it asks for', () => {
		const hundred = [
			{ edge: 1, count: 7 },
			{ edge: 2, count: 100 },
			{ edge: Infinity, count: 100 },
		];
		expect(bucketQuantile(0.07, hundred)).toMatchObject({ atMost: 1 });
		expect(bucketQuantile(0.0701, hundred)).toMatchObject({ above: 1, atMost: 2 });
	});

	it('has no estimate where nothing is known', () => {
		expect(bucketQuantile(0.5, [{ edge: Infinity, count: 9 }]).estimate).toBeNaN();
	});

	it('lies in the bucket that the same quantile of the samples lies in', () => {
		const q = fc.integer({ min: 1, max: 99 }).map((percent) => percent / 100);
		fc.assert(
			fc.property(q, fc.array(fc.integer({ min: -5, max: 20 }), { minLength: 1 }), (share, samples) => {
				const sorted = samples.toSorted((one, other) => one - other);
				const truth = sorted[Math.ceil(share * sorted.length - 1e-9) - 1] ?? Number.NaN;
				const edges = [-2, 0, 1, 5, 10, Infinity];
				const { above, atMost } = bucketQuantile(
					share,
					edges.map((edge) => ({ edge, count: samples.filter((sample) => sample <= edge).length })),
				);
				expect(truth).toBeGreaterThan(above);
				expect(truth).toBeLessThanOrEqual(atMost);
			}),
		);
	});
});
