import type { EvidenceSpan, SpanAttribute } from '../model/evidence.ts';
import { Attr } from './names.ts';

/** What apps record of tools and models by the GenAI semantic conventions 0.1, with the spellings before 1.37. */
export const GenAi = {
	documents: 'gen_ai.retrieval.documents',
	toolName: 'gen_ai.tool.name',
	toolCallId: 'gen_ai.tool.call.id',
	toolArguments: 'gen_ai.tool.call.arguments',
	oldProvider: 'gen_ai.system',
	oldInputTokens: 'gen_ai.usage.prompt_tokens',
	oldOutputTokens: 'gen_ai.usage.completion_tokens',
} as const;

/** The same by OpenInference (spec of 2026-08). */
export const OpenInference = {
	documents: 'retrieval.documents',
	toolName: 'tool.name',
	toolCallId: 'tool.id',
	toolParameters: 'tool.parameters',
	inputValue: 'input.value',
	outputMessages: 'llm.output_messages',
	model: 'llm.model_name',
	provider: 'llm.provider',
	system: 'llm.system',
	inputTokens: 'llm.token_count.prompt',
	outputTokens: 'llm.token_count.completion',
	cachedInputTokens: 'llm.token_count.prompt_details.cache_read',
	reasoningTokens: 'llm.token_count.completion_details.reasoning',
	finishReason: 'llm.finish_reason',
	outputValue: 'output.value',
	metadata: 'metadata',
	invocationParameters: 'llm.invocation_parameters',
} as const;

/** What OpenLLMetry has beside the GenAI conventions (`@traceloop/*` 0.27, its Python packages 0.62), and Pydantic AI. */
export const OpenLlmetry = {
	kind: 'traceloop.span.kind',
	entityName: 'traceloop.entity.name',
	entityInput: 'traceloop.entity.input',
	entityOutput: 'traceloop.entity.output',
	reasoningTokens: 'gen_ai.usage.reasoning_tokens',
	detailedReasoningTokens: 'gen_ai.usage.details.reasoning_tokens',
} as const;

/** What Vercel's AI SDK has beside them (`ai` 4 to 6, and `LegacyOpenTelemetry` of `@ai-sdk/otel`). */
export const AiSdk = {
	operation: 'ai.operationId',
	toolName: 'ai.toolCall.name',
	toolCallId: 'ai.toolCall.id',
	toolArguments: 'ai.toolCall.args',
	requestedTools: 'ai.response.toolCalls',
	finishReason: 'ai.response.finishReason',
	text: 'ai.response.text',
	object: 'ai.response.object',
	cachedInputTokens: 'ai.usage.cachedInputTokens',
	reasoningTokens: 'ai.usage.reasoningTokens',
} as const;

const openInferenceKind = 'openinference.span.kind';

/** The words of single libraries for operations of the conventions: AI SDK, and OpenLLMetry for LangChain. */
const conventional: ReadonlyMap<unknown, string> = new Map([
	['ai.toolCall', 'execute_tool'],
	['vector_db_retrieve', 'retrieval'],
]);

/**
 * Tells whether a span is of an operation of the GenAI conventions, by whichever word, or of a kind (upper case) of
 * OpenInference or OpenLLMetry.
 */
export function isOperation(
	{ attributes }: EvidenceSpan,
	operations: readonly string[],
	kind: string,
): boolean {
	const isNamed = (operation: unknown) =>
		typeof operation === 'string' && operations.includes(conventional.get(operation) ?? operation);
	const isKind = (given: unknown) => typeof given === 'string' && given.toUpperCase() === kind;
	return (
		isNamed(attributes[Attr.operation]) ||
		isNamed(attributes[AiSdk.operation]) ||
		isKind(attributes[openInferenceKind]) ||
		isKind(attributes[OpenLlmetry.kind])
	);
}

/** Tells whether a span bears the word of either dialect for what it is. */
export function hasDialect({ attributes }: EvidenceSpan): boolean {
	return attributes[Attr.operation] !== undefined || attributes[openInferenceKind] !== undefined;
}

/** The first of the attributes that is a text with something in it. */
export function firstText({ attributes }: EvidenceSpan, keys: readonly string[]): string | undefined {
	for (const key of keys) {
		const value = attributes[key];
		if (typeof value === 'string' && value !== '') return value;
	}
	return undefined;
}

/**
 * The structure behind an attribute: spans hold no objects, so one arrives as a JSON text, a list as one text or as
 * a text per entry; a text that is not JSON gives `undefined`.
 */
export function parseJson(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(parseJson);
	if (typeof value !== 'string') return value;
	try {
		return JSON.parse(value);
	} catch {
		return undefined;
	}
}

/**
 * Gathers flattened attributes such as `list.0.id` into one entry per index, from a pattern whose groups are the index
 * and the field; `undefined` when none matches, and `[undefined]`, which no reader takes, when an index is missing.
 */
export function unflatten(
	attributes: Readonly<Record<string, SpanAttribute>>,
	pattern: RegExp,
): (Record<string, unknown> | undefined)[] | undefined {
	const entries = new Map<number, Record<string, unknown>>();
	for (const [key, value] of Object.entries(attributes)) {
		const [, index, field] = pattern.exec(key) ?? [];
		if (index === undefined || field === undefined) continue;
		entries.set(Number(index), { ...entries.get(Number(index)), [field]: value });
	}
	if (entries.size === 0) return undefined;
	// A gap means that an attribute limit dropped an entry.
	const whole = Math.max(...entries.keys()) === entries.size - 1;
	return whole ? [...entries].sort(([a], [b]) => a - b).map(([, entry]) => entry) : [undefined];
}
