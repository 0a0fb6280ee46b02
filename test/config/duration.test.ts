import fc from 'fast-check';
import { expect, it } from 'vitest';
import { durationText, secondsOf } from '../../src/config/duration.ts';

it.each([
	['250ms', 0.25],
	['30s', 30],
	['15m', 900],
	['36h', 129_600],
	['30d', 2_592_000],
])('reads %s', (text, seconds) => {
	expect(secondsOf(text)).toBe(seconds);
});

it.each(['', '30', '0d', '1.5h', '-1s', '30 d', '1w', '1h30m', '30D'])('does not read %j', (text) => {
	expect(secondsOf(text)).toBeUndefined();
});

it.each([
	[900, '15m'],
	[90, '90s'],
	[86_400, '1d'],
	[129_600, '36h'],
	[0.25, '250ms'],
])('writes %d seconds in the largest unit that they are whole in', (seconds, text) => {
	expect(durationText(seconds)).toBe(text);
});

it('writes what it reads as the same time', () => {
	const duration = fc
		.tuple(fc.integer({ min: 1, max: 999_999_999 }), fc.constantFrom('ms', 's', 'm', 'h', 'd'))
		.map(([count, unit]) => `${count}${unit}`);
	fc.assert(
		fc.property(duration, (text) => {
			const seconds = secondsOf(text);
			expect(secondsOf(durationText(seconds ?? Number.NaN))).toBe(seconds);
		}),
	);
});
