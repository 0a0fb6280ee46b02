import { context, propagation, type Span } from '@opentelemetry/api';
import type { OpenAI } from 'openai';
import type { CallContext, Caller } from '../calls/caller.ts';
import type { Circuit } from '../calls/circuit.ts';
import { Attr } from '../telemetry/names.ts';
import { type Api, openApi, type Variables } from './api.ts';
import { replyAttributes, requestAttributes } from './chat-attributes.ts';
import { type ChatRequest, chatBody } from './chat-request.ts';
import { Clock, complete } from './complete.ts';
import { Completion, type ModelUsage, type RequestedCall } from './completion.ts';
import { recordContent } from './content.ts';
import { failureOf, mayHaveUsed } from './failures.ts';
import { inModelSpan } from './model-span.ts';
import type { ModelOptions } from './options.ts';
import { readEmbeddings, readModeration } from './other-replies.ts';

/** What a model answered to a chat. */
export interface ChatReply {
	/** What it wrote; a refusal's words when it refused; may be empty when it asks for tools. */
	readonly text: string;
	/** true when the API says that the model refused. */
	readonly refused: boolean;
	/** As the server names it, else as it was asked for. */
	readonly model: string;
	readonly id?: string;
	readonly finishReason?: string;
	readonly usage?: ModelUsage;
	readonly toolCalls: readonly RequestedCall[];
	/** From the hand-over of the last attempt to the first thing that the model wrote; of a stream only. */
	readonly firstTokenMs?: number;
}

/** Vectors in the order of their texts. */
export interface Embeddings {
	readonly vectors: readonly Float64Array[];
	readonly usage?: { readonly inputTokens: number };
}

/** What a moderation endpoint finds in a text. */
interface Moderation {
	readonly flagged: boolean;
	readonly categories: Readonly<Record<string, { readonly flagged: boolean; readonly score?: number }>>;
}

/** One OpenAI-compatible endpoint with one model; each call has a CLIENT span of its own below the active context. */
export interface LlmClient {
	/** Whether the endpoint is plainly down. */
	readonly circuit: Circuit;
	/** Rejects with a ModelError, a TransientError, or the signal's reason; a stream that breaks off is no answer. */
	chat(request: ChatRequest, given: CallContext): Promise<ChatReply>;
	embed(texts: readonly string[], given: CallContext): Promise<Embeddings>;
	moderate(text: string, given: CallContext): Promise<Moderation>;
	close(): Promise<void>;
}

/** Opens the client of an endpoint, which `name` tells in errors (`target "x"`); throws a config error when a key that it needs is not in the environment. */
export async function openClient(
	options: ModelOptions,
	{ name, env }: { readonly name: string; readonly env: Variables },
): Promise<LlmClient> {
	const [api, { Caller }] = await Promise.all([openApi(options, name, env), import('../calls/caller.ts')]);
	return new Client(options, api, new Caller(options, { name, url: options.baseUrl }));
}

class Client implements LlmClient {
	readonly #options: ModelOptions;
	readonly #api: Api;
	readonly #caller: Caller;

	constructor(options: ModelOptions, api: Api, caller: Caller) {
		this.#options = options;
		this.#api = api;
		this.#caller = caller;
	}

	get circuit(): Circuit {
		return this.#caller.circuit;
	}

