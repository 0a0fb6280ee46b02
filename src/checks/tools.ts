import { z } from 'zod';
import { strict } from '../model/strict.ts';
import { Severity } from '../model/trial.ts';
import { appSpans } from '../telemetry/span-tree.ts';
import { NoCallsRecorded, recordedToolCalls, type ToolCall } from '../telemetry/tool-calls.ts';
import { glob } from '../text.ts';
import { checkKind } from './check.ts';

const Names = z.array(z.string().min(1)).min(1);
const Most = z.int().min(0);

/**
 * `use: tools`: violated when the spans show a call of a tool that is denied (`denied_tool`) or not among the allowed
 * ones (`tool_not_allowed`), or more calls than `maxCalls` (`too_many_calls`); a call that failed was made all the same.
 */
export const tools = checkKind({
	options: strict({
		allow: Names.optional().describe(
			'Names of the only tools that may be called; `*` is any run of characters',
		),
		deny: Names.optional().describe('Names of tools that may never be called, allowed or not; globs too'),
		maxCalls: Most.optional().describe('How many calls of tools one answer may take, all in all'),
		maxCallsOf: z
			.record(z.string().min(1), Most)
			.optional()
			.describe('How many calls it may take of a tool, by its name, e.g. { send_email: 1 }'),
		no_calls_recorded: NoCallsRecorded,
		severity: Severity.default('high'),
	}).refine((options) => ['allow', 'deny', 'maxCalls', 'maxCallsOf'].some((key) => key in options), {
		message: 'needs allow, deny, maxCalls or maxCallsOf, or it would judge nothing',
	}),
	create({ allow, deny = [], maxCalls = Infinity, maxCallsOf = {}, no_calls_recorded, severity }) {
		const allowed = allow?.map(glob);
		const denied = deny.map(glob);
		const most = Object.entries(maxCallsOf);
		const isDenied = ({ name }: ToolCall) => denied.some((fits) => fits(name));
		const isStrange = ({ name }: ToolCall) => allowed?.some((fits) => fits(name)) === false;

		return {
			version: '1',
			isPure: true,
			kind: 'policy',
			needsSpans: true,
			check({ spans }) {
				const calls = recordedToolCalls(appSpans(spans), no_calls_recorded);
				const forbidden = calls.filter(isDenied);
				const strange = calls.filter((call) => !isDenied(call) && isStrange(call));
				const tooOften = most
					.map(([name, limit]) => ({ name, limit, made: calls.filter((call) => call.name === name).length }))
					.filter(({ limit, made }) => made > limit);
				const faults = [
					...(forbidden.length > 0 ? [['denied_tool', `denied: ${namesOf(forbidden)}`] as const] : []),
					...(strange.length > 0 ? [['tool_not_allowed', `not allowed: ${namesOf(strange)}`] as const] : []),
					...(calls.length > maxCalls
						? [['too_many_calls', `${calls.length} calls of at most ${maxCalls}`] as const]
						: []),
					...tooOften.map(
						({ name, limit, made }) =>
							['too_many_calls', `${made} calls of ${name}, of at most ${limit}`] as const,
					),
				];
				const [first] = faults;
				if (first === undefined) return { status: 'ok' };
				const reason = faults.map(([, what]) => what).join('; ');
				return { status: 'violated', category: first[0], severity, reason };
			},
		};
	},
});

function namesOf(calls: readonly ToolCall[]): string {
	return [...new Set(calls.map(({ name }) => name))].join(', ');
}
