import { TransientError } from '../calls/errors.ts';
import { type Embeddings, type LlmClient, openClient } from '../llm/client.ts';
import type { ModelUsage } from '../llm/completion.ts';
import { ModelError } from '../llm/failures.ts';
import type { ModelOptions } from '../llm/options.ts';
import type { Spend } from '../model/trial.ts';

/** What a scorer or check that asks a model is told before the first trial. */
export interface GraderStart {
	/** What it is and its name in the suite, for messages: `scorer "helpful"`. */
	readonly name: string;
	/** The environment, which holds API keys. */
	readonly env: Readonly<Record<string, string | undefined>>;
	/** What these tokens of a model cost in USD by the suite's prices; nothing of a model that has none. */
	costOf(model: string, usage: ModelUsage): number | undefined;
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
	#opened: { readonly client: LlmClient; readonly costOf: GraderStart['costOf'] } | undefined;

	constructor(options: ModelOptions) {
		this.#options = options;
	}

	/** Opens the client; throws a config error when the environment lacks a key that it needs. */
	async prepare({ name, env, costOf }: GraderStart): Promise<void> {
		this.#opened ??= { client: await openClient(this.#options, { name, env }), costOf };
	}

	/** Asks the model; rejects when it fails, or when the signal is aborted. */
	async chat(request: Chat, call: Call) {
		const reply = await metered(this.#open.client.chat(request, call), call);
		this.#tell(reply.usage, reply.model, call);
		return reply;
	}

	/** The vectors of some texts, in their order. */
	async embed(texts: readonly string[], call: Call): Promise<readonly Float64Array[]> {
		const reply: Embeddings = await metered(this.#open.client.embed(texts, call), call);
		this.#tell(reply.usage && { ...reply.usage, outputTokens: 0 }, this.#options.model, call);
		return reply.vectors;
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

	/** Priced by the name that the suite gives the model, or by the server's own for it. */
	#tell(usage: ModelUsage | undefined, answered: string, { spend }: Call): void {
		const { costOf } = this.#open;
		const costUsd = usage && (costOf(this.#options.model, usage) ?? costOf(answered, usage));
		spend(usage && { inputTokens: usage.inputTokens, outputTokens: usage.outputTokens }, costUsd);
	}

	get #open() {
		if (this.#opened === undefined) throw new Error('a scorer or check is prepared before it grades');
		return this.#opened;
	}
}

/** A call that never got through, or that the server refused, used nothing; of another that failed it is not known. */
async function metered<Reply>(reply: Promise<Reply>, { spend }: Call): Promise<Reply> {
	try {
		return await reply;
	} catch (error) {
		const unused =
			error instanceof TransientError || (error instanceof ModelError && error.status !== undefined);
		if (!unused) spend(undefined, undefined);
		throw error;
	}
}
