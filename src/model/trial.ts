import { z } from 'zod';
import { Answer } from './evidence.ts';

const name = z.string().min(1);
const finite = z.number();

/** What a scorer or check spent on models of its own: counted apart from the target's. */
const spent = {
	usage: z
		.strictObject({ inputTokens: z.int().min(0), outputTokens: z.int().min(0) })
		.optional()
		.describe('Tokens of the models that it asked; absent when any call did not tell them'),
	costUsd: finite
		.min(0)
		.optional()
		.describe('What they cost, in USD; absent when that of any call is not known'),
	costMissing: name.optional().describe('Why it is not known'),
};

/** A quality grade: a value in [0, 1] against its threshold, or why there is none; never a null. */
export const Score = z.discriminatedUnion('status', [
	z.strictObject({
		status: z.literal('scored'),
		scorer: name,
		version: name,
		value: z.number().min(0).max(1),
		threshold: z.number().gt(0).max(1),
		passed: z.boolean(),
		reason: z.string().optional(),
		...spent,
	}),
	z.strictObject({
		status: z.literal('errored'),
		scorer: name,
		version: name,
		error: z.string(),
		...spent,
	}),
	z.strictObject({ status: z.literal('skipped'), scorer: name, version: name, reason: z.string() }),
]);

/** What a check guards: a rule of the house, or people. */
export const CheckKind = z.enum(['policy', 'safety']);

/** How grave a violation is, mildest first. */
export const Severity = z.enum(['low', 'medium', 'high', 'critical']);

/** A policy or safety judgement: counted, never averaged. */
export const Finding = z.discriminatedUnion('status', [
	z.strictObject({ status: z.literal('ok'), check: name, version: name, kind: CheckKind, ...spent }),
	z.strictObject({
		status: z.literal('violated'),
		check: name,
		version: name,
		kind: CheckKind,
		category: name,
		severity: Severity,
		reason: z.string(),
		...spent,
	}),
	z.strictObject({
		status: z.literal('errored'),
		check: name,
		version: name,
		kind: CheckKind,
		error: z.string(),
		...spent,
	}),
]);

/** By what a trial passes where its scores are weighed: their mean must reach the threshold. */
const Pass = z.strictObject({
	threshold: z.number().gt(0).max(1),
	weights: z.record(name, z.number().min(0)).describe('Of each scorer that was to grade it'),
});

const base = {
	runId: name,
	questionId: name,
	repeat: z.int().min(0),
	input: z.string(),
	tags: z.record(name, name),
	cluster: name.optional(),
	/** Nothing where it is not known: never 0, and never the time that it took to look an answer up. */
	latencyMs: finite.min(0).optional(),
	costUsd: finite.min(0).optional(),
	scores: z.array(Score),
	findings: z.array(Finding),
	pass: Pass.optional().describe('Absent where every score must reach its own threshold'),
	passed: z.boolean(),
	traceId: z.string().regex(/^[0-9a-f]{32}$/),
	startedAt: z.iso.datetime(),
};

/** One question asked once of one target: enough to make every metric again. */
export const Trial = z.discriminatedUnion('result', [
	z.strictObject({ result: z.literal('answered'), ...base, answer: Answer }),
	z.strictObject({
		result: z.literal('failed'),
		...base,
		error: z.strictObject({ type: name, message: z.string() }),
	}),
]);

export type Score = z.infer<typeof Score>;
export type CheckKind = z.infer<typeof CheckKind>;
export type Severity = z.infer<typeof Severity>;
export type Finding = z.infer<typeof Finding>;
export type Pass = z.infer<typeof Pass>;
export type Trial = z.infer<typeof Trial>;

/** What a scorer or check spent on models of its own, as far as all of its calls told it. */
export interface Spent {
	readonly usage?: { readonly inputTokens: number; readonly outputTokens: number };
	readonly costUsd?: number;
	readonly costMissing?: string;
}

/**
 * Tells what one call of a model used and cost, also when what came of it is of no use; `undefined` is not known, which
 * makes the sum unknown too, and `why` says why.
 */
export type Spend = (usage: Spent['usage'] | undefined, costUsd: number | undefined, why?: string) => void;

/** What a scorer returns: a bare value in [0, 1], or one with its reason. */
export type Grade = { value: number; reason?: string };

/** What a check returns; severity and category say how bad and of what kind a violation is. */
export type Judgement =
	| { status: 'ok' }
	| { status: 'violated'; category: string; severity: Severity; reason: string };

/**
 * A trial passes when it was answered, no score or finding is errored, nothing is violated, and every score reached
 * its threshold; where it has a `pass`, when the weighted mean of its scores reached that one's instead. Without a
 * score it is judged by its findings alone.
 */
export function trialPasses({
	result,
	scores,
	findings,
	pass,
}: Pick<Trial, 'result' | 'scores' | 'findings' | 'pass'>): boolean {
	return (
		result === 'answered' &&
		scores.every(
			(score) =>
				score.status === 'skipped' ||
				(score.status === 'scored' && (pass !== undefined || score.value >= score.threshold)),
		) &&
		(pass === undefined || reaches(weightedMean(scores, pass), pass)) &&
		findings.every(({ status }) => status === 'ok')
	);
}

/** Sums of weighted values are not exact: three scores of 0.7 have a mean of 0.6999999999999998. */
const rounding = 1e-9;

/** Tells whether a weighted mean reaches the threshold, up to the error of its sum; without a score it does. */
export function reaches(mean: number | undefined, { threshold }: Pick<Pass, 'threshold'>): boolean {
	return mean === undefined || mean >= threshold * (1 - rounding);
}

/**
 * The mean of the scores by weight, Σwᵢvᵢ / Σwᵢ, where one that is errored counts as `errored`; undefined when nothing
 * was graded, NaN (which reaches no threshold) when nothing has any weight.
 */
export function weightedMean(
	scores: readonly Score[],
	{ weights }: Pick<Pass, 'weights'>,
	errored = Number.NaN,
): number | undefined {
	const graded = scores.filter(({ status }) => status !== 'skipped');
	if (graded.length === 0) return undefined;
	let sum = 0;
	let total = 0;
	for (const score of graded) {
		const weight = Object.hasOwn(weights, score.scorer) ? (weights[score.scorer] as number) : 1;
		sum += weight * (score.status === 'scored' ? score.value : errored);
		total += weight;
	}
	return sum / total;
}
