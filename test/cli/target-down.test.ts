import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { afterAll, describe, expect, test } from 'vitest';
import { type Finished, runIds, Workspace } from '../support/cli.ts';
import { readLines, readStoredRun } from '../support/stored-run.ts';
import { assertWhole } from '../support/whole-record.ts';

const questions = 60;

/** An app that is no child of spangate: it notes what it is asked, and ends itself when it was asked so often. */
const app = `
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
let asked = 0;
createServer(async (request, response) => {
	const { id } = JSON.parse(await text(request));
	if (++asked >= Number(process.env.DIES_AT)) process.exit(1);
	if (asked >= Number(process.env.FAILS_AT)) return response.writeHead(500).end('out of order');
	if (asked >= Number(process.env.HANGS_AT)) return;
	appendFileSync(process.env.LOG, id + '\\n');
	setTimeout(() => response.end('{"output":"yes"}'), 5);
}).listen(process.env.PORT, '127.0.0.1', () => console.log('up'));
`;

const apps = new Set<ChildProcess>();
afterAll(() => {
	for (const each of apps) each.kill('SIGKILL');
});

/** A suite over an app at a port of its own, which a test starts, kills and starts again. */
class Outage {
	readonly workspace = new Workspace();
	readonly log = this.workspace.write('log', '');
	readonly #script = this.workspace.write('app.mjs', app);
	readonly #port: number;
	readonly suite: string;

	constructor(port: number, options = '') {
		this.#port = port;
		const lines = Array.from({ length: questions }, (_, index) =>
			JSON.stringify({ id: `q${index}`, input: 'Is it?', expected: { terms: ['yes'] } }),
		);
		this.workspace.write('suite/questions.jsonl', `${lines.join('\n')}\n`);
		this.workspace.write(
			'suite/gate.yaml',
			'rules:\n  - { id: a, metric: pass_rate, check: "value >= 0.5" }\n',
		);
		const target = (name: string) =>
			`  ${name}: { use: http, url: "http://127.0.0.1:${port}/${name}"${options} }\n`;
		this.suite = this.workspace.path('suite');
		this.workspace.write(
			'suite/suite.yaml',
			`name: outage\nquestions: questions.jsonl\ngate: gate.yaml\ntargets:\n${target('app')}  steady: { use: module, path: steady.mjs }\nscorers:\n  - { use: terms, name: faithfulness }\n`,
		);
		this.workspace.write('suite/steady.mjs', "export const answer = async () => 'yes';\n");
	}

