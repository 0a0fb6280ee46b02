import {
	type Context,
	type Link,
	propagation,
	ROOT_CONTEXT,
	type Span,
	SpanKind,
	type Tracer,
	trace,
} from '@opentelemetry/api';
import type { Question } from '../model/question.ts';
import { type Finding, type Score, type Trial, trialPasses } from '../model/trial.ts';
import { recordedTrial } from '../record/trial-content.ts';
import { passOf, thresholdOf } from '../suite/passing.ts';
import { checksFor, type Suite } from '../suite/suite.ts';
import { Attr, SpanName } from '../telemetry/names.ts';
import type { RunSpans } from '../telemetry/run-spans.ts';
import type { TrialSpans } from '../telemetry/trial-spans.ts';
import type { AnswerCache } from './answer-cache.ts';
import type { Asking } from './ask.ts';
import { TrialEvidence } from './evidence.ts';
import { evaluate, judge } from './grade.ts';
import { askOrRecall } from './recall.ts';
import { withReported } from './reported.ts';
import { describeAbandoned, describeTrial } from './root-attributes.ts';
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
	/** true when apps in other processes may send spans of its traces. */
	readonly receiving: boolean;
	/** Where answers are taken from, and kept; without one every question is asked. */
	readonly cache?: AnswerCache | undefined;
}

/** A trial whose scores and findings are there. */
export interface Graded {
	readonly trial: Trial;
	/** Ends its trace and hands it to the record; resolves when it is on disk, with its spans. */
	record(): Promise<void>;
	/** Ends its trace as that of a trial that does not count, since the question is asked again by a later process. */
	abandon(): void;
}

/**
 * One question asked once inside its own trace: first it is asked, then, when its app's spans have come, graded.
 * A target, scorer or check that fails is a value in the trial, never an exception.
 */
export class TrialUnderWay {
	readonly #question: Question;
	readonly #repeat: number;
	readonly #run: TrialContext;
	readonly #startedAt = timestamp();
	readonly #spans: TrialSpans;
	readonly #root: Span;
	readonly #parent: Context;
	#asking: Asking | undefined;

	constructor(question: Question, repeat: number, run: TrialContext) {
		this.#question = question;
		this.#repeat = repeat;
		this.#run = run;
		this.#spans = run.spans.open();
		// What spangate itself makes in the trace is no evidence, and never late.
		const base = run.spans.enter(ROOT_CONTEXT);
		this.#root = run.tracer.startSpan(
			SpanName.question,
			{ root: true, kind: SpanKind.INTERNAL, links: [run.runLink] },
			base,
		);
		if (run.receiving) run.spans.expect(this.#root.spanContext().traceId, this.#spans);
		this.#parent = propagation.setBaggage(
			trace.setSpan(base, this.#root),
			propagation.createBaggage({
				[Attr.runId]: { value: run.runId },
				[Attr.questionId]: { value: question.id },
			}),
		);
	}

	/** Asks the target. Gives the wait for its app's spans, when they come from another process, else nothing. */
	async ask(): Promise<(() => Promise<void>) | undefined> {
		const asking = await askOrRecall(
			this.#question,
			this.#repeat,
			this.#run,
			this.#spans.enter(this.#parent),
		);
		this.#asking = asking;
		const { spans: wait } = this.#run.target;
		if (wait === undefined || asking.result === 'failed' || asking.answer.cached) return undefined;
		return async () => {
			const came = await this.#spans.settled(asking.spanId, wait);
			if (!came) this.#run.spans.countUnanswered();
		};
	}

	/** Grades the answer; the trial counts once it is recorded. */
	async grade(): Promise<Graded> {
		if (this.#asking === undefined) throw new Error('a trial is graded after it was asked');
		const run = this.#run;
		const question = this.#question;
		const { traceId } = this.#root.spanContext();
		const { hasAppSpans } = this.#spans;
		const readSpans = this.#spans.close();
		const asking = hasAppSpans ? withReported(this.#asking, readSpans(), run.suite.prices) : this.#asking;
		let scores: Score[];
		let findings: Finding[] = [];
		if (asking.result === 'answered') {
			const evidence = new TrialEvidence(question, asking.answer, readSpans);
			const grading = { tracer: run.tracer, parent: this.#parent, timeoutMs: run.timeoutMs };
			// All begin before the first is waited for; none of them rejects.
			const scoring = run.suite.scorers.map((entry) => evaluate(entry, evidence, grading));
			const judging = checksFor(run.suite, question).map((entry) => judge(entry, evidence, grading));
			scores = await allOf(scoring);
			findings = await allOf(judging);
		} else {
			scores = run.suite.scorers.map((entry) => zeroScore(entry, question));
		}
		const pass = passOf(question, run.suite);
		const shared = {
			runId: run.runId,
			questionId: question.id,
			repeat: this.#repeat,
			input: question.input,
			tags: question.tags,
			...(question.cluster !== undefined && { cluster: question.cluster }),
			scores,
			findings,
			...(pass !== undefined && { pass }),
			passed: trialPasses({ result: asking.result, scores, findings, pass }),
			traceId,
			startedAt: this.#startedAt,
		};
		const trial: Trial =
			asking.result === 'answered'
				? {
						...shared,
						result: 'answered',
						answer: asking.answer,
						...(asking.answer.latencyMs !== undefined && { latencyMs: asking.answer.latencyMs }),
						...(asking.answer.costUsd !== undefined && { costUsd: asking.answer.costUsd }),
					}
				: {
						...shared,
						result: 'failed',
						error: asking.error,
						...(asking.latencyMs !== undefined && { latencyMs: asking.latencyMs }),
						...(asking.costUsd !== undefined && { costUsd: asking.costUsd }),
					};
		const recorded = recordedTrial(trial, run.spans.redactor);
		return {
			trial: recorded,
			record: () => {
				describeTrial(this.#root, trial, question, run);
				this.#root.end();
				return run.spans.commit(recorded, this.#spans);
			},
			abandon: () => {
				describeAbandoned(this.#root, trial, run);
				this.#root.end();
				run.spans.abandon(traceId, this.#spans);
			},
		};
	}
}

let lastMs = 0;
let lastTimestamp = '';

/** The time in ISO 8601; many trials start in one millisecond, and writing it takes longer than looking. */
function timestamp(): string {
	const now = Date.now();
	if (now !== lastMs) {
		lastMs = now;
		lastTimestamp = new Date(now).toISOString();
	}
	return lastTimestamp;
}

/** All of them, at once when none has to be waited for. */
function allOf<Value>(values: (Value | Promise<Value>)[]): Value[] | Promise<Value[]> {
	return values.some((value) => value instanceof Promise) ? Promise.all(values) : (values as Value[]);
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
