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

/** How much a score counts in the weighted mean; 0 for one that is only reported. */
export const Weight = z.number().min(0, 'must be at least 0 (0 only reports the score)');

/** A call of a tool; without arguments any will do. */
const ExpectedTool = strict({
	name: name.describe("The tool's name"),
	arguments: z.record(z.string(), z.json()).optional().describe('Its arguments; without them any will do'),
});

const Pieces = z.array(name).min(1);

/** Pieces of text that an answer must hold, or must not. */
export const PieceLists = {
	any: Pieces.optional().describe('At least one of these must occur'),
	all: Pieces.optional().describe('Each of these must occur'),
	none: Pieces.optional().describe('None of these may occur'),
};

/** A document that should be retrieved; one of a graded set says how relevant it is. */
const ExpectedSource = z.union(
	[
		name,
		strict({
			id: name.describe("The document's id"),
			relevance: z
				.number()
				.gt(0)
				.describe('How relevant it is beside the others; 1 where only its id is listed'),
		}),
	],
	'expected the id of a document, or { id, relevance }',
);

/** What a good answer must show; each scorer reads the part it grades. */
const Expected = strict({
	terms: z
		.array(name)
		.min(1)
		.optional()
		.describe('Terms or phrases that the answer must contain (scorer `terms`)'),
	sources: z
		.array(ExpectedSource)
		.min(1)
		.optional()
		.describe('Ids of documents that must be retrieved, or { id, relevance } (scorer `retrieval`)'),
	answer: z
		.string()
		.optional()
		.describe('The one right answer (scorers `exact`, `contains`, `number`, `similarity`)'),
	contains: strict(PieceLists)
		.refine((lists) => Object.keys(lists).length > 0, 'is empty; expected any, all or none')
		.optional()
		.describe('Pieces of text that the answer must hold, or must not (scorer `contains`)'),
	number: z.number().optional().describe('The number that the answer must give (scorer `number`)'),
	json: z
		.record(name, z.json())
		.refine((values) => Object.keys(values).length > 0, 'is empty; expected values by JSONPath')
		.optional()
		.describe('Values in a JSON answer by JSONPath, e.g. {"$.total": 42} (scorer `json_path`)'),
	maxLatencyMs: z
		.number()
		.gt(0)
		.optional()
		.describe('The longest that the answer may take (scorer `latency`)'),
	maxCostUsd: z.number().min(0).optional().describe('The most that the answer may cost (scorer `cost`)'),
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
	pass: strict({
		threshold: Threshold.optional().describe(
			"The weighted mean of its scores at which it passes; else the suite's",
		),
		weights: z.record(name, Weight).optional().describe("By scorer name; overrides the scorer's own"),
	})
		.optional()
		.describe('Passes by the weighted mean of its scores, and not by the threshold of each'),
	attributes: UserAttributes.optional().describe("Extra attributes on the question's root span"),
});

export type AttributeValue = z.infer<typeof AttributeValue>;
export type ExpectedTool = z.infer<typeof ExpectedTool>;
export type ExpectedSource = z.infer<typeof ExpectedSource>;
export type Question = z.infer<typeof Question>;

/** The question of a value that `Question` has accepted before: its default filled in, nothing checked again. */
export function acceptedQuestion(value: z.input<typeof Question>): Question {
	return value.tags === undefined ? { ...value, tags: {} } : { ...value, tags: value.tags };
}

/** What a target is shown of a question: never what is expected of it. */
export type Asked = Pick<Question, 'id' | 'input' | 'attributes'>;
