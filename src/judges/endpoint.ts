import { type LlmClient, openClient } from '../llm/client.ts';
import { ModelError } from '../llm/failures.ts';
import type { ModelOptions } from '../llm/options.ts';
import { costOf, type Prices } from '../llm/prices.ts';
import type { Spend } from '../model/trial.ts';

/** What a scorer or check that asks a model is told before the first trial. */
export interface GraderStart {
	/** Its name in the suite. */
	readonly name: string;
	/** The environment, which holds API keys. */
	readonly env: Readonly<Record<string, string | undefined>>;
	/** The suite's prices. */
	readonly prices: Prices;
}

/** What is told with each call. */
export interface Call {
	readonly signal: AbortSignal;
	readonly spend: Spend;
}

type Chat = Parameters<LlmClient['chat']>[0];

/** The model that a scorer or check asks: each call tells what it used, also one that fails. */
export class Endpoint {
	readonly #options: ModelOptions;
	#opened: { readonly client: LlmClient; readonly prices: Prices } | undefined;

	constructor(options: ModelOptions) {
		this.#options = options;
	}

	/** Opens the client; throws a config error when the environment lacks a key that it needs. */
	async prepare({ name, env, prices }: GraderStart): Promise<void> {
		this.#opened ??= { client: await openClient(this.#options, { name, env }), prices };
	}

	/** Asks the model; rejects when it fails, or when the signal is aborted. */
	async chat(request: Chat, call: Call) {
		const { client } = this.#open;
		const reply = await metered(client.chat(request, call), call);
		this.#told(reply.usage, reply.model, call);
		return reply;
	}

	/** The vectors of some texts, in their order. */
	async embed(texts: readonly string[], call: Call): Promise<readonly Float64Array[]> {
		const { client } = this.#open;
		const { vectors, usage } = await metered(client.embed(texts, call), call);
		this.#told(usage && { ...usage, outputTokens: 0 }, this.#options.model, call);
		return vectors;
	}

	/** What a moderation endpoint finds in a text; it tells no tokens. */
	moderate(text: string, { signal }: Pick<Call, 'signal'>) {
		return this.#open.client.moderate(text, { signal });
	}

	/** Ends its connections. */
	async close(): Promise<void> {
		const opened = this.#opened;
		this.#opened = undefined;
		await opened?.client.close();
	}

	get #open() {
		if (this.#opened === undefined) throw new Error('a scorer or check is prepared before it grades');
		return this.#opened;
	}
}

/** A call that the server refused used nothing; of another that failed it is not known. */
async function metered<Reply>(reply: Promise<Reply>, { spend }: Call): Promise<Reply> {
	try {
		return await reply;
	} catch (error) {
		if (!(error instanceof ModelError && error.status !== undefined)) spend(undefined, undefined);
		throw error;
	}
}
