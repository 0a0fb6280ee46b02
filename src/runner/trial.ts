import {
	type Context,
	context,
	type Link,
	propagation,
	SpanKind,
	type Tracer,
	trace,
} from '@opentelemetry/api';
import { messageOf } from '../errors.ts';
import type { Answer } from '../model/evidence.ts';
import { deepFreeze } from '../model/freeze.ts';
import type { Asked, Question } from '../model/question.ts';
import { type Finding, type Score, type Trial, trialPasses } from '../model/trial.ts';
import { checksFor, type Suite } from '../suite/suite.ts';
import { Attr, SpanName } from '../telemetry/names.ts';
import type { RunSpans } from '../telemetry/run-spans.ts';
import { describeAnswer, InvalidAnswerError, parseAnswer } from './answer.ts';
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

type Asking =
	| { readonly result: 'answered'; readonly answer: Answer }
	| {
			readonly result: 'failed';
			readonly error: { type: string; message: string };
			readonly latencyMs: number;
			readonly costUsd: number | undefined;
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
		passed: trialPasses({ result: asking.result, scores, findings }),
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
			: {
					...shared,
					result: 'failed',
					error: asking.error,
					latencyMs: asking.latencyMs,
					...(asking.costUsd !== undefined && { costUsd: asking.costUsd }),
				};
	describeTrial(root, trial, question, run);
	root.end();
	await run.spans.commit(trial);
	return trial;
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
			costUsd: error instanceof InvalidAnswerError ? error.costUsd : undefined,
		};
	}
}
