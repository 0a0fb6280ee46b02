import { argumentsOf } from '../llm/arguments.ts';
import { type ChatReply, openClient } from '../llm/client.ts';
import type { TargetAnswer } from '../model/evidence.ts';
import { fillTemplate } from '../model/question-template.ts';
import { strict } from '../model/strict.ts';
import { checkPrompt, promptOptions } from './openai/options.ts';
import { SpansOption, spanWait, type Target, targetKind } from './target.ts';

/** A model behind an OpenAI-compatible endpoint, asked with a prompt of the suite's; a stream that breaks is a failure. */
export const openai = targetKind({
	options: strict({ ...promptOptions, spans: SpansOption }).superRefine(checkPrompt),
	remote: true,
	spans: (options) => spanWait(options.spans),
	async open(options, { name }): Promise<Target> {
		const client = await openClient(options, { name: `target "${name}"`, env: process.env });
		const { system, examples, user, promptVersion } = options;
		return {
			circuit: client.circuit,
			async answer(asked, context) {
				const messages = [
					...(system === undefined
						? []
						: [{ role: 'system' as const, content: fillTemplate(system, asked) }]),
					...examples.flatMap((example) => [
						{ role: 'user' as const, content: example.user },
						{ role: 'assistant' as const, content: example.assistant },
					]),
					{ role: 'user' as const, content: fillTemplate(user, asked) },
				];
				const reply = await client.chat({ ...options, messages }, context);
				return { ...answerOf(reply), ...(promptVersion !== undefined && { promptVersion }) };
			},
			close: () => client.close(),
		};
	},
});

function answerOf(reply: ChatReply): TargetAnswer {
	const { model, id, usage, firstTokenMs } = reply;
	const finishReason = reply.refused ? 'refusal' : reply.finishReason;
	return {
		output: reply.text === '' && reply.toolCalls.length > 0 ? toolsText(reply) : reply.text,
		model,
		...(id !== undefined && { responseId: id }),
		...(finishReason !== undefined && { finishReason }),
		...(usage && { usage }),
		...(firstTokenMs !== undefined && { firstTokenMs }),
	};
}

/** An answer that only asks for tools says which, as JSON; the scorer `tools` reads the same from its span. */
function toolsText({ toolCalls }: ChatReply): string {
	return JSON.stringify(
		toolCalls.map(({ name, arguments: given }) => ({ name, arguments: argumentsOf(given) })),
	);
}
