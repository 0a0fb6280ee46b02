import { describe, expect, it } from 'vitest';
import { isClose } from '../../src/stats/is-close.ts';

describe('isClose', () => {
	it.each([
		[1.1, 1, { absolute: 0.1, relative: 0 }, true],
		[1.1001, 1, { absolute: 0.1, relative: 0 }, false],
		[0.3, 0.2, { absolute: 0.1, relative: 0 }, true],
		[99, 100, { absolute: 0, relative: 0.01 }, true],
		// Relative to the expected one alone: 1 % of 99 is less than 1.
		[100, 99, { absolute: 0, relative: 0.01 }, false],
		[-101, -100, { absolute: 0, relative: 0.01 }, true],
		[105, 100, { absolute: 5, relative: 0.01 }, true],
		[103, 100, { absolute: 1, relative: 0.03 }, true],
		[1e-300, 0, { absolute: 0, relative: 0.5 }, false],
		[9007199254740991, 9007199254740990, { absolute: 0, relative: 0 }, false],
		[0.1 + 0.2, 0.3, { absolute: 0, relative: 0 }, false],
		[Number.NaN, 1, { absolute: 9, relative: 0 }, false],
		[Infinity, Infinity, { absolute: 9, relative: 0 }, false],
		[Infinity, 1, { absolute: 1e308, relative: 0 }, false],
	])('%d to %d by %j: %s', (found, expected, tolerance, close) => {
		expect(isClose(found, expected, tolerance)).toBe(close);
	});
});
