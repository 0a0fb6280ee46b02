import type { Unit } from './metric.ts';

/** A margin as it is written, the change for the worse that it is, and the questions that it needs. */
export interface MarginPlan {
	readonly margin: string;
	/** In the metric's unit. */
	readonly change: number;
	/** Absent where no number of questions would do. */
	readonly questions?: number;
}

/** One condition of the gate on the metric, and the questions that it needs. */
export interface RulePlan {
	readonly id: string;
	/** As a verdict shows it. */
	readonly condition: string;
	/** One-sided. */
	readonly alpha: number;
	/** By which it is planned. */
	readonly method?: string;
	/** Of a check on a bound, the true value that is planned for: that of the run. */
	readonly value?: number;
	/** The tag's key by whose values the rule is judged: each of them needs so many questions. */
	readonly per?: string;
	readonly questions?: number;
	/** How often as many questions as there are would pass it; absent where nothing varies, and of slices. */
	readonly chance?: number;
	/** What the numbers hold under, where nothing varied: `no violation occurs`. */
	readonly provided?: string;
	/** Why there is no number. */
	readonly problem?: string;
}

/** The same when every question is asked so often. */
export interface RepeatsPlan {
	readonly repeats: number;
	readonly margins: readonly MarginPlan[];
	readonly detectable: number;
}

/** How many questions and repeats margins need, by the variance of stored runs: what `power --json` prints. */
export interface PowerPlan {
	readonly schemaVersion: number;
	readonly suite: string;
	readonly metric: string;
	readonly unit: Unit;
	readonly better: 'higher' | 'lower';
	/** The run whose variance it is; with a baseline, that of the paired differences. */
	readonly run: { readonly id: string; readonly target: string };
	readonly baseline?: { readonly id: string; readonly target: string };
	/** One-sided. */
	readonly alpha: number;
	readonly power: number;
	readonly method: string;
	/** What the numbers hold under, where nothing varied, so that no power can be planned: `no violation occurs`. */
	readonly provided?: string;
	/** Questions that it rests on, of both runs where there are two. */
	readonly questions: number;
	/** Pairs that only one of the runs passed, where each question was asked once. */
	readonly discordant?: { readonly gained: number; readonly lost: number };
	/** The mean over the questions; of two runs, of the differences. */
	readonly mean: number;
	/** The standard deviation of one question's value, or of its difference (of shares: about 0). */
	readonly sd?: number;
	/** What the gate asks of the metric; empty where margins were named, or there is no gate. */
	readonly rules: readonly RulePlan[];
	readonly margins: readonly MarginPlan[];
	/** The smallest margin that as many questions show. */
	readonly detectable?: number;
	/** Variances between questions and within one, and what each number of repeats would need; absent without repeats. */
	readonly variance?: { readonly between: number; readonly within: number };
	readonly byRepeats?: readonly RepeatsPlan[];
	/** What a reader must know beside the numbers, a sentence each. */
	readonly notes: readonly string[];
}
