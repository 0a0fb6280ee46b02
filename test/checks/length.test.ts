import { describe, expect, it } from 'vitest';
import { checkKinds } from '../../src/checks/index.ts';
import { evidence } from '../contract/evidence.ts';
import { judge, refusals } from '../contract/run.ts';

/** How many of a unit the check counts: the one number that both bounds let through. */
async function counted(output: string, unit: string, expected: number): Promise<string> {
	const options = { [unit]: { min: expected, max: expected } };
	const judgement = await judge('length', options, evidence(output));
	return judgement.status === 'violated' ? judgement.reason : judgement.status;
}

describe('length', () => {
	it.each([
		['Two weeks.', 10, 2, 1],
		['  Two weeks.\n', 10, 2, 1],
		['Two weeks.\r\nNo more! Really?', 27, 5, 3],
		['', 0, 0, 0],
		['👩‍👩‍👧‍👦 ok', 4, 1, 1],
		['e\u0301te\u0301', 3, 1, 1],
		['3.5 % of 1,000', 14, 3, 1],
		['退款需要十四天。请稍候。', 12, 6, 2],
		["It's Jane's.", 12, 2, 1],
	])(
		'counts in %j %i characters, %i words and %i sentences',
		async (output, characters, words, sentences) => {
			expect(await counted(output, 'characters', characters)).toBe('ok');
			expect(await counted(output, 'words', words)).toBe('ok');
			expect(await counted(output, 'sentences', sentences)).toBe('ok');
		},
	);

	it.each([
		['One two three.', { words: { max: 3 } }, 'ok'],
		['One two three four.', { words: { max: 3 } }, 'too_long'],
		['One two.', { words: { min: 3 } }, 'too_short'],
		['One two three.', { words: { min: 3 } }, 'ok'],
		['', { characters: { min: 1 } }, 'too_short'],
		['A. B. C.', { sentences: { max: 2 } }, 'too_long'],
	])('judges %j by %j: %s', async (output, options, category) => {
		const judgement = await judge('length', options, evidence(output));
		expect(judgement.status === 'violated' ? judgement.category : judgement.status).toBe(category);
	});

	it('says every bound that is broken', async () => {
		const options = { words: { min: 5 }, characters: { max: 3 }, severity: 'high' };
		expect(await judge('length', options, evidence('One two.'))).toEqual({
			status: 'violated',
			category: 'too_long',
			severity: 'high',
			reason: '8 characters, at most 3; 2 words, at least 5',
		});
	});

	it.each<[object, RegExp]>([
		[{}, /judge nothing/],
		[{ words: {} }, /needs min or max/],
		[{ words: { min: 3, max: 2 } }, /above `max`/],
		[{ words: { max: -1 } }, /./],
		[{ words: { maximum: 1 } }, /unknown key/],
	])('refuses the options %j', (options, message) => {
		expect(refusals(checkKinds, 'length', options).join()).toMatch(message);
	});
});
