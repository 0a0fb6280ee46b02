import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { http } from '../../src/targets/http.ts';
import type { TargetContext } from '../../src/targets/target.ts';
import { fixture, runIds, Workspace } from '../support/cli.ts';
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
	'/hangs': () => {},
	'/moves': (_, response) => response.writeHead(302, { location: '/html' }).end(),
};

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
	const signal = new AbortController().signal;

	test('posts the question as JSON with the headers of the suite, and gives the parsed answer', async () => {
		const target = await open({ url: `${base}/ask`, headers: { authorization: 'Bearer abc' } });
		received.length = 0;
		expect(await target.answer({ ...asked, attributes: { page: 3 } }, { signal })).toEqual({
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
		['/moves', /not JSON/],
		['/nothing', /not JSON/],
		['/large', /larger than 16777216 bytes/],
		['/cut', /terminated|other side closed|ECONNRESET/],
	])('%s is a failure that says why', async (path, says) => {
		const target = await open({ url: base + path });
		await expect(target.answer(asked, { signal })).rejects.toThrow(says);
	});

	test('an app that is not there is a failure that says so', async () => {
		const target = await open({ url: 'http://127.0.0.1:1/ask' });
		await expect(target.answer(asked, { signal })).rejects.toThrow(
			/^no answer from http:\/\/127\.0\.0\.1:1\/ask: .*(ECONNREFUSED|bad port)/,
		);
	});

	test('lets go of the request when its time is up', async () => {
		const target = await open({ url: `${base}/hangs` });
		const late = new AbortController();
		const answer = target.answer(asked, { signal: late.signal });
		late.abort(new Error('too late'));
		await expect(answer).rejects.toThrow('too late');
	});

	test.each([
		[{ url: 'ftp://host/ask' }, 'must be an http:// or https:// URL'],
		[{ url: 'localhost:3000' }, 'must be an http:// or https:// URL'],
		[{ url: `http://127.0.0.1:${'$'}{PORT}/ask` }, 'needs a `start:` command'],
		[{ url: 'http://host/ask', header: {} }, 'unknown key "header"'],
		[{ url: 'http://host/ask', start: { command: [] } }, 'Too small'],
		[{ url: 'http://host/ask', start: { command: ['node'], ready: 'healthz' } }, '"/"'],
	])('its options refuse %j', (options, says) => {
		const issues = http.options.safeParse(options).error?.issues ?? [];
		expect(issues.map(({ message }) => message).join()).toContain(says);
	});
});

describe('a question over HTTP', { timeout: 60_000 }, () => {
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
