import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Json } from './stored-run.ts';

/** What the model says, by the words of the API. */
export interface Says {
	readonly text?: string;
	readonly refusal?: string;
	readonly toolCalls?: readonly { readonly name: string; readonly arguments: object | string }[];
	readonly finishReason?: string | null;
	readonly model?: string;
	readonly id?: string;
	/** Tokens as the API counts them; `null`: the server tells none. */
	readonly usage?: Json;
	/** Milliseconds until the first token, or the body. */
	readonly afterMs?: number;
	/** How many pieces the text comes in when it is streamed; by default one a word. */
	readonly pieces?: readonly string[];
	/** What goes wrong once so many chunks of the stream are out (or, when it is not streamed, half of the body). */
	readonly breaks?: {
		readonly afterChunks: number;
		/** Reset the connection, end the stream as if it were whole, send a chunk that is not JSON or none of the API, an error of the API, or nothing more. */
		readonly by: 'drop' | 'end' | 'not json' | 'not a chunk' | 'error' | 'hang';
	};
}

/** How a request is answered: as the API answers, with an error of its shape, with a raw body, not at all, or by a reset. */
export type Reply =
	| string
	| Says
	| {
			readonly status: number;
			readonly headers?: Readonly<Record<string, string>>;
			readonly error?: { readonly message?: string; readonly type?: string; readonly code?: string | null };
			readonly body?: string | Uint8Array;
	  }
	| 'hang up'
	| 'hang';

/** A request as it came. */
export interface ModelRequest {
	/** `/v1/chat/completions`, `/v1/embeddings`, `/v1/moderations`, or the path of an Azure deployment. */
	readonly path: string;
	readonly query: URLSearchParams;
	readonly headers: IncomingMessage['headers'];
	readonly body: Json;
	/** When it had come, in milliseconds of the monotonic clock. */
	readonly at: number;
	/** Aborts when whoever asked hangs up before it was answered. */
	readonly gone: AbortSignal;
}

/** A server on loopback that speaks OpenAI's protocol. */
export interface OpenAiServer {
	/** The base URL as a suite names it. */
	readonly baseUrl: string;
	readonly port: number;
	/** Every request, whatever became of it. */
	readonly requests: readonly ModelRequest[];
	/** How many connections were opened. */
	readonly connections: number;
	/** Refuses connections and breaks those that are open, until `up`. */
	down(): Promise<void>;
	/** Listens again on the same port. */
	up(): Promise<void>;
	close(): Promise<void>;
}

/**
 * Speaks POST /v1/chat/completions (plain and streamed), /v1/embeddings and /v1/moderations, and the same below
 * /openai/deployments/{name} with an `api-version`. `reply` is asked once a request, counted from 0; without it the
 * model repeats the last message, an embedding counts letters, and a text is flagged that has the word "kill".
 */
