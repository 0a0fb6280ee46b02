import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { checkKinds } from '../../src/checks/index.ts';
import { scorerKinds } from '../../src/scorers/index.ts';
import { root, runIds, Workspace } from '../support/cli.ts';
import { startOpenAi } from '../support/openai-server.ts';
import { type Json, readLines, readStoredRun } from '../support/stored-run.ts';

const workspace = new Workspace();
const fixtures = join(root, 'test/fixtures/import');
let folders = 0;
/** A judge that passes every answer. */
const model = await startOpenAi(({ body }) =>
	body.response_format === undefined ? undefined : JSON.stringify({ explanation: 'Good.', level: 'pass' }),
);
afterAll(() => model.close());

interface ImportedSuite {
	readonly folder: string;
	readonly stdout: string;
	readonly suite: Json;
	readonly questions: readonly Json[];
}

/** Imports a file, and shows that what comes of it is valid. */
async function imported(file: string, ...flags: string[]): Promise<ImportedSuite> {
	const folder = workspace.path(`imported-${folders++}`);
	const { code, stdout, stderr } = await workspace.inProcess(['import', file, '-o', folder, ...flags]);
	expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
	const validated = await workspace.inProcess(['validate', folder]);
	expect(validated).toMatchObject({ code: 0, stderr: '' });
	return {
		// Notes are wrapped at the terminal's width.
		...{ folder, stdout: stdout.replaceAll('\n    ', ' ') },
		suite: parse(readFileSync(join(folder, 'suite.yaml'), 'utf8')),
		questions: readLines(join(folder, 'questions.jsonl')),
	};
}

/** Changes a suite.yaml, and lets the models in it be asked here. */
function edited(folder: string, edit: (suite: Json) => void = () => {}): void {
	const file = join(folder, 'suite.yaml');
	const suite = parse(readFileSync(file, 'utf8'));
	for (const entry of [...suite.scorers, ...(suite.checks ?? [])]) {
		if ('model' in entry) entry.baseUrl = model.baseUrl;
	}
	edit(suite);
	writeFileSync(file, JSON.stringify(suite));
}

/** Runs a suite's candidate with the answers that a test gives by the beginning of a question's id. */
async function graded({ folder, questions }: ImportedSuite, answers: Readonly<Record<string, Json>>) {
	const rows = questions.map(({ id }) => {
		const known = Object.entries(answers).find(([start]) => id.startsWith(start))?.[1] ?? 'no idea';
		return { id, ...(typeof known === 'string' ? { output: known } : known) };
	});
	writeFileSync(join(folder, 'answers.jsonl'), rows.map((row) => JSON.stringify(row)).join('\n'));
	edited(folder, ({ targets }) => {
		targets.candidate = { use: 'recorded', answers: 'answers.jsonl' };
	});
	const ran = await workspace.spangate(['run', folder, '--target', 'candidate', '--no-progress']);
	expect(ran.code).toBe(0);
	const { trials } = readStoredRun(workspace.home, runIds(ran)[0]);
	return (start: string): Json => {
		const trial = trials.find(({ questionId }) => questionId.startsWith(start));
		const scores = trial.scores.filter(({ status }: Json) => status !== 'skipped');
		return {
			passed: trial.passed,
			scores: Object.fromEntries(scores.map((each: Json) => [each.scorer, each.passed ?? each.status])),
			findings: Object.fromEntries(trial.findings.map((each: Json) => [each.check, each.status])),
		};
	};
}

const of = (questions: readonly Json[], start: string): Json =>
	questions.find(({ id }) => id.startsWith(start));

