import { describe, expect, it } from 'vitest';
import { detectableLimit, powerOfProportion, sampleSizeForProportion } from '../../src/stats/exact-power.ts';
import { clopperPearson } from '../../src/stats/proportion.ts';

/** The same by adding up every count's probability where Clopper and Pearson's own bound lies below the limit. */
function addedUp(share: number, limit: number, n: number, alpha: number): number {
	let [sum, log] = [0, n * Math.log1p(-share)];
	for (let x = 0; x <= n; x++) {
		if (clopperPearson(x, n, alpha).upper <= limit) sum += Math.exp(log);
		log += Math.log((n - x) / (x + 1)) + Math.log(share / (1 - share));
	}
	return sum;
}

describe('the exact power of a share', () => {
	it('of 299 questions with a true rate of 1.5 % under a limit of 2.5 % is 17 %', () => {
		expect(powerOfProportion({ share: 0.015, limit: 0.025, n: 299, alpha: 0.05 })).toBeCloseTo(0.17, 2);
	});

	it.each([
		[0.015, 0.025, 299],
		[0.015, 0.025, 1400],
		[0.1, 0.15, 213],
		[0.3, 0.5, 40],
	])('of %f against %f with n %i is the sum of the counts that show it', (share, limit, n) => {
		expect(powerOfProportion({ share, limit, n, alpha: 0.05 })).toBeCloseTo(
			addedUp(share, limit, n, 0.05),
			5,
		);
		const mirrored = { share: 1 - share, limit: 1 - limit, n, alpha: 0.05 };
		expect(powerOfProportion(mirrored)).toBeCloseTo(addedUp(share, limit, n, 0.05), 5);
	});

	it.each([
		[0.015, 0.025, 0.8],
		[0.1, 0.15, 0.9],
		[0.95, 0.9, 0.8],
		[0.02, 0.1, 0.5],
	])(
		'of %f against %f is %f from the sample size on, and not with one question less',
		(share, limit, power) => {
			const plan = { share, limit, alpha: 0.05 };
			const n = sampleSizeForProportion({ ...plan, power });
			expect(powerOfProportion({ ...plan, n: n - 1 })).toBeLessThan(power);
			for (let more = 0; more < 300; more++) {
				expect(powerOfProportion({ ...plan, n: n + more })).toBeGreaterThanOrEqual(power);
			}
		},
	);

	it.each([
		[0.025, 119],
		[0.01, 299],
		[0.001, 2995],
	])('without an event needs for %f the %i of the closed form', (limit, n) => {
		expect(sampleSizeForProportion({ share: 0, limit, alpha: 0.05, power: 0.8 })).toBe(n);
		expect(sampleSizeForProportion({ share: 1, limit: 1 - limit, alpha: 0.05, power: 0.8 })).toBe(n);
	});

	it('is that of the nearest limit that is shown', () => {
		const plan = { share: 0.05, n: 200, alpha: 0.05 };
		const limit = detectableLimit({ ...plan, power: 0.8, side: 'above' });
		expect(powerOfProportion({ ...plan, limit })).toBeGreaterThanOrEqual(0.8);
		expect(powerOfProportion({ ...plan, limit: limit - 1e-6 })).toBeLessThan(0.8);
		expect(detectableLimit({ share: 0, n: 150, alpha: 0.05, power: 0.8, side: 'above' })).toBeCloseTo(
			1 - 0.05 ** (1 / 150),
			8,
		);
	});

	it.each([
		['a share at the limit', { share: 0.9, limit: 0.9, alpha: 0.05, power: 0.8 }],
		['a limit of none', { share: 0.1, limit: 0, alpha: 0.05, power: 0.8 }],
		['power 1', { share: 0.1, limit: 0.2, alpha: 0.05, power: 1 }],
		['alpha', { share: 0.1, limit: 0.2, alpha: 0.6, power: 0.8 }],
	])('is no number for an impossible plan: %s', (_, plan) => {
		expect(() => sampleSizeForProportion(plan)).toThrow(RangeError);
	});

	it('of a share next to its limit ends', () => {
		expect(sampleSizeForProportion({ share: 0.5, limit: 0.500001, alpha: 0.05, power: 0.8 })).toBe(Infinity);
		const n = sampleSizeForProportion({ share: 0.499, limit: 0.5, alpha: 0.05, power: 0.8 });
		expect(n / (2.486475 * 0.5 * 1000) ** 2).toBeCloseTo(1, 2);
	});
});
