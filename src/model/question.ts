import { z } from 'zod';
import { strict } from './strict.ts';

const name = z.string().min(1);

/** A value that a span attribute can bear; users add them by `attributes:` on a suite or a question. */
export const AttributeValue = z.union(
	[z.string(), z.number(), z.boolean(), z.array(z.string())],
	'expected a text, a number, true or false, or a list of texts',
);

/** A user's span attributes; spangate's own namespaces are not theirs to write. */
export const UserAttributes = z.record(
	z.string().regex(/^(?!spangate\.|test\.)./, 'must not be empty, nor begin with `spangate.` or `test.`'),
	AttributeValue,
);

/** A share in (0, 1]: a threshold of 0 would pass everything, so it is refused. */
export const Threshold = z
	.number()
	.gt(0, 'must be above 0 (a threshold of 0 passes every answer)')
	.max(1, 'must be at most 1 (0.5 is half)');

/** A call of a tool; without arguments any will do. */
const ExpectedTool = strict({
	name: name.describe("The tool's name"),
	arguments: z.record(z.string(), z.json()).optional().describe('Its arguments; without them any will do'),
});

/** What a good answer must show; each scorer reads the part it grades. */
const Expected = strict({
	terms: z
		.array(name)
		.min(1)
		.optional()
		.describe('Terms or phrases that the answer must contain (scorer `terms`)'),
	sources: z
		.array(name)
		.min(1)
		.optional()
		.describe('Ids of documents that must be retrieved (scorer `retrieval`)'),
	answer: z.string().optional().describe('The one right answer (scorers `exact` and `contains`)'),
	pattern: z
		.string()
		.min(1)
		.optional()
		.describe('A regular expression that the answer must match (scorer `regex`)'),
	tools: z
		.array(ExpectedTool)
		.optional()
		.describe('The calls of tools, in their order; an empty list for none at all (scorer `tools`)'),
});

/** One golden item: a stable id, the input, what a good answer must show, and how it is grouped. */
export const Question = strict({
	id: name.describe('Stable and unique in the set; never a number'),
	input: z
		.string()
		.min(1, 'is empty; expected what the target is asked')
		.describe('What the target is asked'),
	expected: Expected.optional(),
	tags: z
		.record(name, name)
		.default({})
		.describe('Groups for slices, e.g. {"topic": "billing", "lang": "en"}'),
	cluster: name.optional().describe('Questions that share a source of error, e.g. the same article'),
	mustRefuse: z
		.boolean()
		.optional()
		.describe('true when the only good answer is a refusal (check `refusal`)'),
	policies: z
		.array(name)
		.min(1)
		.optional()
		.describe('Names of checks with `apply: listed` that judge this question'),
	skip: z.array(name).min(1).optional().describe('Names of scorers that have nothing to grade here'),
	threshold: z
		.union([Threshold, z.record(name, Threshold)], 'expected a number in (0, 1], or one for each scorer name')
		.optional()
		.describe("Pass threshold for every scorer, or by scorer name; overrides the scorer's own"),
	attributes: UserAttributes.optional().describe("Extra attributes on the question's root span"),
});

export type AttributeValue = z.infer<typeof AttributeValue>;
export type ExpectedTool = z.infer<typeof ExpectedTool>;
export type Question = z.infer<typeof Question>;

/** The question of a value that `Question` has accepted before: its default filled in, nothing checked again. */
export function acceptedQuestion(value: z.input<typeof Question>): Question {
	return value.tags === undefined ? { ...value, tags: {} } : { ...value, tags: value.tags };
}

/** What a target is shown of a question: never what is expected of it. */
export type Asked = Pick<Question, 'id' | 'input' | 'attributes'>;
