import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tango } from '../../src/stats/paired-proportions.ts';
import {
	detectableMargin,
	detectableMean,
	powerOfMean,
	powerOfPairs,
	sampleSizeForMean,
	sampleSizeForPairs,
	sampleSizeForQuantile,
	sampleSizeForZeroEvents,
	sdOfRepeats,
} from '../../src/stats/power.ts';
import { clopperPearson } from '../../src/stats/proportion.ts';

const anyPower = fc.double({ min: 0.5, max: 0.99, noNaN: true });
const share = fc.double({ min: 0, max: 0.3, noNaN: true });
const someMargin = fc.double({ min: 0.01, max: 0.3, noNaN: true });

describe('power', () => {
	it('of a mean needs 969 questions in Miller’s example', () => {
		expect(sampleSizeForMean({ effect: 0.03, sd: 1 / 3, alpha: 0.05, power: 0.8, sides: 2 })).toBe(969);
	});

	it('of a mean is reached by the sample size and not with one question less', () => {
		const effects = fc.double({ min: 0.001, max: 0.2, noNaN: true });
		fc.assert(
			fc.property(effects, anyPower, fc.constantFrom(1, 2), (effect, power, sides) => {
				const plan = { sd: 0.3, alpha: 0.05, sides: sides as 1 | 2 };
				const n = sampleSizeForMean({ ...plan, effect, power });
				expect(powerOfMean({ ...plan, effect, n })).toBeGreaterThanOrEqual(power - 1e-9);
				if (n > 2) expect(powerOfMean({ ...plan, effect, n: n - 1 })).toBeLessThan(power);
				expect(detectableMean({ ...plan, n, power })).toBeLessThanOrEqual(
					effect * (1 + 1e-9) + (n === 2 ? 1 : 0),
				);
			}),
			{ seed: 20, numRuns: 300 },
		);
	});

	it('grows with repeats by the variance within a question only', () => {
		expect(sdOfRepeats({ between: 0.04, within: 0.12, repeats: 1 })).toBeCloseTo(0.4, 12);
		expect(sdOfRepeats({ between: 0.04, within: 0.12, repeats: 3 })).toBeCloseTo(Math.sqrt(0.08), 12);
		expect(sdOfRepeats({ between: 0.04, within: 0.12, repeats: 1e9 })).toBeCloseTo(0.2, 6);
	});

	it.each([
		[0.01, 268],
		[0.02, 133],
		[0.05, 52],
	])('of identical runs at a margin of %f needs %i pairs, whatever the power asked for', (margin, n) => {
		for (const power of [0.5, 0.8, 0.99])
			expect(sampleSizeForPairs({ gained: 0, lost: 0, margin, alpha: 0.05, power })).toBe(n);
		expect(powerOfPairs({ gained: 0, lost: 0, margin, alpha: 0.05, n })).toBe(1);
		expect(powerOfPairs({ gained: 0, lost: 0, margin, alpha: 0.05, n: n - 1 })).toBe(0);
		expect(detectableMargin({ gained: 0, lost: 0, alpha: 0.05, power: 0.8, n })).toBeLessThanOrEqual(margin);
	});

	it('of pairs is Connor’s for a margin of 0', () => {
		// ((1.959964 √0.3 + 0.841621 √(0.3 − 0.01)) / 0.1)².
		const plan = { gained: 0.2, lost: 0.1, alpha: 0.05, sides: 2 } as const;
		expect(sampleSizeForPairs({ ...plan, power: 0.8 })).toBe(234);
	});

	it('of pairs is reached by the sample size, which Tango’s own bound agrees with', () => {
		fc.assert(
			fc.property(share, share, someMargin, anyPower, (gained, lost, margin, power) => {
				const plan = { gained, lost, margin, alpha: 0.05 };
				const n = sampleSizeForPairs({ ...plan, power });
				fc.pre(gained - lost + margin > 1e-3);
				expect(powerOfPairs({ ...plan, n })).toBeGreaterThanOrEqual(power - 1e-9);
				expect(detectableMargin({ gained, lost, alpha: 0.05, n, power })).toBeLessThanOrEqual(margin + 1e-9);
				// Half the time, the bound of what was planned for lies above the limit: exactly at it, for a power of 0.5.
				const even = sampleSizeForPairs({ ...plan, power: 0.5 });
				const { lower } = tango({ gained: gained * even, lost: lost * even, n: even }, 0.05);
				expect(lower).toBeGreaterThanOrEqual(-margin - 1e-9);
			}),
			{ seed: 21, numRuns: 300 },
		);
	});

	it('of pairs that are planned to be no better than the margin is never enough', () => {
		expect(sampleSizeForPairs({ gained: 0, lost: 0.02, margin: 0.02, alpha: 0.05, power: 0.8 })).toBe(
			Infinity,
		);
	});

	it.each([
		[0.025, 119],
		[0.01, 299],
		[0.001, 2995],
	])('to claim a rate below %f without an event takes %i trials', (limit, n) => {
		expect(sampleSizeForZeroEvents({ limit, alpha: 0.05 })).toBe(n);
		expect(clopperPearson(0, n, 0.05).upper).toBeLessThanOrEqual(limit);
		expect(clopperPearson(0, n - 1, 0.05).upper).toBeGreaterThan(limit);
	});

	it('finds any change of a mean without spread', () => {
		expect(detectableMean({ n: 9, sd: 0, alpha: 0.05, power: 0.8 })).toBe(0);
	});

	it('to bound p95 from above takes 59 values', () => {
		expect(sampleSizeForQuantile({ q: 0.95, alpha: 0.05 })).toBe(59);
		expect(sampleSizeForQuantile({ q: 0.5, alpha: 0.03125 })).toBe(5);
	});

	it.each([
		['no effect', () => sampleSizeForMean({ effect: 0, sd: 1, alpha: 0.05, power: 0.8 })],
		['no sd', () => powerOfMean({ effect: 1, sd: Number.NaN, n: 5, alpha: 0.05 })],
		['power 1', () => sampleSizeForMean({ effect: 1, sd: 1, alpha: 0.05, power: 1 })],
		['power below a half', () => detectableMean({ n: 9, sd: 1, alpha: 0.05, power: 0.4 })],
		['alpha', () => detectableMean({ n: 9, sd: 1, alpha: 0.6, power: 0.8 })],
		['n', () => powerOfPairs({ gained: 0.1, lost: 0.1, n: 0, alpha: 0.05 })],
		['shares', () => sampleSizeForPairs({ gained: 0.6, lost: 0.6, alpha: 0.05, power: 0.8 })],
		['a margin', () => sampleSizeForPairs({ gained: 0.1, lost: 0.1, margin: -1, alpha: 0.05, power: 0.8 })],
		['an n of margins', () => detectableMargin({ gained: 0.1, lost: 0.1, n: -1, alpha: 0.05, power: 0.8 })],
		['a limit', () => sampleSizeForZeroEvents({ limit: 0, alpha: 0.05 })],
		['a quantile', () => sampleSizeForQuantile({ q: 1, alpha: 0.05 })],
		...[-1, Infinity].map((sd): [string, () => number] => [
			`an sd of ${sd}`,
			() => detectableMean({ n: 9, sd, alpha: 0.05, power: 0.8 }),
		]),
		...[0, Infinity].map((n): [string, () => number] => [
			`an n of ${n}`,
			() => detectableMean({ n, sd: 1, alpha: 0.05, power: 0.8 }),
		]),
		['repeats', () => sdOfRepeats({ between: 0.1, within: 0.1, repeats: 0 })],
	])('throws a RangeError for an impossible plan: %s', (_, impossible) => {
		expect(impossible).toThrow(RangeError);
	});
});
