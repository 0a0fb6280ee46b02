import { appendFileSync, cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Finished, fixture, runIds, Workspace } from '../support/cli.ts';
import { type Json, readLines } from '../support/stored-run.ts';

// The tests stand in an order: each does more to what the verdict was made from.
describe('a verdict made again from records', { timeout: 30_000 }, () => {
	const workspace = new Workspace();
	let suite: string;
	let first: string;

	const judgeAgain = (...args: string[]) => workspace.inProcess(['gate', '@latest', '--json', ...args]);

	beforeAll(async () => {
		suite = workspace.copySuite(fixture('capitals'));
		const compared = await workspace.spangate(['compare', suite, '--json']);
		expect(compared.code).toBe(0);
		first = compared.stdout;
	}, 30_000);

	test('is the same after every file of the suite was edited', async () => {
		writeFileSync(join(suite, 'gate.yaml'), 'rules: []\n');
		appendFileSync(join(suite, 'questions.jsonl'), 'not even JSON\n');
		appendFileSync(join(suite, 'suite.yaml'), 'nonsense: true\n');
		writeFileSync(join(suite, 'app.ts'), 'throw new Error("gone");\n');
		expect(await judgeAgain()).toMatchObject({ code: 0, stdout: first });
	});

	test('is the same after the suite was deleted', async () => {
		rmSync(suite, { recursive: true });
		expect(await judgeAgain()).toMatchObject({ code: 0, stdout: first });
	});

	test('still obeys --gate', async () => {
		const strict = 'rules:\n  - { id: all, metric: pass_rate, check: "value > 1" }\n';
		const judged = await judgeAgain('--gate', workspace.write('strict.yaml', strict));
		expect(judged.code).toBe(1);
	});
});

describe('a record that was changed afterwards', { timeout: 60_000, concurrent: true }, () => {
	const original = new Workspace();
	let candidate: string;

	beforeAll(async () => {
		const compared = await original.spangate(['compare', fixture('capitals')]);
		candidate = runIds(compared)[1] ?? '';
	}, 60_000);

	async function judgedAfter(
		change: (trials: Json[]) => Json[],
	): Promise<Pick<Finished, 'code' | 'stdout' | 'stderr'>> {
		const workspace = new Workspace();
		cpSync(original.home, workspace.home, { recursive: true });
		const file = join(workspace.home, 'runs', candidate, 'trials.jsonl');
		const trials = change(readLines(file));
		writeFileSync(file, trials.map((trial) => `${JSON.stringify(trial)}\n`).join(''));
		return workspace.inProcess(['gate', '@latest', '--json']);
	}

	test('never passes without one of its trials', async () => {
		const judged = await judgedAfter((trials) => trials.slice(0, -1));
		expect(judged.code).toBe(3);
		expect(judged.stdout).toContain('7 of 8 planned trials of the candidate are recorded');
	});

	test('never passes with a trial that stands there twice', async () => {
		const judged = await judgedAfter((trials) => [...trials.slice(1), trials[1]]);
		expect(judged.code).toBe(3);
	});

	test('is refused with exit 4 where it cannot be read', async () => {
		const judged = await judgedAfter((trials) => trials.with(2, { ...trials[2], passed: 'yes' }));
		expect(judged).toMatchObject({ code: 4, stdout: '' });
		expect(judged.stderr).toContain('trials.jsonl:3: ');
	});
});
