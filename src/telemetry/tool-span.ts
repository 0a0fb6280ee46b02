import { z } from 'zod';
import { SpangateError } from '../errors.ts';
import type { EvidenceSpan } from '../model/evidence.ts';
import { AiSdk, firstText, GenAi, isOperation, OpenInference, OpenLlmetry, parseJson } from './dialects.ts';
import { langChainToolName, withoutToolStart } from './langchain.ts';
import { Attr } from './names.ts';

/** Tells whether a span is of a tool that was executed, in any dialect. */
export function isToolSpan(span: EvidenceSpan): boolean {
	return isOperation(span, ['execute_tool'], 'TOOL');
}

/**
 * Gives the tool that a tool span names; throws when it names none. Its own name is taken for one only where the
 * conventions have it so, or a model of the trace `asked` for a tool of that name.
 */
export function toolNameOf(span: EvidenceSpan, asked: ReadonlySet<string>): string {
	const name =
		firstText(span, [GenAi.toolName, OpenInference.toolName, AiSdk.toolName]) ??
		nameByConvention(span) ??
		decoratedName(span) ??
		langChainToolName(span) ??
		(asked.has(span.name) ? span.name : undefined);
	if (name !== undefined) return name;
	throw new SpangateError(
		'unmeasured',
		`the tool span "${span.name}" does not say which tool it called: let the target record ` +
			`${GenAi.toolName} or ${OpenInference.toolName}`,
	);
}

/** Of a function that OpenLLMetry's `withTool` or `@tool` traces. */
function decoratedName(span: EvidenceSpan): string | undefined {
	return span.attributes[OpenLlmetry.kind] === 'tool' ? firstText(span, [OpenLlmetry.entityName]) : undefined;
}

function nameByConvention({ name, attributes }: EvidenceSpan): string | undefined {
	// OpenLLMetry for LangChain has the name of a class there, `DynamicStructuredTool`, whichever tool it was.
	if (attributes[Attr.provider] === 'langchain') return undefined;
	return /^execute_tool (.+)$/.exec(name)?.[1];
}

/** The id by which the model asked for the call, where a tool span has it. */
export function toolCallIdOf(span: EvidenceSpan): string | undefined {
	return firstText(span, [GenAi.toolCallId, OpenInference.toolCallId, AiSdk.toolCallId]);
}

/**
 * Gives the arguments that a tool span records, parsed; `undefined` when it records none, or not as JSON. Some writers
 * of OpenInference put the tool's schema into `tool.parameters`, so the span's input goes first.
 */
export function toolArgumentsOf({ attributes }: EvidenceSpan): unknown {
	let first: unknown;
	for (const [key, read] of argumentKeys) {
		const written = attributes[key];
		const given = written === undefined ? undefined : read(parseJson(written));
		if (typeof given === 'object' && given !== null && !Array.isArray(given)) return given;
		first ??= given;
	}
	return first;
}

const asItIs = (given: unknown) => given;
/** Where arguments are recorded, and what is made of them. */
const argumentKeys: readonly (readonly [string, (given: unknown) => unknown])[] = [
	[GenAi.toolArguments, withoutToolStart],
	[AiSdk.toolArguments, asItIs],
	[OpenLlmetry.entityInput, decoratedArguments],
	[OpenInference.inputValue, withoutKwargs],
	[OpenInference.toolParameters, asItIs],
];

const object = z.record(z.string(), z.unknown());
/** How OpenLLMetry records a call of a function; what is given by place has no name that could be compared. */
const FunctionCall = z.union([
	z.object({ args: z.tuple([]), kwargs: object }).transform(({ kwargs }) => kwargs),
	// LangChain's in JavaScript: the one argument is the JSON of them all.
	z
		.strictObject({ args: z.tuple([z.string()]) })
		.transform(({ args: [json] }) => parseJson(json))
		.pipe(object),
]);

/** LlamaIndex hands a tool its arguments so. */
function withoutKwargs(given: unknown): unknown {
	const call = z.strictObject({ kwargs: object }).safeParse(given);
	return call.success ? call.data.kwargs : given;
}

function decoratedArguments(given: unknown): unknown {
	const call = FunctionCall.safeParse(given);
	return call.success ? call.data : undefined;
}
