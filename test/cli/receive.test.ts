import { createServer, type IncomingHttpHeaders } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { json } from 'node:stream/consumers';
import { afterAll, describe, expect, test } from 'vitest';
import { eventually, fixture, runIds, Workspace } from '../support/cli.ts';
import { startSink } from '../support/otlp-sink.ts';
import { type Json, readStoredRun } from '../support/stored-run.ts';

const apps = fixture('apps');
const newId = () => crypto.randomUUID().replaceAll('-', '').slice(16);

/** A port that nobody listens on. */
async function freePort(): Promise<number> {
	const server = createTcpServer();
	const port = await listen(server);
	await new Promise((resolve) => server.close(resolve));
	return port;
}

function listen(server: Server): Promise<number> {
	return new Promise((resolve) => {
		server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
	});
}

/** An app that spangate did not start, in this process; `work` is done before it answers. */
async function startApp(work: (asked: Json, headers: IncomingHttpHeaders) => Promise<void> | void) {
	const server = createServer(async (request, response) => {
		await work(await json(request), request.headers);
		response.writeHead(200, { 'content-type': 'application/json' }).end('{"output":"found"}');
	});
	const port = await listen(server);
	afterAll(() => {
		server.closeAllConnections();
		server.close();
	});
	return port;
}

/** The app's root and a tool's call in the trace that a question came with. */
function spansOf({ input }: Json, { traceparent }: IncomingHttpHeaders): Json[] {
	const [, traceId, callerId] = String(traceparent).split('-');
	const now = `${Date.now()}000000`;
	const shared = { traceId, startTimeUnixNano: now, endTimeUnixNano: now };
	const root = { ...shared, spanId: newId(), parentSpanId: callerId, name: 'POST /answer', kind: 2 };
	const attributes = Object.entries({
		'gen_ai.operation.name': 'execute_tool',
		'gen_ai.tool.name': 'search',
		'gen_ai.tool.call.arguments': JSON.stringify({ q: input }),
	}).map(([key, stringValue]) => ({ key, value: { stringValue } }));
	const tool = {
		...shared,
		spanId: newId(),
		parentSpanId: root.spanId,
		name: 'execute_tool search',
		attributes,
	};
	return [root, tool];
}

async function send(port: number, spans: Json[]): Promise<Json> {
	const response = await fetch(`http://127.0.0.1:${port}/v1/traces`, {
		...{ method: 'POST', headers: { 'content-type': 'application/json' } },
		body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }),
	});
	expect(response.status).toBe(200);
	return response.json();
}

/** The suite with that app behind its target `external`; `spans` is the target's option. */
function suiteFor(workspace: Workspace, port: number, spans = 'false'): string {
	return workspace.copySuite(apps, {
		'suite.yaml': (text) => text.replace('4316/answer" }', `${port}/answer", spans: ${spans} }`),
	});
}

