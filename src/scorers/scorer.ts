import type { z } from 'zod';
import type { Evidence } from '../model/evidence.ts';
import type { Question } from '../model/question.ts';
import type { Grade } from '../model/trial.ts';

/** Grades the quality of one answer; throws when it cannot, which is recorded as `errored`, never as 0. */
export interface Scorer {
	/** What it does and how, as a version: a change that can change a value raises it. */
	readonly version: string;
	/** What the scorer lacks on this question, or nothing; asked at load time, before any target call. */
	lacks?(question: Question): string | undefined;
	/** Loads what it needs before the first trial, so that no answer's latency pays for it. */
	prepare?(): Promise<void>;
	/** true when it reads the target's spans, so that a trial waits for those of another process. */
	readonly needsSpans?: boolean;
	/** Gives a value in [0, 1] with its reason. */
	score(evidence: Evidence, context: { signal: AbortSignal }): Grade | Promise<Grade>;
}

/** A kind of scorer by its `use:` name: the schema of its options and how one is made from them. */
export interface ScorerKind<Options extends z.ZodType = z.ZodType> {
	readonly options: Options;
	create(options: z.output<Options>, context: { folder: string }): Scorer | Promise<Scorer>;
}

/** Ties a kind's options to its factory, so that `create` sees their parsed type. */
export function scorerKind<Options extends z.ZodType>(kind: ScorerKind<Options>): ScorerKind<Options> {
	return kind;
}
