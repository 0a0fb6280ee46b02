import type { Answer } from './answer.ts';
import type { Metric, Metrics } from './metric.ts';
import type { Run } from './run.ts';

/** A rule's outcome; the worst one decides: pass < inconclusive < fail. */
export type Outcome = 'pass' | 'inconclusive' | 'fail';

/** One rule's outcome with the numbers that it rests on and the sentence that a person reads. */
export interface RuleResult {
	readonly id: string;
	readonly metric: string;
	/** The rule as it is written, e.g. `value >= 0.85`. */
	readonly check: string;
	readonly tier: 'critical' | 'advisory';
	readonly outcome: Outcome;
	/** How the numbers were judged, by its textbook name, e.g. `Clopper-Pearson`. */
	readonly method: string;
	/**
	 * What was judged, in the terms of the limit: the metric; of a rule that compares, candidate minus baseline (a
	 * margin that is a ratio: candidate over baseline); of a rule on the bounds of a count of violations, their rate.
	 */
	readonly observed?: number;
	/** One-sided 1 − α confidence bounds of what was observed; absent where there is none on that side. */
	readonly lower?: number;
	readonly upper?: number;
	/** The one-sided error that each bound may have. */
	readonly alpha?: number;
	readonly limit?: number;
	/** Trials (or pairs) that the observed number rests on. */
	readonly samples: number;
	/** Questions that the bounds rest on: repeats of a question are no new evidence. */
	readonly questions?: number;
	/** Groups of questions that share a source of error, where the rule says what groups them. */
	readonly clusters?: number;
	/** Questions that were left out of the pairs, and why. */
	readonly dropped?: { readonly questions: number; readonly why: string };
	/** The true distance from the limit, in the terms of `observed`, that so many questions would show four times in five. */
	readonly detectable?: number;
	/** About so many more questions would settle what is inconclusive, if what was seen stays so (even odds). */
	readonly needed?: number;
	/** What they would settle it as. */
	readonly settledAs?: 'pass' | 'fail';
	/** p of the hypothesis that it is no worse than the limit; adjusted where slices are searched. */
	readonly pValue?: number;
	/** The slice of the questions that is judged, `key=value`. */
	readonly slice?: string;
	readonly waiver?: WaiverResult;
	readonly reason: string;
	/** For a rule on violations: the questions that broke it. */
	readonly offences?: readonly Offence[];
}

/** A waiver of a rule, and whether it stands in for the rule at the time of the verdict. */
export interface WaiverResult {
	readonly until: string;
	readonly by: string;
	readonly reason: string;
	/** The limit that holds meanwhile, as it is written. */
	readonly limit: string;
	readonly state: 'in force' | 'expired';
	/** true when the rule passes by the waiver’s limit alone. */
	readonly used: boolean;
}

/** A question that violated a check, with the trace to look at. */
export interface Offence {
	readonly questionId: string;
	readonly traceId: string;
	readonly check: string;
	readonly kind: 'policy' | 'safety';
	readonly category: string;
	readonly severity: string;
	readonly reason: string;
}

/** What the gate decides, with every rule that it rests on. */
export interface Verdict {
	readonly outcome: 'DEPLOY' | 'NO-DEPLOY' | 'INCONCLUSIVE';
	/** The time that the verdict is judged at: by default the candidate's end. */
	readonly evaluatedAt: string;
	readonly rules: readonly RuleResult[];
}

/** A question whose share of passed trials fell (a regression) or rose (a gain). */
export interface Change extends NotPassed {
	readonly input: string;
	readonly tags: Readonly<Record<string, string>>;
	/** The candidate's trace. */
	readonly traceId: string;
	readonly baselineTraceId: string;
	readonly baselinePassRate: number;
	readonly candidatePassRate: number;
	/** Why the candidate's trial did not pass. */
	readonly reasons: readonly string[];
}

/** One metric of both runs, and candidate minus baseline. */
export interface Delta {
	readonly metric: string;
	readonly baseline: Metric;
	readonly candidate: Metric;
	readonly delta: number | { readonly missing: string };
	/** Of a share or a score: the 95 % interval of the difference, question by question. */
	readonly interval?: { readonly lower: number; readonly upper: number; readonly method: string };
}

/** Two runs, paired by question. */
export interface Comparison {
	readonly deltas: readonly Delta[];
	readonly paired: number;
	readonly onlyBaseline: readonly string[];
	readonly onlyCandidate: readonly string[];
	readonly regressions: readonly Change[];
	readonly gains: readonly Change[];
}

/** A question with a trial that did not pass: the trace to look at, and why. */
export interface NotPassed {
	readonly questionId: string;
	readonly traceId: string;
	readonly reasons: readonly string[];
}

/** How a value varies between questions and, from repeat to repeat, within them; or why that cannot be told. */
export type Variance =
	| {
			/** Variance of the questions' own means, and of a question's repeats about its mean: squares of the metric's unit. */
			readonly between: number;
			readonly within: number;
			/** within / (between + within); absent when nothing varies. */
			readonly withinShare?: number;
			readonly questions: number;
	  }
	| { readonly missing: string };

/** A question that passes sometimes: of its `trials`, `passes` passed; the trace is of the first that did not. */
export interface Flaky {
	readonly questionId: string;
	readonly traceId: string;
	readonly passes: number;
	readonly trials: number;
}

/** What asking every question more than once has shown. */
export interface RepeatsSummary {
	/** For `pass_rate` and each scorer. */
	readonly variance: Readonly<Record<string, Variance>>;
	readonly flaky: readonly Flaky[];
}

/** A run as reports show it: its identity, its metrics, the same by tag, and what violated its checks. */
export interface RunSummary {
	readonly run: Run;
	readonly metrics: Metrics;
	/** `key=value` → the metrics of the trials with that tag. */
	readonly byTag: Readonly<Record<string, Metrics>>;
	/** `check/category` → number of violations. */
	readonly violations: Readonly<Record<string, number>>;
	readonly notPassed: readonly NotPassed[];
	/** Absent when every question was asked once. */
	readonly repeats?: RepeatsSummary;
}

/** What `compare --json` and `gate --json` print: one shape, remade from records byte for byte. */
export interface GateResult {
	readonly schemaVersion: number;
	readonly suite: { readonly name: string; readonly digest: string };
	readonly baseline: RunSummary | { readonly missing: string };
	readonly candidate: RunSummary;
	readonly comparison: readonly Delta[];
	readonly regressions: readonly Change[];
	readonly gains: readonly Change[];
	readonly verdict: Verdict;
	/** What backends said to the gate's rules; absent when it asked none. */
	readonly answers?: readonly Answer[];
	readonly digests: Readonly<Record<string, string>>;
	/** Of what was drawn at random for bounds. */
	readonly seed: number;
	/** The version of spangate that judged. */
	readonly spangate: string;
}