export async function startOpenAi(
	reply: (request: ModelRequest, index: number) => Reply | undefined | Promise<Reply | undefined> = () =>
		undefined,
): Promise<OpenAiServer> {
	const requests: ModelRequest[] = [];
	const server = createServer(async (incoming, response) => {
		const { pathname: path, searchParams: query } = new URL(incoming.url ?? '', 'http://x');
		const raw = await text(incoming).catch(() => undefined);
		if (raw === undefined) return;
		const endpoint =
			/^\/(?:v1|openai\/deployments\/[^/]+)(\/chat\/completions|\/embeddings|\/moderations)$/.exec(path)?.[1];
		if (incoming.method !== 'POST' || endpoint === undefined) {
			return sendError(response, 404, {
				message: `Invalid URL (${incoming.method} ${path})`,
				code: 'unknown_url',
			});
		}
		if (path.startsWith('/openai/') && !query.has('api-version')) {
			return sendError(response, 404, { message: 'Resource not found', code: '404' });
		}
		const gone = new AbortController();
		response.once('close', () => response.writableEnded || gone.abort());
		const request: ModelRequest = {
			path,
			query,
			headers: incoming.headers,
			body: JSON.parse(raw),
			at: performance.now(),
			gone: gone.signal,
		};
		const index = requests.push(request) - 1;
		const given = (await reply(request, index)) ?? {};
		if (given === 'hang') return;
		if (given === 'hang up') return incoming.socket.resetAndDestroy();
		if (typeof given === 'object' && 'status' in given) {
			if (given.body === undefined)
				return sendError(response, given.status, given.error ?? {}, given.headers);
			response.writeHead(given.status, { 'content-type': 'text/html', ...given.headers }).end(given.body);
			return;
		}
		const says = typeof given === 'string' ? { text: given } : given;
		if (says.afterMs !== undefined && endpoint !== '/chat/completions') await sleep(says.afterMs);
		if (endpoint === '/embeddings') return sendJson(response, embeddings(request.body, says));
		if (endpoint === '/moderations') return sendJson(response, moderation(request.body));
		if (request.body.stream === true) return sendStream(response, request.body, says);
		return sendWhole(response, request.body, says);
	});
	let connections = 0;
	server.on('connection', () => {
		connections += 1;
	});
	const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
	await listen(0);
	const { port } = server.address() as AddressInfo;
	const down = () =>
		new Promise<void>((resolve) => {
			server.close(() => resolve());
			server.closeAllConnections();
		});
	return {
		baseUrl: `http://127.0.0.1:${port}/v1`,
		port,
		requests,
		get connections() {
			return connections;
		},
		down,
		up: () => listen(port),
		close: down,
	};
}

function sendJson(response: ServerResponse, body: Json): void {
	response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function sendError(
	response: ServerResponse,
	status: number,
	{ message = `status ${status}`, type = 'invalid_request_error', code = null }: Json,
	headers: Readonly<Record<string, string>> = {},
): void {
	response
		.writeHead(status, { 'content-type': 'application/json', ...headers })
		.end(JSON.stringify({ error: { message, type, param: null, code } }));
}

/** What the API says of every answer. */
function head(asked: Json, { id = 'chatcmpl-1', model = `${asked.model}-2026-01-01` }: Says) {
	return { id, created: 1_790_000_000, model };
}

function textOf(asked: Json, { text: said, refusal, toolCalls, pieces }: Says): string | null {
	if (pieces !== undefined) return pieces.join('');
	return (
		said ?? (refusal === undefined && toolCalls === undefined ? String(asked.messages.at(-1)?.content) : null)
	);
}

function usageOf(asked: Json, says: Says): Json {
	if (says.usage !== undefined) return says.usage;
	const prompt = asked.messages.reduce((sum: number, { content }: Json) => sum + words(content).length, 0);
	const completion = words(textOf(asked, says) ?? '').length + (says.toolCalls?.length ?? 0) * 10;
	return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
}

function words(said: string): string[] {
	return said.match(/\S+\s*/g) ?? [];
}

function calls({ toolCalls }: Says) {
	return toolCalls?.map(({ name, arguments: given }, index) => ({
		id: `call_${index + 1}`,
		type: 'function',
		function: { name, arguments: typeof given === 'string' ? given : JSON.stringify(given) },
	}));
}

function finishOf(says: Says): string | null {
	return says.finishReason === undefined ? (says.toolCalls ? 'tool_calls' : 'stop') : says.finishReason;
}

async function sendWhole(response: ServerResponse, asked: Json, says: Says): Promise<void> {
	if (says.afterMs !== undefined) await sleep(says.afterMs);
	const tools = calls(says);
	const usage = usageOf(asked, says);
	const body = JSON.stringify({
		...head(asked, says),
		object: 'chat.completion',
		choices: [
			{
				index: 0,
				message: {
					role: 'assistant',
					content: textOf(asked, says),
					refusal: says.refusal ?? null,
					...(tools && { tool_calls: tools }),
				},
				logprobs: null,
				finish_reason: finishOf(says),
			},
		],
		...(usage !== null && { usage }),
	});
	const json = { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) };
	response.writeHead(200, json);
	if (says.breaks === undefined) return void response.end(body);
	response.write(body.slice(0, body.length / 2));
	await sleep(20);
	if (says.breaks.by !== 'hang') response.socket?.resetAndDestroy();
}

