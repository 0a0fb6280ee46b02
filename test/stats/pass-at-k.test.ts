import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { passAtK, passHatK } from '../../src/stats/pass-at-k.ts';

const counts = fc
	.tuple(fc.integer({ min: 1, max: 12 }), fc.nat(), fc.nat())
	.map(([n, c, k]) => ({ n, c: c % (n + 1), k: 1 + (k % n) }));

/** By counting: the share of all k-subsets of n trials, the first c of which passed, that hold. */
function share(n: number, k: number, holds: (chosen: boolean[]) => boolean): number {
	let all = 0;
	let held = 0;
	for (let subset = 0; subset < 2 ** n; subset++) {
		const chosen = Array.from({ length: n }, (_, index) => ((subset >> index) & 1) === 1);
		if (chosen.filter(Boolean).length !== k) continue;
		all++;
		if (holds(chosen)) held++;
	}
	return held / all;
}

describe('k trials of a question', () => {
	it('pass at least once, or all, as often as counting says', () => {
		fc.assert(
			fc.property(counts, ({ n, c, k }) => {
				expect(passAtK(n, c, k)).toBeCloseTo(
					share(n, k, (chosen) => chosen.slice(0, c).some(Boolean)),
					12,
				);
				expect(passHatK(n, c, k)).toBeCloseTo(
					share(n, k, (chosen) => !chosen.slice(c).some(Boolean)),
					12,
				);
			}),
			{ seed: 19 },
		);
	});

	it('are one trial for k = 1, and do not overflow', () => {
		expect(passAtK(10, 3, 1)).toBeCloseTo(0.3, 12);
		expect(passHatK(10, 3, 1)).toBeCloseTo(0.3, 12);
		expect(passAtK(10_000, 5000, 2000)).toBe(1);
		expect(passHatK(10_000, 9999, 5000)).toBeCloseTo(0.5, 9);
	});

	it.each([
		[3, 4, 1],
		[3, 1, 4],
		[3, 1, 0],
		[3, -1, 1],
		[3, 1.5, 1],
		[Number.NaN, 1, 1],
	])('are refused: %f trials, %f passed, %f at a time', (n, c, k) => {
		expect(() => passAtK(n, c, k)).toThrow(RangeError);
		expect(() => passHatK(n, c, k)).toThrow(RangeError);
	});
});
