import { z } from 'zod';
import { Answer } from './evidence.ts';

const name = z.string().min(1);
const finite = z.number();

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
	}),
	z.strictObject({ status: z.literal('errored'), scorer: name, version: name, error: z.string() }),
	z.strictObject({ status: z.literal('skipped'), scorer: name, version: name, reason: z.string() }),
]);

/** What a check guards: a rule of the house, or people. */
export const CheckKind = z.enum(['policy', 'safety']);

/** How grave a violation is, mildest first. */
export const Severity = z.enum(['low', 'medium', 'high', 'critical']);

/** A policy or safety judgement: counted, never averaged. */
export const Finding = z.discriminatedUnion('status', [
	z.strictObject({ status: z.literal('ok'), check: name, version: name, kind: CheckKind }),
	z.strictObject({
		status: z.literal('violated'),
		check: name,
		version: name,
		kind: CheckKind,
		category: name,
		severity: Severity,
		reason: z.string(),
	}),
	z.strictObject({
		status: z.literal('errored'),
		check: name,
		version: name,
		kind: CheckKind,
		error: z.string(),
	}),
]);

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
export type Trial = z.infer<typeof Trial>;

/** What a scorer returns: a bare value in [0, 1], or one with its reason. */
export type Grade = { value: number; reason?: string };

/** What a check returns; severity and category say how bad and of what kind a violation is. */
export type Judgement =
	| { status: 'ok' }
	| { status: 'violated'; category: string; severity: Severity; reason: string };

/**
 * A trial passes when it was answered, every score reached its threshold, no score or finding is errored, and
 * nothing is violated.
 */
export function trialPasses({
	result,
	scores,
	findings,
}: Pick<Trial, 'result' | 'scores' | 'findings'>): boolean {
	return (
		result === 'answered' &&
		scores.every(
			(score) => score.status === 'skipped' || (score.status === 'scored' && score.value >= score.threshold),
		) &&
		findings.every(({ status }) => status === 'ok')
	);
}
