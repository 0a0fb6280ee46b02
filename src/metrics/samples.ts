import type { Run } from '../model/run.ts';
import type { Trial } from '../model/trial.ts';
import { type Counts, mostExpected, withOneMore, withRoom } from './growing.ts';
import { latencyColumn, type TrialValue, trialValues } from './trial-values.ts';
import type { Judgement } from './violations.ts';

/** What is kept of every question, beside the metrics of the whole run. */
export interface SampleWants {
	/** Names of columns (see `columnsOf`), or all. */
	readonly columns: ReadonlySet<string> | 'all';
	/** Keys of tags that questions are sliced or grouped by, or all. */
	readonly tags: ReadonlySet<string> | 'all';
	/** true when questions are grouped by their `cluster`. */
	readonly clusters: boolean;
}

/** One number for each question: what its trials sum up to, and how many of them count. */
export class Column {
	#sums: Float64Array<ArrayBuffer>;
	#counts: Counts;

	constructor(expected: number) {
		this.#sums = new Float64Array(expected);
		this.#counts = new Uint8Array(expected);
	}

	add(question: number, value: number): void {
		this.#sums = withRoom(this.#sums, question + 1);
		this.#counts = withRoom(this.#counts, question + 1);
		this.#sums[question] = (this.#sums[question] as number) + value;
		this.#counts = withOneMore(this.#counts, question);
	}

	/** The sum over a question’s trials. */
	sum(question: number): number {
		return this.#sums[question] ?? 0;
	}

	/** How many of a question’s trials count; 0 when the column says nothing of it. */
	count(question: number): number {
		return this.#counts[question] ?? 0;
	}

	/** The mean over a question’s trials; NaN without any. */
	mean(question: number): number {
		return this.sum(question) / this.count(question);
	}
}

/** A number for each trial, since a quantile over trials is not made of questions’ means. */
export class TrialColumn {
	values: Float64Array<ArrayBuffer>;
	questions: Uint32Array<ArrayBuffer>;
	size = 0;

	constructor(expected: number) {
		this.values = new Float64Array(expected);
		this.questions = new Uint32Array(expected);
	}

	add(question: number, value: number): void {
		this.values = withRoom(this.values, this.size + 1);
		this.questions = withRoom(this.questions, this.size + 1);
		this.values[this.size] = value;
		this.questions[this.size++] = question;
	}
}

/** Groups of questions: each question’s group by number, −1 for one that is in none. */
export class Groups {
	readonly names: string[] = [];
	readonly #numbers = new Map<string, number>();
	/** A question’s group plus 1, since a new place holds 0. */
	#groups: Uint32Array<ArrayBuffer>;

	constructor(expected: number) {
		this.#groups = new Uint32Array(expected);
	}

	/** Puts a question into a group; false when it was in another one. */
	set(question: number, name: string): boolean {
		let number = this.#numbers.get(name);
		if (number === undefined) {
			number = this.names.push(name) - 1;
			this.#numbers.set(name, number);
		}
		this.#groups = withRoom(this.#groups, question + 1);
		const before = this.#groups[question] as number;
		this.#groups[question] = number + 1;
		return before === 0 || before === number + 1;
	}

	of(question: number): number {
		return (this.#groups[question] ?? 0) - 1;
	}
}

/** The per-question values of one run that bounds are computed from, in typed arrays by question number. */
export class Samples {
	readonly #readers: readonly (readonly [column: Column, read: TrialValue])[];
	readonly #columns = new Map<string, Column>();
	readonly #latency: TrialColumn | undefined;
	readonly #tags = new Map<string, Groups>();
	readonly #wants: SampleWants;
	readonly #expected: number;
	readonly #clusters: Groups;
	readonly #latencyOf: TrialValue | undefined;

	constructor(run: Pick<Run, 'scorers' | 'checks' | 'planned' | 'repeats'>, wants: SampleWants) {
		this.#wants = wants;
		this.#expected = Math.min(Math.ceil(run.planned / run.repeats), mostExpected);
		const values = trialValues(run);
		const wanted = (name: string) => wants.columns === 'all' || wants.columns.has(name);
		this.#readers = [...values]
			.filter(([name]) => name !== latencyColumn && wanted(name))
			.map(([name, read]) => {
				const column = new Column(this.#expected);
				this.#columns.set(name, column);
				return [column, read];
			});
		if (wanted(latencyColumn)) {
			this.#latency = new TrialColumn(Math.min(run.planned, mostExpected));
			this.#latencyOf = values.get(latencyColumn);
		}
		this.#clusters = new Groups(wants.clusters ? this.#expected : 0);
	}

	/** Takes a trial of the question with this number; false when it groups the question otherwise than one before. */
	add(question: number, trial: Trial, judgements: readonly Judgement[] | undefined): boolean {
		for (const [column, read] of this.#readers) {
			const value = read(trial, judgements);
			if (value !== undefined) column.add(question, value);
		}
		const latency = this.#latencyOf?.(trial, judgements);
		if (latency !== undefined) this.#latency?.add(question, latency);
		let isSame = true;
		if (this.#wants.clusters && trial.cluster !== undefined) {
			isSame = this.#clusters.set(question, trial.cluster);
		}
		for (const key in trial.tags) {
			if (this.#wants.tags !== 'all' && !this.#wants.tags.has(key)) continue;
			let groups = this.#tags.get(key);
			if (groups === undefined) {
				groups = new Groups(this.#expected);
				this.#tags.set(key, groups);
			}
			isSame = groups.set(question, trial.tags[key] as string) && isSame;
		}
		return isSame;
	}

	/** A column by its name; nothing when it was not asked for. */
	column(name: string): Column | undefined {
		return this.#columns.get(name);
	}

	/** Every trial’s latency; nothing when it was not asked for. */
	get latency(): TrialColumn | undefined {
		return this.#latency;
	}

	/** The questions’ groups by their `cluster`. */
	get clusters(): Groups {
		return this.#clusters;
	}

	/** The questions’ groups by the value of a tag; nothing when no question has it. */
	tag(key: string): Groups | undefined {
		return this.#tags.get(key);
	}
}
