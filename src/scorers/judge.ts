import { z } from 'zod';
import { type Call, Endpoint } from '../judges/endpoint.ts';
import { askJudge, JudgeOptions, systemMessage } from '../judges/structured.ts';
import { versionOfJudge } from '../judges/version.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Question } from '../model/question.ts';
import { strict } from '../model/strict.ts';
import { comparingPrompt, gradingPrompt, type Level, passOrFail } from './judge/prompts.ts';
import { combined, reasonOf, type Vote } from './judge/votes.ts';
import { scorerKind } from './scorer.ts';

const LevelOption = strict({
	label: z
		.string()
		.regex(/^[\p{L}\p{N}][\p{L}\p{N}_-]*$/u, 'expected a name: letters, digits, "_" and "-"')
		.describe('What the judge calls it'),
	value: z.number().min(0).max(1).describe('What it is worth, from 0 to 1'),
	description: z.string().min(1).describe('When an answer is on it'),
});

const Options = strict({
	...JudgeOptions,
	rubric: z
		.string()
		.min(1)
		.optional()
		.describe('What a good answer is; without levels the judge says pass or fail'),
	levels: z
		.array(LevelOption)
		.min(2)
		.optional()
		.describe('The levels of the rubric, each with its value and when it is given'),
	reference: z
		.enum(['none', 'shown', 'pairwise'])
		.default('none')
		.describe(
			'What is done with `expected.answer`: nothing, it is shown to the judge, or the judge says which of both is better, asked in both orders (1 the answer, 0.5 neither, 0 the reference)',
		),
	votes: z
		.int()
		.min(1)
		.max(21)
		.refine((votes) => votes % 2 === 1, 'expected an odd number, so that votes cannot be split evenly')
		.default(1)
		.describe('How often the judge is asked'),
	combine: z
		.enum(['mean', 'median', 'majority'])
		.default('mean')
		.describe('What several votes come to; of a majority that nobody has, the median'),
}).superRefine(({ rubric, levels, reference }, context) => {
	const issue = (path: string, message: string) =>
		context.addIssue({ code: 'custom', path: [path], message });
	if (rubric === undefined && (levels === undefined || reference === 'pairwise')) {
		issue('rubric', 'is missing; expected what a good answer is, in words');
	}
	if (levels === undefined) return;
	if (reference === 'pairwise') issue('levels', 'say nothing of two answers; leave them out with `pairwise`');
	if (new Set(levels.map(({ label }) => label)).size < levels.length) {
		issue('levels', 'have a label twice; expected each once');
	}
	if (new Set(levels.map(({ value }) => value)).size < 2) {
		issue('levels', 'are all worth the same; expected at least two values');
	}
});

/**
 * `use: judge`: a model grades the answer by the suite's rubric: on the level that it names, or beside `expected.answer`
 * in both orders. Question and answer reach it as data. A vote that is refused, cut off or of another form is an error of
 * the whole grade.
 */
export const judge = scorerKind({
	options: Options,
	create(options) {
		const endpoint = new Endpoint(options);
		const ask = options.reference === 'pairwise' ? comparing(options, endpoint) : grading(options, endpoint);
		return {
			version: versionOfJudge(1, [systemMessage(ask.instructions)], options),
			spends: true,
			lacks: (question) => lacks(question, options),
			prepare: (start) => endpoint.prepare(start),
			async score(evidence, call) {
				const lacking = lacks(evidence.question, options);
				if (lacking !== undefined) throw new Error(lacking);
				const votes = await allOf(
					Array.from({ length: options.votes }, (_, index) => ask.vote(evidence, index, call)),
				);
				return { value: combined(votes, options.combine), reason: reasonOf(votes) };
			},
			close: () => endpoint.close(),
		};
	},
});

type Options = z.output<typeof Options>;

/** One way of asking: what the judge is to do, and how one vote is made. */
interface Asking {
	readonly instructions: string;
	vote(evidence: Evidence, index: number, call: Call): Promise<Vote>;
}

function grading(options: Options, endpoint: Endpoint): Asking {
	const levels: readonly Level[] = options.levels ?? passOrFail;
	const instructions = gradingPrompt(options.rubric, levels, options.reference === 'shown');
	const schema = z.strictObject({
		explanation: z.string(),
		level: z.enum(levels.map(({ label }) => label)),
	});
	return {
		instructions,
		async vote({ question, answer }, index, call) {
			const parts = [
				{ tag: 'question', text: question.input },
				...(options.reference === 'shown'
					? [{ tag: 'reference', text: question.expected?.answer ?? '' }]
					: []),
				{ tag: 'answer', text: answer.output },
			];
			const form = { name: 'grade', schema };
			const sampling = samplingOf(options, index);
			const { level, explanation } = await askJudge(endpoint, { instructions, parts, form, sampling }, call);
			const value = levels.find(({ label }) => label === level)?.value ?? Number.NaN;
			return { value, label: level, explanation };
		},
	};
}

const comparison = z.strictObject({ explanation: z.string(), better: z.enum(['a', 'b', 'tie']) });

function comparing(options: Options, endpoint: Endpoint): Asking {
	const instructions = comparingPrompt(options.rubric ?? '');
	return {
		instructions,
		async vote({ question, answer }, index, call) {
			const ask = (a: string, b: string) =>
				askJudge(
					endpoint,
					{
						instructions,
						parts: [
							{ tag: 'question', text: question.input },
							{ tag: 'answer_a', text: a },
							{ tag: 'answer_b', text: b },
						],
						form: { name: 'comparison', schema: comparison },
						sampling: samplingOf(options, index),
					},
					call,
				);
			const reference = question.expected?.answer ?? '';
			const [first, second] = await allOf([ask(answer.output, reference), ask(reference, answer.output)]);
			const worth = { a: 1, tie: 0.5, b: 0 };
			const [before, after] = [worth[first.better], 1 - worth[second.better]];
			const value = (before + after) / 2;
			if (before === after) {
				const label = value === 1 ? 'better than the reference' : value === 0 ? 'worse' : 'as good';
				return { value, label, explanation: first.explanation };
			}
			return {
				value,
				label: 'the order decides',
				explanation: `answer first: ${first.explanation}; reference first: ${second.explanation}`,
			};
		},
	};
}

function samplingOf({ temperature, seed, maxTokens, reasoningEffort }: Options, index: number) {
	return { temperature, seed: seed === undefined ? undefined : seed + index, maxTokens, reasoningEffort };
}

/** Waits for all, so that what each used is counted, and rejects when any did. */
async function allOf<const Work extends readonly Promise<unknown>[]>(work: Work) {
	await Promise.allSettled(work);
	return Promise.all(work);
}

function lacks({ expected }: Question, { reference }: Options): string | undefined {
	return reference === 'none' || expected?.answer?.trim() ? undefined : 'expected.answer is missing';
}
