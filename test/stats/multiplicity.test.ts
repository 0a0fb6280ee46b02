import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { benjaminiHochberg, holm } from '../../src/stats/multiplicity.ts';

const round = (ps: readonly number[]) => ps.map((p) => Number(p.toFixed(12)));
const anyPs = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 });

describe('adjusted p-values', () => {
	it('are R’s p.adjust, in the order given', () => {
		expect(round(holm([0.01, 0.04, 0.03, 0.005]))).toEqual([0.03, 0.06, 0.06, 0.02]);
		expect(round(benjaminiHochberg([0.01, 0.04, 0.03, 0.005]))).toEqual([0.02, 0.04, 0.04, 0.02]);
		expect(holm([0.5, 0.9])).toEqual([1, 1]);
	});

	it('lie between p and Bonferroni’s, keep the order, and Holm’s are never below Benjamini-Hochberg’s', () => {
		fc.assert(
			fc.property(anyPs, (ps) => {
				const strict = holm(ps);
				const mild = benjaminiHochberg(ps);
				for (const [index, p] of ps.entries()) {
					expect(mild[index]).toBeGreaterThanOrEqual(p);
					expect(strict[index]).toBeGreaterThanOrEqual((mild[index] as number) - 1e-12);
					expect(strict[index]).toBeLessThanOrEqual(Math.min(1, p * ps.length) + 1e-12);
					for (const [other, q] of ps.entries()) {
						if (p > q) continue;
						expect(strict[index]).toBeLessThanOrEqual(strict[other] as number);
						expect(mild[index]).toBeLessThanOrEqual(mild[other] as number);
					}
				}
			}),
			{ seed: 18 },
		);
	});

	it('refuses what is no p-value', () => {
		expect(() => holm([0.1, Number.NaN])).toThrow(RangeError);
		expect(() => benjaminiHochberg([1.1])).toThrow(RangeError);
	});
});
