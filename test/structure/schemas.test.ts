import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { jsonSchemas, schemasFolder } from '../support/json-schemas.ts';

const read = (name: string) => readFileSync(new URL(`../../golden/support/${name}`, import.meta.url), 'utf8');

function validator(name: string): ValidateFunction {
	const schema = JSON.parse(readFileSync(new URL(name, schemasFolder), 'utf8'));
	// zod marks a prefix with the format `starts_with`, beside the pattern that says the same.
	return new Ajv2020({
		strict: true,
		allowUnionTypes: true,
		allErrors: true,
		formats: { starts_with: true },
	}).compile(schema);
}

/** The keywords and places that a schema refuses a value at; empty when it takes it. */
function refusals(validate: ValidateFunction, value: unknown): string[] {
	return validate(value)
		? []
		: (validate.errors ?? []).map(({ instancePath, keyword }) => `${instancePath} ${keyword}`);
}

describe('the published JSON Schemas', () => {
	it('are what the zod schemas say today (else: npm run schemas)', () => {
		const generated = jsonSchemas();
		expect(readdirSync(schemasFolder).toSorted()).toEqual(Object.keys(generated).toSorted());
		for (const [name, schema] of Object.entries(generated)) {
			const stored = JSON.parse(readFileSync(new URL(name, schemasFolder), 'utf8'));
			expect(stored, name).toEqual(JSON.parse(JSON.stringify(schema)));
		}
	});

	it('are named by the golden suite, so that editors complete it', () => {
		for (const kind of ['suite', 'gate']) {
			const [first] = read(`${kind}.yaml`).split('\n');
			expect(first).toBe(`# yaml-language-server: $schema=../../src/schemas/${kind}.schema.json`);
		}
	});
});

describe('suite.schema.json', () => {
	const validate = validator('suite.schema.json');
	const suite = () => parse(read('suite.yaml'));

	it('takes the golden suite', () => {
		expect(refusals(validate, suite())).toEqual([]);
	});

	it.each([
		['an unknown key', { extra: 1 }, ' additionalProperties'],
		['no target', { targets: {} }, '/targets minProperties'],
		['no scorer', { scorers: [] }, '/scorers minItems'],
		['an unknown scorer', { scorers: [{ use: 'magic' }] }, '/scorers/0/use const'],
		[
			'an option of another check',
			{ checks: [{ use: 'pii', canaries: ['abcd'] }] },
			'/checks/0 additionalProperties',
		],
		['a target without its path', { targets: { a: { use: 'module' } } }, '/targets/a required'],
		[
			'a threshold of 0',
			{ scorers: [{ use: 'terms', threshold: 0 }] },
			'/scorers/0/threshold exclusiveMinimum',
		],
		['a wrong type', { questions: 7 }, '/questions type'],
	])('refuses %s', (_, change, refusal) => {
		expect(refusals(validate, { ...suite(), ...change })).toContain(refusal);
	});
});

describe('gate.schema.json', () => {
	const validate = validator('gate.schema.json');

	it('takes the golden gate', () => {
		expect(refusals(validate, parse(read('gate.yaml')))).toEqual([]);
	});

	it.each([
		['no rules', { rules: [] }, '/rules minItems'],
		['a rule without a metric', { rules: [{ id: 'a', check: 'value >= 1' }] }, '/rules/0 required'],
		['a misspelt key', { rules: [{ id: 'a', metric: 'm', chek: 'x' }] }, '/rules/0 additionalProperties'],
		['two sources', { rules: [{ id: 'a', metric: 'm', tempo: {} }] }, '/rules/0 oneOf'],
		[
			'a number without its total',
			{ rules: [{ id: 'a', prometheus: { value: 'v', min_total: 1 } }] },
			'/rules/0/prometheus oneOf',
		],
	])('refuses %s', (_, gate, refusal) => {
		expect(refusals(validate, gate)).toContain(refusal);
	});
});

describe('questions.schema.json', () => {
	const validate = validator('questions.schema.json');

	it('takes every line of the golden set', () => {
		const lines = read('questions.jsonl').trim().split('\n');
		const refused = lines.flatMap((line, index) =>
			refusals(validate, [JSON.parse(line)]).map((refusal) => `line ${index + 1}: ${refusal}`),
		);
		expect(refused).toEqual([]);
	});

	it.each([
		['an empty set', [], ' minItems'],
		['a number as id', [{ id: 7, input: 'Why?' }], '/0/id type'],
		['a blank input', [{ id: 'a', input: '' }], '/0/input minLength'],
		[
			'an unknown expectation',
			[{ id: 'a', input: 'Why?', expected: { term: ['x'] } }],
			'/0/expected additionalProperties',
		],
	])('refuses %s', (_, questions, refusal) => {
		expect(refusals(validate, questions)).toContain(refusal);
	});
});
