/** A share or a coefficient with the 95 % interval that its two one-sided bounds make. */
export interface Interval {
	readonly value: number;
	readonly lower: number;
	readonly upper: number;
}

/** Questions of a kind, of which the first are named. */
export interface NamedQuestions {
	readonly count: number;
	readonly first: readonly string[];
}

/** How a scorer's passes, or a check's findings, agree with what people said of the same answers: `judge-agreement --json`. */
export interface Agreement {
	readonly run: string;
	readonly grader: {
		readonly of: 'scorer' | 'check';
		readonly name: string;
		readonly use: string;
		readonly version: string;
	};
	/** The two labels, the good one first. */
	readonly labels: readonly [string, string];
	/** Answers that both judged. */
	readonly compared: number;
	/** Counts: `table[i][j]` answers that people gave label i and the grader label j. */
	readonly table: readonly [readonly [number, number], readonly [number, number]];
	readonly accuracy: Interval;
	readonly kappa: Interval | { readonly missing: string };
	/** Labelled answers that the grader did not judge, by the reason. */
	readonly unjudged: Readonly<Record<'errored' | 'skipped' | 'failed' | 'absent', NamedQuestions>>;
	/** Questions of the run that nobody labelled. */
	readonly unlabelled: NamedQuestions;
	/** Labels of questions (or repeats of them) that the run does not have. */
	readonly unknown: NamedQuestions;
}
