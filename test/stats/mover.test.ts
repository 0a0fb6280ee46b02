import { expect, it } from 'vitest';
import { armsOf, correlationOf, moverDifference } from '../../src/stats/mover.ts';

const arms = (value: number, lower: number, upper: number) => armsOf(value, { lower, upper });

it('the arms of a share are how far off its bounds are, none of which is beyond it', () => {
	expect(arms(0.5, 0.25, 0.875)).toEqual({ value: 0.5, below: 0.25, above: 0.375 });
	expect(arms(0.5, 0.5000001, 0.4999999)).toEqual({ value: 0.5, below: 0, above: 0 });
});

it('the bounds of a difference are by the squares of the arms, less what goes together', () => {
	const [one, other] = [arms(0.5, 0.2, 0.9), arms(0.4, 0.1, 0.8)];
	const { lower, upper } = moverDifference(one, other, 0);
	expect(lower).toBeCloseTo(0.1 - Math.hypot(0.3, 0.4), 12);
	expect(upper).toBeCloseTo(0.1 + Math.hypot(0.4, 0.3), 12);
	const together = moverDifference(one, other, 1);
	expect(together.lower).toBeCloseTo(0.1 - 0.1, 12);
	expect(together.upper).toBeCloseTo(0.1 + 0.1, 12);
});

it('the bounds of a difference of shares keep to −1 and 1', () => {
	expect(moverDifference(arms(0.9, 0.2, 1), arms(0.1, 0, 0.8), -1)).toEqual({
		lower: expect.closeTo(0.8 - 1.4, 12),
		upper: 1,
	});
	expect(moverDifference(arms(0.1, 0, 0.8), arms(0.9, 0.2, 1), -1)).toEqual({
		lower: -1,
		upper: expect.closeTo(-0.8 + 1.4, 12),
	});
});

it('a correlation is the covariance over both spreads, 0 where one has none, and within −1 and 1', () => {
	expect(correlationOf(-0.06, 0.09, 0.16)).toBeCloseTo(-0.5, 12);
	expect(correlationOf(0, 0, 0.2)).toBe(0);
	expect(correlationOf(-1.0000001, 1, 1)).toBe(-1);
	expect(correlationOf(1.0000001, 1, 1)).toBe(1);
});
