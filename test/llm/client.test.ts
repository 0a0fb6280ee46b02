import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { ChatRequest } from '../../src/llm/chat-request.ts';
import { openClient } from '../../src/llm/client.ts';
import { failureType } from '../../src/llm/failures.ts';
import { ModelOptions } from '../../src/llm/options.ts';
import { type OpenAiServer, type Reply, startOpenAi } from '../support/openai-server.ts';
import type { Json } from '../support/stored-run.ts';

const Options = z.strictObject(ModelOptions);
const signal = new AbortController().signal;
const hello: ChatRequest = { messages: [{ role: 'user', content: 'Hello there, you.' }] };
/** As a suite.yaml names a variable. */
const fromEnv = (variable: string) => `\${env:${variable}}`;
const closers: (() => Promise<void>)[] = [];

afterAll(async () => {
	for (const close of closers) await close();
});

async function serve(reply?: (index: number) => Reply | undefined): Promise<OpenAiServer> {
	const server = await startOpenAi((_, index) => reply?.(index));
	closers.push(server.close);
	return server;
}

async function open(server: OpenAiServer, options: Json = {}, env: Record<string, string> = {}) {
	const parsed = Options.parse({ model: 'm-1', baseUrl: server.baseUrl, ...options });
	const client = await openClient(parsed, { name: 'target "x"', env });
	closers.push(() => client.close());
	return client;
}

describe('a chat', () => {
	test('sends what is asked by the API’s own names, and nothing that is not', async () => {
		const server = await serve();
		const client = await open(server);
		await client.chat(hello, { signal });
		await client.chat(
			{
				messages: [{ role: 'system', content: 'Be brief.' }, ...hello.messages],
				...{ temperature: 0, topP: 0.5, seed: 7, maxTokens: 20, stop: ['END'], toolChoice: { name: 'find' } },
				...{
					frequencyPenalty: 1,
					presencePenalty: -1,
					reasoningEffort: 'low',
					extraBody: { top_k: 3, model: 'x' },
				},
				tools: [{ name: 'find', parameters: { type: 'object' } }],
				json: { name: 'answer', schema: { type: 'object' } },
				stream: true,
			},
			{ signal },
		);
		expect(server.requests.map(({ body }) => body)).toEqual([
			{ model: 'm-1', messages: hello.messages, stream: false },
			{
				...{ model: 'm-1', temperature: 0, top_p: 0.5, seed: 7, max_tokens: 20, stop: ['END'], top_k: 3 },
				...{ frequency_penalty: 1, presence_penalty: -1, reasoning_effort: 'low' },
				messages: [{ role: 'system', content: 'Be brief.' }, ...hello.messages],
				tools: [{ type: 'function', function: { name: 'find', parameters: { type: 'object' } } }],
				tool_choice: { type: 'function', function: { name: 'find' } },
				response_format: {
					type: 'json_schema',
					json_schema: { name: 'answer', schema: { type: 'object' }, strict: true },
				},
				stream: true,
				stream_options: { include_usage: true },
			},
		]);
	});

	test.each([false, true])('gives text, tokens, id, model and reason (stream: %s)', async (stream) => {
		const usage = {
			...{ prompt_tokens: 50, completion_tokens: 30, total_tokens: 80 },
			prompt_tokens_details: { cached_tokens: 40 },
			completion_tokens_details: { reasoning_tokens: 20 },
		};
		const server = await serve(() => ({ text: 'It is Paris.', id: 'c-9', model: 'm-1-x', usage }));
		const reply = await (await open(server)).chat({ ...hello, stream }, { signal });
		expect(reply).toEqual({
			...{
				text: 'It is Paris.',
				refused: false,
				model: 'm-1-x',
				id: 'c-9',
				finishReason: 'stop',
				toolCalls: [],
			},
			usage: { inputTokens: 50, outputTokens: 30, cachedInputTokens: 40, reasoningTokens: 20 },
			...(stream && { firstTokenMs: expect.any(Number) }),
		});
	});

	test.each([false, true])('gathers the tools that are asked for (stream: %s)', async (stream) => {
		const server = await serve(() => ({
			toolCalls: [
				{ name: 'find', arguments: { city: 'Paris', deep: { a: [1, 2, 3] } } },
				{ name: 'pay', arguments: '{"eur":3' },
			],
		}));
		const reply = await (await open(server)).chat({ ...hello, stream }, { signal });
		expect(reply).toMatchObject({
			text: '',
			finishReason: 'tool_calls',
			toolCalls: [
				{ id: 'call_1', name: 'find', arguments: '{"city":"Paris","deep":{"a":[1,2,3]}}' },
				{ id: 'call_2', name: 'pay', arguments: '{"eur":3' },
			],
		});
	});

	test.each([false, true])('tells a refusal, with its words (stream: %s)', async (stream) => {
		const server = await serve(() => ({ refusal: 'I cannot help with that.' }));
		const reply = await (await open(server)).chat({ ...hello, stream }, { signal });
		expect(reply).toMatchObject({ text: 'I cannot help with that.', refused: true });
	});

	test('measures the first token of a stream from when the question went out', async () => {
		const server = await serve(() => ({ afterMs: 150, text: 'a b' }));
		const told: number[] = [];
		const client = await open(server);
		const { firstTokenMs = 0 } = await client.chat(
			{ ...hello, stream: true },
			{ signal, handedOver: () => told.push(performance.now()) },
		);
		expect(firstTokenMs).toBeGreaterThan(145);
		expect(performance.now() - (told.at(-1) ?? 0)).toBeGreaterThan(firstTokenMs);
	});
});

