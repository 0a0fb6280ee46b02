import type { Span } from '@opentelemetry/api';
import { z } from 'zod';
import type { Prices } from '../llm/prices.ts';
import { type Answer, TargetAnswer } from '../model/evidence.ts';
import { Attr } from '../telemetry/names.ts';
import { priced } from './priced.ts';

/** The failure of a target that returned something that is no answer. */
export class InvalidAnswerError extends Error {
	override readonly name = 'InvalidAnswerError';
	/** What it cost all the same, in USD, as far as the target says. */
	readonly costUsd: number | undefined;

	constructor(message: string, costUsd: number | undefined) {
		super(message);
		this.costUsd = costUsd;
	}
}

/** White space and characters that nobody sees. */
const blank = /^[\s\p{Cf}]*$/u;
/** Where a blank output is an answer: the model said that it withholds one. */
const withheld = new Set(['refusal', 'content_filter']);

/**
 * What a target returned as an answer, with its cost by the suite's prices when it does not report one; a bare string
 * is one too. Throws an InvalidAnswerError for anything else.
 */
export function parseAnswer(result: unknown, prices: Prices | undefined): Omit<Answer, 'latencyMs'> {
	const told: TargetAnswer = typeof result === 'string' ? { output: result } : parseObject(result);
	const answer = priced(told, prices);
	const { output, finishReason, costUsd } = answer;
	// Nothing was said, so no check could find anything in it: that must not read as safe.
	if (blank.test(output) && !withheld.has(finishReason ?? '')) {
		throw new InvalidAnswerError('the target returned a blank output', costUsd);
	}
	return answer;
}

function parseObject(result: unknown): TargetAnswer {
	const parsed = TargetAnswer.safeParse(result);
	if (parsed.success) return parsed.data;
	const cost = z.looseObject({ costUsd: z.number().min(0) }).safeParse(result).data?.costUsd;
	throw new InvalidAnswerError(`the target returned no answer: ${z.prettifyError(parsed.error)}`, cost);
}

/** Puts what an answer reports of its model, tokens and cost on the span of the call. */
export function describeAnswer(span: Span, answer: Answer): void {
	if (answer.model !== undefined) span.setAttribute(Attr.responseModel, answer.model);
	if (answer.finishReason !== undefined) span.setAttribute(Attr.finishReasons, [answer.finishReason]);
	if (answer.usage !== undefined) {
		const { inputTokens, outputTokens, cachedInputTokens, reasoningTokens } = answer.usage;
		span.setAttributes({ [Attr.inputTokens]: inputTokens, [Attr.outputTokens]: outputTokens });
		if (cachedInputTokens !== undefined) span.setAttribute(Attr.cachedInputTokens, cachedInputTokens);
		if (reasoningTokens !== undefined) span.setAttribute(Attr.reasoningTokens, reasoningTokens);
	}
	if (answer.responseId !== undefined) span.setAttribute(Attr.responseId, answer.responseId);
	if (answer.firstTokenMs !== undefined) {
		span.setAttribute(Attr.timeToFirstChunk, answer.firstTokenMs / 1_000);
	}
	if (answer.costUsd !== undefined) span.setAttribute(Attr.costUsd, answer.costUsd);
	if (answer.promptVersion !== undefined) span.setAttribute(Attr.promptVersion, answer.promptVersion);
}
