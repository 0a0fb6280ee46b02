import { spawnSync } from 'node:child_process';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Finished, fixture, root, runIds, Workspace } from '../support/cli.ts';

const capitals = fixture('capitals');

/** Ways in which a hurried or careless run could end with exit 0, each tried from outside. */
describe('what could look like a pass', { timeout: 60_000 }, () => {
	const workspace = new Workspace();
	let compared: Finished;
	let other: string;

	beforeAll(async () => {
		compared = await workspace.spangate(['compare', capitals, '--name', 'good']);
		expect(compared.code).toBe(0);
		other = join(workspace.folder, 'other');
		workspace.write(
			'other/suite.yaml',
			'name: other\nquestions: q.jsonl\ngate: gate.yaml\ntargets: { baseline: { use: module, path: app.mjs }, candidate: { use: module, path: app.mjs } }\nscorers: [{ use: terms }]\n',
		);
		workspace.write('other/q.jsonl', '{"id":"a","input":"?","expected":{"terms":["yes"]}}\n');
		workspace.write('other/gate.yaml', 'rules: [{ id: q, metric: terms, check: "value >= 0.5" }]\n');
		workspace.write('other/app.mjs', "export const answer = () => process.env.SAYS ?? 'yes';\n");
	}, 60_000);

	test.each([
		['the first question only', ['--first', '1'], '--first 1'],
		['the questions of one tag only', ['--tag', 'size=large'], '--tag size=large'],
	])('%s cannot release', async (_, flags, named) => {
		const { code, stdout } = await workspace.spangate(['compare', capitals, ...flags]);
		expect(code).toBe(3);
		expect(stdout).toMatch(/\? inconclusive +valid:whole-suite/);
		expect(stdout).toContain(named);
	});

	test('a baseline of another suite is refused before anything is asked', async () => {
		const { code, stderr, stdout } = await workspace.spangate(['compare', other, '--baseline', '@good']);
		expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
		expect(stderr).toContain('was made with the suite "capitals"');
		expect(runIds({ stderr })).toEqual([]);
	});

	test('two stored runs of another suite are refused', async () => {
		const [baseline, candidate] = runIds(compared);
		const sides = ['--baseline', `@${baseline}`, '--candidate', `@${candidate}`];
		expect((await workspace.spangate(['compare', other, ...sides])).code).toBe(2);
	});

	test('two stored runs are judged by the gate of the suite as it is now', async () => {
		const [baseline, candidate] = runIds(compared);
		const strict = 'rules: [{ id: latency, metric: latency_p95_ms, check: "value <= 0.000001" }]\n';
		const copy = workspace.copySuite(capitals, { 'gate.yaml': () => strict });
		const sides = ['--baseline', `@${baseline}`, '--candidate', `@${candidate}`];
		expect((await workspace.spangate(['compare', copy, ...sides])).code).toBe(1);
	});

	test('an answer that says nothing is a failed trial', async () => {
		const env = { SAYS: ' ' };
		const { code, stderr } = await workspace.spangate(['run', other, '--target', 'candidate'], { env });
		expect(code).toBe(4);
		expect(stderr).toContain('the target returned a blank output');
	});

	test.each([['gate'], ['validate']])(
		'a name that reads as a call for help is not answered with 0: %s help',
		async (verb) => {
			expect((await workspace.spangate([verb, 'help'])).code).toBe(2);
		},
	);

	test('a switch that is none is refused, not a crash', async () => {
		expect((await workspace.spangate(['compare', capitals, '--no-baseline'])).code).toBe(2);
	});

	test('@latest does not pass over a newer run that never ended', async () => {
		const home = new Workspace();
		const first = await home.spangate(['compare', other]);
		expect(first.code).toBe(0);
		const [, candidate = ''] = runIds(first);
		const file = join(home.home, 'runs', candidate, 'run.json');
		const { endedAt: _, ...unended } = JSON.parse(readFileSync(file, 'utf8'));
		writeFileSync(file, JSON.stringify(unended));
		const { code, stderr } = await home.spangate(['gate', '@latest']);
		expect(code).toBe(4);
		expect(stderr).toContain(`run @${candidate} never ended`);
	});

	test('a trial that says it passed against its own findings makes the record worth nothing', async () => {
		const home = new Workspace();
		const leaky = await home.spangate(['compare', capitals, '--candidate', 'leaky']);
		expect(leaky.code).toBe(1);
		const [, candidate = ''] = runIds(leaky);
		const trials = join(home.home, 'runs', candidate, 'trials.jsonl');
		writeFileSync(trials, readFileSync(trials, 'utf8').replaceAll('"passed":false', '"passed":true'));
		home.write('pass-rate.yaml', 'rules: [{ id: r, metric: pass_rate, check: "value >= 0.5" }]\n');
		const gate = join(home.folder, 'pass-rate.yaml');
		expect((await home.spangate(['gate', `@${candidate}`, '--gate', gate])).code).toBe(3);
		appendFileSync(trials, '{"torn":');
		expect((await home.spangate(['gate', `@${candidate}`, '--gate', gate])).stdout).toContain('torn');
	});

	test.runIf(process.platform === 'linux')('a result that cannot be written is not a pass', async () => {
		const command = `"${process.execPath}" "${join(root, 'src/bin.js')}" compare "${other}" > /dev/full`;
		const { status, stderr } = spawnSync('/bin/sh', ['-c', command], {
			env: { SPANGATE_HOME: workspace.home },
			encoding: 'utf8',
		});
		expect(status).toBe(4);
		expect(stderr).toContain('cannot write the result');
	});
});