async function sendStream(response: ServerResponse, asked: Json, says: Says): Promise<void> {
	response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
	response.flushHeaders();
	const { breaks } = says;
	let sent = 0;
	for (const chunk of chunksOf(asked, says)) {
		if (sent === 1 && says.afterMs !== undefined) await sleep(says.afterMs);
		if (breaks !== undefined && sent === breaks.afterChunks) {
			// What is out must arrive before what breaks the stream, as it does over a network.
			await sleep(20);
			switch (breaks.by) {
				case 'drop':
					return void response.socket?.resetAndDestroy();
				case 'end':
					return void response.end();
				case 'hang':
					return;
				case 'not json':
					response.write('data: {"id":"chatcmpl-1","choices":[{"del\n\n');
					break;
				case 'not a chunk':
					response.write('data: {"id":"chatcmpl-1","choices":"none"}\n\n');
					break;
				case 'error':
					response.write(
						`data: ${JSON.stringify({ error: { message: 'The server had an error', type: 'server_error', param: null, code: null } })}\n\n`,
					);
					break;
			}
		}
		if (response.destroyed) return;
		response.write(`data: ${JSON.stringify(chunk)}\n\n`);
		sent += 1;
	}
	response.write('data: [DONE]\n\n');
	if (breaks?.by === 'hang') return;
	// The end comes by itself, as it does over a network.
	await sleep(5);
	response.end();
}

/** The chunks by OpenAI's own order: the role, the deltas, the finish reason, and the usage when it is asked for. */
function* chunksOf(asked: Json, says: Says): Generator<Json> {
	const include = asked.stream_options?.include_usage === true;
	const shared = { ...head(asked, says), object: 'chat.completion.chunk' };
	const chunk = (delta: Json, finish: string | null = null) => ({
		...shared,
		choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
		...(include && { usage: null }),
	});
	yield chunk({ role: 'assistant', content: '', refusal: null });
	for (const piece of says.pieces ?? words(textOf(asked, says) ?? '')) yield chunk({ content: piece });
	if (says.refusal !== undefined) for (const piece of words(says.refusal)) yield chunk({ refusal: piece });
	for (const [index, { id, type, function: named }] of (calls(says) ?? []).entries()) {
		yield chunk({ tool_calls: [{ index, id, type, function: { name: named.name, arguments: '' } }] });
		// As the API does, in pieces that are no JSON by themselves.
		for (const piece of named.arguments.match(/.{1,7}/gs) ?? []) {
			yield chunk({ tool_calls: [{ index, function: { arguments: piece } }] });
		}
	}
	const finish = finishOf(says);
	if (finish !== null) yield chunk({}, finish);
	const usage = usageOf(asked, says);
	if (include && usage !== null) yield { ...shared, choices: [], usage };
}

/** Letters counted, so that texts with the same letters are near to each other. */
function embeddings(asked: Json, says: Says): Json {
	const inputs: string[] = [asked.input].flat();
	const letters = 'abcdefghijklmnopqrstuvwxyz';
	const vectorOf = (input: string) =>
		[...letters].map((letter) => input.toLowerCase().split(letter).length - 1 + 0.01);
	const tokens = inputs.reduce((sum, input) => sum + words(input).length, 0);
	return {
		object: 'list',
		model: says.model ?? asked.model,
		// The API may give them in any order; each has its index.
		data: inputs
			.map((input, index) => ({ object: 'embedding', index, embedding: vectorOf(input) }))
			.reverse(),
		usage: says.usage ?? { prompt_tokens: tokens, total_tokens: tokens },
	};
}

function moderation(asked: Json): Json {
	const results = [asked.input].flat().map((input: string) => {
		const violent = /\bkill/i.test(input);
		return {
			flagged: violent,
			categories: { violence: violent, 'self-harm': false, hate: false },
			category_scores: { violence: violent ? 0.93 : 0.01, 'self-harm': 0.001, hate: 0.002 },
		};
	});
	return { id: 'modr-1', model: asked.model, results };
}
