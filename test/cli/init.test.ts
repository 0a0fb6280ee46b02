import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { targetKinds } from '../../src/targets/index.ts';
import { Workspace } from '../support/cli.ts';

const workspace = new Workspace();

describe('init', { timeout: 60_000 }, () => {
	test.each(['module', 'http'])('--target %s writes a suite that runs at once', async (target) => {
		const folder = workspace.path(`first-${target}`);
		const made = await workspace.inProcess(['init', folder, '--target', target]);
		expect(made).toMatchObject({ code: 0, stderr: '' });
		expect(made.stdout).toContain(`spangate compare ${folder}`);
		const { code, stdout, stderr } = await workspace.spangate(['compare', folder, '--no-progress']);
		expect(code, stderr).toBe(0);
		expect(stdout).toContain('1 question gained (now passed), 0 lost');
		expect(stdout).toContain('DEPLOY');
	});

	test('--target openai names a model, and what it lacks', async () => {
		const folder = workspace.path('model');
		const made = await workspace.inProcess(['init', folder, '--target', 'openai', '--model', 'm-1']);
		if (!Object.hasOwn(targetKinds, 'openai')) {
			expect(made.code).toBe(2);
			expect(made.stderr).toContain('--target openai: this version has no such target');
			return;
		}
		expect(made.code).toBe(0);
		expect(made.stdout).toContain(`with a key in OPENAI_API_KEY: spangate compare ${folder}\n`);
		const suite = readFileSync(join(folder, 'suite.yaml'), 'utf8');
		expect(suite).toContain('model: m-1');
		expect(suite).not.toContain('runs as it is');
		const { code, stderr } = await workspace.spangate(['compare', folder, '--no-progress']);
		expect(code).toBe(2);
		expect(stderr).toContain('OPENAI_API_KEY');
	});

	test('prints a command that a shell takes as it stands', async () => {
		const folder = workspace.path("my baker's");
		const app = ['--target', 'http', '--url', 'http://127.0.0.1:1/ask'];
		const { stdout } = await workspace.inProcess(['init', folder, ...app]);
		expect(stdout).toContain(
			`with your app at http://127.0.0.1:1/ask up: spangate compare '${folder.replace("'", "'\\''")}'\n`,
		);
	});

	test('writes over nothing', async () => {
		workspace.write('mine/notes.txt', 'mine');
		const { code, stderr } = await workspace.inProcess(['init', workspace.path('mine')]);
		expect(code).toBe(2);
		expect(stderr).toContain('mine: is there already, and nothing is written over');
		expect(readdirSync(workspace.path('mine'))).toEqual(['notes.txt']);
	});

	test.each<[string[], string]>([
		[['--model', 'm'], '--model goes with --target openai alone'],
		[['--url', 'http://localhost:1'], '--url goes with --target http or openai alone'],
		[['--target', 'smoke'], 'Invalid values'],
		[['--target', 'http', '--url', 'localhost:1'], '--url localhost:1: must be an http:// or https:// URL'],
	])('refuses %j', async (flags, says) => {
		const { code, stderr } = await workspace.inProcess(['init', workspace.path('refused'), ...flags]);
		expect(code).toBe(2);
		expect(stderr).toContain(says);
	});
});