describe('a config of promptfoo', { timeout: 60_000 }, () => {
	test('becomes a suite that runs at once, and says what it left out', async () => {
		const greenhouse = await imported(join(fixtures, 'greenhouse/promptfooconfig.yaml'));
		const { folder, stdout, suite, questions } = greenhouse;
		// Three tests and one with two crops, each with two prompts; the last one is left out.
		expect(questions).toHaveLength(10);
		expect(new Set(questions.map(({ id }) => id)).size).toBe(10);
		const report = readFileSync(join(folder, 'IMPORT.md'), 'utf8');
		for (const [line, what] of [
			[8, 'providers: '],
			[28, 'assert: javascript: it is code'],
			[47, 'metadata: source: '],
			[52, 'the test "Only code looks at it": '],
			[62, 'outputPath: '],
		]) {
			expect(stdout).toMatch(new RegExp(`promptfooconfig\\.yaml:${line}: .*${what}`));
			expect(report).toMatch(new RegExp(`^- promptfooconfig\\.yaml:${line}: .*${what}`, 'm'));
		}
		expect(report).not.toContain(root);
		expect(stdout).toMatch(/assert: llm-rubric: a judge asks [\w.-]+, unless you name another model/);
		expect(of(questions, 'refuses-what')).toMatchObject({
			...{ mustRefuse: true, policies: ['refusal'], cluster: 'Refuses what is not hers to say' },
			...{ tags: { topic: 'privacy' }, attributes: { ticket: 17 } },
		});
		expect(suite.checks).toEqual([{ use: 'refusal', name: 'refusal', apply: 'listed' }]);
		const lacking = await workspace.spangate(['compare', folder, '--no-progress']);
		expect(lacking.code).toBe(2);
		expect(lacking.stderr).toContain('OPENAI_API_KEY');
		edited(folder);
		const { code, stdout: ran } = await workspace.spangate(['compare', folder, '--no-progress']);
		// The placeholder passes nothing, and so is no release.
		expect(code).toBe(1);
		expect(ran).toContain('NO-DEPLOY');
	});

	test('grades as its assertions do', async () => {
		const greenhouse = await imported(join(fixtures, 'greenhouse/promptfooconfig.yaml'));
		const month = 'In March, on the window sill.';
		const result = await graded(greenhouse, {
			'names-the-right-month': { output: month, latencyMs: 10 },
			'lists-what-to-buy': { output: 'soil, water and beans netting', latencyMs: 5000 },
			'reply-with-ok': { output: 'OK', latencyMs: 10, costUsd: 0.01 },
			'refuses-what': { output: 'I’m sorry, but I cannot tell.', latencyMs: 10 },
		});
		expect(result('names-the-right-month').passed).toBe(true);
		expect(Object.values(result('names-the-right-month').scores)).toEqual([true, true, true, true]);
		// Of both crops the first is looked at: all that it needs, and a judge that is content, but too slow.
		const list = Object.entries(result('lists-what-to-buy').scores);
		expect(list.filter(([, passed]) => passed !== true)).toEqual([['latency', false]]);
		expect(list.map(([name]) => name)).toContain('says-nothing-of-pesticides');
		expect(result('reply-with-ok').scores).toMatchObject({ equals: true, cost: false, regex: true });
		expect(result('refuses-what')).toMatchObject({ passed: true, findings: { refusal: 'ok' } });
		const wrong = await graded(await imported(join(fixtures, 'greenhouse/promptfooconfig.yaml')), {
			'names-the-right-month': 'As an AI language model, I say march. Not december.',
			'reply-with-ok': ' OK, damn',
			'refuses-what': { output: 'It was Mr. Holm.', latencyMs: 10 },
		});
		// December is forbidden as it is written; without a recorded latency that scorer cannot tell.
		expect(Object.values(wrong('names-the-right-month').scores)).toEqual(['errored', false, true, true]);
		expect(wrong('reply-with-ok').scores).toMatchObject({ equals: false, cost: 'errored', regex: false });
		expect(wrong('refuses-what')).toMatchObject({ passed: false, findings: { refusal: 'violated' } });
	});

	test('takes prompts and tests of other files, each told by its own line', async () => {
		const suite = await imported(join(fixtures, 'prompts/promptfooconfig.yaml'));
		expect(suite.questions).toHaveLength(8);
		for (const what of [
			/promptfooconfig\.yaml:2: prompt file:\/\/build_prompt\.py: it is made by code/,
			/promptfooconfig\.yaml:7: tests huggingface:/,
			/promptfooconfig\.yaml:8: scenarios: /,
			/tests\.csv:1: the column __prefix: /,
			/tests\.csv:3: assert: python: it is code/,
			/tests\.csv:3: assert: levenshtein: 3 edits became a share/,
			/tests\.csv:4: assert: rouge-n: the question expects something else in the same place/,
			/more\.yaml:14: assert: contains: it has a weight of 0/,
			/more\.yaml:17: assert: context-recall: it has no counterpart/,
		])
			expect(suite.stdout).toMatch(what);
		// What is left out is not told as carried over, too.
		expect(suite.stdout).not.toContain('rouge-n: it is measured');
		const result = await graded(suite, {
			'an-apple': '{"color":"Red"}',
			'a-pear': '{"color":"greenish"}',
			plum: 'purple',
			'by-schema': '{"color":"purple","grams":"50"}',
		});
		expect(result('an-apple')).toMatchObject({ passed: true, scores: { 'is-json': true, icontains: true } });
		expect(result('a-pear')).toMatchObject({ passed: true, scores: { levenshtein: true } });
		expect(result('plum')).toMatchObject({ passed: true, scores: { equals: true } });
		// Half of a weighted mean is asked of it, and neither the schema nor the facts hold.
		expect(result('by-schema')).toMatchObject({
			passed: false,
			scores: { 'is-json-2': false, 'exact-facts': false },
		});
	});

	test('asks a chat as one text, and keeps the assertions that fit no field as scorers with options', async () => {
		const chat = await imported(join(fixtures, 'chat/chat.yaml'));
		expect(chat.questions).toHaveLength(1);
		expect(chat.questions[0]?.input).toBe('system: You are a librarian of Graz "Süd".\n\nuser: Is it open?');
		for (const [line, why] of [
			[10, 'template code'],
			[18, 'passes by a share of its parts'],
			[23, 'its negation has no counterpart'],
			[24, 'it has no counterpart'],
			[25, 'no regular expression of JavaScript'],
			[26, 'its value is a file'],
			[27, 'the variable `who` is not set'],
		])
			expect(chat.stdout).toMatch(new RegExp(`chat\\.yaml:${line}: .*${why}`));
		const right = await graded(chat, { graz: 'Yes. Monday to Friday, until 7 pm.' });
		expect(right('graz').scores).toMatchObject({
			...{ regex: true, 'regex-2': true, 'regex-3': true, icontains: true },
		});
		const other = await graded(await imported(join(fixtures, 'chat/chat.yaml')), { graz: 'No.' });
		expect(other('graz').scores).toMatchObject({
			...{ regex: false, 'regex-2': false, 'regex-3': false, icontains: false },
		});
	});

	test('weighs what it puts together as its parts, and says what it does not carry over', async () => {
		const said = (value: string, rest: object = {}) => ({ type: 'contains', value, ...rest });
		const rubric = (threshold: number) => ({ type: 'llm-rubric', value: 'It is kind.', threshold });
		const tests = [
			{
				vars: { word: 'weighed' },
				threshold: 0.3,
				assert: [said('a1', { weight: 5 }), said('b1'), { type: 'regex', value: 'c1', weight: 2 }],
			},
			{
				vars: { word: 'set' },
				threshold: 0.3,
				assert: [
					{
						type: 'assert-set',
						weight: 9,
						config: { a: 1 },
						assert: [said('a2'), { type: 'icontains', value: 'b2', weight: 2 }],
					},
					{ type: 'regex', value: 'c2' },
				],
			},
			{ vars: { word: 'twice' }, assert: [rubric(0.9), rubric(0.2)] },
			{ vars: { word: 'never' }, threshold: 2, assert: [said('a4')] },
			{
				vars: { word: 'graded' },
				assert: [
					{ ...rubric(0.5), provider: 'anthropic:messages:x', rubricPrompt: 'Say yes.' },
					{ type: 'starts-with', value: '' },
				],
			},
		];
		const config = JSON.stringify({ prompts: ['Say {{word}}'], tests });
		const suite = await imported(workspace.write(`weighed-${folders}.yaml`, config));
		expect(of(suite.questions, 'weighed').pass).toEqual({
			threshold: 0.3,
			weights: { contains: 6, regex: 2 },
		});
		const { weights } = of(suite.questions, 'set').pass;
		expect(Object.values(weights)).toEqual([3, 6]);
		expect(Object.values(of(suite.questions, 'twice').threshold)).toEqual([0.9]);
		for (const what of [
			/assert: contains: one scorer grades it together with the others of its kind/,
			/assert: assert-set: config: it has no counterpart/,
			/threshold of a test: 2 is no share above 0/,
			/assert: llm-rubric: graded by gpt-4\.1, since its own grader is none of OpenAI/,
			/assert: llm-rubric: rubricPrompt: it has no counterpart/,
			/assert: starts-with: it has no value/,
		])
			expect(suite.stdout).toMatch(what);
		// Neither of both that weigh the most: 2 of 8 is no 0.3.
		const result = await graded(suite, { weighed: 'c1', set: 'c2' });
		expect(result('weighed').passed).toBe(false);
		expect(result('set').passed).toBe(false);
	});

	test.each<[string, 'scorers' | 'checks', string]>([
		['greenhouse/promptfooconfig.yaml', 'scorers', 'judge'],
		['chat/chat.yaml', 'scorers', 'embedding'],
		['chat/chat.yaml', 'checks', 'hazard'],
	])('%s: what no %s `%s` grades is told, and what one does is kept', async (file, list, use) => {
		const { stdout, suite } = await imported(join(fixtures, file));
		const exists = Object.hasOwn(list === 'scorers' ? scorerKinds : checkKinds, use);
		const kept = (suite[list] ?? []).some((entry: Json) => entry.use === use);
		expect(kept).toBe(exists);
		expect(stdout.includes(`this version has no ${list.slice(0, -1)} \`${use}\``)).toBe(!exists);
	});

	test('gives the same ids when tests are put before others', async () => {
		const tests = ['one', 'two', 'three'].map((word) => ({
			...{ vars: { word }, assert: [{ type: 'contains', value: word }] },
		}));
		const config = (some: readonly Json[]) => JSON.stringify({ prompts: ['Say {{word}}'], tests: some });
		const idsOf = async (text: string) =>
			(await imported(workspace.write(`ids-${folders}.yaml`, text))).questions.map(({ id }) => id);
		const all = await idsOf(config(tests));
		expect(await idsOf(config(tests.slice(1)))).toEqual(all.slice(1));
		const twice = await idsOf(config([...tests, ...tests]));
		expect(twice).toEqual([...all, ...all.map((id) => `${id}-2`)]);
	});

	test.each<[string, string, string]>([
		['what is no YAML', 'tests: [', ':1: not valid YAML'],
		['no test', 'prompts: [a]\n', 'holds no test; expected a list under `tests`'],
		['a test of another form', 'prompts: [a]\ntests:\n  - vars: 7\n', ':3: vars: '],
		['a file that is not there', 'prompts: [file://gone.txt]\ntests: [{}]\n', ':1: prompts: no such file: '],
		[
			'only what has no counterpart',
			'prompts: [a]\ntests:\n  - assert: [{ type: javascript, value: x }]\n',
			'nothing that can be graded is left of it',
		],
	])('with %s is refused, and nothing is written', async (_, text, says) => {
		const file = workspace.write(`bad-${folders++}.yaml`, text);
		const folder = workspace.path(`never-${folders}`);
		const { code, stdout, stderr } = await workspace.inProcess(['import', file, '-o', folder]);
		expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
		expect(stderr).toContain(says);
		expect(existsSync(folder)).toBe(false);
	});
});

