import { type Counts, withOneMore, withRoom } from './growing.ts';

/** One number for each question: what its trials sum up to, and how many of them count. */
export class Column {
	#sums: Float64Array<ArrayBuffer>;
	#counts: Counts;

	constructor(expected: number) {
		this.#sums = new Float64Array(expected);
		this.#counts = new Uint8Array(expected);
	}

	/** The column that gave this state. */
	static from({ sums, counts }: ReturnType<Column['state']>): Column {
		const column = new Column(0);
		[column.#sums, column.#counts] = [sums, counts];
		return column;
	}

	/** All that it holds, for another thread. */
	state() {
		return { sums: this.#sums, counts: this.#counts };
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

	/** The column that gave this state. */
	static from(state: ReturnType<TrialColumn['state']>): TrialColumn {
		return Object.assign(new TrialColumn(0), state);
	}

	/** All that it holds, for another thread. */
	state() {
		return { values: this.values, questions: this.questions, size: this.size };
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
	readonly names: string[];
	readonly #numbers: Map<string, number>;
	/** A question’s group plus 1, since a new place holds 0. */
	#groups: Uint32Array<ArrayBuffer>;

	constructor(expected: number, names: string[] = []) {
		this.names = names;
		this.#numbers = new Map(names.map((name, number) => [name, number]));
		this.#groups = new Uint32Array(expected);
	}

	/** The groups that gave this state. */
	static from({ names, groups }: ReturnType<Groups['state']>): Groups {
		const all = new Groups(0, names);
		all.#groups = groups;
		return all;
	}

	/** All that they hold, for another thread. */
	state() {
		return { names: this.names, groups: this.#groups };
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