describe('a chat that fails', () => {
	const broken = (by: Json, afterChunks = 3): Reply => ({ text: 'a b c d', breaks: { by, afterChunks } });

	test.each<[string, Reply, boolean, string, string]>([
		['is dropped in mid-stream', broken('drop'), true, 'EndpointError', 'connection_dropped'],
		['is dropped in mid-body', broken('drop'), false, 'EndpointError', 'connection_dropped'],
		['ends as if it were whole', broken('end'), true, 'EndpointError', 'stream_cut_off'],
		['has a chunk that is not JSON', broken('not json'), true, 'ModelError', 'invalid_response'],
		['has a chunk of another shape', broken('not a chunk'), true, 'ModelError', 'invalid_response'],
		['tells an error in mid-stream', broken('error'), true, 'EndpointError', 'server_error'],
		['ends by an error', { text: 'a b', finishReason: 'error' }, true, 'EndpointError', 'broken_off'],
		['was aborted', { text: 'a b', finishReason: 'abort' }, false, 'EndpointError', 'broken_off'],
		['is a web page', { status: 200, body: '<html>log in' }, false, 'ModelError', 'invalid_response'],
		[
			'is a web page, streamed',
			{ status: 200, body: '<html>log in' },
			true,
			'EndpointError',
			'stream_cut_off',
		],
		[
			'refuses a field',
			{ status: 400, error: { code: 'unknown_parameter' } },
			true,
			'ModelError',
			'unknown_parameter',
		],
		['is an error of the server', { status: 500, body: 'oops' }, false, 'EndpointError', '500'],
		[
			'is out of money',
			{ status: 429, error: { code: 'insufficient_quota' } },
			false,
			'ModelError',
			'insufficient_quota',
		],
	])('because the answer %s, fails at once', async (_, reply, stream, name, type) => {
		const server = await serve(() => reply);
		const asked = (await open(server)).chat({ ...hello, stream }, { signal });
		const error = await asked.catch((thrown: unknown) => thrown);
		expect({ name: (error as Error).name, type: failureType(error) }).toEqual({ name, type });
		expect(server.requests).toHaveLength(1);
	});

	test.each<[string, Reply]>([
		['HTTP 429', { status: 429, headers: { 'retry-after': '0' }, error: { code: 'rate_limit_exceeded' } }],
		['HTTP 503', { status: 503, headers: { 'retry-after-ms': '5' } }],
		['connection reset', 'hang up'],
	])('for a while (%s) is tried again, and then told', async (reason, reply) => {
		const server = await serve((index) => (index === 0 ? reply : 'yes'));
		expect(await (await open(server)).chat(hello, { signal })).toMatchObject({ text: 'yes' });
		expect(server.requests).toHaveLength(2);
		const failing = await serve(() => reply);
		const asked = (await open(failing, { retries: 1 })).chat(hello, { signal });
		await expect(asked).rejects.toMatchObject({ name: 'TransientError', reason });
		expect(failing.requests).toHaveLength(2);
	});

	test('at a server that is down says so', async () => {
		const server = await serve();
		await server.down();
		const asked = (await open(server, { retries: 0 })).chat(hello, { signal });
		await expect(asked).rejects.toMatchObject({
			reason: 'connection refused',
			message: /^no answer from http:.*\/chat\/completions: connection refused$/,
		});
	});

	test.each([false, true])('because its time is up, lets go (stream: %s)', async (stream) => {
		const server = await serve(() => (stream ? broken('hang') : 'hang'));
		const late = new AbortController();
		const asked = (await open(server)).chat({ ...hello, stream }, { signal: late.signal });
		setTimeout(() => late.abort(new Error('too late')), 100);
		await expect(asked).rejects.toThrow('too late');
	});

	test('never shows the key, whoever repeats it', async () => {
		const key = 'sk-planted-1234567890';
		const server = await serve(() => ({
			status: 401,
			error: { message: `Incorrect API key: ${key}`, code: 'invalid_api_key' },
		}));
		const asked = (await open(server, { apiKeyEnv: 'MY_KEY' }, { MY_KEY: key })).chat(hello, { signal });
		await expect(asked).rejects.toThrow(/^HTTP 401 from http:.*: Incorrect API key: \$\{env:MY_KEY\}$/);
		expect(server.requests[0]?.headers.authorization).toBe(`Bearer ${key}`);
	});
});

