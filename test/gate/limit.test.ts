import { describe, expect, it } from 'vitest';
import type { Operator } from '../../src/gate/condition.ts';
import { satisfies } from '../../src/gate/limit.ts';

describe('a limit', () => {
	it.each<[Operator, boolean, boolean, boolean]>([
		['>=', false, true, true],
		['>', false, false, true],
		['<=', true, true, false],
		['<', true, false, false],
	])('%s is met below it: %s, at it: %s, above it: %s', (operator, below, at, above) => {
		for (const limit of [-2, 0, 0.85, 3500]) {
			const step = 1e-9 * Math.max(1, Math.abs(limit));
			expect(satisfies(limit - step, operator, limit)).toBe(below);
			expect(satisfies(limit, operator, limit)).toBe(at);
			expect(satisfies(limit + step, operator, limit)).toBe(above);
		}
	});

	it('is met by what misses it in the thirteenth digit, unless it is strict', () => {
		for (const limit of [0.85, 3500, -3500]) {
			const hair = 5e-13 * Math.max(1, Math.abs(limit));
			expect(satisfies(limit - hair, '>=', limit)).toBe(true);
			expect(satisfies(limit + hair, '<=', limit)).toBe(true);
			expect(satisfies(limit + hair, '<', limit)).toBe(false);
			expect(satisfies(limit - hair, '>', limit)).toBe(false);
		}
	});

	it('is met by no NaN', () => {
		for (const operator of ['>=', '>', '<=', '<'] as const)
			expect(satisfies(Number.NaN, operator, 0)).toBe(false);
	});
});
