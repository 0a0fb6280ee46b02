import type { z } from 'zod';
import type { GraderStart } from '../judges/endpoint.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Question } from '../model/question.ts';
import type { Grade, Spend } from '../model/trial.ts';

/** What a scorer is told with each answer. */
interface ScorerContext {
	/** Aborts when the grade is no longer waited for. */
	readonly signal: AbortSignal;
	/** Tells what a call of a model used; for scorers that `spends` says it of. */
	readonly spend: Spend;
}

/** What a scorer's factory is told besides its options. */
interface ScorerSetting {
	/** The suite's folder, against which paths stand. */
	readonly folder: string;
}

/** Grades the quality of one answer; throws when it cannot, which is recorded as `errored`, never as 0. */
export interface Scorer {
	/** What it does and how, as a version: a change that can change a value raises it. */
	readonly version: string;
	/** What the scorer lacks on this question, or nothing; asked at load time, before any target call. */
	lacks?(question: Question): string | undefined;
	/** Loads what it needs before the first trial, so that no answer's latency pays for it. */
	prepare?(start: GraderStart): Promise<void>;
	/** true when it reads the target's spans, so that a trial waits for those of another process. */
	readonly needsSpans?: boolean;
	/** true when it only computes: it asks nobody and starts no span, so it needs no context of its own. */
	readonly isPure?: true;
	/** true when it asks a model: its tokens and cost are then counted, apart from the target's. */
	readonly spends?: boolean;
	/** Gives a value in [0, 1] with its reason. */
	score(evidence: Evidence, context: ScorerContext): Grade | Promise<Grade>;
	/** Ends what it opened: its connections. */
	close?(): Promise<void>;
}

/** A kind of scorer by its `use:` name: the schema of its options and how one is made from them. */
export interface ScorerKind<Options extends z.ZodType = z.ZodType> {
	readonly options: Options;
	create(options: z.output<Options>, setting: ScorerSetting): Scorer | Promise<Scorer>;
}

/** Ties a kind's options to its factory, so that `create` sees their parsed type. */
export function scorerKind<Options extends z.ZodType>(kind: ScorerKind<Options>): ScorerKind<Options> {
	return kind;
}
