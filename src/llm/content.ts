import type { Span } from '@opentelemetry/api';
import { Attr } from '../telemetry/names.ts';
import { argumentsOf } from './arguments.ts';
import type { ChatRequest } from './chat-request.ts';
import type { Completion } from './completion.ts';

/**
 * Puts what was asked and answered on a call's span, by the JSON schemas of the GenAI conventions: the one place
 * where the client records content. What of it is written or sent is decided at the border, by the run's `content`.
 */
export function recordContent(
	span: Span,
	{ request, reply }: { readonly request?: ChatRequest; readonly reply?: Completion },
): void {
	if (request !== undefined) {
		const messages = request.messages.map(({ role, content }) => ({
			role,
			parts: [{ type: 'text', content }],
		}));
		span.setAttribute(Attr.inputMessages, JSON.stringify(messages));
		if (request.tools?.length) {
			const tools = request.tools.map((tool) => ({ type: 'function', ...tool }));
			span.setAttribute(Attr.toolDefinitions, JSON.stringify(tools));
		}
	}
	if (reply !== undefined) {
		const said = reply.content || reply.refusal;
		const message = {
			role: 'assistant',
			parts: [
				...(said === '' ? [] : [{ type: 'text', content: said }]),
				...reply.toolCalls.map(({ id, name, arguments: given }) => ({
					type: 'tool_call',
					...(id !== undefined && { id }),
					name,
					arguments: argumentsOf(given),
				})),
			],
			finish_reason: reply.finishReason ?? 'error',
		};
		span.setAttribute(Attr.outputMessages, JSON.stringify([message]));
	}
}