describe('the endpoint', () => {
	test('gets the key that the suite names for it, and OpenAI’s own never', async () => {
		const server = await serve();
		const env = { OPENAI_API_KEY: 'sk-open', GATEWAY: 'g-1', TEAM: 'one' };
		await (await open(server, {}, env)).chat(hello, { signal });
		const named = { apiKeyEnv: 'GATEWAY', headers: { 'x-a': '1', 'x-team-token': `t-${fromEnv('TEAM')}` } };
		await (await open(server, named, env)).chat(hello, { signal });
		const [without, withKey] = server.requests;
		expect(without?.headers.authorization).toBeUndefined();
		expect(withKey?.headers).toMatchObject({
			authorization: 'Bearer g-1',
			'x-a': '1',
			'x-team-token': 't-one',
		});
		expect(JSON.stringify(server.requests)).not.toContain('sk-open');
	});

	test('of Azure is asked at its deployment, with its key header and version', async () => {
		const server = await serve();
		const azure = {
			baseUrl: server.baseUrl.replace('/v1', '/openai'),
			apiVersion: '2024-10-21',
			apiKeyEnv: 'AZ',
		};
		expect(await (await open(server, azure, { AZ: 'az-1' })).chat(hello, { signal })).toMatchObject({
			text: 'Hello there, you.',
		});
		const [request] = server.requests;
		expect(request?.path).toBe('/openai/deployments/m-1/chat/completions');
		expect(request?.query.get('api-version')).toBe('2024-10-21');
		expect(request?.headers).toMatchObject({ 'api-key': 'az-1' });
		expect(request?.headers.authorization).toBeUndefined();
	});

	test('of Azure that filters a question has answered: it withholds', async () => {
		const error = { message: 'The response was filtered', code: 'content_filter' };
		const server = await serve(() => ({ status: 400, error }));
		const reply = await (await open(server)).chat(hello, { signal });
		expect(reply).toMatchObject({ text: '', finishReason: 'content_filter' });
	});

	test.each<[Json, RegExp]>([
		[{ apiKeyEnv: 'MY_KEY' }, /^target "x": apiKeyEnv: the environment variable MY_KEY is not set$/],
		[{ baseUrl: undefined }, /OPENAI_API_KEY is not set/],
		[
			{ headers: { 'x-key': fromEnv('MY_KEY') } },
			/^target "x": headers.x-key: the environment variable MY_KEY is not set$/,
		],
	])('whose key is not there is a config error (%j)', async (options, says) => {
		const server = await serve();
		await expect(open(server, options)).rejects.toThrow(says);
		await expect(open(server, options)).rejects.toMatchObject({ code: 'config' });
	});

	test.each<[Json, string]>([
		[{ baseUrl: 'localhost:1/v1' }, 'must be an http:// or https:// URL'],
		[{ baseUrl: 'http://me:pass@host/v1' }, 'holds credentials'],
		[{ baseUrl: 'http://host/v1?api-version=1' }, 'goes under `apiVersion`'],
		[{ apiKeyEnv: 'sk-abc-123' }, 'expected the name of an environment variable'],
		[{ headers: { Authorization: 'Bearer x' } }, 'holds a credential, which the record would keep'],
		[{ headers: { 'X-Api-Key': 'x' } }, 'holds a credential, which the record would keep'],
	])('is refused as %j', (options, says) => {
		const { error } = Options.safeParse({ model: 'm', ...options });
		expect(error?.issues.map(({ message }) => message).join()).toContain(says);
	});
});

describe('beside chats', () => {
	test('embeddings come by the order of their texts', async () => {
		const server = await serve();
		const { vectors, usage } = await (await open(server)).embed(['aab', 'b'], { signal });
		expect(vectors.map((vector) => [...vector.slice(0, 3)])).toEqual([
			[2.01, 1.01, 0.01],
			[0.01, 1.01, 0.01],
		]);
		expect(usage).toEqual({ inputTokens: 2 });
	});

	test('embeddings that are lacking are no answer', async () => {
		const server = await serve(() => ({
			status: 200,
			headers: { 'content-type': 'application/json' },
			body: '{"data":[{"index":0,"embedding":[1]}]}',
		}));
		await expect((await open(server)).embed(['a', 'b'], { signal })).rejects.toThrow(
			'sent 1 embeddings of 2 texts',
		);
	});

	test('a moderation tells its categories', async () => {
		const client = await open(await serve());
		expect(await client.moderate('I kill you', { signal })).toEqual({
			flagged: true,
			categories: {
				violence: { flagged: true, score: 0.93 },
				'self-harm': { flagged: false, score: 0.001 },
				hate: { flagged: false, score: 0.002 },
			},
		});
	});
});
