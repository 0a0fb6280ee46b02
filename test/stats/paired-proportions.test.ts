import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gainedLostBounds, mcnemar, newcombe, tango } from '../../src/stats/paired-proportions.ts';
import { anyAlpha, expectNested } from './any-bounds.ts';
import { expectDigits } from './within.ts';

interface Table {
	both: number;
	gained: number;
	lost: number;
	neither: number;
}
const count = fc.oneof(
	fc.constant(0),
	fc.integer({ min: 0, max: 300 }),
	fc.double({ min: 0, max: 90, noNaN: true }),
);
const tables: fc.Arbitrary<Table> = fc
	.record({ both: count, gained: count, lost: count, neither: count })
	.filter(({ both, gained, lost, neither }) => both + gained + lost + neither >= 1);
const sizeOf = ({ both, gained, lost, neither }: Table) => both + gained + lost + neither;

const methods = {
	tango: (table: Table, alpha: number) =>
		tango({ gained: table.gained, lost: table.lost, n: sizeOf(table) }, alpha),
	newcombe,
};

describe('bounds of a paired difference', () => {
	it('are the published ones', () => {
		// Fagerland, Lydersen & Laake 2014, Stat. Med. 33:2850: 1 and 7 of 21, and 6 and 16 of 161.
		expectDigits(tango({ gained: 1, lost: 7, n: 21 }, 0.025), [-0.5172, -0.026], 4);
		expectDigits(tango({ gained: 6, lost: 16, n: 161 }, 0.025), [-0.124, -0.0054], 4);
		expectDigits(newcombe({ both: 59, gained: 6, lost: 16, neither: 80 }, 0.025), [-0.1186, -0.0046], 4);
	});

	it.each([
		[268, 0.01],
		[133, 0.02],
		[52, 0.05],
	])('of identical runs take %i pairs to claim a margin of %f', (n, margin) => {
		expect(-tango({ gained: 0, lost: 0, n }, 0.05).lower).toBeLessThan(margin);
		expect(-tango({ gained: 0, lost: 0, n: n - 1 }, 0.05).lower).toBeGreaterThan(margin);
	});

	it('have a width and an end when every pair is discordant, and when none is', () => {
		const z2 = 1.6448536269514722 ** 2;
		expect(tango({ gained: 30, lost: 0, n: 30 }, 0.05)).toEqual({
			lower: expect.closeTo((30 - z2) / (30 + z2), 9),
			upper: 1,
		});
		expect(tango({ gained: 0, lost: 30, n: 30 }, 0.05)).toEqual({
			lower: -1,
			upper: expect.closeTo((z2 - 30) / (30 + z2), 9),
		});
		const { lower, upper } = tango({ gained: 0, lost: 0, n: 1_000_000 }, 0.05);
		expect(lower).toBeCloseTo(-2.7055e-6, 9);
		expect(upper).toBe(-lower);
	});

	for (const [name, bounds] of Object.entries(methods)) {
		it(`are mirrored when the runs are swapped: ${name}`, () => {
			fc.assert(
				fc.property(tables, anyAlpha, (table, alpha) => {
					const { lower, upper } = bounds(table, alpha);
					const swapped = bounds({ ...table, gained: table.lost, lost: table.gained }, alpha);
					expect(swapped.lower).toBeCloseTo(-upper, 9);
					expect(swapped.upper).toBeCloseTo(-lower, 9);
				}),
				{ seed: 6, numRuns: 500 },
			);
		});

		it(`contain the difference and lie in [−1, 1], narrower for a larger alpha: ${name}`, () => {
			fc.assert(
				fc.property(tables, anyAlpha, anyAlpha, (table, one, other) => {
					const narrow = bounds(table, Math.max(one, other));
					const wide = bounds(table, Math.min(one, other));
					const difference = (table.gained - table.lost) / sizeOf(table);
					expectNested({ lower: -1, upper: 1 }, wide);
					expectNested(wide, narrow);
					expectNested(narrow, { lower: difference, upper: difference });
				}),
				{ seed: 7, numRuns: 500 },
			);
		});

		it(`throw a RangeError for impossible counts: ${name}`, () => {
			const some = { both: 5, gained: 1, lost: 1, neither: 2 };
			for (const table of [
				{ ...some, gained: -1 },
				{ ...some, lost: Number.NaN },
				{ both: 0, gained: 0, lost: 0, neither: 0 },
			])
				expect(() => bounds(table, 0.05)).toThrow(RangeError);
			for (const alpha of [0, 0.51, Number.NaN]) expect(() => bounds(some, alpha)).toThrow(RangeError);
		});
	}

	it.each([1e-12, 1e-17, 1e-100, 1e-300, Number.MIN_VALUE])(
		'are numbers around the difference for an alpha of %f',
		(alpha) => {
			const pairs = { gained: 3, lost: 4, n: 80 };
			for (const { lower, upper } of [
				tango(pairs, alpha),
				gainedLostBounds(pairs, alpha),
				newcombe({ both: 60, gained: 3, lost: 4, neither: 13 }, alpha),
			]) {
				expect(lower).toBeGreaterThanOrEqual(-1);
				expect(lower).toBeLessThan(-0.2);
				expect(upper).toBeGreaterThan(0.2);
				expect(upper).toBeLessThanOrEqual(1);
			}
		},
	);

	it('never rise when the candidate fails one question more: tango', () => {
		fc.assert(
			fc.property(tables, anyAlpha, fc.boolean(), (table, alpha, fromBoth) => {
				const passed = fromBoth ? table.both : table.gained;
				const failed = Math.min(1, passed);
				const worse = fromBoth
					? { ...table, both: table.both - failed, lost: table.lost + failed }
					: { ...table, gained: table.gained - failed, neither: table.neither + failed };
				const before = methods.tango(table, alpha);
				const after = methods.tango(worse, alpha);
				expect(after.lower).toBeLessThanOrEqual(before.lower + 1e-12);
				expect(after.upper).toBeLessThanOrEqual(before.upper + 1e-12);
			}),
			{ seed: 8, numRuns: 1000 },
		);
	});

	it('refuse more discordant pairs than pairs', () => {
		expect(() => tango({ gained: 3, lost: 3, n: 5 }, 0.05)).toThrow(RangeError);
	});
});

