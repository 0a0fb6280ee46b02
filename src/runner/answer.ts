import type { Span } from '@opentelemetry/api';
import { z } from 'zod';
import { type Answer, TargetAnswer } from '../model/evidence.ts';
import { Attr } from '../telemetry/names.ts';

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

/** What a target returned as an answer; a bare string is one too. Throws an InvalidAnswerError for anything else. */
export function parseAnswer(result: unknown): TargetAnswer {
	const answer: TargetAnswer = typeof result === 'string' ? { output: result } : parseObject(result);
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
		span.setAttributes({
			[Attr.inputTokens]: answer.usage.inputTokens,
			[Attr.outputTokens]: answer.usage.outputTokens,
		});
	}
	if (answer.costUsd !== undefined) span.setAttribute(Attr.costUsd, answer.costUsd);
	if (answer.promptVersion !== undefined) span.setAttribute(Attr.promptVersion, answer.promptVersion);
}
