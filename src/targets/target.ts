import { z } from 'zod';
import type { Circuit } from '../calls/circuit.ts';
import type { Problems } from '../config/problems.ts';
import type { Asked, Question } from '../model/question.ts';
import { strict } from '../model/strict.ts';
import type { SpanWait } from '../telemetry/trial-spans.ts';

const SpanWaitOptions = strict({
	quietMs: z
		.int()
		.min(0)
		.max(60_000)
		// Half as long again as the 100 ms between two batches of the SDKs in an app that spangate started.
		.default(150)
		.describe('Milliseconds without a new span, once the app’s first has come, that end the wait'),
	timeoutMs: z
		.int()
		.min(1)
		.max(600_000)
		.default(10_000)
		.describe('The longest wait for the spans of one answer, in milliseconds'),
});

/** The option `spans` of the targets that run in another process: whether, and how long, their spans are waited for. */
export const SpansOption = z
	.union([z.boolean(), SpanWaitOptions], 'expected true, or {quietMs, timeoutMs} in whole milliseconds')
	.default(false)
	.describe('Wait for the app’s own spans, sent over OTLP to spangate');

/** What the option `spans` asks for; undefined when nothing is waited for. */
export function spanWait(option: z.output<typeof SpansOption>): SpanWait | undefined {
	if (option === false) return undefined;
	return option === true ? SpanWaitOptions.parse({}) : option;
}

/** What a target is told with each question. */
export interface AnswerContext {
	/** Aborts when the answer is no longer waited for. */
	readonly signal: AbortSignal;
	/** Which repeat of the question it is, from 0. */
	readonly repeat: number;
	/**
	 * Starts the clock of `latencyMs` anew: called by a target that has to wait for a connection or a process of its
	 * own first, at the moment when the question is handed over. Without it the clock runs from the call.
	 */
	handedOver(): void;
	/**
	 * Says that the answer was made at another time: how long it took then, in milliseconds, or nothing when nobody knows.
	 * How long this call takes is then no latency of the system's.
	 */
	took(latencyMs: number | undefined): void;
	/** Counts that the question is asked once more, of an answer that says how often that was. */
	retried?(): void;
	/**
	 * Stops the clock of the time-out while the target only waits for its turn to ask; what it gives lets that run on.
	 */
	waiting?(): () => void;
}

/** What is going to be asked of a target. */
interface AskedPlan {
	readonly questions: Iterable<Pick<Question, 'id'>>;
	/** How often each of them is asked. */
	readonly repeats: number;
}

/** The system under test: one method, asked once a trial inside the trial's active trace context. */
export interface Target {
	/** Gives an answer's text, or a TargetAnswer; the runner validates it. Throws when the system failed. */
	answer(asked: Asked, context: AnswerContext): unknown;
	/** Told before the first trial what is going to be asked; throws when that could not be answered. */
	prepare?(plan: AskedPlan): Promise<void> | void;
	/** Tells when it is plainly down, so that no further question is asked; without one, every question is. */
	readonly circuit?: Circuit;
	/** Ends what the target started: its process, its connections. */
	close?(): Promise<void> | void;
}

/** What a target's factory is told besides its options. */
export interface TargetContext {
	/** The target's name in the suite. */
	readonly name: string;
	/** The suite's folder, against which paths stand. */
	readonly folder: string;
	/** Where an app in another process can send its spans (OTLP/HTTP), when spangate listens for them. */
	readonly otlpEndpoint: string | undefined;
	readonly signal: AbortSignal;
}

/** A kind of target by its `use:` name: the schema of its options and how one is opened. */
export interface TargetKind<Options extends z.ZodType = z.ZodType> {
	readonly options: Options;
	/** Files (relative to the suite) that must exist, by the option that names each; checked before anything runs. */
	files?(options: z.output<Options>): Readonly<Record<string, string>>;
	/** What of the environment an answer depends on, beside the options; it goes into a digest and nowhere else. */
	environment?(options: z.output<Options>): unknown;
	/** Adds what is wrong with its files for these questions, without asking anybody: what `validate` tells. */
	inspect?(
		options: z.output<Options>,
		given: { readonly folder: string; readonly plan: AskedPlan; readonly problems: Problems },
	): void;
	/** What is wrong with the options that their schema cannot tell; undefined when nothing is. */
	problem?(options: z.output<Options>): Promise<string | undefined>;
	/** The `gen_ai` span kind: CLIENT for a call that leaves the process. */
	readonly remote: boolean;
	/** How long the target's own spans are waited for, when they come from another process over OTLP. */
	spans?(options: z.output<Options>): SpanWait | undefined;
	open(options: z.output<Options>, context: TargetContext): Promise<Target>;
}

/** Ties a kind's options to its factory, so that `open` sees their parsed type. */
export function targetKind<Options extends z.ZodType>(kind: TargetKind<Options>): TargetKind<Options> {
	return kind;
}
