import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { http } from '../../src/targets/http.ts';
import type { TargetContext } from '../../src/targets/target.ts';
import { fixture, runIds, type SpawnOptions, Workspace } from '../support/cli.ts';
import { type Json, readStoredRun } from '../support/stored-run.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const answers: Readonly<Record<string, Handler>> = {
	'/fails': (_, response) => response.writeHead(500).end('the model is out'),
	'/html': (_, response) => response.end('<html>please log in</html>'),
	'/nothing': (_, response) => response.end(),
	'/text': (_, response) => response.end('"yes"'),
	'/large': (_, response) => response.end(JSON.stringify({ output: 'x'.repeat(17 * 1024 * 1024) })),
	'/cut': (_, response) => {
		response.writeHead(200, { 'content-length': '100' }).write('{"output":');
		response.destroy();
	},
	'/latin1': (_, response) => response.end(Buffer.from('{"output":"Genève"}', 'latin1')),
	'/strange': (_, response) =>
		response.setHeader('content-type', 'application/json; charset=klingon').end('{"output":"Genève"}'),
	'/told': (_, response) =>
		response
			.setHeader('content-type', 'application/json; charset="ISO-8859-1"')
			.end(Buffer.from('{"output":"Genève"}', 'latin1')),
	'/marked': (_, response) => response.end('\ufeff{"output":"Genève"}'),
	'/hangs': () => {},
	'/moves': (_, response) => response.writeHead(302, { location: '/html' }).end(),
	'/zipped': (_, response) => {
		response.setHeader('content-encoding', 'gzip').end(gzipSync('{"output":"It is Paris."}'));
	},
	'/slow': (_, response) => void setTimeout(() => response.end('{"output":"It is Paris."}'), slowMs),
};
/** A server's own time, and that of reaching it: far apart, so that no noise makes one look like the other. */
const slowMs = 300;
const lookupMs = 2_500;

const received: { headers: IncomingMessage['headers']; body: Json }[] = [];
const server = createServer(async (request, response) => {
	const handler = answers[request.url ?? ''];
	if (handler !== undefined) return handler(request, response);
	received.push({ headers: request.headers, body: JSON.parse(await text(request)) });
	return response.end(JSON.stringify({ output: 'It is Paris.' }));
});
let base: string;

beforeAll(async () => {
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
	server.closeAllConnections();
	server.close();
});

function open(options: Json, context: Partial<TargetContext> = {}) {
	const signal = new AbortController().signal;
	const given = { name: 'app', folder: fixture('faults'), otlpEndpoint: undefined, signal, ...context };
	return http.open(http.options.parse(options), given);
}

describe('the http target', () => {
	const asked = { id: 'q1', input: 'Where?' };
	const context = { signal: new AbortController().signal, handedOver: () => {}, repeat: 0, took: () => {} };

	test('posts the question as JSON with the headers of the suite, and gives the parsed answer', async () => {
		const target = await open({ url: `${base}/ask`, headers: { authorization: 'Bearer abc' } });
		received.length = 0;
		expect(await target.answer({ ...asked, attributes: { page: 3 } }, context)).toEqual({
			output: 'It is Paris.',
		});
		expect(received).toMatchObject([
			{
				body: { id: 'q1', input: 'Where?', attributes: { page: 3 } },
				headers: { authorization: 'Bearer abc', 'content-type': 'application/json' },
			},
		]);
	});

	test.each([
		['/fails', /^HTTP 500 from http:.*\/fails: the model is out$/],
		['/html', /answered 200 with a body that is not JSON: <html>please log in/],
		['/moves', /it redirects POST to a GET of \/html, which does not get the question/],
		['/latin1', /answered 200 with a body that is not UTF-8/],
		['/strange', /with a body that is not KLINGON/],
		['/nothing', /not JSON/],
		['/large', /larger than 16777216 bytes/],
		['/cut', /terminated|other side closed|ECONNRESET/],
	])('%s is a failure that says why', async (path, says) => {
		const target = await open({ url: base + path });
		await expect(target.answer(asked, context)).rejects.toThrow(says);
	});

	test('an app that is not there is a failure that says so', async () => {
		const target = await open({ url: 'http://127.0.0.1:1/ask' });
		await expect(target.answer(asked, context)).rejects.toThrow(
			/^no answer from http:\/\/127\.0\.0\.1:1\/ask: .*(ECONNREFUSED|bad port)/,
		);
	});

	test.each(['/told', '/marked'])('%s is read as it was written', async (path) => {
		const target = await open({ url: base + path });
		expect(await target.answer(asked, context)).toEqual({ output: 'Genève' });
	});

	test('reads a packed answer', async () => {
		const target = await open({ url: `${base}/zipped` });
		expect(await target.answer(asked, context)).toEqual({ output: 'It is Paris.' });
	});

	test('keeps its connections for further questions, until it is closed', async () => {
		const connections: Socket[] = [];
		const note = (socket: Socket) => connections.push(socket);
		server.on('connection', note);
		const target = await open({ url: `${base}/ask` });
		for (let count = 0; count < 20; count++) await target.answer(asked, context);
		// More than one, since a connection rests for a turn of the event loop between two answers.
		expect(connections.length).toBeLessThan(5);
		await target.close?.();
		await expect.poll(() => connections.every(({ closed }) => closed)).toBe(true);
		server.off('connection', note);
	});

	test.each(['/ask', '/moves'])('says once that the question to %s is handed over', async (path) => {
		let told = 0;
		const target = await open({ url: base + path });
		const handedOver = () => {
			told += 1;
		};
		await Promise.resolve(target.answer(asked, { ...context, handedOver })).catch(() => {});
		expect(told).toBe(1);
	});

	test('never says so of a question that reached nobody', async () => {
		let told = 0;
		const target = await open({ url: 'http://127.0.0.1:1/ask' });
		const handedOver = () => {
			told += 1;
		};
		await expect(target.answer(asked, { ...context, handedOver })).rejects.toThrow('no answer from');
		expect(told).toBe(0);
	});

	test('lets go of the request when its time is up', async () => {
		const target = await open({ url: `${base}/hangs` });
		const late = new AbortController();
		const answer = target.answer(asked, { ...context, signal: late.signal });
		late.abort(new Error('too late'));
		await expect(answer).rejects.toThrow('too late');
	});

	test.each([
		[{ url: 'ftp://host/ask' }, 'must be an http:// or https:// URL'],
		[{ url: 'localhost:3000' }, 'must be an http:// or https:// URL'],
		[{ url: `http://127.0.0.1:${'$'}{PORT}/ask` }, 'needs a `start:` command'],
		[{ url: 'http://host/ask', header: {} }, 'unknown key "header"'],
		[{ url: 'http://host/ask', spans: 'yes' }, 'expected true, or {quietMs, timeoutMs}'],
		[{ url: 'http://host/ask', spans: { timeoutMs: 0 } }, 'expected number to be >=1'],
		[{ url: 'http://host/ask', spans: { quiteMs: 5 } }, 'unknown key "quiteMs"'],
		[{ url: 'http://host/ask', spansTimeoutMs: 5 }, 'unknown key "spansTimeoutMs"'],
		[{ url: 'http://host/ask', start: { command: [] } }, 'Too small'],
		[{ url: 'http://host/ask', start: { command: ['node'], ready: 'healthz' } }, '"/"'],
	])('its options refuse %j', (options, says) => {
		const issues = http.options.safeParse(options).error?.issues ?? [];
		expect(issues.map(({ message }) => message).join()).toContain(says);
	});
});

