import { describe, expect, it } from 'vitest';
import { delayOf, delayOfParts } from '../../src/workflows/loop-delay.ts';

const delay = (p99Ms: number, waited: number) => ({ p50Ms: 1, p99Ms, maxMs: 99, waited });

describe('the delay of a run', () => {
	it('is unknown when trials waited for a loop that was not measured, and none when no trial waited', () => {
		expect(delayOf(undefined, 1)).toBeUndefined();
		expect(delayOf(undefined, 0)).toEqual({ p50Ms: 0, p99Ms: 0, maxMs: 0, waited: 0 });
	});

	it('that went on is the worst of its parts, and unknown when one of them is', () => {
		const before = { completed: 5, loopDelay: delay(7, 0) };
		expect(delayOfParts(before, 5, delay(3, 2))).toEqual(delay(7, 2));
		expect(delayOfParts(before, 5, undefined)).toBeUndefined();
		expect(delayOfParts({ completed: 5 }, 5, delay(3, 2))).toBeUndefined();
		expect(delayOfParts(before, 6, delay(3, 2))).toBeUndefined();
		expect(delayOfParts({ completed: 0 }, 0, delay(3, 2))).toEqual(delay(3, 2));
	});
});
