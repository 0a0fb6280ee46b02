import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Problems } from '../../src/config/problems.ts';
import { AnswerIndex } from '../../src/targets/recorded/answer-index.ts';
import { recorded } from '../../src/targets/recorded.ts';
import type { AnswerContext } from '../../src/targets/target.ts';
import { runIds, Workspace } from '../support/cli.ts';
import { tempFolder, write } from '../support/records.ts';
import { type Json, readStoredRun } from '../support/stored-run.ts';

const workspace = new Workspace();
let suites = 0;

/** A suite of the questions `a` and `b` with two recorded targets. */
function suiteOf(files: Readonly<Record<string, string>>, target: Json = {}): string {
	const folder = `suite-${suites++}`;
	const suite = {
		name: 'collected',
		questions: 'questions.jsonl',
		gate: 'gate.yaml',
		targets: {
			baseline: { use: 'recorded', answers: 'old.jsonl' },
			candidate: { use: 'recorded', answers: 'answers.jsonl', ...target },
		},
		scorers: [{ use: 'contains', any: ['yes'] }],
	};
	const all: Readonly<Record<string, string>> = {
		'suite.yaml': JSON.stringify(suite),
		'questions.jsonl': '{"id":"a","input":"A?"}\n{"id":"b","input":"B?"}\n',
		'gate.yaml': 'rules:\n  - { id: quality, metric: pass_rate, check: "value >= 0.5" }\n',
		'old.jsonl': '{"id":"a","output":"yes","latencyMs":100}\n{"id":"b","output":"no","latencyMs":300}\n',
		...files,
	};
	for (const [name, text] of Object.entries(all)) workspace.write(`${folder}/${name}`, text);
	return workspace.path(folder);
}

const commands = (suite: string) => [
	['validate', suite],
	['run', suite, '--target', 'candidate', '--no-progress'],
];

describe('a file of answers that cannot be graded', { timeout: 60_000 }, () => {
	const good = '{"id":"a","output":"yes"}';
	test.each<[string, string, string]>([
		[
			'no answer to a question',
			`${good}\n`,
			'answers.jsonl: no answer to question "b"; expected a row with its `id`',
		],
		['an empty file', '', 'answers.jsonl: no answer to question "a"'],
		[
			'two answers to one',
			`${good}\n\n{"id":"b","output":"x"}\n${good}`,
			'answers.jsonl:4: a second answer to question "a" in repeat 0, after the one on line 1',
		],
		['what is no JSON', `${good}\n{"id":`, 'answers.jsonl:2: not valid JSON'],
		['no object', `${good}\n"b"`, 'answers.jsonl:2: expected keys and their values, found "b"'],
		[
			'a number as id',
			`${good}\n{"id":7,"output":"x"}`,
			'answers.jsonl:2: id: expected the id of a question, a text, found 7',
		],
		[
			'a misspelt key',
			`${good}\n{"id":"b","outptu":"x"}`,
			'answers.jsonl:2: unknown key "outptu"; did you mean `output`?',
		],
		[
			'neither an answer nor an error',
			`${good}\n{"id":"b"}`,
			'answers.jsonl:2: output: is missing, and so is `error`',
		],
		[
			'both of them',
			`${good}\n{"id":"b","output":"x","error":"y"}`,
			'answers.jsonl:2: output: stands beside an `error`',
		],
		[
			'a latency below 0',
			`${good}\n{"id":"b","output":"x","latencyMs":-1}`,
			'answers.jsonl:2: latencyMs: expected a number of at least 0',
		],
	])('%s: is refused before the first trial', async (_, text, says) => {
		const suite = suiteOf({ 'answers.jsonl': text });
		for (const args of commands(suite)) {
			const { code, stdout, stderr } = await workspace.spangate(args);
			expect({ code, stdout }, args[0]).toEqual({ code: 2, stdout: '' });
			expect(stderr, args[0]).toContain(`${suite}/${says}`);
		}
		expect(existsSync(workspace.home)).toBe(false);
	});

	test.each<[string, string, string]>([
		[
			'no number where one is wanted',
			'id,output,latencyMs\na,yes,12\nb,"no\nno",soon',
			'answers.csv:3: latencyMs: expected a number, found "soon"',
		],
		[
			'a row that is too short',
			'id,output,latencyMs\na,yes\nb,no,2',
			'answers.csv:2: not valid CSV: the header has 3 columns, got 2 cells',
		],
		['a quote that stays open', 'id,output\na,yes\nb,"no', 'answers.csv:3: not valid CSV: Quote Not Closed'],
	])('%s: is told by its line', async (_, text, says) => {
		const suite = suiteOf({ 'answers.csv': text }, { answers: 'answers.csv' });
		const { code, stderr } = await workspace.inProcess(['validate', suite]);
		expect(code).toBe(2);
		expect(stderr).toContain(`${suite}/${says}`);
	});

	test.each<[Json, string]>([
		[{ answers: 'answers.txt' }, 'targets.candidate.answers: expected a name that ends in .jsonl or .csv'],
		[{ answers: 'nowhere.jsonl' }, 'no such file: '],
		[{ fields: { output: 'text' } }, 'answers.jsonl:1: text (output by `fields`): is missing, and so is'],
		[{ fields: { ouput: 'text' } }, 'unknown key "ouput"; did you mean `output`?'],
	])('the options %j are refused', async (target, says) => {
		const { code, stderr } = await workspace.inProcess([
			'validate',
			suiteOf({ 'answers.jsonl': good }, target),
		]);
		expect(code).toBe(2);
		expect(stderr).toContain(says);
	});
});

