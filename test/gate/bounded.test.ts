import { describe, expect, it } from 'vitest';
import type { Estimate } from '../../src/compare/estimate.ts';
import { boundedNumbers, type Limit, outcomeOf, pBeyond } from '../../src/gate/bounded.ts';
import type { Operator } from '../../src/gate/condition.ts';
import type { Outcome } from '../../src/model/verdict.ts';
import { normalCdf, normalQuantile } from '../../src/stats/distributions.ts';

const alpha = 0.05;
const z = normalQuantile(1 - alpha);

/** An estimate with normal bounds, whose standard error is `se` for the questions that were asked. */
function normal(value: number, se: number, questions = 100): Estimate {
	return {
		method: 't',
		value,
		questions,
		bounds(level, times = 1) {
			const margin = (normalQuantile(1 - level) * se) / Math.sqrt(times);
			return { lower: value - margin, upper: value + margin };
		},
	};
}

const atLeast = (limit: number): Limit => ({ operator: '>=', limit });
const atMost = (limit: number): Limit => ({ operator: '<=', limit });

describe('the outcome of bounds', () => {
	it.each<[number, number, Operator, Outcome]>([
		[0.4, 0.6, '>=', 'inconclusive'],
		[0.5, 0.6, '>=', 'pass'],
		[0.4, 0.5, '>=', 'inconclusive'],
		[0.4, 0.49, '>=', 'fail'],
		[0.5, 0.6, '>', 'inconclusive'],
		[0.51, 0.6, '>', 'pass'],
		[0.4, 0.5, '>', 'fail'],
		[0.4, 0.6, '<=', 'inconclusive'],
		[0.4, 0.5, '<=', 'pass'],
		[0.5, 0.6, '<=', 'inconclusive'],
		[0.51, 0.6, '<=', 'fail'],
		[0.4, 0.5, '<', 'inconclusive'],
		[0.4, 0.49, '<', 'pass'],
		[0.5, 0.6, '<', 'fail'],
		[-Infinity, Infinity, '>=', 'inconclusive'],
		[-Infinity, Infinity, '<=', 'inconclusive'],
		[Number.NaN, 0.4, '<=', 'inconclusive'],
		[0.6, Number.NaN, '>=', 'inconclusive'],
	])('%d to %d, held to %s 0.5, is %s', (lower, upper, operator, outcome) => {
		expect(outcomeOf({ lower, upper }, { operator, limit: 0.5 })).toBe(outcome);
	});
});

describe('the numbers of a bounded rule', () => {
	it('are the estimate, its bounds, and what so many questions would show', () => {
		expect(boundedNumbers(normal(0.9, 0.02), atLeast(0.8), alpha)).toEqual({
			outcome: 'pass',
			observed: 0.9,
			lower: 0.9 - z * 0.02,
			upper: 0.9 + z * 0.02,
			alpha,
			limit: 0.8,
			questions: 100,
			detectable: expect.closeTo((z + normalQuantile(0.8)) * 0.02, 12),
		});
	});

	it('hold what was grouped and what was dropped, and no bound or change that is infinite', () => {
		const dropped = { questions: 3, why: 'no value' };
		const unbounded: Estimate = {
			...normal(0.9, 0.02),
			clusters: 7,
			dropped,
			bounds: () => ({ lower: 0.7, upper: Infinity }),
		};
		expect(boundedNumbers(unbounded, atMost(0.8), alpha)).toEqual({
			outcome: 'inconclusive',
			observed: 0.9,
			lower: 0.7,
			alpha,
			limit: 0.8,
			questions: 100,
			clusters: 7,
			dropped,
		});
	});

	it('say of no change that a width of nothing would show it', () => {
		expect(boundedNumbers(normal(0.9, 0), atLeast(0.8), alpha)).not.toHaveProperty('detectable');
	});

	/** The questions beyond the first 100 at which the bound reaches the limit. */
	const wanted = (distance: number, se: number) => ((z * se) / distance) ** 2 * 100 - 100;
	it.each([
		['a few', 0.03],
		['a few more', 0.028],
		['nearly a hundred', 0.0235],
		['more than a hundred', 0.019],
		['many', 0.005],
		['very many', 0.0005],
	])('say about how many more questions would settle what is inconclusive: %s', (_, distance) => {
		const exact = wanted(distance, 0.02);
		for (const [estimate, limit] of [
			[normal(0.8 + distance, 0.02), atLeast(0.8)],
			[normal(0.8 - distance, 0.02), atLeast(0.8)],
			[normal(0.8 - distance, 0.02), atMost(0.8)],
		] as const) {
			const { outcome, needed = 0 } = boundedNumbers(estimate, limit, alpha);
			expect(outcome).toBe('inconclusive');
			const digit = needed < 100 ? 1 : 10 ** (Math.floor(Math.log10(needed)) - 1);
			expect(needed % digit).toBe(0);
			expect(needed).toBeGreaterThanOrEqual(needed < 100 ? exact : exact - digit / 2);
			expect(needed).toBeLessThanOrEqual(exact + 1.5 + (needed < 100 ? 0 : digit / 2));
		}
	});

	it('say of a whole number of questions that it is enough', () => {
		const quarterMore: Estimate = {
			...normal(0.9, 0.02),
			bounds: (_, times = 1) => ({ lower: times < 1.25 ? 0.7 : 0.85, upper: 1 }),
		};
		expect(boundedNumbers(quarterMore, atLeast(0.8), alpha).needed).toBe(25);
	});

	it('say nothing of more questions where the outcome is known, and where none would settle it', () => {
		expect(boundedNumbers(normal(0.9, 0.02), atLeast(0.8), alpha)).not.toHaveProperty('needed');
		expect(boundedNumbers(normal(0.7, 0.02), atLeast(0.8), alpha)).not.toHaveProperty('needed');
		expect(boundedNumbers(normal(0.8, 0.02), atMost(0.79999), alpha)).not.toHaveProperty('needed');
	});
});

describe('p of a value beyond its limit', () => {
	it.each([0.5, 1, 1.7, 2.5, 5, 6.5])(
		'is the α at which the bound of %d standard errors leaves it',
		(errors) => {
			const p = normalCdf(-errors);
			expect(pBeyond(normal(0.8 - errors * 0.02, 0.02), atLeast(0.8)) / p).toBeCloseTo(1, 5);
			expect(pBeyond(normal(0.8 + errors * 0.02, 0.02), atMost(0.8)) / p).toBeCloseTo(1, 5);
		},
	);

	it('is 0.5 at most, and 1e-12 at least', () => {
		expect(pBeyond(normal(0.9, 0.02), atLeast(0.8))).toBe(0.5);
		expect(pBeyond(normal(0.7, 0.02), atMost(0.8))).toBe(0.5);
		expect(pBeyond(normal(0.5, 0.02), atLeast(0.8))).toBe(1e-12);
	});
});
