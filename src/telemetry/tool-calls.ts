import { z } from 'zod';
import { SpangateError } from '../errors.ts';
import type { EvidenceSpan } from '../model/evidence.ts';
import { inferenceSpans } from './inference.ts';
import { Attr } from './names.ts';
import { ofLast } from './of-last.ts';
import { endedForTools, type RequestedTool, requestedTools } from './requested-tools.ts';
import { byStart, type SpanTree, treeOf } from './span-tree.ts';
import { isToolSpan, toolArgumentsOf, toolCallIdOf, toolNameOf } from './tool-span.ts';

/** One call of a tool, as the spans show it. */
export interface ToolCall {
	readonly name: string;
	/** Parsed from JSON; `undefined` when the span does not record them, or not as JSON. */
	readonly arguments: unknown;
	/** In milliseconds since the epoch; of a call that only a model's message shows, the start of that model call. */
	readonly startMs: number;
	/** true when the tool's span ended with an error: it was called all the same. */
	readonly failed: boolean;
	/** The span that shows it. */
	readonly spanId: string;
}

interface Traced extends Omit<ToolCall, 'arguments'> {
	id: string | undefined;
	arguments: unknown;
}

/** What a trace without a word of tool calls means: not known, or (the app records all) none made. */
export const NoCallsRecorded = z
	.enum(['errored', 'none'])
	.default('errored')
	.describe('What a trace without a word of tool calls means: not known, or (the app records all) none made');

/**
 * Gives the calls of tools that the app's spans show (see `toolCalls`); throws when there is no span, and, unless that
 * means that none was made, when no span tells of tools.
 */
export function recordedToolCalls(
	spans: readonly EvidenceSpan[],
	noneRecorded: z.output<typeof NoCallsRecorded>,
): readonly ToolCall[] {
	if (spans.length === 0) throw new SpangateError('unmeasured', 'no span of the app in the trace');
	const calls = toolCalls(spans);
	if (calls !== undefined) return calls;
	if (noneRecorded === 'none') return [];
	throw new SpangateError(
		'unmeasured',
		'no span says whether a tool was called: let the app trace its tools (`execute_tool`, or OpenInference’s TOOL); ' +
			'if it does and called none, set `no_calls_recorded: none`',
	);
}

/**
 * Gives the calls of tools that the spans show, by start, from both dialects: one for each tool span, and those that the
 * models' output messages show the provider to have run itself; when there is no tool span, all that the messages ask
 * for. `undefined` when nothing tells whether a tool was called (no tool span, and no model call that records its
 * messages); throws when a span tells that one was and not which.
 */
export const toolCalls = ofLast((spans: readonly EvidenceSpan[]): readonly ToolCall[] | undefined => {
	const executed = spans.filter(isToolSpan);
	if (executed.length === 0) return requestedCalls(spans);
	const asked = askedCalls(spans);
	const names = new Set(asked.map(({ name }) => name));
	const calls = withAskedArguments(executedCalls(executed, treeOf(spans), names), asked);
	const traced = new Set(calls.map(({ name }) => name));
	// What the provider runs itself has no span, unless the app made one of its own for it.
	const unseen = asked.filter(({ name, byProvider }) => byProvider && !traced.has(name));
	return unseen.length === 0 ? calls : [...calls, ...unseen.map(withoutProvider)].sort(byStart);
});

interface AskedCall extends ToolCall {
	readonly byProvider: boolean;
}

function askedCalls(spans: readonly EvidenceSpan[]): AskedCall[] {
	return inferenceSpans(spans, (span) => requestedTools(span) !== undefined).flatMap((span) =>
		(requestedTools(span) ?? []).map((tool) => ({
			...callOf(tool, span),
			byProvider: tool.byProvider === true,
		})),
	);
}

function withoutProvider({ byProvider: _, ...call }: AskedCall): ToolCall {
	return call;
}

/**
 * The calls, with the arguments that the models' messages show where a tool's span does not: the first call of a tool is
 * the first that was asked for, provided that it was called as often as it was asked for.
 */