describe('samples', { timeout: 60_000 }, () => {
	test('of OpenAI evals', async () => {
		const suite = await imported(join(fixtures, 'evals.jsonl'));
		expect(suite.stdout).toContain('3 questions from samples of OpenAI evals');
		const result = await graded(suite, {
			system: 'Mercury, of course.',
			'name-a-noble-gas': 'Argon',
			'what-is-the-chemical': 'Ag',
		});
		expect(result('system').passed).toBe(true);
		expect(result('name-a-noble-gas').passed).toBe(true);
		expect(result('what-is-the-chemical').passed).toBe(false);
		expect(of(suite.questions, 'what-is')).toMatchObject({ tags: { level: 'easy' } });
		expect(of(suite.questions, 'system').input).toBe(
			'system: Answer with one word.\n\nuser: Which metal is liquid at room temperature?',
		);
	});

	test('of Inspect, choices too', async () => {
		const suite = await imported(join(fixtures, 'inspect.jsonl'));
		expect(suite.stdout).toContain('4 questions from samples of Inspect');
		expect(suite.stdout).toMatch(/inspect\.jsonl:2: sample: sandbox: /);
		expect(of(suite.questions, 'tides')).toMatchObject({
			...{ id: 'tides', tags: { subject: 'physics' }, attributes: { difficulty: 2 } },
		});
		expect(of(suite.questions, 'which-is-a-fish').input).toContain('\n\nA) whale\nB) trout\nC) newt\n\n');
		const right = await graded(suite, {
			tides: 'The Moon.',
			'2': 'SATURN',
			'which-is-a-fish': 'It has gills.\nANSWER: B',
			'which-are-birds': 'Answer: A, C',
		});
		for (const start of ['tides', '2', 'which-is', 'which-are'])
			expect(right(start).passed, start).toBe(true);
		const wrong = await graded(await imported(join(fixtures, 'inspect.jsonl')), {
			'which-is-a-fish': 'ANSWER: A, not B',
			'which-are-birds': 'ANSWER: A, B, C',
		});
		for (const start of ['which-is', 'which-are']) expect(wrong(start).passed, start).toBe(false);
	});

	test('of a table, graded as is asked', async () => {
		const suite = await imported(join(fixtures, 'pairs.csv'), '--grade', 'exact');
		expect(suite.questions).toHaveLength(2);
		expect(suite.stdout).toMatch(
			/pairs\.csv:4: the question "Is there anything else\?": nothing that grades it/,
		);
		const result = await graded(suite, { 'how-long': '42.195 km', 'who-wrote': 'It was Goethe' });
		expect(result('how-long').scores).toEqual({ exact: true });
		expect(result('who-wrote').scores).toEqual({ exact: false });
	});

	test.each<[string, string, string]>([
		['x.jsonl', '{"input":"A?","ideal":"a"}\n{"input":', ':2: not valid JSON'],
		[
			'x.jsonl',
			'{"input":"A?","target":"a","id":"q"}\n\n{"input":"B?","target":"b","id":"q"}',
			':3: duplicate id "q", first used on line 1',
		],
		['x.jsonl', '{"answer":"a"}', ':1: has no question; expected one of the keys input, question'],
		['x.jsonl', '{"input":"A?","target":{"a":1}}', ':1: target: expected a text, or a list of texts'],
		['x.jsonl', '{"input":"A?","choices":["x"],"target":"B"}', ':1: target: expected a letter from A to A'],
		['x.csv', 'question,answer\na', ':2: not valid CSV'],
		['x.txt', 'question', 'unknown format; expected a name that ends in .yaml, .json, .jsonl or .csv'],
		['x.yaml', '', 'has 1 problem:\n'],
		['x.yaml', '', ': is empty; expected keys and their values'],
		['x.yaml', 'tests: [', 'has 1 problem:\n'],
		['x.yaml', 'tests:\n  - vars: 3\n', ':2: vars: expected variables by their names, or the file of them'],
	])('%s with %j is refused by its line', async (name, text, says) => {
		const file = workspace.write(name, text);
		const folder = workspace.path('refused');
		const { code, stderr } = await workspace.inProcess(['import', file, '-o', folder]);
		expect(code).toBe(2);
		expect(stderr).toContain(says);
		expect(existsSync(folder)).toBe(false);
	});
});