	chat(request: ChatRequest, given: CallContext): Promise<ChatReply> {
		const body = chatBody(request, this.#options);
		const url = this.#url('/chat/completions');
		return inModelSpan('chat', this.#options, requestAttributes(request), async (span) => {
			recordContent(span, { request });
			const tokens = guess(request);
			let answer = new Completion(url);
			try {
				await this.#call(url, given, tokens, (api, sent, clock) => {
					answer = new Completion(url);
					return complete(answer, api, body, sent, clock);
				});
			} catch (error) {
				// What came before it broke off; also of one that is still under way and no longer waited for.
				if (answer.id !== undefined) describe(span, answer);
				throw error;
			}
			describe(span, answer);
			const { usage } = answer;
			this.#caller.used(usage === undefined ? tokens : usage.inputTokens + usage.outputTokens);
			return replyOf(answer, this.#options.model);
		});
	}

	embed(texts: readonly string[], given: CallContext): Promise<Embeddings> {
		const url = this.#url('/embeddings');
		const attributes = { [Attr.encodingFormats]: ['float'] };
		return inModelSpan('embeddings', this.#options, attributes, async (span) => {
			const body = { model: this.#options.model, input: [...texts], encoding_format: 'float' as const };
			const tokens = guessOf(texts);
			const read = await this.#call(url, given, tokens, async (api, sent) =>
				readEmbeddings(await api.embeddings.create(body, sent), texts.length, url),
			);
			span.setAttribute(Attr.embeddingDimensions, read.vectors[0]?.length ?? 0);
			if (read.model !== undefined) span.setAttribute(Attr.responseModel, read.model);
			if (read.usage !== undefined) span.setAttribute(Attr.inputTokens, read.usage.inputTokens);
			this.#caller.used(read.usage?.inputTokens ?? tokens);
			return { vectors: read.vectors, ...(read.usage && { usage: read.usage }) };
		});
	}

	moderate(text: string, given: CallContext): Promise<Moderation> {
		const url = this.#url('/moderations');
		return inModelSpan('moderation', this.#options, {}, async (span) => {
			const body = { model: this.#options.model, input: text };
			const tokens = guessOf([text]);
			const read = await this.#call(url, given, tokens, async (api, sent) =>
				readModeration(await api.moderations.create(body, sent), url),
			);
			this.#caller.used(tokens);
			if (read.id !== undefined) span.setAttribute(Attr.responseId, read.id);
			if (read.model !== undefined) span.setAttribute(Attr.responseModel, read.model);
			return { flagged: read.flagged, categories: read.categories };
		});
	}

	close(): Promise<void> {
		return this.#api.close();
	}

	#url(path: string): string {
		const { baseUrl, apiVersion, model } = this.#options;
		const base = baseUrl.replace(/\/$/, '');
		return apiVersion === undefined || base.includes('/deployments')
			? base + path
			: `${base}/deployments/${model}${path}`;
	}

	/** Makes a call with the trace's context in its headers, again where that helps. */
	async #call<Result>(
		url: string,
		given: CallContext,
		tokens: number,
		attempt: (api: OpenAI, sent: OpenAI.RequestOptions, clock: Clock) => Promise<Result>,
	): Promise<Result> {
		const clock = new Clock();
		const restart = () => {
			clock.restart();
			given.handedOver?.();
		};
		const headers: Record<string, string> = {};
		propagation.inject(context.active(), headers);
		let isOut = false;
		// Ours, which the library hands on to `fetch`: it tells when the request is written to its socket.
		const handedOver = () => {
			isOut = true;
			restart();
		};
		try {
			return await this.#caller.call(
				async (until) => {
					isOut = false;
					const fetchOptions = { handedOver } as object;
					try {
						return await attempt(this.#api.client, { signal: until, headers, fetchOptions }, clock);
					} catch (error) {
						until.throwIfAborted();
						const failure = failureOf(error, url, this.#api);
						if (isOut && mayHaveUsed(failure)) given.lost?.();
						isOut = false;
						throw failure;
					}
				},
				{
					signal: given.signal,
					handedOver: restart,
					retried: () => given.retried?.(),
					waiting: () => given.waiting?.() ?? (() => {}),
					tokens,
				},
			);
		} catch (error) {
			// Broken off while it was under way.
			if (isOut) given.lost?.();
			throw error;
		}
	}
}

function describe(span: Span, answer: Completion): void {
	span.setAttributes(replyAttributes(answer));
	recordContent(span, { reply: answer });
}

function replyOf(answer: Completion, asked: string): ChatReply {
	const { content, refusal, model = asked, id, finishReason, usage, toolCalls, firstTokenMs } = answer;
	return {
		...{ text: content || refusal, refused: refusal !== '', model, toolCalls },
		...(id !== undefined && { id }),
		...(finishReason !== undefined && { finishReason }),
		...(usage && { usage }),
		...(firstTokenMs !== undefined && { firstTokenMs }),
	};
}

/** Tokens that a chat may use, for the rate limit, until the server says how many it did: some four letters each. */
function guess({ messages, maxTokens = 0 }: ChatRequest): number {
	return guessOf(messages.map(({ content }) => content)) + maxTokens;
}

function guessOf(texts: readonly string[]): number {
	return Math.ceil(texts.reduce((sum, { length }) => sum + length, 0) / 4);
}