describe('the wait for spans', () => {
	const wait = (spans?: Json) => http.spans?.(http.options.parse({ url: 'http://host/ask', spans }));

	test.each([
		[undefined, undefined],
		[false, undefined],
		[true, { quietMs: 150, timeoutMs: 10_000 }],
		[{ quietMs: 0 }, { quietMs: 0, timeoutMs: 10_000 }],
		[
			{ quietMs: 1_000, timeoutMs: 60_000 },
			{ quietMs: 1_000, timeoutMs: 60_000 },
		],
	])('for `spans: %j` is %j', (spans, expected) => {
		expect(wait(spans)).toEqual(expected);
	});
});

describe('a question over HTTP', { timeout: 60_000 }, () => {
	/** The trials of the capitals, asked of a target that runs somewhere else. */
	async function trialsOf(url: string, options: SpawnOptions): Promise<readonly Json[]> {
		const workspace = new Workspace();
		const suite = workspace.copySuite(fixture('capitals'), {
			'suite.yaml': (yaml) => yaml.replace('targets:', `targets:\n  web: { use: http, url: "${url}" }`),
		});
		const ran = await workspace.spangate(['run', suite, '--target', 'web', '-j', '4'], options);
		expect(ran.code).toBe(0);
		return readStoredRun(workspace.home, runIds(ran)[0]).trials;
	}

	test('takes as long as the app, and not as long as the way to it', async () => {
		const log = new Workspace().write('lookups.log', '');
		const trials = await trialsOf(`${base.replace('127.0.0.1', 'localhost')}/slow`, {
			nodeArgs: ['--import', fixture('slow-lookup.js')],
			env: { LOOKUP_LOG: log, LOOKUP_MS: String(lookupMs) },
		});
		expect(readFileSync(log, 'utf8')).toContain('localhost\n');
		expect(trials).toHaveLength(8);
		for (const { latencyMs, result } of trials) {
			expect(result).toBe('answered');
			// A timer may be early by the part of a millisecond.
			expect(latencyMs).toBeGreaterThan(slowMs - 2);
			expect(latencyMs).toBeLessThan(lookupMs);
		}
	});

	test('goes through a proxy when Node’s own switch says so', async () => {
		received.length = 0;
		const trials = await trialsOf('http://app.invalid/ask', {
			env: { NODE_USE_ENV_PROXY: '1', HTTP_PROXY: base },
		});
		expect(trials.map(({ result }) => result)).toEqual(Array(8).fill('answered'));
		expect(received.map(({ headers }) => headers.host)).toEqual(Array(8).fill('app.invalid'));
	});

	test('carries its trace and baggage, and never what is expected of the answer', async () => {
		const workspace = new Workspace();
		const suite = workspace.copySuite(fixture('capitals'), {
			'suite.yaml': (yaml) => yaml.replace('targets:', `targets:\n  web: { use: http, url: ${base}/ask }`),
		});
		received.length = 0;
		const ran = await workspace.spangate(['run', suite, '--target', 'web']);
		expect(ran.code).toBe(0);
		const { run, trials, spans } = readStoredRun(workspace.home, runIds(ran)[0]);
		expect(received).toHaveLength(8);
		for (const { body, headers } of received) {
			const trial = trials.find(({ questionId }) => questionId === body.id);
			const call = spans.find(
				({ traceId, name }) => traceId === trial.traceId && name === 'invoke_agent web',
			);
			expect(headers.traceparent).toBe(`00-${trial.traceId}-${call?.spanId}-01`);
			expect(headers.baggage?.toString().split(',').sort()).toEqual([
				`spangate.question.id=${body.id}`,
				`spangate.run.id=${run.id}`,
			]);
			expect(Object.keys(body).sort()).toEqual(
				body.id === 'italy' ? ['attributes', 'id', 'input'] : ['id', 'input'],
			);
		}
	});
});
