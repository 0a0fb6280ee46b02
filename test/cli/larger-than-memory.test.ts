import { closeSync, mkdirSync, openSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runIds, Workspace } from '../support/cli.ts';
import { readJson } from '../support/stored-run.ts';

const workspace = new Workspace();
const heapMiB = 64;
const rows = 13_000;
/** Letters of two bytes each in memory, so that a text held takes more than it does in the file. */
const padding = 'Ω'.repeat(4_000);
const options = { nodeArgs: [`--max-old-space-size=${heapMiB}`] };

/** Writes a file of so many rows without holding it, and shows that it is far larger than the heap. */
function write(name: string, head: string, rowOf: (index: number) => string): void {
	const file = workspace.path(name);
	mkdirSync(dirname(file), { recursive: true });
	const descriptor = openSync(file, 'w');
	writeSync(descriptor, head);
	for (let index = 0; index < rows; index++) writeSync(descriptor, `${rowOf(index)}\n`);
	closeSync(descriptor);
	expect(statSync(file).size / 1024 / 1024).toBeGreaterThan(1.5 * heapMiB);
}

function suite(name: string, questions: string, target: object): string {
	const definition = {
		...{ name: 'large', questions, targets: { app: target } },
		scorers: [{ use: 'contains' }],
	};
	workspace.write(`${name}/suite.yaml`, JSON.stringify(definition));
	workspace.write(`${name}/app.mjs`, 'export const answer = ({ id }) => "The answer to " + id + ".";\n');
	return workspace.path(name);
}

async function validatesAndRuns(folder: string): Promise<void> {
	const validated = await workspace.spangate(['validate', folder], options);
	expect(validated, validated.stderr.slice(-2_000)).toMatchObject({ code: 0, signal: null });
	expect(validated.stdout).toContain(`${rows} questions`);
	const ran = await workspace.spangate(['run', folder, '--target', 'app', '--no-progress'], options);
	expect(ran, ran.stderr.slice(-2_000)).toMatchObject({ code: 0, signal: null });
	expect(ran.stdout).toMatch(/pass_rate +100\.0 %/);
	const [id] = runIds(ran);
	expect(readJson(`${workspace.home}/runs/${id}/run.json`)).toMatchObject({ completed: rows, planned: rows });
}

describe(`with a heap of ${heapMiB} MiB`, { timeout: 600_000 }, () => {
	const module = { use: 'module', path: './app.mjs' };

	test('a larger set of .jsonl validates and runs', async () => {
		write('jsonl/questions.jsonl', '', (index) =>
			JSON.stringify({ id: `q${index}`, input: `${index} ${padding}`, expected: { answer: `q${index}.` } }),
		);
		await validatesAndRuns(suite('jsonl', 'questions.jsonl', module));
	});

	test('a larger set of .csv validates and runs', async () => {
		write('csv/questions.csv', 'id,input,expected.answer\n', (index) =>
			[`q${index}`, `"${index},\n""${padding}"""`, `q${index}.`].join(','),
		);
		await validatesAndRuns(suite('csv', 'questions.csv', module));
	});

	test('larger files of recorded answers are graded', async () => {
		const asked = Array.from(
			{ length: rows },
			(_, index) => `{"id":"q${index}","input":"?","expected":{"answer":"${index}!"}}`,
		);
		workspace.write('recorded/questions.jsonl', asked.join('\n'));
		write('recorded/answers.jsonl', '', (index) =>
			JSON.stringify({ id: `q${rows - 1 - index}`, output: `${padding} ${rows - 1 - index}!` }),
		);
		await validatesAndRuns(
			suite('recorded', 'questions.jsonl', { use: 'recorded', answers: 'answers.jsonl' }),
		);
	});

	test('a larger file is imported', async () => {
		write('samples.jsonl', '', (index) =>
			JSON.stringify({ input: `${index} ${padding}`, ideal: `${index}` }),
		);
		const folder = workspace.path('imported');
		const made = await workspace.spangate(['import', workspace.path('samples.jsonl'), '-o', folder], options);
		expect(made, made.stderr.slice(-2_000)).toMatchObject({ code: 0, signal: null });
		expect(made.stdout).toContain(`${rows} questions`);
	});

	test('a set that has to be parsed as a whole is refused before it fills the memory', async () => {
		write('whole/questions.json', '[\n', (index) => {
			const question = JSON.stringify({ id: `q${index}`, input: `${index} ${padding}` });
			return index === rows - 1 ? `${question}]` : `${question},`;
		});
		const { code, stderr } = await workspace.spangate(
			['validate', suite('whole', 'questions.json', module)],
			options,
		);
		expect(code).toBe(2);
		expect(stderr).toMatch(/questions\.json: \d+ MiB are too large .*; write it as \.jsonl or \.csv/);
	});
});
