import { describe, expect, it } from 'vitest';
import { scorerKinds } from '../../src/scorers/index.ts';
import { context, evidence } from '../contract/evidence.ts';
import { grade, refusals, scorer } from '../contract/run.ts';

describe('regex', () => {
	it.each([
		[{ pattern: '^\\d+ days$' }, '14 days', 1],
		[{ pattern: '^\\d+ days$' }, '14 Days', 0],
		[{ pattern: '^\\d+ days$', flags: 'i' }, '14 Days', 1],
		[{ pattern: '^.$' }, '💶', 1],
		[{ pattern: 'a?' }, '', 0],
		[{ pattern: '.*', flags: 's' }, ' \n', 0],
	])('judges by %j the output %j as %d', async (options, output, value) => {
		expect(await grade('regex', options, evidence(output))).toMatchObject({ value });
	});

	it("prefers the question's own pattern", async () => {
		const given = evidence('14 days', { question: { expected: { pattern: 'weeks' } } });
		expect(await grade('regex', { pattern: 'days' }, given)).toEqual({
			value: 0,
			reason: 'does not match /weeks/u',
		});
	});

	it('does not carry a match over to the next answer', async () => {
		const one = await scorer('regex', { pattern: 'days' });
		for (let turn = 0; turn < 4; turn++) {
			expect(await one.score(evidence('14 days'), context)).toEqual({ value: 1 });
		}
	});

	it.each(['g', 'y', 'x', 'uv'])('refuses the flags %j', (flags) => {
		expect(refusals(scorerKinds, 'regex', { pattern: 'a', flags })).not.toEqual([]);
	});

	it('refuses a pattern that is no expression, and says why', () => {
		expect(refusals(scorerKinds, 'regex', { pattern: '(' })[0]).toMatch(/Unterminated group/);
	});

	it("says at load time what is wrong with a question's pattern", async () => {
		const { lacks } = await scorer('regex');
		const broken = evidence('', { question: { expected: { pattern: '[' } } }).question;
		expect(lacks?.(broken)).toMatch(/expected\.pattern is invalid: .*character class/);
		expect(lacks?.(evidence('').question)).toMatch(/expected\.pattern is missing/);
		expect((await scorer('regex', { pattern: 'a' })).lacks?.(evidence('').question)).toBeUndefined();
	});
});
