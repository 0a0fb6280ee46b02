import type { Run } from '../model/run.ts';
import { expectedQuestions, withRoom } from './growing.ts';

const mostBytes = 8;

/** In which repeats each question was asked: a bit for each of a few, and a set of those beyond. */
export class AskedRepeats {
	#bits: Uint8Array<ArrayBuffer>;
	readonly #bytes: number;
	readonly #beyond = new Set<string>();

	constructor(run: Pick<Run, 'planned' | 'repeats'>) {
		this.#bytes = Math.min(Math.ceil(run.repeats / 8), mostBytes);
		this.#bits = new Uint8Array(this.#bytes * expectedQuestions(run));
	}

	/** Takes a repeat of the question with this number; false when it was asked in it before. */
	add(question: number, repeat: number): boolean {
		if (repeat >= 8 * this.#bytes) {
			const key = `${question} ${repeat}`;
			const isNew = !this.#beyond.has(key);
			this.#beyond.add(key);
			return isNew;
		}
		this.#bits = withRoom(this.#bits, this.#bytes * (question + 1));
		const at = this.#bytes * question + (repeat >> 3);
		const bits = this.#bits[at] as number;
		const bit = 1 << (repeat & 7);
		this.#bits[at] = bits | bit;
		return (bits & bit) === 0;
	}
}