describe('repeats', { timeout: 60_000 }, () => {
	const rows = ['a', 'b'].flatMap((id) =>
		[1, 0].map((repeat) => ({ id, repeat, output: `${id}${repeat}`, latencyMs: 5 })),
	);
	const suite = suiteOf({ 'answers.jsonl': rows.map((row) => JSON.stringify(row)).join('\n') });
	const run = (repeat: number) =>
		workspace.spangate(['run', suite, '--target', 'candidate', '--repeat', String(repeat), '--json']);

	test('each has an answer of its own', async () => {
		const ran = await run(2);
		expect(ran.code).toBe(0);
		const { trials } = readStoredRun(workspace.home, runIds(ran)[0]);
		const outputs = trials.map(({ questionId, repeat, answer }) => [questionId, repeat, answer.output]);
		expect(outputs).toEqual(
			expect.arrayContaining(rows.map(({ id, repeat, output }) => [id, repeat, output])),
		);
	});

	test('one that was not collected is not made up of another', async () => {
		const { code, stderr } = await run(3);
		expect(code).toBe(2);
		for (const id of ['a', 'b']) {
			expect(stderr).toContain(
				`answers.jsonl: no answer to question "${id}" in repeat 2 (of 0 to 2); expected a row with its \`id\` and \`repeat\`: 2`,
			);
		}
	});
});

describe('a latency that was not recorded', { timeout: 60_000 }, () => {
	test('is no pass of a rule on it, alone or beside a baseline that has one', async () => {
		const suite = suiteOf({
			'answers.jsonl': '{"id":"a","output":"yes"}\n{"id":"b","output":"yes","latencyMs":1}\n',
			'gate.yaml': `rules:
  - { id: fast, metric: latency_p95_ms, check: "value <= 100000" }
  - { id: no-slower, metric: latency_p50_ms, non_inferior: 100x }
  - { id: quality, metric: pass_rate, check: "value >= 0.5" }
`,
		});
		const { code, stdout } = await workspace.spangate(['compare', suite, '--json']);
		expect(code).toBe(3);
		const { outcome, rules } = JSON.parse(stdout).verdict;
		expect(outcome).toBe('INCONCLUSIVE');
		const of = (id: string) => rules.find((rule: Json) => rule.id === id);
		expect(of('quality')).toMatchObject({ outcome: 'pass' });
		for (const id of ['fast', 'no-slower']) {
			expect(of(id)).toMatchObject({
				outcome: 'inconclusive',
				reason: expect.stringContaining('the latency of 1 answer is not known'),
			});
		}
	});

	test('that was recorded is judged as it was, without the delay of this process', async () => {
		const { code, stdout } = await workspace.spangate([
			'run',
			suiteOf({ 'answers.jsonl': '{"id":"a","output":"yes"}\n{"id":"b","output":"yes"}' }),
			'--target',
			'baseline',
			'--json',
		]);
		expect(code).toBe(0);
		expect(JSON.parse(stdout).metrics.latency_p50_ms).toMatchObject({ value: 100, n: 2 });
	});
});

describe('a file that changes after it was checked', () => {
	const context = (repeat = 0): AnswerContext => ({
		signal: new AbortController().signal,
		repeat,
		handedOver() {},
		took() {},
	});
	const open = async (folder: string) => {
		const target = await recorded.open(recorded.options.parse({ answers: 'a.jsonl' }), {
			...{ name: 'archive', folder, otlpEndpoint: undefined },
			signal: new AbortController().signal,
		});
		await target.prepare?.({ questions: [{ id: 'a' }], repeats: 1 });
		return target;
	};

	test('answers with nothing else than what was checked', async () => {
		const folder = write(tempFolder(), { 'a.jsonl': '{"id":"a","output":"one"}\n' });
		const target = await open(folder);
		appendFileSync(join(folder, 'a.jsonl'), '{"id":"b","output":"two"}\n');
		expect(target.answer({ id: 'a', input: '?' }, context())).toEqual({ output: 'one' });
		writeFileSync(join(folder, 'a.jsonl'), '{"id":"a","output":"two"}\n');
		expect(() => target.answer({ id: 'a', input: '?' }, context())).toThrow('changed after it was checked');
		writeFileSync(join(folder, 'a.jsonl'), '');
		expect(() => target.answer({ id: 'a', input: '?' }, context())).toThrow('changed after it was checked');
		await target.close?.();
	});
});

describe('the index of answers', () => {
	test('finds every row again, also those of one key', () => {
		const index = new AnswerIndex();
		const keys = Array.from({ length: 5000 }, (_, at) => (at % 7 === 0 ? 4096 : at * 2 ** 33 + 1));
		for (const [at, key] of keys.entries()) {
			index.add(key, { start: at * 2 ** 33, end: at * 2 ** 33 + 9, line: at + 1, digest: at });
		}
		for (const [at, key] of keys.entries()) {
			expect([...index.places(key)]).toContainEqual({
				...{ start: at * 2 ** 33, end: at * 2 ** 33 + 9 },
				...{ line: at + 1, digest: at },
			});
			expect(index.mayHold(key)).toBe(true);
			expect(index.mayHold(key + 1)).toBe(false);
		}
		expect([...index.places(4096)]).toHaveLength(keys.filter((key) => key === 4096).length);
	});
});

test('inspect tells what is wrong and keeps no file open', () => {
	const folder = write(tempFolder(), { 'a.jsonl': '{"id":"a","output":"one"}\n' });
	const problems = new Problems();
	const plan = { questions: [{ id: 'a' }, { id: 'b' }], repeats: 1 };
	recorded.inspect?.(recorded.options.parse({ answers: 'a.jsonl' }), { folder, plan, problems });
	expect(() => problems.throwIfAny('it')).toThrow('has 1 problem:');
});
