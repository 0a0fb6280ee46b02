import { describe, expect, it } from 'vitest';
import { evidence } from '../contract/evidence.ts';
import { grade, scorer } from '../contract/run.ts';

describe('exact', () => {
	it.each([
		['Yes', 'Yes', {}, 1],
		[' Yes\n', 'Yes', {}, 1],
		[' Yes\n', 'Yes', { trim: false }, 0],
		['yes', 'Yes', {}, 0],
		['yes', 'Yes', { caseSensitive: false }, 1],
		['Yes.', 'Yes', {}, 0],
		['Yes, no', 'Yes', {}, 0],
		['re\u0301sume\u0301', 'résumé', {}, 1],
		['', 'Yes', {}, 0],
	])('compares %j with %j by %j as %d', async (output, answer, options, value) => {
		const given = evidence(output, { question: { expected: { answer } } });
		expect(await grade('exact', options, given)).toMatchObject({ value });
	});

	it('lacks an answer that is missing or blank: an empty output must never be right', async () => {
		const { lacks } = await scorer('exact');
		expect(lacks?.(evidence('').question)).toBe('expected.answer is missing');
		expect(lacks?.(evidence('', { question: { expected: { answer: ' ' } } }).question)).toBeDefined();
		const blank = evidence('', { question: { expected: { answer: '' } } });
		await expect(grade('exact', {}, blank)).rejects.toThrow(/expected\.answer/);
	});
});
