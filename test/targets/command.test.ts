import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { command } from '../../src/targets/command.ts';
import type { Target, TargetContext } from '../../src/targets/target.ts';
import { eventually, fixture, runIds, Workspace } from '../support/cli.ts';
import { type Json, readStoredRun } from '../support/stored-run.ts';

const workspace = new Workspace();
const asked = { id: 'q1', input: 'Where?\nAnd "when" – $HOME?', attributes: { page: 3 } };
const context = { signal: new AbortController().signal, handedOver: () => {}, repeat: 0, took: () => {} };
const opened: Target[] = [];

afterEach(async () => {
	vi.unstubAllEnvs();
	await Promise.all(opened.splice(0).map((target) => target.close?.()));
});

async function open(options: Json, given: Partial<TargetContext> = {}): Promise<Target> {
	const signal = new AbortController().signal;
	const folder = workspace.folder;
	const target = await command.open(command.options.parse(options), {
		...{ name: 'script', folder, otlpEndpoint: undefined, signal, ...given },
	});
	opened.push(target);
	return target;
}

/** A shell script, which starts in a few milliseconds. */
const sh = (script: string, ...args: string[]) => ({ command: ['sh', '-c', script, 'sh', ...args] });

async function answer(options: Json, given?: Partial<TargetContext>): Promise<unknown> {
	return (await open(options, given)).answer(asked, context);
}

/** The capitals with one more target. */
function withTarget(target: string): string {
	return workspace.copySuite(fixture('capitals'), {
		'suite.yaml': (yaml) => yaml.replace('targets:', () => `targets:\n  ${target}`),
	});
}

function isAlive(pid: number): boolean {
	try {
		return process.kill(pid, 0);
	} catch {
		return false;
	}
}

describe('the command target', { timeout: 30_000 }, () => {
	test.each([
		['text', asked.input],
		['json', JSON.stringify(asked)],
		['none', ''],
	])('gives the program its question on stdin as %s', async (stdin, expected) => {
		expect(await answer({ ...sh('cat', '{{id}}'), stdin })).toBe(expected);
	});

	test('puts the question into arguments as it is, and no shell reads it', async () => {
		const script = 'printf "%s|" "$@"';
		expect(await answer(sh(script, '--id={{id}}', '{{ input }}', '{{input}}{{id}}', '{{other}}', '$&'))).toBe(
			`--id=q1|${asked.input}|${asked.input}q1|{{other}}|$&|`,
		);
	});

	test('takes stdout without its final newlines, and nothing of stderr', async () => {
		expect(await answer(sh('echo note >&2; printf "  Paris.\\n\\n \\r\\n\\n"'))).toBe('  Paris.\n\n ');
	});

	test('takes an answer object', async () => {
		const given = { output: 'Paris.', costUsd: 0.5 };
		expect(await answer({ ...sh(`echo '${JSON.stringify(given)}'`), stdout: 'json' })).toEqual(given);
	});

	test('runs in the suite’s folder, where it finds its own files', async () => {
		workspace.write('bin/answer.sh', '#!/bin/sh\npwd\n');
		await expect(answer({ command: ['./bin/answer.sh'] })).rejects.toThrow(
			/cannot run .*not executable: chmod \+x \(EACCES\)/,
		);
		expect(await answer({ command: ['sh', './bin/answer.sh'] })).toBe(workspace.folder);
	});

	test.each([
		['exits', sh('echo one >&2; echo two >&2; exit 3'), /^sh exited with code 3; .*stderr:\none\ntwo$/s],
		['exits without a word', sh('exit 3'), /^sh exited with code 3; it wrote nothing to stderr$/],
		['is ended', sh('kill -KILL $$'), /^sh was ended by SIGKILL;/],
		[
			'does not exist',
			{ command: ['no-such-program'] },
			/^cannot run no-such-program: no such program, .*ENOENT/,
		],
		['is no JSON', { ...sh('echo Paris'), stdout: 'json' }, /wrote an answer that is not JSON: Paris/],
		['is no UTF-8', sh("printf '\\377\\376'"), /wrote an answer that is not UTF-8$/],
		['is too large', sh('head -c 17000000 /dev/zero; sleep 1000'), /an answer of more than 16777216 bytes$/],
	])('a program that %s is a failure that says why', async (_, options, says) => {
		await expect(answer(options)).rejects.toThrow(says);
	});

	test('tells the last of what a talkative program said', async () => {
		const failure = answer(sh('i=0; while [ $i -lt 500 ]; do i=$((i+1)); echo "line $i" >&2; done; exit 1'));
		await expect(failure).rejects.toThrow(/stderr:\nline 491\n(line \d+\n){8}line 500$/);
	});

	test('an argument that no program can be given is a failure', async () => {
		const target = await open(sh('echo', '{{input}}'));
		const odd = Promise.resolve().then(() => target.answer({ id: 'q1', input: 'a\0b' }, context));
		await expect(odd).rejects.toThrow(/null bytes/);
	});

	test('a program need not read its question', async () => {
		const target = await open(sh('exec <&-; echo Paris'));
		const input = 'x'.repeat(4 * 1024 * 1024);
		expect(await target.answer({ id: 'q1', input }, context)).toBe('Paris');
	});

	test('hands over once, before the program starts', async () => {
		const target = await open({ ...sh('cat handed-over', '{{id}}') });
		let told = 0;
		const handedOver = () => {
			told += 1;
			writeFileSync(workspace.path('handed-over'), 'it was\n');
		};
		expect(await target.answer(asked, { ...context, handedOver })).toBe('it was');
		expect(told).toBe(1);
	});

	test.each([
		[{ command: [] }, 'Too small'],
		[{ command: [''] }, 'must be a program'],
		[{ command: ['{{input}}'] }, 'must be a program'],
		[{ command: ['cat'], stdin: 'none' }, 'the question reaches the program nowhere'],
		[{ command: ['cat'], stdin: 'yaml' }, 'expected one of'],
		[{ command: ['cat'], stdout: 'xml' }, 'expected one of'],
		[{ command: ['cat'], input: 'stdin' }, 'unknown key "input"'],
		[{ command: ['cat'], spans: 1 }, 'expected true, or {quietMs, timeoutMs}'],
	])('its options refuse %j', (options, says) => {
		const issues = command.options.safeParse(options).error?.issues ?? [];
		expect(issues.map(({ message }) => message).join()).toContain(says);
	});
});

