import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Workspace } from '../support/cli.ts';
import { folderOf, killWaiting, paces, startWaiting, trialsIn } from '../support/killed-run.ts';
import { readJson, readLines } from '../support/stored-run.ts';

const inputsIn = (folder: string): string[] =>
	readLines(join(folder, 'trials.jsonl')).map(
		({ input }: { input: string }) => `${/\[pii:[^\]]*\]/.exec(input)}`,
	);

/** A suite all of whose questions name the same person, whose run is killed when some of its trials are done. */
async function killedRun() {
	const workspace = new Workspace();
	const suite = workspace.copySuite(paces, {
		'questions.jsonl': (text) => text.replaceAll('"input":"', '"input":"Jane (jane@acme.io) asks: '),
	});
	const waiting = await startWaiting(['run', suite, '--target', 'waiting'], workspace);
	const folder = folderOf(workspace, 'waiting');
	waiting.release(3);
	await waiting.command.until(() => trialsIn(folder) >= 2);
	await killWaiting(waiting);
	return { workspace, folder, env: waiting.env };
}

test('a run that is gone on with writes the same placeholder for the same value, and then forgets its key', async () => {
	const { workspace, folder, env } = await killedRun();
	const key = join(folder, 'redaction.key');
	expect(statSync(key).mode & 0o777).toBe(0o600);
	const before = inputsIn(folder);
	expect((await workspace.spangate(['resume'], { env })).code).toBe(0);
	const inputs = inputsIn(folder);
	expect(inputs.length).toBeGreaterThan(before.length);
	expect(new Set(inputs).size).toBe(1);
	expect(inputs[0]).toMatch(/^\[pii:email#[a-z]{10}\]$/);
	expect(existsSync(key)).toBe(false);
}, 60_000);

test('a run that is gone on with can hold more back, and its record never holds more than it says', async () => {
	const { workspace, folder, env } = await killedRun();
	const { configDigest, suite } = readJson(join(folder, 'run.json'));
	const resumed = await workspace.spangate(['resume', '--content', 'none'], { env });
	expect(resumed.code).toBe(0);
	const inputs = readLines(join(folder, 'trials.jsonl')).map(({ input }: { input: string }) => input);
	expect(inputs.at(-1)).toBe('[content:withheld]');
	expect(readJson(join(folder, 'run.json'))).toMatchObject({ content: 'redacted', configDigest, suite });
}, 60_000);
