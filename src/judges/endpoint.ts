import type { CallContext } from '../calls/caller.ts';
import type { Circuit } from '../calls/circuit.ts';
import { type Embeddings, type LlmClient, openClient } from '../llm/client.ts';
import type { ModelUsage } from '../llm/completion.ts';
import type { ModelOptions } from '../llm/options.ts';
import type { Cost } from '../llm/prices.ts';
import type { Spend } from '../model/trial.ts';

/** What a scorer or check that asks a model is told before the first trial. */
export interface GraderStart {
	/** What it is and its name in the suite, for messages: `scorer "helpful"`. */
	readonly name: string;
	/** The environment, which holds API keys. */
	readonly env: Readonly<Record<string, string | undefined>>;
	/** What these tokens of a model cost by the suite's prices, or why they give them none. */
	costOf(model: string, usage: ModelUsage | undefined): Cost;
	/** Takes what tells when the endpoint that is asked is plainly down, so that no further question is asked. */
	watch(circuit: Circuit): void;
}

/** What is told with each call. */
export interface Call {
	readonly signal: AbortSignal;
	readonly spend: Spend;
}

type Chat = Parameters<LlmClient['chat']>[0];

/** The model that a scorer or check asks: each call tells what it used, also one that fails, and each try of it. */
export class Endpoint {
	readonly #options: ModelOptions;
	#opened: { readonly client: LlmClient; readonly costOf: GraderStart['costOf'] } | undefined;

	constructor(options: ModelOptions) {
		this.#options = options;
	}

	/** Opens the client; throws a config error when the environment lacks a key that it needs. */
	async prepare({ name, env, costOf, watch }: GraderStart): Promise<void> {
		if (this.#opened !== undefined) return;
		this.#opened = { client: await openClient(this.#options, { name, env }), costOf };
		watch(this.#opened.client.circuit);
	}

	/** Asks the model; rejects when it fails, or when the signal is aborted. */
	async chat(request: Chat, call: Call) {
		const reply = await this.#open.client.chat(request, this.#metered(call));
		this.#tell(reply.usage, reply.model, call);
		return reply;
	}

	/** The vectors of some texts, in their order. */
	async embed(texts: readonly string[], call: Call): Promise<readonly Float64Array[]> {
		const reply: Embeddings = await this.#open.client.embed(texts, this.#metered(call));
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

	#tell(usage: ModelUsage | undefined, answered: string, { spend }: Call): void {
		const cost = this.#costOf(usage, answered);
		const tokens = usage && { inputTokens: usage.inputTokens, outputTokens: usage.outputTokens };
		if ('missing' in cost) spend(tokens, undefined, cost.missing);
		else spend(tokens, cost.costUsd);
	}

	/** By the name that the suite gives the model, or by the server's own for it. */
	#costOf(usage: ModelUsage | undefined, answered: string): Cost {
		const { costOf } = this.#open;
		const named = costOf(this.#options.model, usage);
		if ('costUsd' in named) return named;
		const other = costOf(answered, usage);
		return 'costUsd' in other ? other : named;
	}

	/** A try that never got through, or that the server refused, used nothing; of another that failed it is not known. */
	#metered({ signal, spend }: Call): CallContext {
		const { model } = this.#options;
		const why = `a request to model "${model}" was sent and not answered: what it used is not known`;
		return { signal, lost: () => spend(undefined, undefined, why) };
	}

	get #open() {
		if (this.#opened === undefined) throw new Error('a scorer or check is prepared before it grades');
		return this.#opened;
	}
}
