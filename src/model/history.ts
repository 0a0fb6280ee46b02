import type { Metric, MetricInfo } from './metric.ts';
import type { Verdict } from './verdict.ts';

/**
 * A metric of a stored run; with the bounds of a two-sided 95 % interval where one is made, by its textbook name. An end
 * that so few questions do not bound is absent. Of a count of violations the bounds are of `rate`.
 */
export type HistoryMetric = Metric & {
	readonly lower?: number;
	readonly upper?: number;
	readonly interval?: string;
	/** The share of questions that had a violation. */
	readonly rate?: number;
};

/** One stored run of a suite as a line of its history. */
export interface HistoryEntry {
	readonly id: string;
	readonly startedAt: string;
	readonly endedAt?: string;
	readonly role: 'single' | 'baseline' | 'candidate';
	readonly target: string;
	readonly suiteDigest: string;
	/** Questions that the suite had, and how many of them were to be asked, how often each. */
	readonly suiteQuestions: number;
	readonly questions: number;
	readonly repeats: number;
	readonly planned: number;
	readonly completed: number;
	/** Only of a complete run are there metrics. */
	readonly state: 'complete' | 'incomplete' | 'unreadable';
	/** The rule that had failed whatever the rest would have said, where that ended the run early. */
	readonly stoppedBy?: string;
	/** Why the run is not complete. */
	readonly problem?: string;
	readonly metrics: Readonly<Record<string, HistoryMetric>>;
	/** The verdict that its record keeps; absent where it keeps none, or one that cannot be read. */
	readonly verdict?: Verdict['outcome'];
	readonly verdictProblem?: string;
	readonly tags: readonly string[];
	/** Whether it bears the tag `baseline`. */
	readonly baseline: boolean;
}

/** The stored runs of one suite, oldest first: what `history --json` prints. */
export interface History {
	readonly schemaVersion: number;
	readonly suite: string;
	/** The metric that is shown with its bounds. */
	readonly metric: string;
	/** What it is of the questions; a `total` grows with them and with repeats. */
	readonly estimand: MetricInfo['estimand'];
	readonly runs: readonly HistoryEntry[];
	/** Records of which not even the suite is known, each with the reason. */
	readonly unreadable: readonly string[];
}
