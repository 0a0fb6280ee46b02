import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { runIds, Workspace } from '../support/cli.ts';
import { type Json, readLines, readStoredRun } from '../support/stored-run.ts';

const workspace = new Workspace();
let folders = 0;

/** Imports a file; gives what it says, the questions, and which of them pass with these outputs. */
async function imported(name: string, text: string, ...flags: string[]) {
	const folder = workspace.path(`imported-${folders++}`);
	const file = workspace.write(`${folders}/${name}`, text);
	const { code, stdout, stderr } = await workspace.inProcess(['import', file, '-o', folder, ...flags]);
	expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
	const questions: readonly Json[] = readLines(join(folder, 'questions.jsonl'));
	const passing = async (outputs: readonly string[]) => {
		const rows = questions.map(({ id }, index) => JSON.stringify({ id, output: outputs[index] }));
		writeFileSync(join(folder, 'answers.jsonl'), rows.join('\n'));
		const suite = parse(readFileSync(join(folder, 'suite.yaml'), 'utf8'));
		suite.targets = { said: { use: 'recorded', answers: 'answers.jsonl' } };
		writeFileSync(join(folder, 'suite.yaml'), JSON.stringify(suite));
		const ran = await workspace.spangate(['run', folder, '--target', 'said']);
		return readStoredRun(workspace.home, runIds(ran)[0]).trials.map(({ passed }: Json) => passed);
	};
	return { stdout: stdout.replaceAll('\n    ', ' '), questions, passing };
}

describe('an imported set asks no less than it did', { timeout: 60_000 }, () => {
	test('several answers that are to be exact are no pieces of text', async () => {
		const samples = [
			{ input: '2 + 2?', ideal: ['4', 'four (4)'] },
			{ input: '2 + 3?', ideal: ['5', 'five'] },
			{ input: '2 + 4?', ideal: ['6', 'six'] },
		];
		const text = samples.map((each) => JSON.stringify(each)).join('\n');
		const { passing } = await imported('evals.jsonl', text, '--grade', 'exact');
		expect(await passing(['four (4)\n', '15', 'six or seven'])).toEqual([true, false, false]);
	});

	test('several answers that are to be like it are told to be pieces of text', async () => {
		const text = JSON.stringify({ input: '2 + 2?', ideal: ['4', 'four'] });
		const { stdout } = await imported('evals.jsonl', text, '--grade', 'similarity');
		expect(stdout).toMatch(/evals\.jsonl:1: ideal .*: of several answers one must be in the output/);
	});

	test('a list in a text keeps what is in quotes together', async () => {
		const tests = [
			{ vars: { q: 'a' }, assert: [{ type: 'not-contains-any', value: '"yes, sir", no' }] },
			{ vars: { q: 'b' }, assert: [{ type: 'contains-all', value: 'a, "b, c"' }] },
			{
				vars: { q: 'c' },
				assert: [
					{ type: 'contains', value: 'c' },
					{ type: 'contains-any', value: '"b' },
				],
			},
		];
		const { passing, stdout } = await imported('p.yaml', JSON.stringify({ prompts: ['{{q}}'], tests }));
		expect(await passing(['Yes: yes, sir.', 'a b c', 'c'])).toEqual([false, false, true]);
		expect(stdout).toMatch(/assert: contains-any: its list cannot be read/);
	});

	test('a variable that stands in a file is not asked by the name of the file', async () => {
		const assert = [{ type: 'contains', value: 'x' }];
		const tests = [
			{ vars: { q: 'a', text: 'file://a.txt' }, assert },
			{ vars: { q: ['b', 'file://b.txt'], text: '' }, assert },
			{ vars: { q: 'c', text: 'none' }, assert },
		];
		const config = JSON.stringify({ prompts: ['{{q}} {{text}}'], tests });
		const { stdout, questions } = await imported('p.yaml', config);
		expect(questions.map(({ input }) => input)).toEqual(['c none']);
		expect(stdout).toMatch(/a test: its variable `text` stands in a file \(file:\/\/a\.txt\)/);
		expect(stdout).toMatch(/a test: its variable `q` stands in a file/);
	});

	test('a variable of several parts is asked as JSON', async () => {
		const tests = [{ vars: { q: { a: [1] } }, assert: [{ type: 'contains', value: 'x' }] }];
		const { questions } = await imported('p.yaml', JSON.stringify({ tests }));
		expect(questions[0]?.input).toBe('{"a":[1]}');
	});

	test('a cell of a table means what it means there', async () => {
		const rows = [
			'q,__expected,__expected2',
			'likeness,similar: hello,',
			'edits,levenshtein: hello,',
			'service,classifier(0.5): hate,contains: x',
			'code,file://check.js,contains: y',
		];
		const { stdout, questions } = await imported('tests.csv', rows.join('\n'));
		expect(questions.map(({ threshold }) => threshold)).toEqual([
			{ similar: 0.8 },
			{ levenshtein: 0.85 },
			undefined,
			undefined,
		]);
		expect(questions.map(({ expected }) => expected)).toEqual([
			{ answer: 'hello' },
			{ answer: 'hello' },
			{ contains: { all: ['x'] } },
			{ contains: { all: ['y'] } },
		]);
		expect(stdout).toMatch(/tests\.csv:4: assert: classifier: it asks another service/);
		expect(stdout).toMatch(/tests\.csv:5: assert: javascript: its value is a file \(file:\/\/check\.js\)/);
	});
});
