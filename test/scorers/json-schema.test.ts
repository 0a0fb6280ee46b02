import { describe, expect, it } from 'vitest';
import { scorerKinds } from '../../src/scorers/index.ts';
import type { Scorer } from '../../src/scorers/scorer.ts';
import { context, evidence } from '../contract/evidence.ts';
import { grade, refusals, scorer } from '../contract/run.ts';
import { tempFolder, write } from '../support/records.ts';

const schema = {
	type: 'object',
	required: ['days'],
	additionalProperties: false,
	properties: { days: { type: 'integer', minimum: 1 }, mail: { type: 'string', format: 'email' } },
};
const graded = (output: string, options: object = {}) =>
	grade('json_schema', { schema, ...options }, evidence(output));

describe('json_schema', () => {
	it.each<[string, number, string?]>([
		['{"days": 14}', 1],
		[' {"days": 14, "mail": "a@example.org"}\n', 1],
		['{"days": 14, "mail": "a"}', 0, '/mail must match format "email"'],
		['{"days": "14"}', 0, '/days must be integer'],
		['{"days": 0}', 0, '/days must be >= 1'],
		['{}', 0, "the answer must have required property 'days'"],
		['{"days": 1, "x": 1}', 0, 'the answer must NOT have additional properties: "x"'],
		['[]', 0, 'the answer must be object'],
		['null', 0, 'the answer must be object'],
	])('gives to %j %d', async (output, value, reason) => {
		expect(await graded(output)).toEqual(reason === undefined ? { value } : { value, reason });
	});

	it.each(['constructor', 'toString', '__proto__'])('takes no inherited %s for a property', async (name) => {
		const schema = { type: 'object', required: [name] };
		expect(await graded('{}', { schema })).toMatchObject({ value: 0 });
		expect(await graded(`{"${name}": 1}`, { schema })).toEqual({ value: 1 });
	});

	it.each([
		'',
		'days: 14',
		"{'days': 14}",
		'{"days": 14,}',
		'{"days": 14} {"days": 14}',
		'NaN',
		'{"days": 14',
	])('gives 0 to %j, which is no JSON', async (output) => {
		expect(await graded(output)).toEqual({ value: 0, reason: expect.stringMatching(/^no JSON: /) });
	});

	const block = '```json\n{"days": 14}\n```';
	it.each([
		['optional', block, 1],
		['optional', `\n${block.replaceAll('\n', '\r\n')}\n`, 1],
		['optional', '~~~\n{"days": 14}\n~~~', 1],
		['optional', '````json\n{"days": 14}\n````', 1],
		['optional', `Here:\n${block}`, 0],
		['optional', `${block}\nDone.`, 0],
		['optional', '```json\n{"days": 14}', 0],
		['optional', '```json {"days": 14} ```', 0],
		['refused', block, 0],
		['refused', '{"days": 14}', 1],
		['anywhere', `Here:\n${block}\nDone.`, 1],
		['anywhere', '{"days": 14}', 1],
		['anywhere', `${block}\n${block}`, 0],
		['anywhere', 'It is {"days": 14}', 0],
		['anywhere', '{"days": "```"}', 0],
	])('with `fence: %s` takes %j: %d', async (fence, output, value) => {
		expect(await graded(output, { fence })).toMatchObject({ value });
	});

	it('takes linear time on fences that never close', async () => {
		const started = performance.now();
		await graded('```a\n'.repeat(200_000), { fence: 'anywhere' });
		expect(performance.now() - started).toBeLessThan(5_000);
	});

	it('reads the schema from a file, whose content is in its version', async () => {
		const made = async (text: string): Promise<Scorer> => {
			const folder = write(tempFolder(), { 'answer.schema.json': text });
			const kind = scorerKinds.json_schema;
			if (kind === undefined) throw new Error('no such scorer');
			return kind.create(kind.options.parse({ file: 'answer.schema.json' }), { folder });
		};
		const one = await made(JSON.stringify(schema));
		expect(await one.score(evidence('{"days": 14}'), context)).toEqual({ value: 1 });
		expect((await made('{}')).version).not.toBe(one.version);
		await expect(made('{')).rejects.toThrow(/answer\.schema\.json: the JSON Schema is not valid JSON: /);
		await expect(made('[]')).rejects.toThrow(/answer\.schema\.json: expected a JSON Schema/);
	});

	it('knows draft-07 by its $schema', async () => {
		const old = {
			$schema: 'http://json-schema.org/draft-07/schema#',
			items: [{ type: 'string' }],
			additionalItems: false,
		};
		expect(await graded('["a"]', { schema: old })).toEqual({ value: 1 });
		expect(await graded('["a", 1]', { schema: old })).toMatchObject({ value: 0 });
	});

	it.each([
		[{ requird: ['days'] }, /unknown keyword/],
		[{ type: 'object', properties: { a: { format: 'emial' } } }, /unknown format/],
		[{ type: 'objekt' }, /type/],
		[{ $ref: 'https://example.org/other.json' }, /can't resolve reference/],
		[{ $async: true, type: 'object' }, /async/],
		[{ $schema: 'https://example.org/draft' }, /no schema with key or ref/],
	])('refuses the schema %j', async (bad, message) => {
		await expect(scorer('json_schema', { schema: bad })).rejects.toThrow(message);
	});

	it.each([{}, { schema, file: 'a.json' }])('refuses the options %j', (options) => {
		expect(refusals(scorerKinds, 'json_schema', options)).toEqual(['expected either `schema:` or `file:`']);
	});
});
