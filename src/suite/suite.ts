import type { Check } from '../checks/check.ts';
import type { Prices } from '../llm/prices.ts';
import type { AttributeValue, Question } from '../model/question.ts';
import type { Run } from '../model/run.ts';
import type { Scorer } from '../scorers/scorer.ts';
import type { TargetKind } from '../targets/target.ts';
import type { QuestionSet } from './question-set.ts';

/** A scorer of a suite under the metric's name that it fills. */
export interface SuiteScorer {
	readonly name: string;
	readonly use: string;
	readonly threshold: number;
	/** How much it counts in a weighted mean; 1 where the suite says nothing. */
	readonly weight?: number | undefined;
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
	/** The weighted mean at which a trial passes; without one every score must reach its own threshold. */
	readonly passThreshold?: number | undefined;
	readonly targets: ReadonlyMap<string, SuiteTarget>;
	readonly attributes: Readonly<Record<string, AttributeValue>>;
	/** What models cost; without any, an answer's cost is what it reports. */
	readonly prices: Prices | undefined;
	/** Absolute path of the gate file, when the suite names one. */
	readonly gateFile: string | undefined;
	/** What the record keeps of the suite's definition: all but the questions. */
	readonly snapshot: unknown;
}

/** A suite's scorers and checks as its runs record them. */
export function gradersOf({ scorers, checks }: Pick<Suite, 'scorers' | 'checks'>) {
	const identity = ({ name, use }: SuiteScorer | SuiteCheck, { version, spends }: Scorer | Check) => ({
		name,
		use,
		version,
		...(spends && { spends }),
	});
	return {
		scorers: scorers.map((entry) => identity(entry, entry.scorer)),
		checks: checks.map((entry) => ({
			...identity(entry, entry.check),
			kind: entry.check.kind,
			apply: entry.apply,
		})),
	} satisfies Pick<Run, 'scorers' | 'checks'>;
}

/** The checks that judge a question. */
export function checksFor(suite: Pick<Suite, 'checks'>, question: Question): readonly SuiteCheck[] {
	return suite.checks.filter(({ apply, name }) => apply === 'all' || question.policies?.includes(name));
}
