import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { digestOfJson, digestOfText, SequenceDigest } from '../../src/suite/digest.ts';
import { app, load, problemsOf, questionLines, suiteYaml } from './small.ts';

const questions = (...lines: string[]) => ({ 'questions.jsonl': `${lines.join('\n')}\n` });
const yaml = (start: string, ...lines: string[]) => ({ 'suite.yaml': suiteYaml(start, ...lines) });
const [first = '', second = ''] = questionLines;
const digest = async (files: Parameters<typeof load>[0] = {}) => (await load(files)).digest;
const scorer = (rest: string) => yaml('  - { use: terms', `  - { use: terms, name: faithfulness, ${rest} }`);
const module = (code: string) => ({
	...yaml('  - { use: terms', '  - { use: module, name: mine, path: mine.mjs }'),
	'mine.mjs': code,
});

describe('the suite’s digest', () => {
	it('is a sha256 of its canonical JSON', async () => {
		expect(await digest()).toMatch(/^sha256:[0-9a-f]{64}$/);
		expect(digestOfText('abc')).toBe(
			'sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
		);
		expect(digestOfJson({ b: 1, a: [2, { d: 3, c: 4 }] })).toBe(
			digestOfText('{"a":[2,{"c":4,"d":3}],"b":1}'),
		);
	});

	it('does not depend on the folder, the order of keys, or how the YAML is written', async () => {
		const other = {
			checks: [
				{ forbidden: ['refund'], apply: 'listed', name: 'promises', use: 'phrases' },
				{ use: 'pii', name: undefined },
			],
			scorers: [{ threshold: 0.5, name: 'faithfulness', use: 'terms' }],
			targets: { app: { path: 'app.ts', use: 'module' } },
			questions: 'questions.jsonl',
			name: 'unit',
		};
		expect(await digest({ 'suite.yaml': stringify(other) })).toBe(await digest());
		expect(await digest({ 'suite.yaml': JSON.stringify(other) })).toBe(await digest());
		const turned = '{"policies":["promises"],"expected":{"terms":["one"]},"input":"One?","id":"a"}';
		expect(await digest(questions(turned, second))).toBe(await digest());
	});

	it.each<[string, Parameters<typeof load>[0]]>([
		['another input', questions(first.replace('One?', 'One!'), second)],
		['another term', questions(first, second.replace('"two"', '"too"'))],
		['another id', questions(first, second.replace('"b"', '"c"'))],
		['another tag', questions(first, second.replace('{', '{"tags":{"risk":"high"},'))],
		['mustRefuse', questions(first, second.replace('{', '{"mustRefuse":true,'))],
		['a threshold of a question', questions(first, second.replace('{', '{"threshold":0.9,'))],
		['a policy of a question', questions(first, second.replace('{', '{"policies":["promises"],'))],
		['another order', questions(second, first)],
		['one question less', questions(first)],
		['one more question', questions(first, second, second.replace('"b"', '"c"'))],
		['a scorer’s threshold', scorer('threshold: 0.6')],
		['a scorer’s default threshold', yaml('  - { use: terms', '  - { use: terms, name: faithfulness }')],
		['a scorer’s name', yaml('  - { use: terms', '  - { use: terms, name: recall, threshold: 0.5 }')],
		[
			'a check’s option',
			yaml('  - { use: phrases', '  - { use: phrases, name: promises, apply: listed, forbidden: [refunds] }'),
		],
		['one check less', yaml('  - { use: pii', '')],
		['the suite’s name', yaml('name:', 'name: other')],
		['a price', yaml('name:', 'name: unit', 'prices: { m: { input: 1, output: 2 } }')],
		['an attribute', yaml('name:', 'name: unit', 'attributes: { app.area: x }')],
	])('changes with %s', async (_, files) => {
		expect(await digest(files)).not.toBe(await digest());
	});

	it('changes with the code of a scorer module that names no version, and not when it names one', async () => {
		const plain = 'export const score = () => 1;';
		expect(await digest(module(plain))).not.toBe(await digest(module(`${plain} // again`)));
		const versioned = `${plain} export const version = '3';`;
		expect(await digest(module(versioned))).toBe(await digest(module(`${versioned} // again`)));
		expect(await digest(module(versioned))).not.toBe(await digest(module(versioned.replace('3', '4'))));
	});

	it.each<[string, Parameters<typeof load>[0]]>([
		[
			'another target',
			yaml('  app:', '  app: { use: module, path: app.ts }', '  next: { use: module, path: app.ts }'),
		],
		['another revision', yaml('  app:', '  app: { use: module, path: app.ts, revision: "2" }')],
		['the target’s code', { 'app.ts': `${app}// new\n` }],
		['a gate', { ...yaml('name:', 'name: unit', 'gate: gate.yaml'), 'gate.yaml': 'rules: []' }],
	])('does not change with %s', async (_, files) => {
		expect(await digest(files)).toBe(await digest());
	});

	it('of a sequence is that of its values’ canonical forms, a line each', () => {
		const digest = new SequenceDigest();
		for (const value of [{ b: 1, a: '\n' }, [2]]) digest.add(value);
		expect(digest.end()).toBe(digestOfText('{"a":"\\n","b":1}\n[2]\n'));
	});

	it('refuses text that is no Unicode by its line, since it has no canonical form', async () => {
		const torn = second.replace('Two?', '\\ud83d');
		expect(await problemsOf(questions(first, torn))).toEqual([
			'questions.jsonl:2: question "b": Lone surrogate is not allowed; expected well-formed Unicode text',
		]);
	});

	it('is equal for equal JSON alone', () => {
		fc.assert(
			fc.property(fc.jsonValue(), fc.jsonValue(), (one, two) => {
				const form = (value: unknown) => JSON.stringify(sorted(value));
				expect(digestOfJson(one) === digestOfJson(two)).toBe(form(one) === form(two));
				expect(digestOfJson(one)).toBe(digestOfJson(sorted(one)));
			}),
		);
	});
});

function sorted(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(sorted);
	if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? 0 : value;
	const entries = Object.entries(value).map(([key, item]) => [key, sorted(item)] as const);
	return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
