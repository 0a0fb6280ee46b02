import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fixture, Workspace } from '../support/cli.ts';
import { editRun, folderOf, killWaiting, paces, startWaiting } from '../support/killed-run.ts';
import { readJson, readLines } from '../support/stored-run.ts';

type Edits = Parameters<Workspace['copySuite']>[1];

/** A killed run of a copy of the suite, in which files can be changed. */
async function killedRun(args: readonly string[] = [], edits: Edits = {}) {
	const workspace = new Workspace();
	const suite = workspace.copySuite(paces, edits);
	const waiting = await startWaiting(['run', suite, '--target', 'waiting', ...args], workspace);
	await killWaiting(waiting);
	const folder = folderOf(workspace, 'waiting');
	const edit = (edits: NonNullable<Edits>) => {
		const before = Object.keys(edits).map((name) => [name, readFileSync(join(suite, name), 'utf8')] as const);
		for (const [name, text] of before) writeFileSync(join(suite, name), edits[name]?.(text) ?? text);
		return () => {
			for (const [name, text] of before) writeFileSync(join(suite, name), text);
		};
	};
	return { workspace, waiting, folder, id: basename(folder), edit };
}

describe('spangate resume refuses', { timeout: 60_000 }, () => {
	test('what is not what it was when the run began, and goes on once that is undone', async () => {
		const { workspace, waiting, folder, edit } = await killedRun();
		const before = readFileSync(join(folder, 'run.json'), 'utf8');
		const suite = 'the suite in ';
		const target = 'the target "waiting" in ';
		const changes: [changed: string, edits: NonNullable<Edits>][] = [
			[suite, { 'questions.jsonl': (text) => text.replace('Wie weit? 7"', 'Wie weit? 7!"') }],
			[suite, { 'questions.jsonl': (text) => text.split('\n').slice(1).join('\n') }],
			[
				suite,
				{ 'suite.yaml': (text) => text.replace('name: counted', 'caseSensitive: true, name: counted') },
			],
			[suite, { 'suite.yaml': (text) => text.replace('[certainly]', '[surely]') }],
			[target, { 'suite.yaml': (text) => text.replace('misses: 7, wait', 'misses: 8, wait') }],
			[target, { 'suite.yaml': (text) => text.replace('revision: "1"', 'revision: "2"') }],
			[target, { 'suite.yaml': (text) => text.replace('waiting:', 'gone:') }],
			[target, { 'app.ts': (text) => `${text}\n` }],
		];
		for (const [changed, edits] of changes) {
			const undo = edit(edits);
			const refused = await workspace.inProcess(['resume']);
			undo();
			expect(refused).toMatchObject({ code: 2, stdout: '' });
			expect(refused.stderr).toContain(`cannot go on: ${changed}`);
			expect(refused.stderr).toContain('Undo the change, or measure anew with `spangate run`');
		}
		expect(readFileSync(join(folder, 'run.json'), 'utf8')).toBe(before);
		// What a run is judged by may change: its record keeps its own.
		edit({ 'gate.yaml': (text) => text.replace('0.5', '0.1') });
		expect((await workspace.spangate(['resume'], { env: waiting.env })).code).toBe(0);
	});

	test('a run that ended, and a home without an unfinished one', async () => {
		const workspace = new Workspace();
		const none = await workspace.inProcess(['resume']);
		expect(none).toMatchObject({ code: 2, stdout: '' });
		expect(none.stderr).toContain('no unfinished run in');
		await workspace.spangate(['run', paces, '--target', 'baseline', '-n', '2', '--name', 'done']);
		for (const args of [[], ['@done'], ['latest']]) {
			const refused = await workspace.inProcess(['resume', ...args]);
			expect(refused).toMatchObject({ code: 2, stdout: '' });
			expect(refused.stderr).toContain('there is nothing to go on with');
		}
		expect((await workspace.inProcess(['resume', '@done'])).stderr).toContain('spangate gate @');
		expect((await workspace.inProcess(['resume', '@other'])).code).toBe(2);
	});

	test('a run whose partner has no record, before it asks anything', async () => {
		const waiting = await startWaiting(['compare', paces, '--candidate', 'waiting']);
		const { workspace, asked } = waiting;
		await killWaiting(waiting);
		const partner = folderOf(workspace, 'waiting');
		rmSync(join(partner, 'run.json'));
		const before = asked().length;
		const refused = await workspace.spangate(['resume'], { env: waiting.env });
		expect(refused.code).toBe(2);
		expect(refused.stderr).toContain(
			`@${basename(partner)}, the run that it is compared with, has no record`,
		);
		expect(refused.stderr).toContain('measure anew with `spangate compare`');
		expect(asked()).toHaveLength(before);
	});

	test('a record that is damaged', async () => {
		const { workspace, folder } = await killedRun(['--first', '3']);
		const snapshot = join(folder, 'suite.json');
		const text = readFileSync(snapshot, 'utf8');
		rmSync(snapshot);
		const refused = await workspace.inProcess(['resume']);
		expect(refused.code).toBe(4);
		expect(refused.stderr).toContain('suite.json: cannot read the record');
		writeFileSync(snapshot, text);
		writeFileSync(join(folder, 'trials.jsonl'), '{"no":"trial"}\n');
		const damaged = await workspace.spangate(['resume']);
		expect(damaged.code).toBe(4);
		expect(damaged.stderr).toContain('trials.jsonl:1: not a record of this version');
		// It was let go of.
		expect(existsSync(join(folder, 'lock'))).toBe(false);
	});
});

