import { describe, expect, it } from 'vitest';
import { checkKinds } from '../../src/checks/index.ts';
import { evidence } from '../contract/evidence.ts';
import { judge, refusals } from '../contract/run.ts';

const outcome = async (output: string, options: object): Promise<string> => {
	const judgement = await judge('format', options, evidence(output));
	return judgement.status === 'violated' ? judgement.category : judgement.status;
};

describe('format', () => {
	it.each([
		['{"a": 1}', 'ok'],
		[' [1, 2]\n', 'ok'],
		['null', 'ok'],
		['', 'not_json'],
		['Here it is: {"a": 1}', 'not_json'],
		['```json\n{"a": 1}\n```', 'not_json'],
		['{"a": 1} {"b": 2}', 'not_json'],
		["{'a': 1}", 'not_json'],
		['{"a": NaN}', 'not_json'],
	])('takes %j as JSON: %s', async (output, category) => {
		expect(await outcome(output, { type: 'json' })).toBe(category);
	});

	it.each([
		['# Refunds\n\nTwo weeks.', true],
		['- one\n- two', true],
		['1. one\n2. two', true],
		['| a | b |\n| --- | --- |\n| 1 | 2 |', true],
		['See [the page](https://acme.example/refunds).', true],
		['It is **two** weeks.', true],
		['It is *two* weeks.', true],
		['Run `npm ci`.', true],
		['> quoted', true],
		['```sh\nnpm ci\n```', true],
		['Two weeks.', false],
		['', false],
		['2 * 3 * 4 = 24, and snake_case_name', false],
		['#1 in our shop, at -5 °C', false],
		['a - b - c', false],
		['[kb-1] says so (see below).', false],
		['It costs 5. Or 6.', false],
	])('tells whether %j is Markdown or plain: %s', async (output, isMarkdown) => {
		expect(await outcome(output, { type: 'markdown' })).toBe(isMarkdown ? 'ok' : 'not_markdown');
		expect(await outcome(output, { type: 'plain' })).toBe(isMarkdown ? 'not_plain' : 'ok');
	});

	it.each([
		['```\na\n```', 'ok'],
		['~~~\na\n```\n~~~', 'ok'],
		['````\n```\n````', 'ok'],
		['```js\na', 'not_markdown'],
		['```\na\n``` b', 'not_markdown'],
		['```\na\n```\n```', 'not_markdown'],
	])('sees whether the fence of %j is closed', async (output, category) => {
		expect(await outcome(output, { type: 'markdown' })).toBe(category);
	});

	it.each([
		['```\na\n```', 'code_fence'],
		['Text\n~~~\na\n~~~', 'code_fence'],
		['Use `a` and a ``b``.', 'ok'],
	])('finds a code fence in %j: %s', async (output, category) => {
		expect(await outcome(output, { codeFences: 'forbidden' })).toBe(category);
	});

	it.each([
		['yes', 'ok'],
		[' yes\n', 'ok'],
		['ID-42', 'ok'],
		['yes, sir', 'no_pattern'],
		['ID-42\nID-43', 'no_pattern'],
		['', 'no_pattern'],
	])('matches %j as a whole against one of several patterns: %s', async (output, category) => {
		expect(await outcome(output, { patterns: ['yes|no', String.raw`ID-\d+`] })).toBe(category);
	});

	it('repeats nothing of the output in its reason', async () => {
		const options = { type: 'json', codeFences: 'forbidden', patterns: ['x'], severity: 'low' };
		expect(await judge('format', options, evidence('```\nsecret\n```'))).toEqual({
			status: 'violated',
			category: 'not_json',
			severity: 'low',
			reason: 'is no JSON, but a code fence; holds a code fence; matches none of the patterns',
		});
	});

	it.each<[object, RegExp]>([
		[{}, /judge nothing/],
		[{ codeFences: 'allowed' }, /judge nothing/],
		[{ patterns: [] }, /./],
		[{ patterns: ['('] }, /Unterminated group/],
		[{ type: 'xml' }, /./],
	])('refuses the options %j', (options, message) => {
		expect(refusals(checkKinds, 'format', options).join()).toMatch(message);
	});
});
