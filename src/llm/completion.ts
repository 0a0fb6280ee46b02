import { z } from 'zod';
import { ModelError } from './failures.ts';

/** A tool that the model asks to be called; `arguments` is the JSON text as the model wrote it. */
export interface RequestedCall {
	readonly id: string | undefined;
	readonly name: string;
	readonly arguments: string;
}

/** Tokens of one call; the last two are parts of the first two. */
export interface ModelUsage {
	readonly inputTokens: number;
	readonly outputTokens: number;
	readonly cachedInputTokens?: number | undefined;
	readonly reasoningTokens?: number | undefined;
}

const count = z.int().min(0);
const absent = <Schema extends z.ZodType>(schema: Schema) => schema.nullish().catch(undefined);
const text = z.string().nullish();

/** Content is a text; some servers send a list of parts. */
const Content = z.union([
	text,
	z
		.array(z.looseObject({ text: z.string().optional() }))
		.transform((parts) => parts.map((part) => part.text ?? '').join('')),
]);
const ToolCall = z.looseObject({
	id: text,
	index: z.int().min(0).optional(),
	function: z.looseObject({ name: text, arguments: text }).nullish(),
});
const shape = {
	content: Content,
	refusal: text,
	tool_calls: z.array(ToolCall).nullish(),
	/** Not OpenAI's: vLLM and others send what a model thinks in the answer's own stream. */
	reasoning_content: absent(z.string()),
	reasoning: absent(z.string()),
};
const Usage = z.looseObject({
	prompt_tokens: count,
	completion_tokens: count,
	prompt_tokens_details: absent(z.looseObject({ cached_tokens: absent(count) })),
	completion_tokens_details: absent(z.looseObject({ reasoning_tokens: absent(count) })),
});
const head = { id: absent(z.string()), model: absent(z.string()), usage: absent(Usage) };
const Whole = z.looseObject({
	...head,
	choices: z.array(z.looseObject({ message: z.looseObject(shape), finish_reason: text })).min(1),
});
const Chunk = z.looseObject({
	...head,
	choices: z.array(
		z.looseObject({ index: z.int().optional(), delta: z.looseObject(shape).nullish(), finish_reason: text }),
	),
});

/** Not OpenAI's: gateways and servers such as vLLM give these where the generation failed midway. */
const brokenOff: ReadonlySet<string> = new Set(['error', 'abort']);

/** What a model answered, as far as it has come: of one body, or of the chunks of a stream. */
export class Completion {
	readonly #url: string;
	readonly #calls = new Map<number, { id: string | undefined; name: string; arguments: string }>();
	id: string | undefined;
	model: string | undefined;
	content = '';
	refusal = '';
	finishReason: string | undefined;
	usage: ModelUsage | undefined;
	/** From the hand-over to the first thing that the model wrote; of a stream only. */
	firstTokenMs: number | undefined;

	constructor(url: string) {
		this.#url = url;
	}

	get toolCalls(): readonly RequestedCall[] {
		return [...this.#calls].sort(([a], [b]) => a - b).map(([, call]) => call);
	}

	/** Takes a whole body; throws when it is no chat completion. */
	takeWhole(body: unknown): void {
		const { choices, ...rest } = this.#parse(Whole, body, 'what is no chat completion');
		this.#takeHead(rest);
		const [first] = choices;
		if (first !== undefined) this.#takeMessage(first.message, first.finish_reason);
	}

	/** Takes one chunk; gives whether it brought anything that the model wrote. Throws when it is no chunk. */
	takeChunk(body: unknown): boolean {
		const { choices, ...rest } = this.#parse(Chunk, body, 'a chunk that is none of a chat completion');
		this.#takeHead(rest);
		const first = choices.find(({ index = 0 }) => index === 0);
		if (first === undefined) return false;
		const { delta } = first;
		this.#takeMessage(delta ?? {}, first.finish_reason);
		return Boolean(
			delta?.content ||
				delta?.refusal ||
				delta?.tool_calls?.length ||
				delta?.reasoning_content ||
				delta?.reasoning,
		);
	}

	/** A stream is whole when the model said why it stopped: one that merely ends was cut off. */
	end(): void {
		if (this.finishReason !== undefined) return;
		throw new ModelError(
			`${this.#url} ended its stream before the model said why it stopped: it was cut off`,
			{
				type: 'stream_cut_off',
				reason: 'torn answer',
			},
		);
	}

	#takeHead({ id, model, usage }: Pick<z.output<typeof Whole>, 'id' | 'model' | 'usage'>): void {
		this.id ??= id || undefined;
		this.model ??= model || undefined;
		if (!usage) return;
		const cached = usage.prompt_tokens_details?.cached_tokens;
		const reasoning = usage.completion_tokens_details?.reasoning_tokens;
		this.usage = {
			inputTokens: usage.prompt_tokens,
			outputTokens: usage.completion_tokens,
			...(typeof cached === 'number' && { cachedInputTokens: cached }),
			...(typeof reasoning === 'number' && { reasoningTokens: reasoning }),
		};
	}

	#takeMessage(
		{ content, refusal, tool_calls }: Partial<z.output<z.ZodObject<typeof shape>>>,
		finishReason: string | null | undefined,
	): void {
		this.content += content ?? '';
		this.refusal += refusal ?? '';
		for (const [place, { id, index = place, function: named }] of (tool_calls ?? []).entries()) {
			const call = this.#calls.get(index) ?? { id: undefined, name: '', arguments: '' };
			call.id ??= id || undefined;
			// A name comes whole, in the first delta of its call.
			call.name ||= named?.name ?? '';
			call.arguments += named?.arguments ?? '';
			this.#calls.set(index, call);
		}
		if (!finishReason) return;
		this.finishReason = finishReason;
		if (!brokenOff.has(finishReason)) return;
		throw new ModelError(
			`${this.#url} broke its answer off: the model stopped by the reason "${finishReason}"`,
			{ type: 'broken_off', reason: 'torn answer' },
		);
	}

	#parse<Schema extends z.ZodType>(schema: Schema, body: unknown, what: string): z.output<Schema> {
		const parsed = schema.safeParse(body);
		if (parsed.success) return parsed.data;
		const [issue] = parsed.error.issues;
		throw new ModelError(
			`${this.#url} sent ${what} (${issue?.path.join('.') || 'the whole'}: ${issue?.message}); expected one as of OpenAI's API`,
			{ type: 'invalid_response' },
		);
	}
}
