import { isDeepStrictEqual } from 'node:util';
import type { ExpectedTool } from '../../model/question.ts';
import type { ToolCall } from '../../telemetry/tool-calls.ts';
import { beginningOf } from '../../text.ts';

/** How the arguments of a call are compared with the expected ones; without expected ones any will do. */
export type ArgumentsMode = 'exact' | 'subset' | 'ignore';

/** Tells whether a call is the expected one; `subset`: each expected key is there, at the top, with an equal value. */
export function isCall(expected: ExpectedTool, call: ToolCall, mode: ArgumentsMode): boolean {
	if (expected.name !== call.name) return false;
	if (mode === 'ignore' || expected.arguments === undefined) return true;
	if (mode === 'exact') return isDeepStrictEqual(call.arguments, expected.arguments);
	const given = call.arguments;
	if (typeof given !== 'object' || given === null || Array.isArray(given)) return false;
	const byKey = new Map(Object.entries(given));
	return Object.entries(expected.arguments).every(([key, value]) => isDeepStrictEqual(byKey.get(key), value));
}

/** The first call of an expected tool whose arguments must be compared and are not known. */
export function unreadable(
	expected: readonly ExpectedTool[],
	calls: readonly ToolCall[],
	mode: ArgumentsMode,
): ToolCall | undefined {
	if (mode === 'ignore') return undefined;
	const compared = new Set(expected.filter((tool) => tool.arguments !== undefined).map(({ name }) => name));
	return calls.find((call) => call.arguments === undefined && compared.has(call.name));
}

const longestCall = 120;
const mostCalls = 10;

/** Calls as a reason shows them, such as `search({"q":"a"})`, the first few of them. */
export function describeCalls(calls: readonly (ExpectedTool | ToolCall)[]): string {
	const listed = calls.slice(0, mostCalls).map(({ name, arguments: given }) => {
		const text = `${name}(${given === undefined ? '' : JSON.stringify(given)})`;
		return beginningOf(text, longestCall);
	});
	const rest = calls.length - listed.length;
	return `${listed.join(', ')}${rest === 0 ? '' : ` and ${rest} more`}`;
}