describe('--receive', { timeout: 60_000, concurrent: true }, () => {
	test('takes the spans of an app that somebody else started, at the port it was told', async () => {
		const [workspace, receiving, sink] = [new Workspace(), await freePort(), await startSink()];
		const app = await startApp(async (asked, headers) => {
			expect(await send(receiving, spansOf(asked, headers))).toEqual({});
		});
		const suite = suiteFor(workspace, app);
		const args = ['run', suite, '--target', 'external', '--receive', String(receiving)];
		const ran = await workspace.spangate([...args, '--otlp', sink.endpoint]);
		expect(ran.code).toBe(0);
		expect(ran.stderr).toContain(`Taking apps' spans at http://127.0.0.1:${receiving} (OTLP/HTTP)\n`);
		const { trials, spans, delivery } = readStoredRun(workspace.home, runIds(ran)[0]);
		expect(trials).toHaveLength(9);
		for (const { scores, traceId } of trials) {
			expect(scores).toMatchObject([{ value: 1 }, { value: 1 }]);
			const names = spans.filter((span) => span.traceId === traceId).map(({ name }) => name);
			expect(names).toEqual(expect.arrayContaining(['POST /answer', 'execute_tool search', 'question']));
		}
		expect(delivery).toMatchObject({ late: 0, acknowledged: spans.length });
		expect(sink.taken).toHaveLength(spans.length);
	});

	test('waits for its spans when the suite says so', async () => {
		const [workspace, receiving] = [new Workspace(), await freePort()];
		const app = await startApp((asked, headers) => {
			setTimeout(() => void send(receiving, spansOf(asked, headers)), 200);
		});
		const suite = suiteFor(workspace, app, '{ quietMs: 0, timeoutMs: 60000 }');
		const args = ['run', suite, '--target', 'external', '--receive', `localhost:${receiving}`];
		const ran = await workspace.spangate(args);
		expect(ran.code).toBe(0);
		const { trials, delivery } = readStoredRun(workspace.home, runIds(ran)[0]);
		expect(trials.map(({ passed }) => passed)).toEqual(Array(9).fill(true));
		expect(delivery.late).toBe(0);
	});

	test('records, or refuses, every span of an app that never stops: what it was told is taken is on disk', async () => {
		const [workspace, receiving] = [new Workspace(), await freePort()];
		const taken: string[] = [];
		const sending: Promise<void>[] = [];
		const flood = async (asked: Json, headers: IncomingHttpHeaders) => {
			for (;;) {
				const spans = spansOf(asked, headers);
				const answer = await send(receiving, spans);
				if (answer.partialSuccess === undefined) taken.push(...spans.map(({ spanId }) => spanId));
			}
		};
		const app = await startApp((asked, headers) => {
			// Until the connection is refused: spangate is gone then.
			sending.push(flood(asked, headers).catch(() => {}));
		});
		const args = ['run', suiteFor(workspace, app), '--target', 'external', '--receive', String(receiving)];
		const ran = await workspace.spangate(args);
		await Promise.all(sending);
		expect(ran.code).toBe(0);
		const { spans, delivery } = readStoredRun(workspace.home, runIds(ran)[0]);
		const recorded = new Set(spans.map(({ spanId }) => spanId));
		expect(taken.length).toBeGreaterThan(0);
		expect(taken.filter((id) => !recorded.has(id))).toEqual([]);
		expect(recorded.size).toBe(spans.length);
		expect(delivery).toMatchObject({ ended: spans.length, recorded: spans.length });
		const late = spans.filter(({ attributes }) => attributes['spangate.late'] === true);
		expect(delivery.late).toBe(late.length);
	});

	test('without a port takes one that is free, of loopback alone, and says which', async () => {
		const workspace = new Workspace();
		const answering = Promise.withResolvers<void>();
		const app = await startApp(() => answering.promise);
		const suite = suiteFor(workspace, app);
		const running = workspace.start(['run', suite, '--target', 'external', '-n', '1', '--receive=auto']);
		await running.until(() => running.stderr.includes('(OTLP/HTTP)'));
		const [, told] = /Taking apps' spans at http:\/\/127\.0\.0\.1:(\d+) /.exec(running.stderr) ?? [];
		const port = Number(told);
		expect(await send(port, [])).toEqual({});
		const others = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
		for (const { address } of others.filter(({ internal, family }) => !internal && family === 'IPv4')) {
			expect(await connects(address, port)).toBe(false);
		}
		answering.resolve();
		await running.finished;
		// It goes with the run.
		await eventually(async () => !(await connects('127.0.0.1', port)));
	});

	test('on a port that is taken is an error before anything is asked', async () => {
		const workspace = new Workspace();
		let asked = 0;
		const app = await startApp(() => {
			asked++;
		});
		const args = ['run', suiteFor(workspace, app), '--target', 'external', '--receive', String(app)];
		const { code, stdout, stderr } = await workspace.spangate(args);
		expect({ code, stdout, asked }).toEqual({ code: 2, stdout: '', asked: 0 });
		expect(stderr).toContain(`cannot receive spans on 127.0.0.1:${app}: the port is in use`);
	});
});

function connects(host: string, port: number): Promise<boolean> {
	return new Promise((resolve) => {
		const socket = connect({ host, port });
		const tell = (connected: boolean) => {
			socket.destroy();
			resolve(connected);
		};
		socket.setTimeout(2_000, () => tell(false));
		socket.once('connect', () => tell(true)).once('error', () => tell(false));
	});
}