describe('a run that a process works on', { timeout: 60_000 }, () => {
	const worksOn = (id: string) => new RegExp(`${id}: process \\d+ on .* works on this run\\n.*Wait until`);

	test('is neither resumed nor exported by another, and can be read', async () => {
		const waiting = await startWaiting(['run', paces, '--target', 'waiting', '-n', '4']);
		const { workspace, command, asked } = waiting;
		const folder = folderOf(workspace, 'waiting');
		const id = basename(folder);
		for (const args of [
			['resume'],
			['resume', id],
			['export', id, '--otlp', 'http://127.0.0.1:9'],
		] as const) {
			const refused = await workspace.inProcess(args);
			expect(refused).toMatchObject({ code: 4, stdout: '' });
			expect(refused.stderr).toMatch(worksOn(id));
		}
		expect((await workspace.inProcess(['runs'])).stdout).toContain('unfinished');
		waiting.release();
		expect((await command.finished).code).toBe(0);
		expect(asked()).toHaveLength(4);
		expect(readJson(join(folder, 'run.json'))).not.toHaveProperty('resumed');
		expect(existsSync(join(folder, 'lock'))).toBe(false);
	});

	test('is gone on with by one of two that try at once', async () => {
		const waiting = await startWaiting(['compare', paces, '--candidate', 'waiting', '-n', '4']);
		const { workspace, command } = waiting;
		command.signal('SIGKILL');
		await command.finished;
		const both = [1, 2].map(() => workspace.start(['resume', '--json'], { env: waiting.env }));
		const first = await Promise.race(both.map(({ finished }) => finished));
		expect(first).toMatchObject({ code: 4, stdout: '' });
		expect(first.stderr).toMatch(/works on this run/);
		waiting.release();
		const codes = await Promise.all(both.map(async ({ finished }) => (await finished).code));
		expect(codes.filter((code) => code === 4)).toHaveLength(1);
		for (const target of ['baseline', 'waiting']) {
			const folder = folderOf(workspace, target);
			expect(readJson(join(folder, 'run.json'))).toMatchObject({ resumed: 1, completed: 4 });
			expect(readLines(join(folder, 'trials.jsonl'))).toHaveLength(4);
		}
	});

	test('is not resumed from another host, nor when the lock cannot be read', async () => {
		const { workspace, waiting, folder, id } = await killedRun(['--first', '2']);
		const lock = join(folder, 'lock');
		const holder = readJson(lock);
		for (const text of [JSON.stringify({ ...holder, host: 'elsewhere' }), 'nonsense']) {
			writeFileSync(lock, text);
			const refused = await workspace.inProcess(['resume']);
			expect(refused.code).toBe(4);
			expect(refused.stderr).toContain('works on this run');
			expect(refused.stderr).toContain(`If no such process is there, remove ${lock}`);
			const exported = await workspace.inProcess(['export', id, '--otlp', 'http://127.0.0.1:9']);
			expect(exported.code).toBe(4);
		}
		rmSync(lock);
		expect((await workspace.spangate(['resume'], { env: waiting.env })).code).toBe(0);
	});

	test('is left alone when another ended it before it could be claimed', async () => {
		// A target is opened after the run was found and before it is claimed.
		const { workspace, waiting, folder } = await killedRun(['--first', '2'], {
			'app.ts': (text) =>
				`import { writeFileSync } from 'node:fs';
				${text}
				const file = process.env.ENDED_MEANWHILE;
				if (file !== undefined) {
					const run = { ...JSON.parse(readFileSync(file, 'utf8')), endedAt: '2026-11-22T12:00:00.000Z' };
					writeFileSync(file, JSON.stringify(run));
				}`,
		});
		const file = join(folder, 'run.json');
		const env = { ...waiting.env, ENDED_MEANWHILE: file };
		const refused = await workspace.spangate(['resume'], { env });
		expect(refused.code).toBe(4);
		expect(refused.stderr).toContain('another process went on with run @');
		expect(readJson(file)).toMatchObject({ endedAt: '2026-11-22T12:00:00.000Z', completed: 0 });
		expect(existsSync(join(folder, 'lock'))).toBe(false);
	});

	test('does not start the app of a target twice', async () => {
		const workspace = new Workspace();
		const started = workspace.path('started');
		const suite = workspace.copySuite(fixture('paces'), {
			'app.ts': (text) =>
				`${text.replace('export function createTarget', 'function make')}
				export function createTarget(settings: Settings) {
					appendFileSync(${JSON.stringify(started)}, 'x');
					return make(settings);
				}`,
		});
		const waiting = await startWaiting(['run', suite, '--target', 'waiting', '-n', '2'], workspace);
		expect((await workspace.spangate(['resume'], { env: waiting.env })).code).toBe(4);
		expect(readFileSync(started, 'utf8')).toBe('x');
		waiting.release();
		expect((await waiting.command.finished).code).toBe(0);
	});
});

test('a run.json that was changed is no way around the check', { timeout: 60_000 }, async () => {
	const { workspace, folder } = await killedRun(['--first', '2']);
	editRun(folder, (run) => {
		run.repeats = 2;
		run.planned = 4;
	});
	const refused = await workspace.inProcess(['resume']);
	expect(refused.code).toBe(2);
	expect(refused.stderr).toContain('is not what it was when the run began');
});
