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
	const { scorer, name } = entry;
	const identity = { scorer: name, version: scorer.version };
	if (evidence.question.skip?.includes(name)) {
		return { status: 'skipped', ...identity, reason: 'the question lists this scorer under `skip`' };
	}
	const threshold = thresholdOf(evidence.question, entry);
	return inSpan(SpanName.evaluate(name), scorer, grading, (span) => {
		const spending = spendingOf(scorer);
		span.setAttribute(Attr.scorerVersion, scorer.version);
		return outcomeOf<unknown, Score>(span, {
			work() {
				assertSpans(scorer, evidence);
				return withDeadline(`scorer "${name}"`, grading.timeoutMs, (given) =>
					scorer.score(evidence, new GraderCall(given, spending.spend)),
				);
			},
			done(result) {
				const { value, reason } = gradeOf(result);
				const passed = value >= threshold;
				span.setAttribute(Attr.scorePassed, passed);
				span.addEvent(EventName.evaluationResult, {
					[Attr.evaluationName]: name,
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
			},
			failed(error) {
				fail(span, error);
				span.addEvent(EventName.evaluationResult, {
					[Attr.evaluationName]: name,
					[Attr.errorType]: errorType(error),
				});
				const spent = spending.end(span, error instanceof TimeoutError);
				return { status: 'errored', ...identity, error: messageOf(error), ...spent };
			},
		});
	});
}

/** Judges an answer inside a `check` span; a check that throws, or returns no judgement, is `errored`. */
export function judge(entry: SuiteCheck, evidence: Evidence, grading: Grading): Finding | Promise<Finding> {
	const { check, name } = entry;
	const { version, kind } = check;
	const identity = { check: name, version, kind };
	return inSpan(SpanName.check(name), check, grading, (span) => {
		const spending = spendingOf(check);
		span.setAttributes({ [Attr.checkVersion]: version, [Attr.checkKind]: kind });
		return outcomeOf<unknown, Finding>(span, {
			work() {
				assertSpans(check, evidence);
				return withDeadline(`check "${name}"`, grading.timeoutMs, (given) =>
					check.check(evidence, new GraderCall(given, spending.spend)),
				);
			},
			done(result) {
				const judgement = isOk(result)
					? ok
					: parseResult(
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
			},
			failed(error) {
				fail(span, error);
				span.setAttribute(Attr.checkStatus, 'errored');
				const spent = spending.end(span, error instanceof TimeoutError);
				return { status: 'errored', ...identity, error: messageOf(error), ...spent };
			},
		});
	});
}

interface Grades<Result, Grade> {
	work(): Result | Promise<Result>;
	/** What a result is worth; what it throws is a failure of the work. */
	done(result: Result): Grade;
	failed(error: unknown): Grade;
}

/**
 * The grade of some work, whose span then ends: at once when the work is done at once, as most of it is, since a
 * promise for each grade costs as much as many of them.
 */
function outcomeOf<Result, Grade>(
	span: Span,
	{ work, done, failed }: Grades<Result, Grade>,
): Grade | Promise<Grade> {
	const ended = (grade: () => Grade): Grade => {
		try {
			return grade();
		} catch (error) {
			return failed(error);
		} finally {
			span.end();
		}
	};
	let result: Result | Promise<Result>;
	try {
		result = work();
	} catch (error) {
		return ended(() => failed(error));
	}
	if (!(result instanceof Promise)) return ended(() => done(result as Result));
	return result.then(
		(value) => ended(() => done(value)),
		(error: unknown) => ended(() => failed(error)),
	);
}

/** Refuses to judge by spans that never came: "not recorded" must not read as "did not happen". */
function assertSpans({ needsSpans }: { readonly needsSpans?: boolean }, evidence: Evidence): void {
	// Of two spans one at least is the app's, and looking for it takes time.
	if (needsSpans && evidence.spans.length < 2 && appSpans(evidence.spans).length === 0) {
		throw new SpangateError(
			'unmeasured',
			'it needs the spans of the target, and none came; an http or command target needs `spans: true` and an instrumented app',
		);
	}
}

/** A bare value needs no schema. */
function gradeOf(result: unknown): z.output<typeof GradeShape> {
	if (typeof result === 'number' && result >= 0 && result <= 1) return { value: result };
	return parseResult(GradeShape, result, 'a number from 0 to 1, or { value, reason }');
}

/** What nearly every check gives: nothing else in it, or the schema would have to say so. */
function isOk(result: unknown): boolean {
	if (typeof result !== 'object' || result === null || !Object.hasOwn(result, 'status')) return false;
	return (result as { status: unknown }).status === 'ok' && Object.keys(result).length === 1;
}
const ok: { readonly status: 'ok' } = { status: 'ok' };

function parseResult<Schema extends z.ZodType>(
	schema: Schema,
	result: unknown,
	expected: string,
): z.output<Schema> {
	const parsed = schema.safeParse(result);
	if (parsed.success) return parsed.data;
	throw new TypeError(`it returned ${messageOf(result ?? String(result))}; expected ${expected}`);
}

/** Works inside a new span, which the work ends; a context, which takes its time, is for who may start spans below it. */
function inSpan<Result>(
	name: string,
	{ isPure }: { readonly isPure?: true },
	{ tracer, parent }: Grading,
	work: (span: Span) => Result,
): Result {
	const span = tracer.startSpan(name, { kind: SpanKind.INTERNAL }, parent);
	if (isPure) return work(span);
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
