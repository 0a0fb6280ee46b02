import type { Attributes } from '@opentelemetry/api';
import { Attr } from '../telemetry/names.ts';
import type { ChatRequest } from './chat-request.ts';
import type { Completion } from './completion.ts';

/** What the conventions say of a chat's request; what was not asked for is not there. */
export function requestAttributes(request: ChatRequest): Attributes {
	const { extraBody } = request;
	return withoutAbsent({
		[Attr.temperature]: request.temperature,
		[Attr.topP]: request.topP,
		[Attr.topK]: Number.isInteger(extraBody?.top_k) ? Number(extraBody?.top_k) : undefined,
		[Attr.maxTokens]: request.maxTokens,
		[Attr.seed]: request.seed,
		[Attr.stopSequences]: request.stop && [...request.stop],
		[Attr.frequencyPenalty]: request.frequencyPenalty,
		[Attr.presencePenalty]: request.presencePenalty,
		[Attr.reasoningLevel]: request.reasoningEffort,
		[Attr.outputType]: request.json === undefined ? undefined : 'json',
		[Attr.requestStream]: request.stream || undefined,
	});
}

/** What the conventions say of an answer, as far as it came; one that did not come to its end has the reason `error`. */
export function replyAttributes(reply: Completion): Attributes {
	const { usage, firstTokenMs } = reply;
	return withoutAbsent({
		[Attr.responseId]: reply.id,
		[Attr.responseModel]: reply.model,
		[Attr.finishReasons]: [reply.finishReason ?? 'error'],
		[Attr.timeToFirstChunk]: firstTokenMs === undefined ? undefined : firstTokenMs / 1_000,
		[Attr.inputTokens]: usage?.inputTokens,
		[Attr.outputTokens]: usage?.outputTokens,
		[Attr.cachedInputTokens]: usage?.cachedInputTokens,
		[Attr.reasoningTokens]: usage?.reasoningTokens,
	});
}

function withoutAbsent(attributes: Attributes): Attributes {
	return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
}
