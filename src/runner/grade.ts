import {
	type Context,
	context,
	type Span,
	SpanKind,
	SpanStatusCode,
	type Tracer,
	trace,
} from '@opentelemetry/api';
import { z } from 'zod';
import { messageOf, SpangateError } from '../errors.ts';
import type { Evidence } from '../model/evidence.ts';
import { type Finding, type Score, Severity } from '../model/trial.ts';
import { thresholdOf } from '../suite/passing.ts';
import type { SuiteCheck, SuiteScorer } from '../suite/suite.ts';
import { Attr, EventName, SpanName } from '../telemetry/names.ts';
import { appSpans } from '../telemetry/span-tree.ts';
import { TimeoutError, withDeadline } from './deadline.ts';
import { GraderCall, spendingOf } from './meter.ts';

/** What grading needs besides the evidence. */
export interface Grading {
	readonly tracer: Tracer;
	/** The context of the question's root span. */
	readonly parent: Context;
	readonly timeoutMs: number;
}

// What user modules return is validated too: a NaN or a misspelt status is errored, never a pass.
const GradeShape = z.strictObject({ value: z.number().min(0).max(1), reason: z.string().optional() });
const JudgementShape = z.discriminatedUnion('status', [
	z.strictObject({ status: z.literal('ok') }),
	z.strictObject({
		status: z.literal('violated'),
		category: z.string().min(1),
		severity: Severity,
		reason: z.string(),
	}),
]);

/** Grades an answer inside an `evaluate` span; a scorer that throws, or returns no grade, is `errored`. */
export function evaluate(entry: SuiteScorer, evidence: Evidence, grading: Grading): Score | Promise<Score> {
	const identity = { scorer: entry.name, version: entry.scorer.version };
	if (evidence.question.skip?.includes(entry.name)) {
		return { status: 'skipped', ...identity, reason: 'the question lists this scorer under `skip`' };
	}
	const threshold = thresholdOf(evidence.question, entry);
	return inSpan(SpanName.evaluate(entry.name), grading, async (span): Promise<Score> => {
		const spending = spendingOf(entry.scorer);
		span.setAttribute(Attr.scorerVersion, entry.scorer.version);
		try {
			assertSpans(entry.scorer, evidence);
			const result = await withDeadline(`scorer "${entry.name}"`, grading.timeoutMs, (given) =>
				entry.scorer.score(evidence, new GraderCall(given, spending.spend)),
			);
			const expected = 'a number from 0 to 1, or { value, reason }';
			const { value, reason } = isShare(result)
				? { value: result, reason: undefined }
				: parseResult(GradeShape, result, expected);
			const passed = value >= threshold;
			span.setAttribute(Attr.scorePassed, passed);
			span.addEvent(EventName.evaluationResult, {
				[Attr.evaluationName]: entry.name,
				[Attr.evaluationScore]: value,
				[Attr.evaluationLabel]: passed ? 'pass' : 'fail',
				...(reason !== undefined && { [Attr.evaluationExplanation]: reason }),
			});
			return {
				status: 'scored',
				...identity,
				value,
				threshold,
				passed,
				...(reason !== undefined && { reason }),
				...spending.end(span, false),
			};
		} catch (error) {
			fail(span, error);
			span.addEvent(EventName.evaluationResult, {
				[Attr.evaluationName]: entry.name,
				[Attr.errorType]: errorType(error),
			});
			return {
				status: 'errored',
				...identity,
				error: messageOf(error),
				...spending.end(span, error instanceof TimeoutError),
			};
		} finally {
			span.end();
		}
	});
}

/** Judges an answer inside a `check` span; a check that throws, or returns no judgement, is `errored`. */
export function judge(entry: SuiteCheck, evidence: Evidence, grading: Grading): Promise<Finding> {
	const { version, kind } = entry.check;
	const identity = { check: entry.name, version, kind };
	return inSpan(SpanName.check(entry.name), grading, async (span): Promise<Finding> => {
		const spending = spendingOf(entry.check);
		span.setAttributes({ [Attr.checkVersion]: version, [Attr.checkKind]: kind });
		try {
			assertSpans(entry.check, evidence);
			const result = await withDeadline(`check "${entry.name}"`, grading.timeoutMs, (given) =>
				entry.check.check(evidence, new GraderCall(given, spending.spend)),
			);
			const judgement = parseResult(
				JudgementShape,
				result,
				"{ status: 'ok' }, or { status: 'violated', category, severity, reason }",
			);
			span.setAttribute(Attr.checkStatus, judgement.status);
			if (judgement.status === 'violated') {
				span.setAttributes({
					[Attr.checkCategory]: judgement.category,
					[Attr.checkSeverity]: judgement.severity,
					[Attr.checkReason]: judgement.reason,
				});
			}
			return { ...identity, ...judgement, ...spending.end(span, false) };
		} catch (error) {
			fail(span, error);
			span.setAttribute(Attr.checkStatus, 'errored');
			return {
				status: 'errored',
				...identity,
				error: messageOf(error),
				...spending.end(span, error instanceof TimeoutError),
			};
		} finally {
			span.end();
		}
	});
}

/** Refuses to judge by spans that never came: "not recorded" must not read as "did not happen". */
function assertSpans({ needsSpans }: { readonly needsSpans?: boolean }, evidence: Evidence): void {
	if (needsSpans && appSpans(evidence.spans).length === 0) {
		throw new SpangateError(
			'unmeasured',
			'it needs the spans of the target, and none came; an http or command target needs `spans: true` and an instrumented app',
		);
	}
}

/** A bare value needs no schema, and is what most scorers give. */
function isShare(result: unknown): result is number {
	return typeof result === 'number' && result >= 0 && result <= 1;
}

function parseResult<Schema extends z.ZodType>(
	schema: Schema,
	result: unknown,
	expected: string,
): z.output<Schema> {
	const parsed = schema.safeParse(result);
	if (parsed.success) return parsed.data;
	throw new TypeError(`it returned ${messageOf(result ?? String(result))}; expected ${expected}`);
}

/** Works inside a new span, which the work ends: a wrapper that waited for it would cost a promise for each grade. */
function inSpan<Result>(
	name: string,
	{ tracer, parent }: Grading,
	work: (span: Span) => Promise<Result>,
): Promise<Result> {
	const span = tracer.startSpan(name, { kind: SpanKind.INTERNAL }, parent);
	return context.with(trace.setSpan(parent, span), work, undefined, span);
}

/** Marks a span's operation as failed. */
export function fail(span: Span, error: unknown): void {
	span.setAttribute(Attr.errorType, errorType(error));
	span.setStatus({ code: SpanStatusCode.ERROR, message: messageOf(error) });
}

/** The class of a failure, for `error.type`. */
export function errorType(error: unknown): string {
	// An error without a name would leave a record that no reader takes.
	return error instanceof Error ? String(error.name) || 'Error' : typeof error;
}
