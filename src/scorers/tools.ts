import { z } from 'zod';
import { SpangateError } from '../errors.ts';
import type { ExpectedTool, Question } from '../model/question.ts';
import { strict } from '../model/strict.ts';
import { appSpans } from '../telemetry/span-tree.ts';
import { NoCallsRecorded, recordedToolCalls, type ToolCall } from '../telemetry/tool-calls.ts';
import { scorerKind } from './scorer.ts';
import { describeCalls, isCall, unreadable } from './tools/calls.ts';
import { differences } from './tools/differences.ts';
import { anyOrderPairs, inOrderPairs } from './tools/matching.ts';

/**
 * `use: tools`: compares the tools that the app's spans show as called with `expected.tools`. `exact` gives 1 for the
 * same calls in the same order and nothing else, else 0; `in_order` gives the share of the expected calls that were
 * made in their order, others between them or not; `subset` the share that was made in any order. The last two reach
 * 1 where Vertex AI's trajectory_in_order_match and trajectory_any_order_match do, and `subset` is its
 * trajectory_recall, but for a call that is expected twice, which must be made twice:
 * https://cloud.google.com/vertex-ai/generative-ai/docs/models/evaluation-agents
 */
export const tools = scorerKind({
	options: strict({
		match: z
			.enum(['exact', 'in_order', 'subset'])
			.default('exact')
			.describe('These calls and no others; these in this order among others; these among others'),
		arguments: z
			.enum(['exact', 'subset', 'ignore'])
			.default('exact')
			.describe('Equal; each expected key equal; or not compared'),
		no_calls_recorded: NoCallsRecorded,
	}),
	create({ match, arguments: mode, no_calls_recorded }) {
		function lacks({ expected }: Question): string | undefined {
			if (expected?.tools === undefined) return 'expected.tools is missing';
			if (expected.tools.length > 0 || match === 'exact') return undefined;
			return `expected.tools is empty, which \`match: ${match}\` would always find; expected \`match: exact\``;
		}

		return {
			version: '2',
			isPure: true,
			needsSpans: true,
			lacks,
			score({ question, spans }) {
				const expected = question.expected?.tools;
				const lacking = lacks(question);
				if (expected === undefined || lacking !== undefined) throw new Error(lacking);
				const calls = recordedToolCalls(appSpans(spans), no_calls_recorded);
				const unknown = unreadable(expected, calls, mode);
				if (unknown !== undefined) {
					throw new SpangateError(
						'unmeasured',
						`the arguments of a call of "${unknown.name}" are not recorded as JSON: let the app record ` +
							'gen_ai.tool.call.arguments (opt-in in the GenAI conventions) or input.value, or set `arguments: ignore`',
					);
				}
				const fits = (tool: ExpectedTool, call: ToolCall) => isCall(tool, call, mode);
				const pairs = (match === 'subset' ? anyOrderPairs : inOrderPairs)(expected, calls, fits);
				const extra = match === 'exact' ? calls.length - pairs.size : 0;
				if (pairs.size === expected.length && extra === 0) {
					return {
						value: 1,
						reason: calls.length === 0 ? 'no tool was called' : `called: ${describeCalls(calls)}`,
					};
				}
				const { missing, outOfOrder, unexpected } = differences(expected, calls, pairs, fits);
				const called = match === 'exact' ? { unexpected } : { called: calls };
				const parts = Object.entries({ missing, 'out of order': outOfOrder, ...called });
				return {
					value: match === 'exact' ? 0 : pairs.size / expected.length,
					reason: parts
						.filter(([what, which]) => which.length > 0 || what === 'called')
						.map(([what, which]) => `${what}: ${describeCalls(which) || 'nothing'}`)
						.join('; '),
				};
			},
		};
	},
});
