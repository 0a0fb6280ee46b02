import { z } from 'zod';
import { SpangateError } from '../errors.ts';
import type { EvidenceSpan } from '../model/evidence.ts';
import { AiSdk, OpenInference, parseJson } from './dialects.ts';
import { Attr } from './names.ts';

/** A tool that a model's message asks for. */
export interface RequestedTool {
	readonly name: string;
	/** Parsed from JSON; `undefined` when they are not recorded, or not as JSON. */
	readonly arguments: unknown;
	/** true of a tool that the provider runs itself, such as a web search: no span of the app shows it. */
	readonly byProvider?: true;
}

const toolShape = { name: z.string().min(1), arguments: z.unknown().optional() };
const toolOf = (tool: { name: string; arguments?: unknown }): RequestedTool => ({
	name: tool.name,
	arguments: parseJson(tool.arguments),
});
const Tool = z.looseObject(toolShape).transform(toolOf);

const toolParts = ['tool_call', 'server_tool_call'] as const;
const Part = z.union([
	z.looseObject({ type: z.literal('tool_call'), ...toolShape }).transform(toolOf),
	z
		.looseObject({ type: z.literal('server_tool_call'), ...toolShape })
		.transform((tool): RequestedTool => ({ ...toolOf(tool), byProvider: true })),
	z
		.looseObject({ type: z.string().refine((type) => !toolParts.some((each) => each === type)) })
		.transform(() => []),
]);
// https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/ (JSON schema of output messages)
const Messages = z
	.array(z.looseObject({ parts: z.array(Part) }))
	.transform((messages) => messages.flatMap(({ parts }) => parts.flat()));

/** `input` since version 5 of the AI SDK, `args` before. */
const AiSdkTools = z.array(
	z
		.looseObject({ toolName: z.string().min(1), input: z.unknown().optional(), args: z.unknown().optional() })
		.transform(({ toolName, input, args }) => toolOf({ name: toolName, arguments: input ?? args })),
);

/** OpenInference flattens; `contents` repeats `tool_calls` where the order of a message's parts is kept. */
const flattened =
	/^llm\.output_messages\.(\d+)\.message\.(tool_calls|contents)\.(\d+)\.tool_call\.(?:function\.)?(name|arguments|id)$/;
/** Its form before `tool_calls`: one a message. */
const oldFlattened = /^llm\.output_messages\.(\d+)\.message\.function_call_(name|arguments)(?:_json)?$/;

/**
 * Gives the tools that the output messages of an inference span ask for, in their order, from every dialect;
 * `undefined` when it records no message, or ended for a tool and records none; throws when they cannot be read.
 */
export function requestedTools(span: EvidenceSpan): RequestedTool[] | undefined {
	const tools = recordedTools(span);
	// Some instrumentations write the text of a message and drop the tools that it asks for.
	return tools?.length === 0 && endedForTools(span) ? undefined : tools;
}

/** `tool_calls`, `tool_use`, `function_call`, …: providers differ, and some say `stop` all the same. */
export function endedForTools({ attributes }: EvidenceSpan): boolean {
	const reasons = [Attr.finishReasons, OpenInference.finishReason, AiSdk.finishReason];
	return reasons.some((key) => /tool|function/i.test(String(attributes[key])));
}

function recordedTools(span: EvidenceSpan): RequestedTool[] | undefined {
	const messages = span.attributes[Attr.outputMessages];
	if (messages !== undefined) {
		const list = parseJson(messages);
		return isBlank(list) ? undefined : readable(Messages.safeParse(list), span);
	}
	const listed = span.attributes[AiSdk.requestedTools];
	if (listed !== undefined) return readable(AiSdkTools.safeParse(parseJson(listed)), span);
	// That it records what was said shows that it would have recorded tools.
	if ([AiSdk.text, AiSdk.object].some((key) => span.attributes[key] !== undefined)) return [];
	const prefix = `${OpenInference.outputMessages}.`;
	if (!Object.keys(span.attributes).some((key) => key.startsWith(prefix))) return undefined;
	return readable(z.array(Tool).safeParse(flattenedCalls(span)), span);
}

/** No model answers with no message or with nothing in it, so what it said was lost on the way. */
function isBlank(messages: unknown): boolean {
	const Blank = z.array(
		z.object({ parts: z.array(z.object({ type: z.literal('text'), content: z.literal('') })) }),
	);
	return Blank.safeParse(messages).success;
}

function readable(parsed: z.ZodSafeParseResult<RequestedTool[]>, span: EvidenceSpan): RequestedTool[] {
	if (parsed.success) return parsed.data;
	throw new SpangateError(
		'unmeasured',
		`the output messages of the inference span "${span.name}" cannot be read: expected the JSON of ` +
			`${Attr.outputMessages}, or ${OpenInference.outputMessages}.0.message.tool_calls.0.tool_call.function.name …`,
		{ cause: parsed.error },
	);
}

interface FlattenedCall {
	readonly message: number;
	readonly list: string;
	readonly index: number;
	readonly fields: Record<string, unknown>;
}

function flattenedCalls({ attributes }: EvidenceSpan): Record<string, unknown>[] {
	const found = new Map<string, FlattenedCall>();
	const put = (message: string, list: string, index: string, field: string, value: unknown) => {
		const key = `${message}.${list}.${index}`;
		const call = found.get(key) ?? { message: Number(message), list, index: Number(index), fields: {} };
		call.fields[field] = value;
		found.set(key, call);
	};
	for (const [key, value] of Object.entries(attributes)) {
		const [, message, list, index, field] = flattened.exec(key) ?? [];
		if (message && list && index && field) put(message, list, index, field, value);
		const [, old, oldField] = oldFlattened.exec(key) ?? [];
		if (old && oldField) put(old, 'function_call', '0', oldField, value);
	}
	const calls = [...found.values()];
	// The same calls in several forms: the conventional one counts.
	const preferred = ['tool_calls', 'contents', 'function_call'];
	const listOf = (message: number) =>
		preferred.find((list) => calls.some((call) => call.message === message && call.list === list));
	return calls
		.filter(({ message, list }) => list === listOf(message))
		.sort((a, b) => a.message - b.message || a.index - b.index)
		.map(({ fields }) => fields);
}
