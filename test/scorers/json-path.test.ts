import { describe, expect, it } from 'vitest';
import { scorerKinds } from '../../src/scorers/index.ts';
import { evidence } from '../contract/evidence.ts';
import { grade, refusals, scorer } from '../contract/run.ts';

const order = JSON.stringify({
	id: '7',
	total: 19.99,
	items: [
		{ sku: 'a', n: 1 },
		{ sku: 'b', n: 1 },
	],
	note: null,
	constructor: 'x',
});
const byExpectation = (expectation: object, options: object = {}) =>
	grade('json_path', { expect: [expectation], ...options }, evidence(order));

describe('json_path', () => {
	it.each<[object, number]>([
		[{ path: '$.id', equals: '7' }, 1],
		[{ path: '$.id', equals: 7 }, 0],
		[{ path: '$.total', equals: 19.99 }, 1],
		[{ path: '$.note', equals: null }, 1],
		[{ path: '$.note', exists: true }, 1],
		[{ path: '$.note', exists: false }, 0],
		[{ path: '$.missing', exists: false }, 1],
		[{ path: '$.missing', equals: null }, 0],
		[{ path: '$.items[*].n', equals: 1 }, 1],
		[{ path: '$.items[*].sku', equals: 'a' }, 0],
		[{ path: '$.items[*].sku', values: ['a', 'b'] }, 1],
		[{ path: '$.items[*].sku', values: ['b', 'a'] }, 0],
		[{ path: '$.items[*].sku', values: ['a'] }, 0],
		[{ path: '$.items[?@.n > 1]', values: [] }, 1],
		[{ path: '$.items[0]', equals: { n: 1, sku: 'a' } }, 1],
		[{ path: '$.items[0]', equals: { sku: 'a' } }, 0],
		[{ path: '$.items', equals: { 0: 1 } }, 0],
		[{ path: '$.toString', exists: true }, 0],
		[{ path: '$.constructor', equals: 'x' }, 1],
	])('%j gives %d', async (expectation, value) => {
		expect(await byExpectation(expectation)).toMatchObject({ value });
	});

	it.each<[object, object, number]>([
		[{ path: '$.total', equals: 20 }, { absolute: 0.01 }, 1],
		[{ path: '$.total', equals: 20 }, { absolute: 0.001 }, 0],
		[{ path: '$.total', equals: 20 }, { relative: 0.001 }, 1],
		[{ path: '$.items[0]', equals: { n: 1.5, sku: 'a' } }, { absolute: 0.5 }, 1],
		[{ path: '$.id', equals: 7 }, { absolute: 1 }, 0],
	])('%j by %j gives %d', async (expectation, tolerance, value) => {
		expect(await byExpectation(expectation, tolerance)).toMatchObject({ value });
	});

	it("gives the share that holds, of its own and the question's, and tells the rest", async () => {
		const question = { expected: { json: { '$.id': '7', '$.total': 20 } } };
		const options = {
			expect: [
				{ path: '$.gone', exists: true },
				{ path: '$.note', exists: true },
			],
		};
		expect(await grade('json_path', options, evidence(order, { question }))).toEqual({
			value: 0.5,
			reason: '$.gone is not there | $.total is 19.99, not 20',
		});
	});

	it('gives 0 to what is no JSON', async () => {
		const { value, reason } = await grade(
			'json_path',
			{ expect: [{ path: '$.a', exists: false }] },
			evidence('a: 1'),
		);
		expect([value, reason]).toEqual([0, expect.stringMatching(/^no JSON: /)]);
	});

	it('says at load time what is no path, and where nothing is expected', async () => {
		await expect(scorer('json_path', { expect: [{ path: '$.[', exists: true }] })).rejects.toThrow(
			/the path \$\.\[ is no JSONPath/,
		);
		const { lacks } = await scorer('json_path');
		const bad = evidence('', { question: { expected: { json: { total: 1 } } } }).question;
		expect(lacks?.(bad)).toMatch(/expected\.json: the path total is no JSONPath/);
		expect(lacks?.(evidence('').question)).toMatch(/expected\.json is missing/);
	});

	it.each([
		{ expect: [{ path: '$.a' }] },
		{ expect: [{ path: '$.a', equals: 1, exists: true }] },
		{ expect: [{ equals: 1 }] },
		{ absolute: -1 },
	])('refuses %j', (options) => {
		expect(refusals(scorerKinds, 'json_path', options)).not.toEqual([]);
	});
});
