import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { load, problemsOf, suiteYaml } from './small.ts';

const set = [
	{
		id: 'a',
		input: 'One, "two"\nor three?',
		expected: { terms: ['one', 'two words'], sources: ['kb-1'] },
		tags: { topic: 'billing', lang: 'de' },
		cluster: 'billing',
		mustRefuse: false,
		policies: ['promises'],
		threshold: 0.66,
		pass: { threshold: 0.75 },
	},
	{
		id: '007',
		input: 'Ä 😀 漢字?',
		expected: { terms: ['x'], number: -1.5, maxLatencyMs: 800, maxCostUsd: 0.01 },
		mustRefuse: true,
		threshold: { faithfulness: 0.5 },
	},
];

const csv = [
	'id,input,expected.terms,expected.sources,tags.topic,tags.lang,cluster,mustRefuse,policies,threshold,threshold.faithfulness,pass.threshold,expected.number,expected.maxLatencyMs,expected.maxCostUsd',
	'a,"One, ""two""\nor three?",one | two words,kb-1,billing,de,billing,false,promises,0.66,,0.75,,,',
	'007,Ä 😀 漢字?,x,,,,,true,,,0.5,,-1.5,800,0.01',
	'',
].join('\n');

const forms: Record<string, string> = {
	'questions.jsonl': set.map((question) => JSON.stringify(question)).join('\n'),
	'questions.yaml': stringify(set, { defaultStringType: 'QUOTE_DOUBLE' }),
	'questions.yml': stringify(set, { lineWidth: 20 }),
	'questions.json': JSON.stringify(set, undefined, '\t'),
	'questions.csv': csv,
};

const inForm = (name: string, text: string | Uint8Array) => ({
	'suite.yaml': suiteYaml('questions:', `questions: ${name}`),
	[name]: text,
});

describe('golden sets', () => {
	it('are equal, with equal digests, in every format', async () => {
		const suites = await Promise.all(Object.entries(forms).map(([name, text]) => load(inForm(name, text))));
		const [first] = suites;
		expect([...(first?.questions ?? [])]).toEqual(set.map((question) => ({ tags: {}, ...question })));
		for (const suite of suites) expect([...suite.questions]).toEqual([...(first?.questions ?? [])]);
		// The file's name is not part of the set.
		expect(new Set(suites.map(({ digest }) => digest)).size).toBe(1);
	});

	it.each(Object.keys(forms))('%s may begin with a byte order mark', async (name) => {
		const plain = await load(inForm(name, forms[name] ?? ''));
		const marked = await load(inForm(name, `\uFEFF${forms[name]}`));
		expect(marked.digest).toBe(plain.digest);
	});

	it('suite.yaml may begin with a byte order mark', async () => {
		expect((await load({ 'suite.yaml': `\uFEFF${suiteYaml('name:', 'name: unit')}` })).name).toBe('unit');
	});

	it('a line break inside a quoted cell, and in JSON, may be any', async () => {
		const crlf = (
			await load(inForm('questions.jsonl', forms['questions.jsonl']?.replaceAll('\n', '\r\n') ?? ''))
		).digest;
		expect(crlf).toBe((await load(inForm('questions.jsonl', forms['questions.jsonl'] ?? ''))).digest);
		const windows = await load(inForm('questions.csv', csv.replaceAll('\n', '\r\n')));
		const [one, two] = windows.questions;
		expect([one?.id, two?.id, windows.questions.count]).toEqual(['a', '007', 2]);
		expect(two).toEqual({ tags: {}, ...set[1] });
		const json = await load(
			inForm('questions.json', forms['questions.json']?.replaceAll('\n', '\r\n') ?? ''),
		);
		expect(json.digest).toBe(crlf);
	});

	it('blank lines count as lines and are no questions', async () => {
		const [a, b] = set.map((question) => JSON.stringify(question));
		const suite = await load(inForm('questions.jsonl', `\n${a}\n\n \t\n${b}\n\n`));
		expect([suite.questions.count, ...suite.questions]).toHaveLength(3);
		expect(await problemsOf(inForm('questions.jsonl', `\n${a}\n\n${a}\n`))).toEqual([
			'questions.jsonl:4: duplicate question id "a", first used on line 2',
		]);
	});

	it.each(['questions.yaml', 'questions.json'])('%s that holds no list is refused', async (name) => {
		expect(await problemsOf(inForm(name, '{"id": "a", "input": "?"}'))).toEqual([
			`${name}:1: expected a list of questions`,
		]);
		expect(await problemsOf(inForm(name, '[]'))).toEqual([
			`${name}: holds no question; a golden set needs at least one`,
		]);
	});

	it('an empty YAML file is an empty set', async () => {
		expect(await problemsOf(inForm('questions.yaml', '# later\n'))).toEqual([
			'questions.yaml: holds no question; a golden set needs at least one',
		]);
	});

	it.each(['questions.json', 'questions.yaml'])(
		'a torn %s is refused by its line, wherever it is torn',
		async (name) => {
			const whole = JSON.stringify(set.slice(1), undefined, 1);
			const cut = fc.integer({ min: 1, max: whole.length - 1 });
			await fc.assert(
				fc.asyncProperty(cut, async (length) => {
					const [problem] = await problemsOf(inForm(name, whole.slice(0, length)));
					expect(problem).toMatch(new RegExp(`^${name}:\\d+: not valid YAML: `));
				}),
				{ numRuns: 30 },
			);
		},
	);

	it('YAML problems stand at their line', async () => {
		const text = [
			'- id: a',
			'  input: One?',
			'  expected: { terms: [x] }',
			'- id: 12',
			'  inputs: Two?',
		].join('\n');
		expect(await problemsOf(inForm('questions.yaml', text))).toEqual([
			'questions.yaml:4: id: expected a text, found 12',
			'questions.yaml:4: input: is missing; expected a text',
			'questions.yaml:5: unknown key "inputs"; did you mean `input`?',
		]);
	});
});

