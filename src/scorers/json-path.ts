import type { JSONPathQuery, JSONValue } from 'json-p3';
import { z } from 'zod';
import { messageOf, SpangateError } from '../errors.ts';
import { Fence, parseJsonAnswer } from '../model/json-answer.ts';
import type { Question } from '../model/question.ts';
import { strict } from '../model/strict.ts';
import { beginningOf } from '../text.ts';
import { equalJson } from './json-path/equal.ts';
import { type Scorer, scorerKind } from './scorer.ts';

const Expectation = strict({
	path: z.string().min(1).describe('A JSONPath (RFC 9535), e.g. $.items[0].price'),
	equals: z.json().optional().describe('Each value that the path selects is this one, and there is one'),
	values: z
		.array(z.json())
		.optional()
		.describe('The path selects these values, in this order, and no others'),
	exists: z.boolean().optional().describe('The path selects something; false: it selects nothing'),
}).superRefine(({ path: _, ...wanted }, context) => {
	if (Object.values(wanted).filter((value) => value !== undefined).length !== 1) {
		context.addIssue({ code: 'custom', path: [], message: 'expected one of: equals, values, exists' });
	}
});

type Expectation = z.infer<typeof Expectation>;

/**
 * `use: json_path`: the share of the expectations that hold of a JSON output, those of `expect` and the values of the
 * question's `expected.json` by their paths; 0 when it is no JSON. Values are compared with their types, numbers up to
 * |found − expected| ≤ max(absolute, relative · |expected|).
 */
export const jsonPath = scorerKind({
	options: strict({
		expect: z.array(Expectation).default([]).describe('What is expected of every answer'),
		absolute: z.number().min(0).default(0).describe('How far a number may be off'),
		relative: z.number().min(0).lt(1).default(0).describe('The same as a share of the expected one'),
		fence: Fence,
	}),
	async create({ expect, absolute, relative, fence }): Promise<Scorer> {
		const { compile } = await import('json-p3');
		const tolerance = { absolute, relative };
		const compiled = new Map<string, JSONPathQuery>();

		/** The same path stands on many questions; a set with ever other ones must not be kept whole. */
		function query(path: string): JSONPathQuery {
			const known = compiled.get(path);
			if (known !== undefined) return known;
			const made = compile(path);
			if (compiled.size >= 1_000) compiled.clear();
			compiled.set(path, made);
			return made;
		}

		function faultOf({ path, equals, values, exists }: Expectation, document: JSONValue): string | undefined {
			const found = query(path).query(document).values();
			const shown = found.length === 0 ? 'nothing' : brief(found.length === 1 ? found[0] : found);
			if (exists !== undefined) {
				return found.length > 0 === exists ? undefined : `${path} is ${exists ? 'not there' : shown}`;
			}
			const holds =
				values === undefined
					? found.length > 0 && found.every((value) => equalJson(value, equals, tolerance))
					: equalJson(found, values, tolerance);
			return holds ? undefined : `${path} is ${shown}, not ${brief(values ?? equals)}`;
		}

		function expectationsOf({ expected }: Question): Expectation[] {
			const own = Object.entries(expected?.json ?? {}).map(([path, equals]) => ({ path, equals }));
			return [...expect, ...own];
		}

		for (const { path } of expect) {
			const fault = pathFault(query, path);
			if (fault !== undefined) throw new SpangateError('config', `the path ${fault}`);
		}
		return {
			version: '1',
			isPure: true,
			lacks(question) {
				if (expectationsOf(question).length === 0) return 'expected.json is missing, and no expect is set';
				const paths = Object.keys(question.expected?.json ?? {});
				const fault = paths.map((path) => pathFault(query, path)).find((each) => each !== undefined);
				return fault === undefined ? undefined : `expected.json: the path ${fault}`;
			},
			score({ question, answer }) {
				const expectations = expectationsOf(question);
				if (expectations.length === 0) throw new Error('expected.json is missing, and no expect is set');
				const parsed = parseJsonAnswer(answer.output, fence);
				if ('fault' in parsed) return { value: 0, reason: parsed.fault };
				const faults = expectations.flatMap((each) => faultOf(each, parsed.value as JSONValue) ?? []);
				const total = expectations.length;
				return faults.length === 0
					? { value: 1 }
					: { value: (total - faults.length) / total, reason: faults.join(' | ') };
			},
		};
	},
});

function pathFault(query: (path: string) => unknown, path: string): string | undefined {
	try {
		query(path);
		return undefined;
	} catch (error) {
		return `${path} is no JSONPath: ${messageOf(error)}`;
	}
}

/** A value for a reason, which a huge one must not fill. */
function brief(value: unknown): string {
	return beginningOf(JSON.stringify(value) ?? 'nothing', 200);
}
