import type { z } from 'zod';
import type { GraderStart } from '../judges/endpoint.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Question } from '../model/question.ts';
import type { CheckKind, Judgement, Spend } from '../model/trial.ts';

/** What a check is told with each answer. */
interface CheckContext {
	/** Aborts when the judgement is no longer waited for. */
	readonly signal: AbortSignal;
	/** Tells what a call of a model used; for checks that `spends` says it of. */
	readonly spend: Spend;
}

/** What a check's factory is told besides its options. */
interface CheckSetting {
	/** The suite's folder, against which paths stand. */
	readonly folder: string;
}

/** Judges one answer against a policy or a hazard; throws when it cannot, which is recorded as `errored`. */
export interface Check {
	/** What it does and how, as a version: a change that can change a judgement raises it. */
	readonly version: string;
	readonly kind: CheckKind;
	/** What the check lacks on this question, or nothing; asked at load time, before any target call. */
	lacks?(question: Question): string | undefined;
	/** Loads what it needs before the first trial, so that no answer's latency pays for it. */
	prepare?(start: GraderStart): Promise<void>;
	/** true when it reads the target's spans; without any it throws. */
	readonly needsSpans?: boolean;
	/** true when it only computes: it asks nobody and starts no span, so it needs no context of its own. */
	readonly isPure?: true;
	/** true when it asks a model: its tokens and cost are then counted, apart from the target's. */
	readonly spends?: boolean;
	check(evidence: Evidence, context: CheckContext): Judgement | Promise<Judgement>;
	/** Ends what it opened: its connections. */
	close?(): Promise<void>;
}

/** A kind of check by its `use:` name: the schema of its options and how one is made from them. */
export interface CheckKindDefinition<Options extends z.ZodType = z.ZodType> {
	readonly options: Options;
	create(options: z.output<Options>, setting: CheckSetting): Check | Promise<Check>;
}

/** Ties a kind's options to its factory, so that `create` sees their parsed type. */
export function checkKind<Options extends z.ZodType>(
	definition: CheckKindDefinition<Options>,
): CheckKindDefinition<Options> {
	return definition;
}