describe('the environment of a program', { timeout: 30_000 }, () => {
	const print = (...names: string[]) => sh(names.map((name) => `echo "${name}=$${name}"`).join(';'));
	const endpoint = 'http://127.0.0.1:4999';

	test('is spangate’s and the suite’s, without the trace that spangate itself runs in', async () => {
		vi.stubEnv('TRACEPARENT', 'outer').stubEnv('BAGGAGE', 'outer=1').stubEnv('COLOUR', 'red');
		const names = ['TRACEPARENT', 'BAGGAGE', 'COLOUR', 'SHAPE', 'OTEL_TRACES_EXPORTER'];
		const options = { ...print(...names), env: { SHAPE: 'round' } };
		expect(await answer(options)).toBe(
			'TRACEPARENT=\nBAGGAGE=\nCOLOUR=red\nSHAPE=round\nOTEL_TRACES_EXPORTER=',
		);
	});

	test.each([
		[{}, 'http/protobuf'],
		[{ OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }, 'http/json'],
		[{ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, 'http/protobuf'],
		[{ OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, 'http/json'],
	])('leads a stock SDK with %j to the receiver over %s', async (env, protocol) => {
		vi.stubEnv('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'http://backend:4317');
		vi.stubEnv('OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc').stubEnv('OTEL_SDK_DISABLED', 'true');
		const names = ['ENDPOINT', 'TRACES_ENDPOINT', 'PROTOCOL', 'TRACES_PROTOCOL'];
		const options = { ...print(...names.map((name) => `OTEL_EXPORTER_OTLP_${name}`)), env };
		expect(await answer(options, { otlpEndpoint: endpoint })).toBe(
			[
				`OTEL_EXPORTER_OTLP_ENDPOINT=${endpoint}`,
				`OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=${endpoint}/v1/traces`,
				`OTEL_EXPORTER_OTLP_PROTOCOL=${protocol}`,
				`OTEL_EXPORTER_OTLP_TRACES_PROTOCOL=${protocol}`,
			].join('\n'),
		);
	});

	test('names the target as the service, unless the suite does', async () => {
		const options = print('OTEL_SERVICE_NAME', 'OTEL_SDK_DISABLED');
		const given = { otlpEndpoint: endpoint };
		expect(await answer(options, given)).toBe('OTEL_SERVICE_NAME=script\nOTEL_SDK_DISABLED=false');
		const env = { OTEL_SERVICE_NAME: 'mine' };
		expect(await answer({ ...options, env }, given)).toContain('OTEL_SERVICE_NAME=mine\n');
	});
});

describe('the processes of a program', { timeout: 30_000 }, () => {
	const pidIn = (name: string): number => Number(readFileSync(workspace.path(name), 'utf8').trim());
	const written = (name: string) =>
		eventually(() => {
			try {
				return pidIn(name) > 0;
			} catch {
				return false;
			}
		});

	test.each([
		['that waits', 'wait'],
		['that will not end', 'trap "" TERM; while :; do sleep 0.1; done'],
	])('a program %s, and what it started, end when the time is up', async (what, then) => {
		const [own, child] = [`own-${what}`, `child-${what}`];
		const target = await open(sh(`sleep 1000 & echo $! > "${child}"; echo $$ > "${own}"; ${then}`));
		const late = new AbortController();
		const given = target.answer(asked, { ...context, signal: late.signal });
		await Promise.all([written(own), written(child)]);
		late.abort(new Error('too late'));
		await expect(given).rejects.toThrow('too late');
		await target.close?.();
		await eventually(() => !isAlive(pidIn(own)) && !isAlive(pidIn(child)));
	});

	test('what a program leaves behind ends with it, and its answer counts', async () => {
		const left = 'sleep 1000 & echo $! > left; echo Paris';
		expect(await answer(sh(left))).toBe('Paris');
		await eventually(() => !isAlive(pidIn('left')));
	});

	test('one that has left the group holds no answer up', async () => {
		const detached = `node -e '
			const { pid } = require("node:child_process").spawn("sleep", ["1000"], { detached: true, stdio: "inherit" });
			require("node:fs").writeFileSync("gone", String(pid));
			console.log("Paris");
			process.exit(0);
		'`;
		expect(await answer(sh(detached))).toBe('Paris');
		process.kill(pidIn('gone'), 'SIGKILL');
	});

	test('a question that is no longer waited for starts none', async () => {
		const target = await open(sh('echo $$ > never'));
		const given = target.answer(asked, { ...context, signal: AbortSignal.abort(new Error('too late')) });
		await expect(given).rejects.toThrow('too late');
		expect(() => pidIn('never')).toThrow('ENOENT');
	});

	test('none outlives a spangate that is stopped at once', async () => {
		const script = 'trap "" TERM; echo $$ > "$PID_FILE"; while :; do sleep 0.1; done';
		const suite = withTarget(`script: { use: command, command: [sh, -c, '${script}'] }`);
		const env = { PID_FILE: workspace.path('stubborn') };
		const running = workspace.start(['run', suite, '--target', 'script', '-j', '1'], { env });
		await written('stubborn');
		running.signal('SIGINT');
		await running.until(() => running.stderr.includes('again'));
		running.signal('SIGINT');
		expect((await running.finished).code).toBe(130);
		await eventually(() => !isAlive(pidIn('stubborn')));
	});
});

describe('a suite with a command', { timeout: 60_000 }, () => {
	test('is refused when the program’s file is not there', async () => {
		const suite = withTarget('script: { use: command, command: [./answer.sh] }');
		const { code, stderr } = await workspace.inProcess(['validate', suite]);
		expect(code).toBe(2);
		expect(stderr).toMatch(/suite\.yaml:\d+: targets\.script\.command: no such file: .*answer\.sh/);
	});

	test('counts the start of the program in its latency', async () => {
		const suite = withTarget("script: { use: command, command: [sh, -c, 'sleep 0.2; echo Paris'] }");
		const ran = await workspace.spangate(['run', suite, '--target', 'script']);
		expect(ran.code).toBe(0);
		const { trials } = readStoredRun(workspace.home, runIds(ran)[0]);
		expect(trials).toHaveLength(8);
		for (const { latencyMs, answer } of trials) {
			expect(answer.output).toBe('Paris');
			expect(latencyMs).toBeGreaterThan(200);
		}
	});
});
