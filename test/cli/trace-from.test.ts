import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { fixture, runIds, Workspace } from '../support/cli.ts';
import { answerHttp } from '../support/http-answers.ts';
import { type StoredTraces, traceServers, tracesOf } from '../support/trace-servers.ts';

const backends = ['jaeger', 'tempo'] as const;

describe('spangate trace --from', { timeout: 60_000 }, () => {
	const workspace = new Workspace();
	let id: string;
	let traces: StoredTraces;
	const trace = (args: readonly string[], env = {}) =>
		workspace.inProcess(['trace', '@latest', 'peru', ...args], env);

	beforeAll(async () => {
		const ran = await workspace.spangate(['run', fixture('capitals'), '--target', 'candidate']);
		[id = ''] = runIds(ran);
		traces = tracesOf(join(workspace.home, 'runs', id));
	}, 60_000);

	test.each(backends)('%s: the waterfall and the JSON are those of the record', async (from) => {
		const server = await traceServers[from](traces);
		const recorded = await trace([]);
		const read = await trace(['--from', from, `--${from}`, server.url]);
		expect(read).toEqual(recorded);
		expect(recorded.stdout).toContain('invoke_agent candidate');
		const json = await trace(['--from', from, `--${from}`, server.url, '--json']);
		expect(JSON.parse(json.stdout)).toEqual({ ...JSON.parse((await trace(['--json'])).stdout), from });
		const variable = `SPANGATE_${from.toUpperCase()}`;
		expect(await trace(['--from', from], { [variable]: server.url })).toEqual(recorded);
	});

	test.each(backends)('%s: a span that came twice is shown once', async (from) => {
		const twice = new Map([...traces].map(([trace, spans]) => [trace, [...spans, ...spans]]));
		const server = await traceServers[from](twice);
		expect(await trace(['--from', from, `--${from}`, server.url])).toEqual(await trace([]));
	});

	test.each(backends)('%s: a trace that is not there is exit 4, with the remedy', async (from) => {
		const server = await traceServers[from](new Map());
		const { code, stdout, stderr } = await trace(['--from', from, `--${from}`, server.url]);
		expect(code).toBe(4);
		expect(stdout).toBe('');
		expect(stderr).toMatch(/has no trace [0-9a-f]{32} of question "peru"/);
		expect(stderr).toContain(`spangate export @${id} --all --otlp URL`);
	});

	test.each(backends)('%s: one that is down, or refuses, is exit 4 in its words', async (from) => {
		const server = await answerHttp(() => ({ status: 403, body: 'no access for \u001b[31mreader' }));
		const url = server.url.replace('//', '//reader:s3cret@');
		const refused = await trace(['--from', from, `--${from}`, url]);
		expect(refused.code).toBe(4);
		expect(refused.stderr).toContain('HTTP 403: no access for');
		expect(refused.stderr).not.toContain('s3cret');
		expect(refused.stderr).not.toContain('\u001b');
		await server.close();
		const down = await trace(['--from', from, `--${from}`, url]);
		expect(down.code).toBe(4);
		expect(down.stderr).toContain('ECONNREFUSED');
		expect(down.stderr).not.toContain('s3cret');
	});

	test('Tempo’s word that it gives a part is told', async () => {
		const server = await answerHttp(() => ({
			body: JSON.stringify({ trace: {}, status: 'PARTIAL', message: 'Trace exceeds maximum size' }),
		}));
		const { code, stderr } = await trace(['--from', 'tempo', '--tempo', server.url]);
		expect(code).toBe(4);
		expect(stderr).toContain('(Trace exceeds maximum size)');
	});

	test('refuses another backend, and a URL that is none, before it asks', async () => {
		expect((await trace(['--from', 'zipkin'])).code).toBe(2);
		expect(await trace(['--from', 'tempo', '--tempo', 'localhost:3200'])).toMatchObject({
			code: 2,
			stderr: expect.stringContaining('--tempo: expected the URL of Tempo'),
		});
	});

	test('needs no spans in the record', async () => {
		const server = await traceServers.jaeger(traces);
		const recorded = await trace([]);
		rmSync(join(workspace.home, 'runs', id, 'spans.jsonl'));
		expect((await trace([])).code).toBe(4);
		expect(await trace(['--from', 'jaeger', '--jaeger', server.url])).toEqual(recorded);
	});
});