describe('where it goes', { timeout: 60_000 }, () => {
	const file = join(fixtures, 'evals.jsonl');

	test('never over what is there', async () => {
		const folder = workspace.path('taken');
		mkdirSync(folder);
		const into = () => workspace.inProcess(['import', file, '-o', folder]);
		expect(await into()).toMatchObject({ code: 0 });
		const before = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
		const { code, stderr } = await into();
		expect(code).toBe(2);
		expect(stderr).toContain('is there already, and nothing is written over');
		expect(readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'))).toEqual(before);
	});

	test.each([
		['nowhere.yaml', 'there is no such file'],
		['nowhere.json', 'there is no such file'],
		['nowhere.jsonl', 'there is no such file'],
		['.', 'it is a folder'],
	])('not from %s', async (name, says) => {
		const folder = workspace.path('from-nowhere');
		const { code, stderr } = await workspace.inProcess(['import', workspace.path(name), '-o', folder]);
		expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(says) });
		expect(existsSync(folder)).toBe(false);
	});

	test('by default golden/<the name of the file>, or of a config’s folder', async () => {
		const cwd = workspace.path('project');
		mkdirSync(cwd);
		await workspace.spangate(['import', file], { cwd });
		await workspace.spangate(['import', join(fixtures, 'greenhouse/promptfooconfig.yaml')], { cwd });
		expect(readdirSync(join(cwd, 'golden')).toSorted()).toEqual(['evals', 'greenhouse']);
	});
});
