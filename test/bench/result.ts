/** The figures of one number of questions: rates are questions a second, medians of the rounds. */
export interface Speed {
	readonly questions: number;
	readonly rounds: number;
	/** (a) */
	readonly loop: Timed;
	/** (b) */
	readonly sdk: Timed;
	/** (c) */
	readonly recording: RunSpeed;
	/** (d) */
	readonly exporting: RunSpeed & { readonly spansAcknowledged: boolean };
	/** (g), and (f) beside it; of so many questions that its record fits on a disk. */
	readonly fullSdk?: Timed;
	readonly grading?: RunSpeed;
}

/** What was timed once a round. */
export interface Timed {
	readonly rate: number;
	/** By round. */
	readonly seconds: readonly number[];
}

/** How fast `spangate run` was: until the last span was on disk or, when exporting, acknowledged. */
export interface RunSpeed extends Timed {
	/** Of the rate of (b), or for (f) of (g): the median of what it is in each round, since a machine is not as fast in all of them. */
	readonly share: number;
	/** Until the last span was on disk. */
	readonly askingRate: number;
	readonly processSeconds: number;
	/** The highest of the rounds. */
	readonly peakBytes: number;
}

/** How fast `spangate gate` judged two stored runs of so many pairs: the whole process, medians of the rounds. */
export interface GateSpeed {
	readonly pairs: number;
	readonly rounds: number;
	readonly seconds: number;
	/** To read and parse the same two files of trials, and nothing else. */
	readonly floorSeconds: number;
	/** How many times the floor it took: the median of what it is in each round. */
	readonly ratio: number;
	/** The highest of the rounds. */
	readonly peakBytes: number;
}

/** How long a command took from start to end, in milliseconds, and how many bare `node -e 0` that is: medians. */
export interface StartUp {
	readonly build: 'source' | 'published';
	readonly command: Command;
	readonly milliseconds: number;
	readonly ratio: number;
}

/** The commands whose start-up is measured. */
export const commands = ['--version', 'gate', 'compare', 'compare --otlp'] as const;

/** One of `commands`. */
export type Command = (typeof commands)[number];

/** Where and when it was measured. */
export interface Machine {
	readonly cpu: string;
	readonly cores: number;
	readonly memoryBytes: number;
	readonly node: string;
	readonly date: string;
	/** Processes that wanted to run before the bench began: more than a few make its figures worth little. */
	readonly loadAverage: number;
}

/** What `npm run bench` measured. */
export interface BenchResult {
	readonly machine: Machine;
	readonly concurrency: number;
	/** Spans in each request of the floor (b), as in those that spangate recorded. */
	readonly spansPerRequest: number;
	readonly speeds: readonly Speed[];
	/** (e) */
	readonly gates: readonly GateSpeed[];
	readonly bareNodeMilliseconds: number | undefined;
	readonly repetitions: number;
	readonly startUps: readonly StartUp[];
	/** Spans and trials that are not where they should be, by run. */
	readonly lost: readonly string[];
}

/** The middle value, or the mean of the two in the middle; NaN of none. */
export function median(values: readonly number[]): number {
	const sorted = values.toSorted((one, other) => one - other);
	const half = sorted.length >> 1;
	const [low = Number.NaN, high = Number.NaN] = [sorted[(sorted.length - 1) >> 1], sorted[half]];
	return (low + high) / 2;
}
