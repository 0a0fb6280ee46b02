// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a suite.yaml writes ${env:NAME} so
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Asked } from '../../src/model/question.ts';
import { http } from '../../src/targets/http.ts';
import { fixture, runIds, Workspace } from '../support/cli.ts';
import { type Json, readStoredRun } from '../support/stored-run.ts';

interface Received {
	readonly method: string;
	readonly url: string;
	readonly headers: IncomingHttpHeaders;
	readonly body: string;
}

const secret = 'sk-spangate-0123456789';
const received: Received[] = [];
interface Said {
	readonly status?: number;
	readonly body: string;
	readonly headers?: Readonly<Record<string, string>>;
}
let says: Said | ((given: Received) => Said);
const server = createServer(async (request, response) => {
	const { method = '', url = '', headers } = request;
	const given = { method, url, headers, body: await text(request) };
	received.push(given);
	const { status = 200, body, headers: sent = {} } = typeof says === 'function' ? says(given) : says;
	response.writeHead(status, sent).end(body);
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
afterEach(() => {
	vi.unstubAllEnvs();
	received.length = 0;
});

const chat = {
	id: 'chatcmpl-1',
	model: 'gpt-4o-mini-2024',
	choices: [{ message: { role: 'assistant', content: 'It is Paris.' }, finish_reason: 'stop' }],
	usage: {
		...{ prompt_tokens: 12, completion_tokens: 4 },
		...{ prompt_tokens_details: { cached_tokens: 8 }, completion_tokens_details: { reasoning_tokens: 3 } },
	},
	cost: { usd: 0.002 },
	documents: [{ id: 'doc-1' }, { id: 'doc-2' }],
};
const paths = {
	output: '$.choices[0].message.content',
	model: '$.model',
	finishReason: '$.choices[0].finish_reason',
	responseId: '$.id',
	usage: {
		inputTokens: '$.usage.prompt_tokens',
		outputTokens: '$.usage.completion_tokens',
		cachedInputTokens: '$.usage.prompt_tokens_details.cached_tokens',
		reasoningTokens: { path: '$.usage.completion_tokens_details.reasoning_tokens', optional: true },
	},
	costUsd: '$.cost.usd',
	sources: '$.documents[*].id',
};

async function ask(options: Json, asked: Asked = { id: 'q1', input: 'Where?' }): Promise<unknown> {
	const signal = new AbortController().signal;
	const target = await http.open(http.options.parse({ url: `${base}/ask`, retries: 0, ...options }), {
		...{ name: 'app', folder: fixture('faults'), otlpEndpoint: undefined, signal },
	});
	try {
		return await target.answer(asked, { signal, repeat: 0, handedOver: () => {}, took: () => {} });
	} finally {
		await target.close?.();
	}
}

describe('what an API is sent', () => {
	test('is the body of the suite with the question in its places, whatever the question holds', async () => {
		says = { body: '{"output":"yes"}' };
		vi.stubEnv('API_MODEL', 'gpt-4o');
		const input = 'Say "hi"\\n\n{{id}} ${env:API_MODEL} \u0000 $& 🎈';
		const body = {
			model: '${env:API_MODEL}',
			messages: [
				{ role: 'system', content: 'You speak {{attributes.lang}}.' },
				{ role: 'user', content: '{{ input }}' },
			],
			'{{id}}': [1, true, null, '{{id}}: {{input}}'],
			page: '{{attributes.page}}',
			all: '{{attributes}}',
		};
		const attributes = { lang: 'fr', page: 3, flags: ['x', 'y'] };
		await ask({ body }, { id: 'q-7', input, attributes });
		expect(JSON.parse(received[0]?.body ?? '')).toEqual({
			model: 'gpt-4o',
			messages: [
				{ role: 'system', content: 'You speak fr.' },
				{ role: 'user', content: input },
			],
			'{{id}}': [1, true, null, `q-7: ${input}`],
			page: 3,
			all: attributes,
		});
		expect(received[0]?.headers['content-type']).toBe('application/json');
	});

	test('goes by the method and into the URL, where it stays one part of it', async () => {
		says = { body: '{"output":"yes"}' };
		await ask({ method: 'GET', url: `${base}/find/{{id}}?q={{input}}` }, { id: 'a/b', input: 'x&y=1#é' });
		expect(received).toMatchObject([{ method: 'GET', url: '/find/a%2Fb?q=x%26y%3D1%23%C3%A9', body: '' }]);
		await ask({ method: 'PUT' });
		expect(received[1]).toMatchObject({ method: 'PUT', body: '{"id":"q1","input":"Where?"}' });
	});

	test('bears headers with values of the environment, each once', async () => {
		says = { body: '{"output":"yes"}' };
		vi.stubEnv('API_KEY', secret);
		const headers = { Authorization: 'Bearer ${env:API_KEY}', 'Content-Type': 'application/x.v2+json' };
		await ask({ headers });
		expect(received[0]?.headers).toMatchObject({
			authorization: `Bearer ${secret}`,
			'content-type': 'application/x.v2+json',
		});
	});

	test('is nothing while a variable is missing, and the error says which and where', async () => {
		vi.stubEnv('API_KEY', '');
		await expect(ask({ headers: { 'x-key': '${env:API_KEY}' } })).rejects.toMatchObject({
			code: 'config',
			message: 'targets.app.headers.x-key: the environment variable API_KEY is not set',
		});
		await expect(ask({ body: { a: ['{{input}}', '${env:API_KEY}'] } })).rejects.toThrow(
			'targets.app.body.a.1: the environment variable API_KEY is not set',
		);
		vi.stubEnv('API_BASE', 'not a url');
		await expect(ask({ url: '${env:API_BASE}/ask' })).rejects.toThrow(
			/^targets\.app\.url: \$\{env:API_BASE\}\/ask is no http:\/\/ or https:\/\/ URL/,
		);
		expect(received).toEqual([]);
	});

	test('wants an attribute that a question lacks: the question fails, and says so', async () => {
		await expect(ask({ body: { page: '{{attributes.page}}', q: '{{input}}' } })).rejects.toThrow(
			'wants {{attributes.page}}, and question "q1" has no such attribute',
		);
	});
});

describe('what an API answers', () => {
	test('is found by its paths', async () => {
		says = { body: JSON.stringify(chat) };
		expect(await ask({ answer: paths })).toEqual({
			output: 'It is Paris.',
			model: 'gpt-4o-mini-2024',
			finishReason: 'stop',
			responseId: 'chatcmpl-1',
			usage: { inputTokens: 12, outputTokens: 4, cachedInputTokens: 8, reasoningTokens: 3 },
			costUsd: 0.002,
			sources: ['doc-1', 'doc-2'],
		});
	});

	test('is put together of several texts, and of a list as it stands', async () => {
		const content = [{ type: 'text', text: 'It is ' }, { type: 'tool' }, { type: 'text', text: 'Paris.' }];
		says = { body: JSON.stringify({ content, documents: [] }) };
		const answer = { output: "$.content[?@.type == 'text'].text", sources: '$.documents' };
		expect(await ask({ answer })).toEqual({ output: 'It is Paris.', sources: [] });
	});

	test('may lack what is optional', async () => {
		says = { body: '{"text":"yes","model":null}' };
		const optional = (path: string) => ({ path, optional: true });
		const answer = {
			output: '$.text',
			model: optional('$.model'),
			sources: optional('$.documents[*].id'),
			usage: { inputTokens: optional('$.usage.in'), outputTokens: optional('$.usage.out') },
		};
		expect(await ask({ answer })).toEqual({ output: 'yes' });
	});

	test('is its whole body, when that is text', async () => {
		says = { body: 'It is "Paris".' };
		expect(await ask({ response: 'text' })).toBe('It is "Paris".');
	});

	test.each([
		[
			{ output: '$.choices[0].text' },
			'answer.output: $.choices[0].text found nothing in the answer {"id":"chatcmpl-1"',
		],
		[{ output: '$.id', model: '$.nobody' }, 'answer.model: $.nobody found nothing'],
		[{ output: '$.choices[0].message' }, 'answer.output: $.choices[0].message found {"role":"assistant"'],
		[
			{ output: '$.id', usage: { inputTokens: '$.usage.prompt_tokens', outputTokens: '$.id' } },
			'answer.usage.outputTokens: $.id found "chatcmpl-1"; expected one number',
		],
		[{ output: '$.id', costUsd: '$.usage.*' }, 'answer.costUsd: $.usage.* found [12,4,'],
		[{ output: '$.id', sources: '$.documents' }, 'answer.sources: $.documents found [{"id":"doc-1"}'],
	])('and %j is an error that names the path', async (answer, message) => {
		says = { body: JSON.stringify(chat) };
		await expect(ask({ answer })).rejects.toThrow(message);
	});

	test('is told of as null where it is null', async () => {
		says = { body: '{"text":null}' };
		await expect(ask({ answer: { output: '$.text' } })).rejects.toThrow('$.text found null in the answer');
	});
});

describe('a value of the environment', () => {
	test.each([
		['a status', (given: Received) => ({ status: 401, body: `bad ${given.headers.authorization}` })],
		['a broken body', (given: Received) => ({ body: `{ ${given.headers.authorization}` })],
		['an answer without its output', (given: Received) => ({ body: JSON.stringify({ you: given.headers }) })],
	])('is in no error, though the API sends it back: %s', async (_, answer) => {
		says = answer;
		vi.stubEnv('API_KEY', secret);
		const options = { headers: { authorization: '${env:API_KEY}' }, answer: { output: '$.text' } };
		const error = await ask(options).catch((thrown: unknown) => thrown);
		expect(String(error)).toContain('${env:API_KEY}');
		expect(String(error)).not.toContain(secret);
	});

	test('is not there by its beginning either, where the rest of the answer is left out', async () => {
		vi.stubEnv('API_KEY', secret);
		const options = { headers: { authorization: '${env:API_KEY}' }, answer: { output: '$.text' } };
		for (let words = 150; words < 200; words += 5) {
			says = (given) => ({
				body: JSON.stringify({
					you: `${'so '.repeat(words).slice(0, words)} ${given.headers.authorization}`,
				}),
			});
			const error = await ask(options).catch((thrown: unknown) => thrown);
			expect(String(error)).not.toContain(secret.slice(0, 6));
		}
	});

	test('is not in the error of a URL that it is part of', async () => {
		vi.stubEnv('API_HOST', 'hidden-host.invalid');
		const error = await ask({ url: 'http://${env:API_HOST}/ask' }).catch((thrown: unknown) => thrown);
		expect(String(error)).toContain('no answer from http://${env:API_HOST}/ask');
		expect(String(error)).not.toContain('hidden-host');
	});

	test('is in no byte of a record, of stdout or stderr', async () => {
		says = ({ headers, url }) =>
			url === '/ask' ? { status: 403, body: `no: ${headers['x-key']}` } : { body: '{"output":"yes"}' };
		const workspace = new Workspace();
		const suite = workspace.copySuite(fixture('capitals'), {
			'suite.yaml': (yaml) =>
				yaml.replace(
					'targets:',
					`targets:\n  web: { use: http, url: "${base}/ask", headers: { x-key: "\${env:API_KEY}" } }`,
				),
		});
		const ran = await workspace.spangate(['run', suite, '--target', 'web'], { env: { API_KEY: secret } });
		expect(ran.code).toBe(4);
		expect(ran.stderr).toContain('HTTP 403 from');
		expect(ran.stdout + ran.stderr).not.toContain(secret);
		expect(received.every(({ headers }) => headers['x-key'] === secret)).toBe(true);
		const { folder, trials } = readStoredRun(workspace.home, runIds(ran)[0]);
		expect(trials[0].error.message).toContain('no: ${env:API_KEY}');
		for (const file of readdirSync(folder))
			expect(readFileSync(join(folder, file), 'utf8')).not.toContain(secret);
	}, 60_000);
});

describe('a redirect', () => {
	test.each([
		[301, 'GET'],
		[307, 'POST'],
	])(
		'is followed at home (%i of a %s), and tells no stranger a key, a question or a trace',
		async (status, method) => {
			const there: IncomingHttpHeaders[] = [];
			const stranger = createServer((request, response) => {
				there.push(request.headers);
				response.end('{"output":"hello"}');
			});
			await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
			const elsewhere = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`;
			vi.stubEnv('API_KEY', secret);
			// biome-ignore format: one line is easier to read
			const options = { headers: { 'x-api-key': '${env:API_KEY}', authorization: 'Bearer ${env:API_KEY}' }, retries: 0, method, url: `${base}/ask${method === 'GET' ? '?q={{input}}' : ''}` };
			const to =
				(location: string) =>
				({ url }: Received) =>
					url?.startsWith('/ask')
						? { status, body: '', headers: { location } }
						: { body: '{"output":"moved"}' };
			says = to('/moved');
			expect(await ask(options)).toMatchObject({ output: 'moved' });
			expect(received.at(-1)?.headers['x-api-key']).toBe(secret);
			says = to(`${elsewhere}/steal`);
			const error = await ask(options).catch((thrown: unknown) => thrown);
			stranger.close();
			expect(there).toEqual([]);
			expect(String(error)).toContain(
				`no answer from ${options.url}: it redirects to another origin, ${elsewhere}`,
			);
		},
	);
});

describe('its options', () => {
	test.each([
		[{ method: 'get' }, 'expected POST, PUT, PATCH or GET'],
		[{ method: 'GET' }, 'has no {{input}}'],
		[{ method: 'GET', url: 'http://h/{{input}}', body: { a: 1 } }, 'a GET has no body'],
		[{ body: { a: 'x' } }, 'has no {{input}}'],
		[{ body: { a: '{{inptu}}' } }, '{{inptu}} stands for nothing'],
		[{ url: 'http://{{id}}.h/' }, 'no question names the host'],
		[{ headers: { a: '${KEY}' } }, '${KEY} stands for nothing; expected ${env:NAME}'],
		[{ headers: { a: '${env:A-B}' } }, '${env:A-B} names no environment variable'],
		[{ answer: { ouput: '$.x' } }, 'did you mean `output`'],
		[{ answer: { output: '$.x' }, response: 'text' }, '`response: text` has none'],
	])('refuse %j', (options, message) => {
		const { error } = http.options.safeParse({ url: 'http://h/ask', ...options });
		expect(error?.issues.map((issue) => issue.message).join()).toContain(message);
	});

	test('refuse a path that is no JSONPath, at its place in the suite', async () => {
		const workspace = new Workspace();
		const suite = workspace.copySuite(fixture('capitals'), {
			'suite.yaml': (yaml) =>
				yaml.replace(
					'targets:',
					'targets:\n  web:\n    use: http\n    url: http://h/ask\n    answer: { output: "choices[0]" }',
				),
		});
		const { code, stderr } = await workspace.inProcess(['validate', suite]);
		expect(code).toBe(2);
		expect(stderr).toMatch(/suite\.yaml:\d+: targets\.web: answer\.output: choices\[0\] is no JSONPath/);
	});
});
