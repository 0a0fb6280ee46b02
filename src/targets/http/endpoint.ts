import type { CallContext, Caller } from '../../calls/caller.ts';
import type { Connections } from '../../calls/connections.ts';
import type { Environment } from '../../calls/environment.ts';
import { EndpointError } from '../../calls/errors.ts';
import { connectionFailure, statusFailure } from '../../calls/http-failures.ts';
import { messageOf } from '../../errors.ts';
import type { Asked } from '../../model/question.ts';
import { fillJson, fillTemplate } from '../../model/question-template.ts';
import { beginningOf } from '../../text.ts';
import type { AnswerReader } from './answer-paths.ts';

/** How a question is sent, the environment's values in their places and the question's not yet. */
export interface RequestTemplate {
	readonly method: string;
	readonly url: string;
	/** The URL as errors show it. */
	readonly shownUrl: string;
	/** By their names in small letters. */
	readonly headers: Readonly<Record<string, string>>;
	/** Without one the question goes as it is, where the method has a body. */
	readonly body: unknown;
}

/** What an endpoint is reached by and read with. */
export interface EndpointParts {
	readonly connections: Connections;
	readonly caller: Caller;
	readonly request: RequestTemplate;
	/** What a body is: JSON, or the output itself. */
	readonly response: 'json' | 'text';
	/** Finds an answer in the JSON; without one it is an answer object. */
	readonly read: AnswerReader | undefined;
	readonly environment: Environment;
	/** Adds the headers that carry the active trace. */
	carry(headers: Record<string, string>): void;
}

/** The longest body of an answer that is read, in bytes. */
const maxAnswerBytes = 16 * 1024 * 1024;
/** The longest piece of a body that an error shows, in characters. */
const shown = 200;

/** An HTTP API that is asked question by question. */
export class Endpoint {
	readonly #parts: EndpointParts;

	constructor(parts: EndpointParts) {
		this.#parts = parts;
	}

	/** Asks, as often as it takes; gives what the body comes to. No error says a value of the environment. */
	async ask(asked: Asked, given: CallContext): Promise<unknown> {
		const { caller, environment } = this.#parts;
		// Taken one by one: what a trial is given is no plain object, so a spread of it would be empty.
		const { signal, handedOver = () => {}, retried, waiting } = given;
		try {
			// Handed over when it is written to a socket, not before.
			const answer = await caller.call((until) => this.#post(asked, until, handedOver), {
				signal,
				...(retried && { retried }),
				...(waiting && { waiting }),
			});
			caller.used(tokensOf(answer));
			return answer;
		} catch (error) {
			if (error instanceof Error) error.message = environment.hide(error.message);
			throw error;
		}
	}

	async #post(asked: Asked, signal: AbortSignal, handedOver: () => void): Promise<unknown> {
		const { connections, request, response: form, read, carry } = this.#parts;
		const { shownUrl: shownAs } = request;
		const sent = { ...requestOf(request, asked, carry), signal };
		const response = await connections
			.fetch(fillTemplate(request.url, asked, encodeURIComponent), sent, handedOver)
			.catch((error: unknown) => {
				if (signal.aborted) throw signal.reason;
				throw connectionFailure(error, `no answer from ${shownAs}`);
			});
		const bytes = await readBody(response.body ?? []).catch((error: unknown) => {
			if (signal.aborted || error instanceof TooLargeError) throw error;
			const message = `the answer of ${shownAs} broke off: ${messageOf(error)}`;
			throw new EndpointError(message, { reason: 'answer broken off', cause: error });
		});
		const { status, headers } = response;
		if (!response.ok) {
			const message = `HTTP ${status} from ${shownAs}: ${beginningOf(bytes.toString('utf8'), shown)}`;
			throw statusFailure(status, headers.get('retry-after'), message);
		}
		const what = `${shownAs} answered ${status}`;
		const text = decode(bytes, headers.get('content-type') ?? '', what);
		if (form === 'text') return text;
		const body = parse(text, what);
		return read === undefined ? body : read(body);
	}
}

function requestOf({ method, headers, body }: RequestTemplate, asked: Asked, carry: EndpointParts['carry']) {
	const carrier: Record<string, string> = { accept: 'application/json', ...headers };
	carry(carrier);
	if (method === 'GET') return { method, headers: carrier };
	carrier['content-type'] ??= 'application/json';
	return {
		method,
		headers: carrier,
		body: JSON.stringify(body === undefined ? asked : fillJson(body, asked)),
	};
}

/** A text that is not read as it was written could hide from a check what stands in it. */
function decode(bytes: Buffer, type: string, what: string): string {
	const [, charset = 'utf-8'] = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(type) ?? [];
	try {
		return new TextDecoder(charset, { fatal: true }).decode(bytes);
	} catch {
		throw new Error(`${what} with a body that is not ${charset.toUpperCase()}`);
	}
}

function parse(text: string, what: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		throw new Error(`${what} with a body that is not JSON: ${beginningOf(text, shown)}`);
	}
}

/** What an answer says that it used, as far as it says so: the runner validates it. */
function tokensOf(answer: unknown): number {
	if (typeof answer !== 'object' || answer === null || !('usage' in answer)) return 0;
	const { inputTokens, outputTokens } = Object(answer.usage) as Record<string, unknown>;
	const tokens = Number(inputTokens) + Number(outputTokens);
	return Number.isFinite(tokens) && tokens > 0 ? tokens : 0;
}

class TooLargeError extends Error {
	override readonly name = 'TooLargeError';
}

async function readBody(body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Buffer> {
	const chunks: Uint8Array[] = [];
	let size = 0;
	for await (const chunk of body) {
		size += chunk.byteLength;
		if (size > maxAnswerBytes)
			throw new TooLargeError(`the answer's body is larger than ${maxAnswerBytes} bytes`);
		chunks.push(chunk);
	}
	return Buffer.concat(chunks);
}