function withAskedArguments(calls: readonly ToolCall[], asked: readonly AskedCall[]): ToolCall[] {
	const askedOf = Map.groupBy(asked, ({ name }) => name);
	const callsOf = Map.groupBy(calls, ({ name }) => name);
	return calls.map((call) => {
		const [known, made] = [askedOf.get(call.name), callsOf.get(call.name)];
		if (call.arguments !== undefined || known?.length !== made?.length) return call;
		const request = known?.[made?.indexOf(call) ?? -1];
		return request !== undefined && request.startMs <= call.startMs
			? { ...call, arguments: request.arguments }
			: call;
	});
}

function callOf(tool: RequestedTool, { startMs, spanId }: EvidenceSpan): ToolCall {
	return { name: tool.name, arguments: tool.arguments, startMs, failed: false, spanId };
}

function executedCalls(
	executed: readonly EvidenceSpan[],
	tree: SpanTree,
	asked: ReadonlySet<string>,
): ToolCall[] {
	const calls = new Map<EvidenceSpan, Traced>();
	const isExecuted = new Set(executed);
	// From the outermost in, so that what a span repeats is known before it, and goes first where their starts are equal.
	const placed = executed
		.map((span) => ({ span, above: tree.ancestors(span) }))
		.sort((a, b) => a.above.length - b.above.length || byStart(a.span, b.span));
	for (const { span, above } of placed) {
		const call = tracedCall(span, asked);
		const outer = above.find((each) => isExecuted.has(each));
		const known = outer && calls.get(outer);
		if (known === undefined || !isSameCall(known, call)) {
			calls.set(span, call);
			continue;
		}
		// A framework's span and, below it, that of the tool's server are one call.
		known.id ??= call.id;
		known.arguments ??= call.arguments;
		calls.set(span, known);
	}
	return [...new Set(calls.values())]
		.sort(byStart)
		.map(({ name, arguments: given, startMs, failed, spanId }) => ({
			name,
			arguments: given,
			startMs,
			failed,
			spanId,
		}));
}

function tracedCall(span: EvidenceSpan, asked: ReadonlySet<string>): Traced {
	return {
		name: toolNameOf(span, asked),
		id: toolCallIdOf(span),
		arguments: toolArgumentsOf(span),
		startMs: span.startMs,
		failed: span.status === 'error',
		spanId: span.spanId,
	};
}

function isSameCall(outer: Traced, inner: Traced): boolean {
	const agree = (a: unknown, b: unknown) =>
		a === undefined || b === undefined || contentOf(a) === contentOf(b);
	return outer.name === inner.name && agree(outer.id, inner.id) && agree(outer.arguments, inner.arguments);
}

function contentOf(value: unknown): string {
	const sorted = (_: string, part: unknown) =>
		typeof part === 'object' && part !== null && !Array.isArray(part)
			? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
			: part;
	return JSON.stringify(value, sorted) ?? '';
}

function requestedCalls(spans: readonly EvidenceSpan[]): ToolCall[] | undefined {
	const answers = inferenceSpans(spans, (span) => requestedTools(span) !== undefined)
		.map((span) => ({ span, tools: requestedTools(span) }))
		// A model call that failed asked for nothing; its retry, if there was one, has a span of its own.
		.filter(({ span, tools }) => tools !== undefined || span.status !== 'error');
	const calls = answers.flatMap(({ span, tools = [] }) => tools.map((tool) => callOf(tool, span)));
	const silent = answers.filter(({ tools }) => tools === undefined).map(({ span }) => span);
	if (silent.length === 0) return answers.length === 0 ? undefined : calls;
	const asking = silent.find(endedForTools);
	if (calls.length === 0 && asking === undefined) return undefined;
	throw new SpangateError(
		'unmeasured',
		`the inference span "${(asking ?? silent[0])?.name}" does not say which tools it asked for, and no span shows ` +
			`their execution: let the target trace its tools (\`execute_tool\`), or record ${Attr.outputMessages} ` +
			'(opt-in in the GenAI conventions) on every model call',
	);
}
