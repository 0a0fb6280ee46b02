import { z } from 'zod';
import { Prices } from '../llm/prices.ts';
import { ContentMode } from '../model/content.ts';
import { Threshold, UserAttributes, Weight } from '../model/question.ts';
import { strict } from '../model/strict.ts';

const notName = 'expected a name: letters, digits, "_", "-" and ".", no spaces';
const name = z.string(notName).regex(/^[\p{L}\p{N}][\p{L}\p{N}_.-]*$/u, notName);

/** What every scorer entry has beside its kind's own options. */
export const ScorerCommon = {
	use: name.describe('Which scorer: a built-in name, or `module` for your own'),
	name: name.optional().describe('The metric that it fills; by default its `use`'),
	threshold: Threshold.default(1).describe('The value at which an answer passes; a question may set its own'),
	weight: Weight.optional().describe('How much it counts in the weighted mean of `pass`; 1 by default'),
};

/** What every check entry has beside its kind's own options. */
export const CheckCommon = {
	use: name.describe('Which check: a built-in name, or `module` for your own'),
	name: name.optional().describe('The name in findings and rules; by default its `use`'),
	apply: z
		.enum(['all', 'listed'], 'expected all or listed')
		.default('all')
		.describe('`listed`: only to questions that name it under `policies`'),
};

/** What every target entry has beside its kind's own options. */
export const TargetCommon = {
	use: name.describe('Which kind of target: `module`, `http`, `command`, `openai` or `recorded`'),
	revision: z.string().min(1).optional().describe('The version of the system under test, for the record'),
};

const entry = <Shape extends z.ZodRawShape>(shape: Shape) => z.looseObject(shape);

const notQuestions = 'expected the name of the questions file, e.g. questions.jsonl';
const notGate = 'expected the name of the gate file, e.g. gate.yaml';
const notTargets =
	'expected targets by their names, e.g. { candidate: { use: http, url: "http://localhost:8080/ask" } }';
const notScorers = 'expected a list of scorers, e.g. [{ use: terms, name: faithfulness }]';
const notChecks = 'expected a list of checks, e.g. [{ use: pii }]';

/** `suite.yaml`, but for each entry's own options, which its kind validates. */
export const SuiteFile = strict(
	{
		name: name.describe("The suite's name in records and traces"),
		questions: z
			.string(notQuestions)
			.min(1, notQuestions)
			.describe('The questions file: .jsonl, .yaml, .json or .csv, relative to this file'),
		gate: z.string(notGate).min(1, notGate).optional().describe('The gate file, relative to this file'),
		targets: z
			.record(name, entry(TargetCommon), notTargets)
			.refine((targets) => Object.keys(targets).length > 0, 'must name at least one target'),
		scorers: z.array(entry(ScorerCommon), notScorers).min(1, 'must name at least one scorer'),
		checks: z.array(entry(CheckCommon), notChecks).default([]),
		pass: strict(
			{ threshold: Threshold.describe('The weighted mean of its scores at which an answer passes') },
			'{ threshold: a number in (0, 1] }',
		)
			.optional()
			.describe('An answer passes by the weighted mean of its scores, and not by the threshold of each'),
		prices: Prices.optional().describe(
			'What models cost, for the cost of answers that do not report their own, by what they report of their tokens',
		),
		attributes: UserAttributes.default({}).describe('Extra attributes on every root span'),
		content: ContentMode.default('redacted').describe(
			'What records and spans hold of questions and answers: `full`, `redacted` (secrets and personal data are replaced) or `none`; credentials never',
		),
		secretEnv: z
			.array(z.string().regex(/^[A-Za-z_]\w*$/, 'expected the name of an environment variable'))
			.default([])
			.describe(
				'Environment variables whose values are credentials, beside those that look like it by their names',
			),
	},
	'the keys name, questions, targets and scorers',
);

export type SuiteFile = z.infer<typeof SuiteFile>;