describe('CSV', () => {
	const head = 'id,input,expected.terms,policies';
	const rows = (...lines: string[]) => inForm('questions.csv', [head, ...lines].join('\n'));

	it.each<[string, string[], RegExp]>([
		['too many cells', ['a,One?,x,promises', 'b,Two?,x,,'], /^questions\.csv:3: not valid CSV: .* got 5/],
		['too few cells', ['a,One?'], /^questions\.csv:2: not valid CSV: .* got 2/],
		[
			'an open quote',
			['a,One?,x,promises', 'b,"Two?,x,'],
			/^questions\.csv:3: not valid CSV: Quote Not Closed/,
		],
		[
			'a duplicate id after cells of several lines',
			['a,"One', 'and', 'two?",x,promises', 'b,"3', '4",x,', '', 'a,"5', '6",x,'],
			/^questions\.csv:8: duplicate question id "a", first used on line 2$/,
		],
	])('with %s is refused by its line', async (_, lines, expected) => {
		expect(await problemsOf(rows(...lines))).toEqual([expect.stringMatching(expected)]);
	});

	it('refuses a column that is no key of a question', async () => {
		const files = inForm('questions.csv', `${head},topic\n\na,One?,x,promises,billing\n`);
		expect(await problemsOf(files)).toEqual([
			expect.stringMatching(/^questions\.csv:3: unknown key "topic"; expected one of: id, /),
		]);
	});

	it('refuses a column that stands twice, of which one would be lost', async () => {
		const files = inForm('questions.csv', 'id,input,expected.terms,expected.terms\na,One?,x,y\n');
		expect(await problemsOf(files)).toEqual([
			'questions.csv:1: the column "expected.terms" stands twice; expected each column once',
		]);
	});

	it.each([
		['threshold', 'high', 'threshold'],
		['threshold', '0', 'threshold'],
		['mustRefuse', 'yes', 'mustRefuse'],
	])('refuses %s = %s', async (column, cell, key) => {
		const files = inForm('questions.csv', `${head},${column}\na,One?,x,promises,${cell}\n`);
		expect(await problemsOf(files)).toEqual([
			expect.stringMatching(new RegExp(`^questions\\.csv:2: ${key}: `)),
		]);
	});

	it('refuses a file with a header and no row', async () => {
		expect(await problemsOf(rows())).toEqual([
			'questions.csv: holds no question; a golden set needs at least one',
		]);
	});
});
