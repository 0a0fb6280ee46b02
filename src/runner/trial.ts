import {
	type Context,
	context,
	type Link,
	propagation,
	type Span,
	SpanKind,
	type Tracer,
	trace,
} from '@opentelemetry/api';
import { z } from 'zod';
import { messageOf } from '../errors.ts';
import { type Answer, TargetAnswer } from '../model/evidence.ts';
import { deepFreeze } from '../model/freeze.ts';
import type { Asked, Question } from '../model/question.ts';
import type { Finding, Score, Trial } from '../model/trial.ts';
import { checksFor, type Suite } from '../suite/suite.ts';
import { Attr, SpanName } from '../telemetry/names.ts';
import type { RunSpans } from '../telemetry/run-spans.ts';
import { withDeadline } from './deadline.ts';
import { errorType, evaluate, fail, judge, thresholdOf } from './grade.ts';
import { describeTrial } from './root-attributes.ts';
import type { OpenTarget } from './target.ts';

/** What every trial of a run shares. */
export interface TrialContext {
	readonly runId: string;
	readonly suite: Suite;
	readonly target: OpenTarget;
	readonly tracer: Tracer;
	readonly spans: RunSpans;
	/** Links each question's root to the run's span, never the other way. */
	readonly runLink: Link;
	readonly timeoutMs: number;
}

/** The failure of a target that returned something that is no answer. */
class InvalidAnswerError extends Error {
	override readonly name = 'InvalidAnswerError';
}

type Asking =
	| { readonly result: 'answered'; readonly answer: Answer }
	| {
			readonly result: 'failed';
			readonly error: { type: string; message: string };
			readonly latencyMs: number;
	  };

/**
 * Asks a question once inside its own trace, grades the answer, and gives the trial; it is on disk, with its
 * spans, when this resolves. A target, scorer or check that fails is a value in the trial, never an exception.
 */
export async function runTrial(question: Question, repeat: number, run: TrialContext): Promise<Trial> {
	const startedAt = new Date().toISOString();
	const base = run.spans.enter(context.active());
	const root = run.tracer.startSpan(
		SpanName.question,
		{ root: true, kind: SpanKind.INTERNAL, links: [run.runLink] },
		base,
	);
	const { traceId } = root.spanContext();
	run.spans.open(traceId);
	const parent = propagation.setBaggage(
		trace.setSpan(base, root),
		propagation.createBaggage({
			[Attr.runId]: { value: run.runId },
			[Attr.questionId]: { value: question.id },
		}),
	);

	const asking = await ask(question, run, parent);
	let scores: Score[];
	let findings: Finding[] = [];
	if (asking.result === 'answered') {
		// Every scorer and check sees this one, and the record keeps parts of it.
		const evidence = deepFreeze({ question, answer: asking.answer, spans: run.spans.evidence(traceId) });
		const grading = { tracer: run.tracer, parent, timeoutMs: run.timeoutMs };
		[scores, findings] = await Promise.all([
			Promise.all(run.suite.scorers.map((entry) => evaluate(entry, evidence, grading))),
			Promise.all(checksFor(run.suite, question).map((entry) => judge(entry, evidence, grading))),
		]);
	} else {
		scores = run.suite.scorers.map((entry) => zeroScore(entry, question));
	}

	const shared = {
		runId: run.runId,
		questionId: question.id,
		repeat,
		input: question.input,
		tags: question.tags,
		...(question.cluster !== undefined && { cluster: question.cluster }),
		scores,
		findings,
		passed: asking.result === 'answered' && passes(scores, findings),
		traceId,
		startedAt,
	};
	const trial: Trial =
		asking.result === 'answered'
			? {
					...shared,
					result: 'answered',
					answer: asking.answer,
					latencyMs: asking.answer.latencyMs,
					...(asking.answer.costUsd !== undefined && { costUsd: asking.answer.costUsd }),
				}
			: { ...shared, result: 'failed', error: asking.error, latencyMs: asking.latencyMs };
	describeTrial(root, trial, question, run);
	root.end();
	await run.spans.commit(trial);
	return trial;
}

/** A trial passes when every score reached its threshold, none is errored, and nothing is violated. */
function passes(scores: readonly Score[], findings: readonly Finding[]): boolean {
	return (
		scores.every((score) => score.status === 'skipped' || (score.status === 'scored' && score.passed)) &&
		findings.every(({ status }) => status === 'ok')
	);
}

/** A failed trial scores 0 with every scorer that would have graded it. */
function zeroScore(entry: Suite['scorers'][number], question: Question): Score {
	const identity = { scorer: entry.name, version: entry.scorer.version };
	if (question.skip?.includes(entry.name)) {
		return { status: 'skipped', ...identity, reason: 'the question lists this scorer under `skip`' };
	}
	const threshold = thresholdOf(question, entry);
	return { status: 'scored', ...identity, value: 0, threshold, passed: false, reason: 'the target failed' };
}

/** Asks the target inside its client span; the clock runs from the call to its result. */
async function ask(question: Question, run: TrialContext, parent: Context): Promise<Asking> {
	const { target } = run;
	const kind = target.remote ? SpanKind.CLIENT : SpanKind.INTERNAL;
	const span = run.tracer.startSpan(SpanName.invokeAgent(target.name), { kind }, parent);
	span.setAttributes({ [Attr.operation]: 'invoke_agent', [Attr.agentName]: target.name });
	const asked: Asked = {
		id: question.id,
		input: question.input,
		...(question.attributes && { attributes: question.attributes }),
	};
	const started = performance.now();
	try {
		const result = await context.with(trace.setSpan(parent, span), () =>
			withDeadline(`target "${target.name}"`, run.timeoutMs, (signal) => target.answer(asked, { signal })),
		);
		const latencyMs = performance.now() - started;
		const answer: Answer = { ...parseAnswer(result), latencyMs };
		describeAnswer(span, answer);
		span.end();
		if (target.spansTimeoutMs !== undefined) {
			const { traceId, spanId } = span.spanContext();
			await run.spans.awaitChild(traceId, spanId, target.spansTimeoutMs);
		}
		return { result: 'answered', answer };
	} catch (error) {
		fail(span, error);
		span.end();
		return {
			result: 'failed',
			error: { type: errorType(error), message: messageOf(error) },
			latencyMs: performance.now() - started,
		};
	}
}

function parseAnswer(result: unknown): TargetAnswer {
	const parsed = TargetAnswer.safeParse(typeof result === 'string' ? { output: result } : result);
	if (parsed.success) return parsed.data;
	throw new InvalidAnswerError(`the target returned no answer: ${z.prettifyError(parsed.error)}`);
}

function describeAnswer(span: Span, answer: Answer): void {
	if (answer.model !== undefined) span.setAttribute(Attr.responseModel, answer.model);
	if (answer.finishReason !== undefined) span.setAttribute(Attr.finishReasons, [answer.finishReason]);
	if (answer.usage !== undefined) {
		span.setAttributes({
			[Attr.inputTokens]: answer.usage.inputTokens,
			[Attr.outputTokens]: answer.usage.outputTokens,
		});
	}
	if (answer.costUsd !== undefined) span.setAttribute(Attr.costUsd, answer.costUsd);
	if (answer.promptVersion !== undefined) span.setAttribute(Attr.promptVersion, answer.promptVersion);
}
