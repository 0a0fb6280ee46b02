/** A trace of which a backend lacks spans that are recorded; spans are counted by their distinct ids. */
export interface MissingTrace {
	readonly traceId: string;
	/** Whose trace it is: a question's trial, the run's own, the gate's, or another one, such as what a kill cut short. */
	readonly of: 'question' | 'run' | 'gate' | 'other';
	readonly questionId?: string;
	readonly found: number;
	readonly recorded: number;
	/** Why the backend gave less than it has, in its own words. */
	readonly partial?: string;
}

/** What a backend has of a run's recorded traces: one of the `backends` that `verify --json` prints. */
export interface Verification {
	readonly backend: string;
	readonly url: string;
	/** true when every recorded span is there, every trial's trace is recorded, and the record is all of its run. */
	readonly whole: boolean;
	readonly traces: number;
	readonly spans: number;
	readonly found: number;
	readonly missingTraces: number;
	/** The first of them, in the record's order. */
	readonly missing: readonly MissingTrace[];
	/** Trials without a recorded span, of which no backend can have one. */
	readonly unrecordedTrials: number;
	/** Why the record itself is not all of its run, so that no backend's copy of it could be. */
	readonly recordProblem?: string;
}