	async start(env: Readonly<Record<string, string>> = {}): Promise<ChildProcess> {
		const child = spawn(process.execPath, [this.#script], {
			env: { PATH: process.env.PATH, LOG: this.log, PORT: String(this.#port), ...env },
			stdio: ['ignore', 'pipe', 'inherit'],
		});
		apps.add(child);
		await once(child.stdout as NodeJS.ReadableStream, 'data');
		return child;
	}

	spangate(...args: string[]): Promise<Finished> {
		return this.workspace.spangate(args);
	}

	/** What the app was asked since the last time. */
	asked(): string[] {
		const ids = readFileSync(this.log, 'utf8').trim().split('\n');
		writeFileSync(this.log, '');
		return ids.sort();
	}
}

async function outage(options?: string): Promise<Outage> {
	const server = createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	await new Promise((resolve) => server.close(resolve));
	return new Outage(port, options);
}

describe('a target that goes down', { timeout: 60_000, concurrent: true }, () => {
	test('ends the run within seconds, and the resume completes it when it is back', async () => {
		const down = await outage();
		const { workspace } = down;
		await down.start({ DIES_AT: '20' });
		const began = performance.now();
		const ended = await down.spangate('run', down.suite, '--target', 'app');
		expect(performance.now() - began).toBeLessThan(25_000);
		expect(ended.code).toBe(4);
		expect(ended.stderr.replace(/\s+/g, ' ')).toMatch(
			/target "app" counts as down: the last 10 calls failed and none was answered in between; last: connection (refused|reset) \(http:\/\/127\.0\.0\.1:\d+\)/,
		);
		const [id] = runIds(ended);
		expect(ended.stderr).toContain(`spangate resume @${id}`);
		const before = readStoredRun(workspace.home, id);
		// None of those that failed counts, so none is missed afterwards.
		expect(before.trials.every(({ result }) => result === 'answered')).toBe(true);
		expect(before.run).toMatchObject({
			interrupted: true,
			completed: before.trials.length,
			down: expect.stringContaining('target "app" counts as down'),
		});
		expect(before.run.abandoned).toBeGreaterThanOrEqual(10);
		const judged = await workspace.inProcess(['gate', `@${id}`]);
		expect(judged.code).toBe(3);
		expect(judged.stdout.replace(/\s+/g, ' ')).toContain(
			'the run was interrupted: target "app" counts as down',
		);

		// Down still: no harm is done by trying.
		const again = await down.spangate('resume', `@${id}`);
		expect(again.code).toBe(4);
		expect(readLines(`${workspace.home}/runs/${id}/trials.jsonl`)).toHaveLength(before.trials.length);

		down.asked();
		await down.start();
		const resumed = await down.spangate('resume');
		expect(resumed).toMatchObject({ code: 0, signal: null });
		const unbroken = await outage();
		await unbroken.start();
		const expected = await unbroken.spangate('run', unbroken.suite, '--target', 'app');
		const stored = assertWhole(
			workspace.home,
			id as string,
			readStoredRun(unbroken.workspace.home, runIds(expected)[0]),
		);
		expect(stored.run).not.toHaveProperty('down');
		expect(stored.run.resumed).toBe(2);
		const kept = new Set(before.trials.map(({ questionId }) => questionId));
		const left = Array.from({ length: questions }, (_, index) => `q${index}`).filter((id) => !kept.has(id));
		expect(down.asked()).toEqual(left.sort());
		expect(stored.trials.every(({ passed }) => passed)).toBe(true);
	});

	test('ends a comparison without a verdict; the resume gives it', async () => {
		const down = await outage(', retries: 0, circuit: 4');
		const broken = await down.start({ FAILS_AT: '30' });
		const compared = await down.spangate('compare', down.suite, '--baseline', 'steady', '--candidate', 'app');
		expect(compared).toMatchObject({ code: 4, stdout: '' });
		expect(compared.stderr.replace(/\s+/g, ' ')).toContain('the last 4 calls failed');
		expect(compared.stderr).toContain('last: HTTP 500');
		broken.kill('SIGKILL');
		await down.start();
		const resumed = await down.spangate('resume');
		expect(resumed.code, resumed.stdout).toBe(0);
		expect(resumed.stdout).toContain('DEPLOY');
	});

	test('takes no failed trial from the other target of a comparison, which failed with it', async () => {
		const down = await outage(', retries: 0, circuit: 4');
		const { workspace, suite } = down;
		const yaml = readFileSync(`${suite}/suite.yaml`, 'utf8');
		const [app = ''] = yaml.split('\n').filter((line) => line.startsWith('  app: '));
		// Of one server, so that it is down, too, but not known to be when the asking ends.
		const other = app.replace('  app: ', '  other: ').replace('circuit: 4', 'circuit: 100');
		workspace.write('suite/suite.yaml', yaml.replace(app, `${app}\n${other}`));
		const broken = await down.start({ FAILS_AT: '30' });
		const compared = await down.spangate(
			'compare',
			suite,
			'--baseline',
			'other',
			'--candidate',
			'app',
			'-j',
			'1',
		);
		expect(compared).toMatchObject({ code: 4, stdout: '' });
		broken.kill('SIGKILL');
		await down.start();
		const resumed = await down.spangate('resume');
		expect(resumed.code, resumed.stdout).toBe(0);
		for (const id of runIds(compared)) {
			const { trials } = readStoredRun(workspace.home, id);
			expect(trials.filter(({ passed }) => !passed)).toEqual([]);
			expect(trials).toHaveLength(questions);
		}
	});

	test('that hangs is down, too, when its time is up so often', async () => {
		const down = await outage(', circuit: 3');
		await down.start({ HANGS_AT: '10' });
		const ended = await down.spangate('run', down.suite, '--target', 'app', '--timeout', '1');
		expect(ended.code).toBe(4);
		expect(ended.stderr).toContain('last: time-out');
		const { trials } = readStoredRun(down.workspace.home, runIds(ended)[0]);
		expect(trials).toHaveLength(9);
	});

	test('and was never up leaves a run that can go on, however short it is', async () => {
		const down = await outage(', retries: 0');
		const ended = await down.spangate('run', down.suite, '--target', 'app', '-n', '3');
		expect(ended.code).toBe(4);
		expect(ended.stderr).toContain('the last 3 calls failed');
		await down.start();
		const resumed = await down.spangate('resume');
		expect(resumed.code).toBe(0);
		expect(readStoredRun(down.workspace.home, runIds(resumed)[0]).run).toMatchObject({ completed: 3 });
	});
});

describe('a target that fails now and then', { timeout: 60_000 }, () => {
	test('is asked to the end: what failed between answers counts as failed', async () => {
		const workspace = new Workspace();
		const script = app.replace('if (asked >= Number(process.env.FAILS_AT))', 'if (asked % 5 !== 0)');
		const suite = workspace.path('suite');
		workspace.write('suite/log', '');
		const lines = Array.from({ length: 40 }, (_, index) =>
			JSON.stringify({ id: `q${index}`, input: 'Is it?', expected: { terms: ['yes'] } }),
		);
		workspace.write('suite/questions.jsonl', `${lines.join('\n')}\n`);
		const start = '{ command: [node, app.mjs], env: { LOG: log }, ready: /ready }';
		const ready = script.replace(
			'const { id } =',
			"if (request.method === 'GET') return response.end();\n\tconst { id } =",
		);
		workspace.write('suite/app.mjs', ready);
		workspace.write(
			'suite/suite.yaml',
			`name: shaky\nquestions: questions.jsonl\ntargets:\n  app: { use: http, url: "http://127.0.0.1:\${PORT}/", start: ${start} }\nscorers:\n  - { use: terms, name: faithfulness }\n`,
		);
		const ended = await workspace.spangate(['run', suite, '--target', 'app', '-j', '1']);
		expect(ended.code, ended.stderr).toBe(0);
		const { run, trials } = readStoredRun(workspace.home, runIds(ended)[0]);
		expect(run).toMatchObject({ completed: 40, interrupted: false });
		expect(run).not.toHaveProperty('abandoned');
		expect(trials.filter(({ result }) => result === 'failed')).toHaveLength(32);
	});
});
