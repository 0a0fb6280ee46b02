import { hash } from 'node:crypto';

/** An id and the line of its question. */
export interface PlacedId {
	readonly id: string;
	readonly line: number | undefined;
}

/** An id that an earlier question has. */
export interface RepeatedId extends PlacedId {
	readonly firstLine: number | undefined;
}

/** The most ids that are held at once to settle which of the suspects are equal. */
const settledAtOnce = 10_000;

/**
 * Finds ids that are used twice among a million without holding them: 8 bytes of hash for each, then a second
 * reading that compares those whose hashes are equal, letter by letter.
 */
export class RepeatedIds {
	readonly #hash: (id: string) => number;
	#hashes = new Float64Array(1024);
	#count = 0;

	/** Another hash finds the same ids, at another cost. */
	constructor(hashOf: (id: string) => number = hash52) {
		this.#hash = hashOf;
	}

	/** Takes note of a question's id. */
	add(id: string): void {
		if (this.#count === this.#hashes.length) {
			const larger = new Float64Array(2 * this.#count);
			larger.set(this.#hashes);
			this.#hashes = larger;
		}
		this.#hashes[this.#count] = this.#hash(id);
		this.#count += 1;
	}

	/**
	 * Reports the repeated ids among those that were added, which `reread` gives again, and lets go of them all.
	 * Gives how many more suspects were left unsettled because there are too many at once: 0, or some were reported.
	 */
	settle(reread: () => Iterable<PlacedId>, report: (repeated: RepeatedId) => void): number {
		const suspects = this.#takeSuspects();
		for (let from = 0; from < suspects.length; from += settledAtOnce) {
			const some = new Set(suspects.subarray(from, from + settledAtOnce));
			const firstLines = new Map<string, number | undefined>();
			let found = false;
			for (const { id, line } of reread()) {
				if (!some.has(this.#hash(id))) continue;
				if (!firstLines.has(id)) {
					firstLines.set(id, line);
					continue;
				}
				found = true;
				report({ id, line, firstLine: firstLines.get(id) });
			}
			if (found) return Math.max(0, suspects.length - from - settledAtOnce);
		}
		return 0;
	}

	/** The hashes that stand for more than one question, each once. */
	#takeSuspects(): Float64Array {
		const hashes = this.#hashes.subarray(0, this.#count).sort();
		let suspects = 0;
		for (let index = 1; index < hashes.length; index++) {
			const each = hashes[index] as number;
			if (each !== hashes[index - 1] || (suspects > 0 && hashes[suspects - 1] === each)) continue;
			// In place: there are never more suspects than hashes already looked at.
			hashes[suspects] = each;
			suspects += 1;
		}
		const taken = hashes.slice(0, suspects);
		this.#hashes = new Float64Array(1024);
		this.#count = 0;
		return taken;
	}
}

/** The first 52 bits of a sha256, which a number holds exactly. */
function hash52(id: string): number {
	return Number.parseInt(hash('sha256', id, 'hex').slice(0, 13), 16);
}
