import type { ExpectedTool } from '../../model/question.ts';
import type { ToolCall } from '../../telemetry/tool-calls.ts';
import { anyOrderPairs, type Pairs } from './matching.ts';

/** What a pairing of expected calls (by index) with the calls made left over. */
export interface Differences {
	readonly missing: readonly ExpectedTool[];
	/** Made, though not where they were expected. */
	readonly outOfOrder: readonly ToolCall[];
	readonly unexpected: readonly ToolCall[];
}

/** Sorts what a pairing left over: a call that fits an expected one all the same was made out of order. */
export function differences(
	expected: readonly ExpectedTool[],
	calls: readonly ToolCall[],
	pairs: Pairs,
	fits: (tool: ExpectedTool, call: ToolCall) => boolean,
): Differences {
	const taken = new Set(pairs.values());
	const leftTools = expected.filter((_, index) => !pairs.has(index));
	const leftCalls = calls.filter((_, index) => !taken.has(index));
	const moved = anyOrderPairs(leftTools, leftCalls, fits);
	const movedCalls = new Set(moved.values());
	return {
		missing: leftTools.filter((_, index) => !moved.has(index)),
		outOfOrder: leftCalls.filter((_, index) => movedCalls.has(index)),
		unexpected: leftCalls.filter((_, index) => !movedCalls.has(index)),
	};
}
