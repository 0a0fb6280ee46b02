import { SpangateError } from '../errors.ts';
import type { EvidenceSpan } from '../model/evidence.ts';
import { AiSdk, firstText, GenAi, hasDialect, isOperation, OpenInference, OpenLlmetry } from './dialects.ts';
import { langChainProvider } from './langchain.ts';
import { isSnapshotOf } from './model-snapshot.ts';
import { Attr } from './names.ts';
import { nestTwins } from './nest-twins.ts';
import { ofLast } from './of-last.ts';
import { requestedTools } from './requested-tools.ts';
import { byStart, treeOf } from './span-tree.ts';

/** A model that answered, and who serves it as far as the span says. */
export interface ModelUse {
	readonly model: string;
	readonly provider: string | undefined;
}

/** Tokens in and out of the models; the last two, where they are told, are parts of the first two. */
export interface TokenUsage {
	readonly inputTokens: number;
	readonly outputTokens: number;
	readonly cachedInputTokens?: number;
	readonly reasoningTokens?: number;
}

/** One call of a model, as its span tells it. */
export interface ModelCall {
	readonly model: string | undefined;
	readonly usage: TokenUsage;
}

const modelKeys = [Attr.responseModel, Attr.requestModel, OpenInference.model];
const providerKeys = [Attr.provider, GenAi.oldProvider, OpenInference.provider, OpenInference.system];
const inputKeys = [Attr.inputTokens, GenAi.oldInputTokens, OpenInference.inputTokens];
const outputKeys = [Attr.outputTokens, GenAi.oldOutputTokens, OpenInference.outputTokens];
const cachedKeys = [Attr.cachedInputTokens, OpenInference.cachedInputTokens, AiSdk.cachedInputTokens];
const reasoningKeys = [
	...[Attr.reasoningTokens, OpenInference.reasoningTokens, AiSdk.reasoningTokens],
	...[OpenLlmetry.reasoningTokens, OpenLlmetry.detailedReasoningTokens],
];

/**
 * Gives the models that the spans show as asked, each once, by first use, from both dialects; `undefined` when there
 * is no inference span; throws when one does not say which model it asked.
 */
export function modelsOf(spans: readonly EvidenceSpan[]): ModelUse[] | undefined {
	const modelOf = (span: EvidenceSpan) => firstText(span, modelKeys);
	const found = new Map<string, ModelUse>();
	const inferences = inferenceSpans(spans, (span) => modelOf(span) !== undefined);
	for (const span of inferences) {
		const model = modelOf(span);
		if (model === undefined)
			throw silent(span, 'which model it asked', Attr.requestModel, OpenInference.model);
		const provider = firstText(span, providerKeys) ?? langChainProvider(span);
		const key = JSON.stringify([model, provider]);
		if (!found.has(key)) found.set(key, { model, provider });
	}
	return inferences.length === 0 ? undefined : [...found.values()];
}

/** The model that these are all, or nothing when they are several: one may go by its name and by its dated snapshot. */
export function soleModel(models: readonly ModelUse[]): string | undefined {
	const names = [...new Set(models.map(({ model }) => model))];
	const [only, ...others] = names.filter((name) => !names.some((other) => isSnapshotOf(other, name)));
	return others.length === 0 ? only : undefined;
}

/**
 * Gives the tokens that the spans show as used, summed over the inference spans (never over an agent's, whose totals
 * repeat them), from both dialects; `undefined` when there is no inference span, or only failed ones that tell none;
 * throws when one that succeeded does not say its tokens, or says what is no count.
 */
export function tokenUsage(spans: readonly EvidenceSpan[]): TokenUsage | undefined {
	const inferences = inferenceSpans(spans, (span) => read(span, inputKeys) !== undefined);
	const calls = inferences.map(callOf);
	// Calls that all failed, without a word of tokens, do not say that they used none.
	if (!inferences.some((span) => read(span, [...inputKeys, ...outputKeys]) !== undefined)) return undefined;
	const sum = (part: keyof TokenUsage) => calls.reduce((total, { usage }) => total + (usage[part] ?? 0), 0);
	const told = (part: keyof TokenUsage) => calls.some(({ usage }) => usage[part] !== undefined);
	return {
		inputTokens: sum('inputTokens'),
		outputTokens: sum('outputTokens'),
		...(told('cachedInputTokens') && { cachedInputTokens: sum('cachedInputTokens') }),
		...(told('reasoningTokens') && { reasoningTokens: sum('reasoningTokens') }),
	};
}

