import type { z } from 'zod';
import type { Asked } from '../model/question.ts';

/** The system under test: one method, asked once a trial inside the trial's active trace context. */
export interface Target {
	/** Gives an answer's text, or a TargetAnswer; the runner validates it. Throws when the system failed. */
	answer(asked: Asked, context: { signal: AbortSignal }): unknown;
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
	/** Files (relative to the suite) that must exist, checked before anything runs. */
	files?(options: z.output<Options>): readonly string[];
	/** The `gen_ai` span kind: CLIENT for a call that leaves the process. */
	readonly remote: boolean;
	/** true when the target's own spans come from another process over OTLP. */
	sendsSpans?(options: z.output<Options>): boolean;
	/** The longest wait for the app's spans after an answer, in milliseconds. */
	spansTimeoutMs?(options: z.output<Options>): number;
	open(options: z.output<Options>, context: TargetContext): Promise<Target>;
}

/** Ties a kind's options to its factory, so that `open` sees their parsed type. */
export function targetKind<Options extends z.ZodType>(kind: TargetKind<Options>): TargetKind<Options> {
	return kind;
}
