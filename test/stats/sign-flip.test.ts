import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { meanBounds, summarize } from '../../src/stats/mean.ts';
import { signFlip, signFlipBounds } from '../../src/stats/sign-flip.ts';
import { anyAlpha, expectNested } from './any-bounds.ts';
import { darwin } from './classics.ts';

const difference = fc.oneof(
	fc.constantFrom(0, -0.5, 0.5, 1),
	fc.integer({ min: -999, max: 999 }).map((value) => value / 999),
);
const differences = fc.array(difference, { minLength: 1, maxLength: 40, size: 'max' });

/** By the definition: every flip one by one. */
function naive(values: readonly number[]): number {
	const observed = values.reduce((sum, value) => sum + value, 0);
	let hits = 0;
	for (let flip = 0; flip < 2 ** values.length; flip++) {
		const sum = values.reduce((sum, value, index) => sum + ((flip >> index) & 1 ? -value : value), 0);
		if (sum >= observed - 1e-9) hits++;
	}
	return hits / 2 ** values.length;
}

describe('flipping signs', () => {
	it('gives Fisher’s p for the Darwin data', () => {
		expect(signFlip(darwin, { seed: 1 })).toEqual({ p: 863 / 32_768, exact: true });
	});

	it('gives what counting every flip gives', () => {
		fc.assert(
			fc.property(fc.array(difference, { minLength: 1, maxLength: 10 }), (values) => {
				expect(signFlip(values, { seed: 1 }).p).toBeCloseTo(naive(values), 12);
			}),
			{ seed: 12, numRuns: 200 },
		);
	});

	it('gives p = 1 where nothing differs, and does not let zeros change it', () => {
		expect(signFlip([0, 0, 0], { seed: 1 })).toEqual({ p: 1, exact: true });
		const padded = [...darwin, ...new Array<number>(100).fill(0)];
		expect(signFlip(padded, { seed: 1 })).toEqual({ p: 863 / 32_768, exact: true });
	});

	it('draws flips above 20 differences, close to the exact p and never 0', () => {
		const doubled = [...darwin, ...darwin.map((value) => value + 0.25)].slice(0, 20);
		const { p } = signFlip(doubled, { seed: 1 });
		const drawn = signFlip([...doubled, 1e-9], { seed: 1 });
		expect(drawn.exact).toBe(false);
		expect(Math.abs(drawn.p - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / 10_000));
		expect(signFlip(new Array<number>(50).fill(1), { seed: 1, flips: 999 })).toEqual({
			p: 0.001,
			exact: false,
		});
	});

	it('gives a p in [0, 1], the same for the same seed in any order', () => {
		fc.assert(
			fc.property(differences, fc.integer(), (values, seed) => {
				const { p } = signFlip(values, { seed, flips: 500 });
				expect(p).toBeGreaterThan(0);
				expect(p).toBeLessThanOrEqual(1);
				expect(signFlip(values.toReversed(), { seed, flips: 500 }).p).toBe(p);
			}),
			{ seed: 13, numRuns: 200 },
		);
	});

	it('has bounds where the test turns', () => {
		fc.assert(
			fc.property(fc.array(difference, { minLength: 5, maxLength: 12 }), (values) => {
				const { lower } = signFlipBounds(values, 0.05, 1);
				const pAt = (shift: number) => naive(values.map((value) => value - shift));
				expect(pAt(lower - 1e-6)).toBeLessThanOrEqual(0.05);
				expect(pAt(lower + 1e-6)).toBeGreaterThan(0.05);
			}),
			{ seed: 14, numRuns: 100 },
		);
	});

	it('has bounds like Student’s for many differences', () => {
		const many = Array.from({ length: 400 }, (_, index) => Math.sin(index * 12.9898) / 2 + 0.02);
		const flipped = signFlipBounds(many, 0.05, 7);
		const student = meanBounds(summarize(many), 0.05);
		expect(flipped.lower).toBeCloseTo(student.lower, 2);
		expect(flipped.upper).toBeCloseTo(student.upper, 2);
	});

	it('has no bounds where too few can be flipped', () => {
		expect(signFlipBounds([1, 2, 3, 4], 0.05, 1)).toEqual({ lower: -Infinity, upper: Infinity });
		expect(signFlipBounds([1, 2, 3, 4, 5], 0.05, 1)).toEqual({ lower: 1, upper: 5 });
		expect(signFlipBounds([0.1, 0.2], 0.05, 1, { min: -1, max: 1 })).toEqual({ lower: -1, upper: 1 });
	});

	it('does not take a drawn flip of nothing for evidence', () => {
		// Of 14, a draw flips none once in 16,384: some seeds draw that, and then one draw in 10,000 rejects nothing.
		const values = Array.from({ length: 14 }, (_, index) => index + 1);
		const lowest = Array.from({ length: 20 }, (_, seed) => signFlipBounds(values, 1.5e-4, seed).lower);
		expect(lowest).toContain(-Infinity);
		expect(lowest.some(Number.isFinite)).toBe(true);
	});

	it('does not prove by 30 equal differences that there are no others', () => {
		const unseen = 1 - 0.05 ** (1 / 30);
		const { lower, upper } = signFlipBounds(new Array<number>(30).fill(0), 0.05, 1, { min: -1, max: 1 });
		expect(lower).toBeCloseTo(-unseen, 12);
		expect(upper).toBeCloseTo(unseen, 12);
	});

	it('has bounds that are mirrored when the runs are swapped, in any order', () => {
		fc.assert(
			fc.property(differences, anyAlpha, fc.integer(), (values, alpha, seed) => {
				const { lower, upper } = signFlipBounds(values, alpha, seed);
				const swapped = signFlipBounds(values.map((value) => -value).reverse(), alpha, seed);
				expect(swapped.lower).toBeCloseTo(-upper, 12);
				expect(swapped.upper).toBeCloseTo(-lower, 12);
			}),
			{ seed: 15, numRuns: 100 },
		);
	});

	it('has bounds that contain the mean and are narrower for a larger alpha', () => {
		fc.assert(
			fc.property(differences, anyAlpha, anyAlpha, (values, one, other) => {
				const wide = signFlipBounds(values, Math.min(one, other), 3);
				const narrow = signFlipBounds(values, Math.max(one, other), 3);
				const { mean } = summarize(values);
				expectNested(wide, narrow);
				expectNested(narrow, { lower: mean, upper: mean });
			}),
			{ seed: 16, numRuns: 100 },
		);
	});

	it('refuses what cannot be flipped', () => {
		expect(() => signFlip([], { seed: 1 })).toThrow(RangeError);
		expect(() => signFlip([1, Number.NaN], { seed: 1 })).toThrow(RangeError);
		expect(() => signFlipBounds([1, Infinity], 0.05, 1)).toThrow(RangeError);
		expect(() => signFlipBounds([1, 2], 0, 1)).toThrow(RangeError);
	});
});