describe('McNemar', () => {
	it.each([
		// R: mcnemar.test and binom.test; mid-p by its definition.
		{ gained: 121, lost: 59, form: 'corrected', statistic: 20.67222, p: 5.450095e-6 },
		{ gained: 121, lost: 59, form: 'asymptotic', statistic: 21.35556, p: 3.815136e-6 },
		{ gained: 121, lost: 59, form: 'exact', p: 4.43445e-6 },
		{ gained: 80, lost: 59, form: 'exact', p: 0.089452 },
		{ gained: 80, lost: 59, form: 'corrected', statistic: 2.87769784, p: 0.08981434 },
		{ gained: 10, lost: 30, form: 'exact', p: 0.002221 },
		// Fagerland, Lydersen & Laake 2013.
		{ gained: 1, lost: 7, form: 'exact', p: 0.0703125 },
		{ gained: 1, lost: 7, form: 'mid-p', p: 0.0390625 },
		{ gained: 1, lost: 7, form: 'asymptotic', p: 0.033895 },
		{ gained: 1, lost: 7, form: 'corrected', p: 0.0771 },
		{ gained: 0, lost: 0, form: 'mid-p', p: 1 },
		{ gained: 0, lost: 0, form: 'asymptotic', statistic: 0, p: 1 },
		{ gained: 5, lost: 5, form: 'mid-p', p: 1 },
		{ gained: 5, lost: 5, form: 'corrected', statistic: 0, p: 1 },
		{ gained: 0, lost: 5, form: 'mid-p', p: 0.03125 },
	] as const)('of $gained and $lost, $form', ({ gained, lost, form, ...expected }) => {
		const { statistic, p } = mcnemar({ gained, lost }, form);
		expect(p / expected.p).toBeCloseTo(1, 3 + Math.floor(Math.log10(String(expected.p).length)));
		if ('statistic' in expected) expect(statistic).toBeCloseTo(expected.statistic, 5);
	});

	it('has a p in [0, 1] that does not depend on which run is which, mid-p below exact', () => {
		fc.assert(
			fc.property(count, count, (gained, lost) => {
				for (const form of ['mid-p', 'exact', 'asymptotic', 'corrected'] as const) {
					const { p } = mcnemar({ gained, lost }, form);
					expect(p).toBeGreaterThanOrEqual(0);
					expect(p).toBeLessThanOrEqual(1);
					expect(mcnemar({ gained: lost, lost: gained }, form).p).toBe(p);
				}
				expect(mcnemar({ gained, lost }, 'mid-p').p).toBeLessThanOrEqual(
					mcnemar({ gained, lost }, 'exact').p,
				);
			}),
			{ seed: 9, numRuns: 500 },
		);
	});

	it('refuses what is no count', () => {
		expect(() => mcnemar({ gained: -1, lost: 2 }, 'mid-p')).toThrow(RangeError);
		expect(() => mcnemar({ gained: Number.NaN, lost: 2 }, 'mid-p')).toThrow(RangeError);
	});
});
