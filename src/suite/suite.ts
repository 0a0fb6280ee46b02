import type { Check } from '../checks/check.ts';
import type { ContentMode } from '../model/content.ts';
import type { AttributeValue, Question } from '../model/question.ts';
import type { Scorer } from '../scorers/scorer.ts';
import type { TargetKind } from '../targets/target.ts';
import type { QuestionSet } from './question-set.ts';

/** A scorer of a suite under the metric's name that it fills. */
export interface SuiteScorer {
	readonly name: string;
	readonly use: string;
	readonly threshold: number;
	readonly scorer: Scorer;
}

/** A check of a suite; `listed` ones judge only the questions that name them. */
export interface SuiteCheck {
	readonly name: string;
	readonly use: string;
	readonly apply: 'all' | 'listed';
	readonly check: Check;
}

/** A target that can be opened. */
export interface SuiteTarget {
	readonly name: string;
	readonly use: string;
	readonly revision: string | undefined;
	readonly kind: TargetKind;
	readonly options: unknown;
}

/** A golden set with all that a run needs of it, validated. */
export interface Suite {
	readonly name: string;
	readonly folder: string;
	/** sha256 over scorers, checks and questions: two runs with the same digest can be compared. */
	readonly digest: string;
	readonly questions: QuestionSet;
	readonly scorers: readonly SuiteScorer[];
	readonly checks: readonly SuiteCheck[];
	readonly targets: ReadonlyMap<string, SuiteTarget>;
	readonly attributes: Readonly<Record<string, AttributeValue>>;
	/** How much of the content its records hold at most. */
	readonly content: ContentMode;
	/** Environment variables that it says hold credentials. */
	readonly secretEnv: readonly string[];
	/** Absolute path of the gate file, when the suite names one. */
	readonly gateFile: string | undefined;
	/** What the record keeps of the suite's definition: all but the questions. */
	readonly snapshot: unknown;
}

/** The checks that judge a question. */
export function checksFor(suite: Pick<Suite, 'checks'>, question: Question): readonly SuiteCheck[] {
	return suite.checks.filter(({ apply, name }) => apply === 'all' || question.policies?.includes(name));
}