/** Gives the calls of models that the spans show, by start, each with its tokens; throws as `tokenUsage` does. */
export function modelCalls(spans: readonly EvidenceSpan[]): ModelCall[] {
	return inferenceSpans(spans, (span) => read(span, inputKeys) !== undefined).map(callOf);
}

function callOf(span: EvidenceSpan): ModelCall {
	const [cached, reasoning] = [part(span, cachedKeys), part(span, reasoningKeys)];
	return {
		model: firstText(span, modelKeys),
		usage: {
			inputTokens: tokens(span, inputKeys),
			outputTokens: tokens(span, outputKeys),
			...(cached !== undefined && { cachedInputTokens: cached }),
			...(reasoning !== undefined && { reasoningTokens: reasoning }),
		},
	};
}

/** A part of the tokens, where it is told; what is no count tells nothing. */
function part(span: EvidenceSpan, keys: readonly string[]): number | undefined {
	const count = read(span, keys);
	return isCount(count) ? count : undefined;
}

function isCount(value: unknown): value is number {
	return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function tokens(span: EvidenceSpan, keys: readonly string[]): number {
	const count = read(span, keys);
	if (count === undefined) {
		// A call that failed need not have used any; its retry, if there was one, has a span of its own.
		if (span.status === 'error') return 0;
		throw silent(span, 'how many tokens it used', `${keys[0]}`, `${keys.at(-1)}`);
	}
	if (!isCount(count)) {
		throw new SpangateError(
			'unmeasured',
			`the tokens of the inference span "${span.name}" cannot be read: expected a whole number from 0`,
		);
	}
	return count;
}

function read({ attributes }: EvidenceSpan, keys: readonly string[]): unknown {
	return keys.map((key) => attributes[key]).find((value) => value !== undefined);
}

function silent({ name }: EvidenceSpan, what: string, ...keys: string[]): SpangateError {
	return new SpangateError(
		'unmeasured',
		`the inference span "${name}" does not say ${what}: let the target record ${keys.join(' or ')}`,
	);
}

/**
 * The spans of model calls, by start. A call that is traced twice, by a framework and by the client library that it
 * calls, counts once: the inner spans stand for the outer when they all `tell` what is asked, else the outer for them.
 */
export function inferenceSpans(
	spans: readonly EvidenceSpan[],
	tell: (span: EvidenceSpan) => boolean,
): EvidenceSpan[] {
	const nested = nestedCalls(spans);
	const tree = treeOf(nested);
	const inferences = nested.filter(isInference).sort(byStart);
	const below = Map.groupBy(inferences, (span) => tree.ancestors(span).find(isInference)?.spanId);
	const telling = (span: EvidenceSpan): EvidenceSpan[] => {
		const inner = (below.get(span.spanId) ?? []).flatMap(telling);
		if (inner.length === 0) return [span];
		const complete = inner.some(tell) && inner.every((each) => tell(each) || each.status === 'error');
		return complete || !tell(span) ? inner : [span];
	};
	return (below.get(undefined) ?? []).flatMap(telling).sort(byStart);
}

/** The spans with each model call that is traced beside, and not below, a framework's span of it put below that. */
export const nestedCalls = ofLast((spans: readonly EvidenceSpan[]) =>
	nestTwins(spans, isInference, (span) => ({
		model: firstText(span, modelKeys),
		facts: [read(span, inputKeys), read(span, outputKeys), firstText(span, [Attr.responseId])],
		tools: namesOfRequestedTools(span),
	})),
);

function namesOfRequestedTools(span: EvidenceSpan): string | undefined {
	try {
		return requestedTools(span)
			?.map(({ name }) => name)
			.sort()
			.join('\n');
	} catch {
		// Whoever asks for its tools is told that they cannot be read.
		return undefined;
	}
}

/** Tells whether a span is of a model call, in either dialect; an embedding is none. */
export function isInference(span: EvidenceSpan): boolean {
	// OpenInference's instrumentation of LlamaIndex has a span of the same kind for what prepares a call.
	if (span.name.endsWith('._prepare_chat_with_tools') && span.attributes[Attr.operation] === undefined)
		return false;
	if (isOperation(span, ['chat', 'text_completion', 'generate_content'], 'LLM')) return true;
	// Before 1.28 the conventions had no operation names; OpenLLMetry's `llm.request.type` tells embeddings apart.
	const { attributes } = span;
	const old = attributes[GenAi.oldProvider] !== undefined && attributes[Attr.requestModel] !== undefined;
	return old && !hasDialect(span) && !/embedding|rerank/.test(String(attributes['llm.request.type']));
}
