import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fixture, inProcess, runIds, Workspace } from '../support/cli.ts';
import { readStoredRun } from '../support/stored-run.ts';

const capitals = fixture('capitals');
const commands = [
	...['compare', 'run', 'gate', 'thresholds', 'trace', 'runs'],
	...['history', 'power', 'promote', 'validate'],
];

describe('help', () => {
	test('lists every command and the exit codes', async () => {
		const { code, stdout } = await inProcess(['--help']);
		expect(code).toBe(0);
		for (const command of commands) expect(stdout).toMatch(new RegExp(`^ {2}spangate ${command} `, 'm'));
		expect(stdout.replace(/\s+/g, ' ')).toContain(
			'0 deploy or success, 1 no-deploy, 2 usage or config, 3 inconclusive, 4 not measured, 70 internal, 130 interrupted',
		);
	});

	test.each(commands)('of %s shows its flags and an example', async (command) => {
		const { code, stdout, stderr } = await inProcess([command, '--help']);
		expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
		expect(stdout).toMatch(new RegExp(`^Examples:\n +spangate ${command}\\b`, 'm'));
		expect(stdout).not.toContain('undefined');
	});

	test('of a measuring command names its defaults', async () => {
		const { stdout } = await inProcess(['compare', '--help']);
		for (const flag of ['-j, --max-concurrency', '-n, --first', '--repeat', '--tag', '--timeout', '--otlp']) {
			expect(stdout).toContain(flag);
		}
		expect(stdout).toMatch(/--max-concurrency .*\[default: 8\]/);
	});

	test('the version is the package’s', async () => {
		expect((await inProcess(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
	});
});

describe('a command line that is not understood', () => {
	test.each([
		[[], 'Name a command', 'Expected one of: compare, run, resume, gate'],
		[['compar', capitals], 'unknown command "compar". Did you mean compare?', 'Expected one of: compare'],
		[['compare', capitals, '--candidat', 'x'], 'candidat', '--candidate'],
		[['compare', capitals, '--candidate'], 'Not enough arguments following: candidate', ''],
		[['compare', capitals, '--first'], 'Not enough arguments following: first', ''],
		[['compare', capitals, '-o'], 'Not enough arguments following: o', ''],
		[['compare', capitals, 'another'], 'Unknown argument: another', ''],
		[['compare'], 'got 0, need at least 1', 'Expected: spangate compare <suite>'],
		[['run', capitals], 'Missing required argument: target', 'Expected: spangate run <suite> --target …'],
		[['trace', '@latest'], 'got 1, need at least 2', 'Expected: spangate trace <run> <question>'],
		[['runs', '--jsn'], 'jsn', '--json'],
		[
			['compare', capitals, '--candidate', 'a', '--candidate', 'b'],
			'--candidate is given more than once',
			'',
		],
		[['compare', capitals, '--first', '3x'], '--first (-n): expected a number, got "3x"', ''],
		[['compare', capitals, '--first', '0'], '--first (-n): expected a whole number from 1 on, got 0', ''],
		[['compare', capitals, '--repeat', 'x'], '--repeat: expected a number, got "x"', ''],
		[['compare', capitals, '--repeat=x'], '--repeat: expected a number, got "x"', ''],
		[['compare', capitals, '-n', 'ten'], '--first (-n): expected a number, got "ten"', ''],
		[['compare', capitals, '-n', '0'], '--first (-n): expected a whole number from 1 on, got 0', ''],
		[['compare', capitals, '--repeat', '1.5'], '--repeat: expected a whole number from 1 on', ''],
		[['compare', capitals, '-j', '-1'], '--max-concurrency (-j): expected a whole number from 1 on', ''],
		[['compare', capitals, '--timeout', '0'], '--timeout: expected seconds above 0', ''],
		[['compare', capitals, '--timeout', 'Infinity'], '--timeout: expected seconds above 0', ''],
		[['compare', capitals, '--candidate', 'baseline'], 'expected two different ones', ''],
		[
			['compare', capitals, '--candidate', 'nobody'],
			'no such target',
			'baseline, candidate, waiting, leaky, wordy',
		],
		[['run', capitals, '--target', 'nobody'], 'no such target', 'baseline, candidate, waiting, leaky, wordy'],
		[['run', capitals, '--target', 'baseline', '-o', 'x.txt'], 'ends in .json, .md or .intoto.json', ''],
		[
			['run', capitals, '--target', 'baseline', '-o', 'x.intoto.json'],
			'a single run has none',
			'spangate gate',
		],
		[['compare', capitals, '-o', 'a.json', '-o', 'b.html'], '-o b.html: unknown format', ''],
		[['compare', capitals, '--tag', 'region'], 'expected key=value', ''],
		[['compare', capitals, '--tag', 'region=mars'], 'no question has --tag region=mars', 'region=europe'],
		[['run', capitals, '--target', 'baseline', '--name', 'latest'], '"latest" cannot be a tag', ''],
		[['run', capitals, '--target', 'baseline', '--name', '../out'], '"../out" cannot be a tag', ''],
		[['compare', 'nowhere'], 'nowhere: no such suite', '`spangate init nowhere` writes a small one there'],
		[['compare', 'golden'], 'holds no suite.yaml', ''],
		[['gate', '@nothing'], 'no stored run "@nothing"', '@latest'],
		[['gate', capitals], 'no stored run', `That is a suite, which \`spangate compare ${capitals}\` measures`],
		[['gate', '@../../etc'], 'no stored run', ''],
		[['gate', '@latest'], 'no finished run', ''],
		[['history', 'capitals'], 'no stored run of a suite "capitals"', 'spangate compare'],
		[['history', 'capitals', '-n', '0'], '--last (-n): expected a whole number from 1 on', ''],
		[
			['thresholds', capitals, '--gate', 'nowhere.yaml'],
			`nowhere.yaml: cannot read the gate file: there is no such file (${join(process.cwd(), 'nowhere.yaml')})`,
			'Name a gate file that is there',
		],
		[['thresholds', capitals, '--gate', 'golden'], 'golden: cannot read the gate file: it is a folder', ''],
	])('%j is refused with exit 2', async (args, says, hint) => {
		const workspace = new Workspace();
		const { code, stdout, stderr } = await inProcess(args, { SPANGATE_HOME: workspace.home });
		expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
		expect(stderr).toContain(says);
		expect(stderr).toContain(hint);
		expect(existsSync(workspace.home)).toBe(false);
	});
});

describe('flags from the environment', { timeout: 60_000, concurrent: true }, () => {
	const run = ['run', capitals, '--target', 'baseline'];

	test('every declared flag can be set as SPANGATE_<NAME>', async () => {
		const workspace = new Workspace();
		const ran = await workspace.spangate(['run', capitals], {
			env: {
				SPANGATE_TARGET: 'candidate',
				SPANGATE_MAX_CONCURRENCY: '3',
				SPANGATE_REPEAT: '2',
				SPANGATE_TAG: 'region=europe,region=asia',
				SPANGATE_JSON: '1',
				SPANGATE_NAME: '007',
				SPANGATE_OUTPUT: workspace.path('run.md'),
				SPANGATE_FOO: 'whatever',
				SPANGATE_BASELINE: 'a flag of another command',
			},
		});
		expect(ran.code).toBe(0);
		expect(JSON.parse(ran.stdout).run).toMatchObject({
			target: { name: 'candidate' },
			concurrency: 3,
			planned: 8,
		});
		expect(existsSync(workspace.path('run.md'))).toBe(true);
		const { trials } = readStoredRun(workspace.home, runIds(ran)[0]);
		expect(new Set(trials.map(({ tags }) => tags.region))).toEqual(new Set(['europe', 'asia']));
		const { stdout } = await workspace.spangate(['runs', '--json']);
		expect(JSON.parse(stdout).tags).toEqual({ '007': runIds(ran)[0] });
	});

	test('the command line wins', async () => {
		const workspace = new Workspace();
		const env = { SPANGATE_MAX_CONCURRENCY: '3', SPANGATE_JSON: 'true', SPANGATE_PROGRESS: 'no' };
		const ran = await workspace.spangate([...run, '-j', '2', '--no-json', '--progress'], { env });
		expect(ran.stdout).toMatch(/^capitals {2}baseline/);
		expect(ran.stderr).toContain('8/8 trials, 0 failed');
		expect(readStoredRun(workspace.home, runIds(ran)[0]).run.concurrency).toBe(2);
	});

	test.each([
		['SPANGATE_JSON', 'maybe', 'expected true or false'],
		['SPANGATE_MAX_CONCURRENCY', 'many', 'SPANGATE_MAX_CONCURRENCY=many: expected a number'],
		['SPANGATE_MAX_CONCURRENCY', '0', 'expected a whole number from 1 on'],
		['SPANGATE_TIMEOUT', '-1', 'expected seconds above 0'],
		['SPANGATE_OUTPUT', 'x.txt', 'unknown format'],
		['SPANGATE_TARGET', 'nobody', 'no such target'],
		['SPANGATE_OTLP', 'http://ops:s3cret@h:4318', 'the OTLP/HTTP endpoint holds credentials'],
		['SPANGATE_OTLP', 'collector', '"collector" is not an OTLP/HTTP endpoint'],
		['OTEL_EXPORTER_OTLP_ENDPOINT', 'localhost:4318', '"localhost:4318" is not an OTLP/HTTP endpoint'],
		['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'host/v1', '"host/v1" is not an OTLP/HTTP endpoint'],
	])('%s=%s is refused', async (name, value, says) => {
		const workspace = new Workspace();
		const args = name === 'SPANGATE_TARGET' ? ['run', capitals] : run;
		const env = { SPANGATE_HOME: workspace.home, [name]: value };
		const { code, stdout, stderr } = await inProcess(args, env);
		expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
		expect(stderr).toContain(says);
		expect(existsSync(workspace.home)).toBe(false);
	});
});
