import type { Trial } from '../model/trial.ts';
import type { Flaky, NotPassed } from '../model/verdict.ts';
import { type Counts, withOneMore, withRoom } from './growing.ts';
import { IdTable } from './id-table.ts';
import { reasonsOf } from './reasons.ts';

/** What a report shows of a question that did not pass: its text, and the trace to look at with that trial's reasons. */
interface Details {
	readonly input: string;
	readonly tags: Readonly<Record<string, string>>;
	/** Of the first trial that did not pass. */
	traceId: string;
	/** Why the trial with that trace did not pass. */
	reasons: readonly string[];
}

const wordsPerTrace = 4;

/**
 * The questions of one run, their repeats together, numbered from 0 in the order of their first trials: counts for
 * each in typed arrays, details only where a report can show them.
 */
export class Questions {
	readonly ids: IdTable;
	readonly #keepsTraces: boolean;
	#trials: Counts;
	/** How many of them did not pass. */
	#notPassed: Counts;
	/** Four words of a question's first trace, when traces are kept. */
	#traces: Uint32Array<ArrayBuffer>;
	#details = new Map<number, Details>();

	/** `expected` questions need no moving; of those that pass the traces are kept, or not. */
	constructor(expected: number, keepsTraces: boolean, ids = new IdTable(expected)) {
		this.ids = ids;
		this.#keepsTraces = keepsTraces;
		this.#trials = new Uint8Array(expected);
		this.#notPassed = new Uint8Array(expected);
		this.#traces = new Uint32Array(keepsTraces ? wordsPerTrace * expected : 0);
	}

	/** The questions that gave this state. */
	static from(state: ReturnType<Questions['state']>): Questions {
		const questions = new Questions(0, state.keepsTraces, IdTable.from(state.ids));
		questions.#trials = state.trials;
		questions.#notPassed = state.notPassed;
		questions.#traces = state.traces;
		questions.#details = state.details;
		return questions;
	}

	/** All that they hold, for another thread. */
	state() {
		return {
			ids: this.ids.state(),
			keepsTraces: this.#keepsTraces,
			trials: this.#trials,
			notPassed: this.#notPassed,
			traces: this.#traces,
			details: this.#details,
		};
	}

	get size(): number {
		return this.ids.size;
	}

	/** Counts a trial and gives its question’s number. */
	add(trial: Trial): number {
		const known = this.size;
		const index = this.ids.add(trial.questionId);
		if (index === known) this.#begin(index, trial);
		else if (!trial.passed) this.#lookAt(index, trial);
		this.#trials = withOneMore(this.#trials, index);
		if (!trial.passed) this.#notPassed = withOneMore(this.#notPassed, index);
		return index;
	}

	/** The share of a question's trials that passed. */
	passRate(index: number): number {
		const trials = this.#trials[index] as number;
		return (trials - (this.#notPassed[index] as number)) / trials;
	}

	/** The trace to look at: of the first trial that did not pass, else of the first. */
	traceId(index: number): string {
		const kept = this.#details.get(index)?.traceId;
		if (kept !== undefined) return kept;
		if (!this.#keepsTraces) throw new Error(`no trace was kept of question "${this.ids.at(index)}"`);
		const words = this.#traces.subarray(wordsPerTrace * index, wordsPerTrace * (index + 1));
		return Array.from(words, (word) => word.toString(16).padStart(8, '0')).join('');
	}

	/** What a report shows of a question of which a trial did not pass. */
	details(index: number): Readonly<Details> {
		const found = this.#details.get(index);
		if (found === undefined) throw new Error(`no details are kept of question "${this.ids.at(index)}"`);
		return found;
	}

	/** Every question with a trial that did not pass. */
	notPassed(): NotPassed[] {
		return [...this.#details]
			.sort(([a], [b]) => a - b)
			.map(([index, { traceId, reasons }]) => ({ questionId: this.ids.at(index), traceId, reasons }));
	}

	/** Every question of which some trials passed and some did not. */
	flaky(): Flaky[] {
		return [...this.#details]
			.map(([index, { traceId }]) => ({
				index,
				traceId,
				notPassed: this.#notPassed[index] as number,
				trials: this.#trials[index] as number,
			}))
			.filter(({ notPassed, trials }) => notPassed < trials)
			.sort((a, b) => a.index - b.index)
			.map(({ index, traceId, notPassed, trials }) => ({
				questionId: this.ids.at(index),
				traceId,
				passes: trials - notPassed,
				trials,
			}));
	}

	#begin(index: number, trial: Trial): void {
		this.#trials = withRoom(this.#trials, index + 1);
		this.#notPassed = withRoom(this.#notPassed, index + 1);
		if (this.#keepsTraces) {
			this.#traces = withRoom(this.#traces, wordsPerTrace * (index + 1));
			for (let word = 0; word < wordsPerTrace; word++) {
				this.#traces[wordsPerTrace * index + word] = wordOf(trial.traceId, 8 * word);
			}
		}
		if (!trial.passed) this.#keepDetails(index, trial);
	}

	/** Takes a later trial that did not pass; the first of them is the one to look at. */
	#lookAt(index: number, trial: Trial): void {
		const kept = this.#details.get(index);
		if (kept === undefined) {
			this.#keepDetails(index, trial);
			return;
		}
		if (kept.reasons.length === 0) {
			kept.traceId = trial.traceId;
			kept.reasons = reasonsOf(trial);
		}
	}

	#keepDetails(index: number, trial: Trial): void {
		const { input, tags, traceId } = trial;
		this.#details.set(index, { input, tags, traceId, reasons: reasonsOf(trial) });
	}
}

/** The number that eight hexadecimal digits from `from` on are: no text is cut for it, as every trace has four. */
function wordOf(hex: string, from: number): number {
	let word = 0;
	for (let at = from; at < from + 8; at++) {
		const code = hex.charCodeAt(at);
		word = (word << 4) | (code <= 0x39 ? code - 0x30 : code - 0x57);
	}
	return word;
}
