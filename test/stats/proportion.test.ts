import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clopperPearson, wilson } from '../../src/stats/proportion.ts';
import { anyAlpha, expectNested } from './any-bounds.ts';
import { expectDigits } from './within.ts';

const counts = fc
	.tuple(fc.integer({ min: 1, max: 500 }), fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean())
	.map(([n, share, whole]) => ({ n, x: whole ? Math.round(n * share) : n * share }));

describe('bounds of a share', () => {
	it.each([
		// Newcombe 1998, Stat. Med. 17:857.
		{ x: 81, n: 263, alpha: 0.025, score: [0.2553, 0.3662], exact: [0.2527, 0.3676] },
		{ x: 0, n: 20, alpha: 0.025, score: [0, 0.1611], exact: [0, 0.1684] },
		{ x: 1, n: 29, alpha: 0.025, score: [0.0061, 0.1718], exact: [0.0009, 0.1776] },
	])('of $x / $n are the published ones', ({ x, n, alpha, score, exact }) => {
		expectDigits(wilson(x, n, alpha), score, 4);
		expectDigits(clopperPearson(x, n, alpha), exact, 4);
	});

	it('of no event in 300 end at 1 − α^(1/n)', () => {
		expect(clopperPearson(0, 300, 0.05).upper).toBeCloseTo(0.009936, 6);
		expect(clopperPearson(300, 300, 0.05).lower).toBeCloseTo(1 - 0.009936, 6);
	});

	for (const [name, bounds] of Object.entries({ wilson, clopperPearson })) {
		it(`contain the share and lie in [0, 1], narrower for a larger alpha: ${name}`, () => {
			fc.assert(
				fc.property(counts, anyAlpha, anyAlpha, ({ n, x }, one, other) => {
					const at = bounds(x, n, Math.min(one, other));
					expectNested({ lower: 0, upper: 1 }, at);
					expectNested(at, bounds(x, n, Math.max(one, other)));
					// The median of Clopper-Pearson's beta, which α = 0.5 asks for, can lie past a share that is not whole.
					if (one <= 0.2) expectNested(bounds(x, n, one), { lower: x / n, upper: x / n });
				}),
				{ seed: 3, numRuns: 500 },
			);
		});

		it(`never rise when a pass turns into a fail: ${name}`, () => {
			fc.assert(
				fc.property(counts, anyAlpha, ({ n, x }, alpha) => {
					const before = bounds(x, n, alpha);
					const after = bounds(Math.max(0, x - 1), n, alpha);
					expect(after.lower).toBeLessThanOrEqual(before.lower + 1e-9);
					expect(after.upper).toBeLessThanOrEqual(before.upper + 1e-9);
				}),
				{ seed: 4, numRuns: 500 },
			);
		});

		it(`are mirrored when passes are counted as fails: ${name}`, () => {
			fc.assert(
				fc.property(counts, anyAlpha, ({ n, x }, alpha) => {
					const { lower, upper } = bounds(x, n, alpha);
					const mirrored = bounds(n - x, n, alpha);
					expect(mirrored.lower).toBeCloseTo(1 - upper, 6);
					expect(mirrored.upper).toBeCloseTo(1 - lower, 6);
				}),
				{ seed: 5 },
			);
		});

		it.each([
			[1, 0, 0.05],
			[-1, 3, 0.05],
			[4, 3, 0.05],
			[Number.NaN, 3, 0.05],
			[1, Infinity, 0.05],
			[1, 3, 0],
			[1, 3, 0.6],
			[1, 3, Number.NaN],
		])(`throw a RangeError for %f of %f at alpha %f: ${name}`, (x, n, alpha) => {
			expect(() => bounds(x, n, alpha)).toThrow(RangeError);
		});
	}
});
