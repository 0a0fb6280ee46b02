import { appendFileSync, cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Verification } from '../../src/model/verification.ts';
import { type Finished, fixture, runIds, Workspace } from '../support/cli.ts';
import { answerHttp } from '../support/http-answers.ts';
import { run, trial } from '../support/records.ts';
import { requestJson, spanJson, storeSpans } from '../support/spans-file.ts';
import { readStoredRun, type StoredRun } from '../support/stored-run.ts';
import { type StoredTraces, traceServers, tracesOf } from '../support/trace-servers.ts';

const backends = ['jaeger', 'tempo'] as const;
const first = ({ stdout }: Pick<Finished, 'stdout'>): Verification => JSON.parse(stdout).backends[0];

/** The traces without those spans that `lost` chooses; a trace that has none left is not there. */
function without(traces: StoredTraces, lost: (spanId: string, traceId: string) => boolean): StoredTraces {
	const left: StoredTraces = new Map();
	for (const [traceId, parts] of traces) {
		const kept = parts.filter((part) => !lost(part.scopeSpans[0].spans[0].spanId, traceId));
		if (kept.length > 0) left.set(traceId, kept);
	}
	return left;
}

describe('spangate verify', { timeout: 60_000 }, () => {
	const workspace = new Workspace();
	let stored: StoredRun;
	let traces: StoredTraces;
	const verify = (url: string, ...args: string[]) =>
		workspace.inProcess(['verify', '@latest', '--jaeger', url, '--wait', '0', ...args]);

	beforeAll(async () => {
		const compared = await workspace.spangate(['compare', fixture('capitals')]);
		stored = readStoredRun(workspace.home, runIds(compared)[1]);
		traces = tracesOf(stored.folder);
	}, 60_000);

	test.each(backends)('%s: whole when every span of every trace is there', async (kind) => {
		const server = await traceServers[kind](traces);
		const flags = ['--wait', '0', `--${kind}`, server.url];
		const text = await workspace.inProcess(['verify', '@latest', ...flags]);
		const spans = new Set(stored.spans.map(({ spanId }) => spanId)).size;
		const name = kind === 'jaeger' ? 'Jaeger' : 'Tempo';
		expect(text).toEqual({
			code: 0,
			stdout: `${name} at ${server.url}: whole, ${spans} of ${spans} spans in ${traces.size} traces\n`,
			stderr: '',
		});
		// The questions', the run's own, the gate's and those that the app made by itself, each asked for once.
		const asked = server.requests.map(({ url }) => url?.split(/[/?]/)[4]);
		expect(asked.sort()).toEqual([...traces.keys()].sort());
		const known = [...stored.trials.map(({ traceId }) => traceId), stored.run.traceId];
		expect(asked).toEqual(expect.arrayContaining(known));
		const json = await workspace.inProcess(['verify', '@latest', ...flags, '--json']);
		expect(JSON.parse(json.stdout)).toEqual({
			run: stored.run.id,
			backends: [
				{
					...{ backend: name, url: server.url, whole: true, traces: traces.size, spans, found: spans },
					...{ missingTraces: 0, missing: [], unrecordedTrials: 0 },
				},
			],
		});
	});

	test('a run that was stopped early is whole without the trials that were not asked', async () => {
		const own = new Workspace();
		const args = ['--baseline', 'candidate', '--candidate', 'baseline', '-j', '1', '--until-decided'];
		const compared = await own.spangate(['compare', fixture('capitals'), ...args]);
		const { folder, run: stopped } = readStoredRun(own.home, runIds(compared)[1]);
		expect(stopped.completed).toBeLessThan(stopped.planned);
		const server = await traceServers.jaeger(tracesOf(folder));
		const flags = ['--jaeger', server.url, '--wait', '0', '--json'];
		const verified = await own.inProcess(['verify', '@latest', ...flags]);
		expect(verified.code).toBe(0);
		expect(first(verified)).toMatchObject({ whole: true, missingTraces: 0, unrecordedTrials: 0 });
	});

	test('asks the backend that a flag names, and not one that the environment names for other commands', async () => {
		const server = await traceServers.jaeger(traces);
		const env = { SPANGATE_TEMPO: 'http://127.0.0.1:9' };
		const args = ['verify', '@latest', '--jaeger', server.url, '--wait', '0', '--json'];
		const told = await workspace.inProcess(args, env);
		expect(told.code).toBe(0);
		expect(JSON.parse(told.stdout).backends).toHaveLength(1);
		const named = await workspace.inProcess(['verify', '@latest', '--wait', '0', '--json'], {
			SPANGATE_JAEGER: server.url,
		});
		expect(named.code).toBe(0);
	});

	test('trace refuses a backend that it would not ask', async () => {
		const questionId = stored.trials[0].questionId;
		const told = await workspace.inProcess(['trace', '@latest', questionId, '--tempo', 'http://127.0.0.1:9']);
		expect(told).toMatchObject({ code: 2, stderr: expect.stringContaining('Add --from tempo') });
	});

	test.each<[string, string, (text: string) => string, string]>([
		['trials', 'trials.jsonl', (text) => text.slice(text.indexOf('\n') + 1), 'the run ended with'],
		[
			'spans',
			'spans.jsonl',
			(text) =>
				text.replace(
					/\{"traceId"(?:(?!\{"traceId").)*?"name":"evaluate (?:(?!\{"traceId").)*?"flags":\d+\},/,
					'',
				),
			'were recorded',
		],
		['its end', 'run.json', (text) => text.replace(/\n\t"endedAt": "[^"]*",?/, ''), 'the run never ended'],
		['the counts of its spans', 'export.json', () => '', 'export.json'],
	])(
		'a record that lost %s is not whole, though the backend has all that is left',
		async (_, name, lose, words) => {
			const copy = new Workspace();
			cpSync(workspace.home, copy.home, { recursive: true });
			const file = join(readStoredRun(copy.home, stored.run.id).folder, name);
			const before = readFileSync(file, 'utf8');
			const after = lose(before);
			expect(after.length).toBeLessThan(before.length);
			if (after === '') rmSync(file);
			else writeFileSync(file, after);
			const server = await traceServers.jaeger(traces);
			const told = await copy.inProcess([
				'verify',
				`@${stored.run.id}`,
				'--jaeger',
				server.url,
				'--wait',
				'0',
			]);
			expect(told.code).toBe(4);
			expect(told.stdout).toContain('not whole');
			expect(told.stdout.replaceAll(/\s+/g, ' ')).toContain(words);
		},
	);

	test.each(backends)('%s: spans that came twice make no span good that did not come', async (kind) => {
		const trial = stored.trials[0];
		const [lost = ''] = stored.spans.filter(({ traceId }) => traceId === trial.traceId).map((s) => s.spanId);
		const twice = (all: StoredTraces) => new Map([...all].map(([id, spans]) => [id, [...spans, ...spans]]));
		const flag = (url: string) => ['verify', '@latest', '--wait', '0', `--${kind}`, url, '--json'];
		const doubled = await traceServers[kind](twice(traces));
		expect(await workspace.inProcess(flag(doubled.url))).toMatchObject({ code: 0 });
		const torn = await traceServers[kind](twice(without(traces, (spanId) => spanId === lost)));
		const told = await workspace.inProcess(flag(torn.url));
		expect(told.code).toBe(4);
		const recorded = traces.get(trial.traceId)?.length ?? 0;
		expect(first(told)).toMatchObject({ whole: false, missingTraces: 1 });
		expect(first(told).missing).toEqual([
			{
				traceId: trial.traceId,
				of: 'question',
				questionId: trial.questionId,
				found: recorded - 1,
				recorded,
			},
		]);
	});

	test('lists whose traces are missing, and how to send them', async () => {
		const gate = stored.spans.find(({ name }) => name === 'gate')?.traceId;
		const question = stored.trials[1];
		const gone = new Set([gate, stored.run.traceId, question.traceId]);
		const server = await traceServers.jaeger(without(traces, (_, traceId) => gone.has(traceId)));
		const { code, stdout, stderr } = await verify(server.url);
		expect(code).toBe(4);
		const count = traces.get(question.traceId)?.length;
		expect(stdout).toContain('not whole');
		expect(stdout).toContain('3 traces with missing spans:');
		expect(stdout).toContain(`  ${question.traceId}  0 of ${count}  ${question.questionId}\n`);
		expect(stdout).toMatch(new RegExp(`  ${stored.run.traceId}  0 of 1  the run’s own`));
		expect(stdout).toMatch(new RegExp(`  ${gate}  0 of 1  the gate’s`));
		expect(stderr).toContain(`spangate export @${stored.run.id} --all --otlp URL`);
	});

	test('waits for what the backend does not show yet', async () => {
		let asked = 0;
		const whole = await traceServers.jaeger(traces);
		const server = await answerHttp(async ({ url }) => {
			const isSlow = url?.includes(stored.trials[0].traceId) && ++asked < 3;
			const answer = await fetch(
				isSlow ? `${whole.url}/api/v3/traces/${'0'.repeat(32)}?raw_traces=true` : `${whole.url}${url}`,
			);
			return { status: answer.status, body: await answer.text() };
		});
		expect((await verify(server.url)).code).toBe(4);
		asked = 0;
		const patient = ['verify', '@latest', '--jaeger', server.url, '--wait', '50'];
		expect((await workspace.inProcess(patient)).code).toBe(0);
		expect(asked).toBe(3);
	});

	test('verifies at each backend that is named, and is whole only when all are', async () => {
		const jaeger = await traceServers.jaeger(traces);
		const tempo = await traceServers.tempo(new Map());
		const both = await verify(jaeger.url, '--tempo', tempo.url, '--json');
		expect(both.code).toBe(4);
		expect(JSON.parse(both.stdout).backends).toMatchObject([
			{ backend: 'Jaeger', whole: true },
			{ backend: 'Tempo', whole: false, found: 0, missingTraces: traces.size },
		]);
	});

	test('a backend that is down, or in the middle goes down, is exit 4 and no count', async () => {
		const server = await traceServers.jaeger(traces);
		await server.close();
		const down = await verify(server.url);
		expect(down).toMatchObject({ code: 4, stdout: '' });
		expect(down.stderr).toContain('ECONNREFUSED');
		const broken = await answerHttp((_, index) =>
			index < 2 ? { status: 404, body: '{"error":{"httpCode":404}}' } : { status: 500, body: 'out of disk' },
		);
		const failed = await verify(broken.url);
		expect(failed).toMatchObject({ code: 4, stdout: '' });
		expect(failed.stderr).toContain('HTTP 500: out of disk');
	});

	test('a 404 of another server is no missing trace', async () => {
		const other = await answerHttp(() => ({ status: 404, body: 'Not Found' }));
		const { code, stdout, stderr } = await verify(other.url);
		expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
		expect(stderr).toContain('HTTP 404: Not Found');
	});

	test('asks for a backend, and refuses a wait that is none', async () => {
		const nowhere = await workspace.inProcess(['verify', '@latest']);
		expect(nowhere.code).toBe(2);
		expect(nowhere.stderr).toContain('--jaeger http://localhost:16686');
		expect((await verify('http://127.0.0.1:9', '--wait=-1')).code).toBe(2);
	});
});

describe('spangate verify of a large or torn record', { timeout: 60_000 }, () => {
	const stored = (shape: { lines: number; perLine: number }) => {
		const workspace = new Workspace();
		const folder = storeSpans(workspace.home, shape);
		writeFileSync(join(folder, 'trials.jsonl'), '');
		const verify = (url: string) =>
			workspace.inProcess(['verify', '@run-1', '--jaeger', url, '--wait', '0', '--json']);
		return { folder, verify };
	};

	test('lists the first 20 and counts the rest, a few requests at once', async () => {
		const { verify } = stored({ lines: 30, perLine: 2 });
		const server = await answerHttp(async () => {
			await sleep(5);
			return { body: '{"result":{}}' };
		});
		const told = await verify(server.url);
		expect(told.code).toBe(4);
		expect(first(told)).toMatchObject({ traces: 60, spans: 60, found: 0, missingTraces: 60 });
		expect(first(told).missing).toHaveLength(20);
		expect(server.mostAtOnce()).toBeGreaterThan(1);
		expect(server.mostAtOnce()).toBeLessThanOrEqual(8);
	});

	test('a trace whose spans stand far apart is counted as one', async () => {
		const { folder, verify } = stored({ lines: 1, perLine: 1 });
		const late = { ...spanJson(1), spanId: 'a'.repeat(16), parentSpanId: spanJson(1).spanId, name: 'late' };
		const filler = Array.from({ length: 60_000 }, (_, index) => ({
			...spanJson(2),
			spanId: (0x10_0000 + index).toString(16).padStart(16, '0'),
		}));
		appendFileSync(join(folder, 'spans.jsonl'), `${requestJson(filler)}\n${requestJson([late])}\n`);
		const traces = tracesOf(folder);
		const server = await traceServers.jaeger(traces);
		const whole = await verify(server.url);
		// The early part is let go of, and asked for, before the late one is read: memory stays bounded.
		expect(server.requests.map(({ url }) => Number(`0x${url?.split(/[/?]/)[4]}`))).toEqual([1, 2, 1]);
		expect(first(whole)).toMatchObject({ missingTraces: 0, traces: 2, spans: 60_002, found: 60_002 });
		const gone = await traceServers.jaeger(without(traces, (_, id) => id === late.traceId));
		expect(first(await verify(gone.url))).toMatchObject({
			...{ whole: false, missingTraces: 1 },
			missing: [{ traceId: late.traceId, of: 'other', found: 0, recorded: 2 }],
		});
	});

	test('a trial whose spans the record lacks is not whole, and a record without spans proves nothing', async () => {
		const { folder, verify } = stored({ lines: 2, perLine: 1 });
		const server = await traceServers.jaeger(tracesOf(folder));
		expect(first(await verify(server.url))).toMatchObject({ missingTraces: 0, unrecordedTrials: 0 });
		writeFileSync(join(folder, 'trials.jsonl'), `${JSON.stringify(trial({ runId: run().id }))}\n`);
		const lacking = await verify(server.url);
		expect(lacking.code).toBe(4);
		expect(first(lacking)).toMatchObject({ whole: false, missingTraces: 0, unrecordedTrials: 1 });
		writeFileSync(join(folder, 'spans.jsonl'), '');
		expect(await verify(server.url)).toMatchObject({
			code: 4,
			stderr: expect.stringContaining('no span is recorded'),
		});
		rmSync(join(folder, 'spans.jsonl'));
		expect((await verify(server.url)).code).toBe(4);
	});
});
