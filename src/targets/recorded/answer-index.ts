/** Where a row stands in its file, and what it was when it was read. */
export interface Place {
	readonly start: number;
	readonly end: number;
	readonly line: number;
	/** 32 bits of its text's hash. */
	readonly digest: number;
}

const firstRoom = 1024;

/**
 * The places of a million rows by 52-bit keys, in typed arrays: some 40 bytes a row. Two rows may have one key; a hash
 * table of open addressing, which is at most half full.
 */
export class AnswerIndex {
	#keys = new Float64Array(firstRoom);
	#starts = new Float64Array(firstRoom);
	#ends = new Float64Array(firstRoom);
	#lines = new Uint32Array(firstRoom);
	#digests = new Uint32Array(firstRoom);
	/** Row numbers plus 1, since a new slot holds 0. */
	#slots = new Uint32Array(2 * firstRoom);
	#count = 0;

	add(key: number, { start, end, line, digest }: Place): void {
		if (this.#count === this.#keys.length) this.#grow();
		const row = this.#count++;
		this.#keys[row] = key;
		this.#starts[row] = start;
		this.#ends[row] = end;
		this.#lines[row] = line;
		this.#digests[row] = digest;
		this.#enter(row);
	}

	/** true when a row has this key, which another row may have too. */
	mayHold(key: number): boolean {
		return !this.#rows(key).next().done;
	}

	/** The places of the rows with this key. */
	*places(key: number): Generator<Place> {
		for (const row of this.#rows(key)) {
			yield {
				start: this.#starts[row] as number,
				end: this.#ends[row] as number,
				line: this.#lines[row] as number,
				digest: this.#digests[row] as number,
			};
		}
	}

	*#rows(key: number): Generator<number> {
		const mask = this.#slots.length - 1;
		for (let slot = key % this.#slots.length; this.#slots[slot] !== 0; slot = (slot + 1) & mask) {
			const row = (this.#slots[slot] as number) - 1;
			if (this.#keys[row] === key) yield row;
		}
	}

	#enter(row: number): void {
		const mask = this.#slots.length - 1;
		let slot = (this.#keys[row] as number) % this.#slots.length;
		while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
		this.#slots[slot] = row + 1;
	}

	#grow(): void {
		const room = 2 * this.#keys.length;
		this.#keys = larger(this.#keys, new Float64Array(room));
		this.#starts = larger(this.#starts, new Float64Array(room));
		this.#ends = larger(this.#ends, new Float64Array(room));
		this.#lines = larger(this.#lines, new Uint32Array(room));
		this.#digests = larger(this.#digests, new Uint32Array(room));
		this.#slots = new Uint32Array(2 * room);
		for (let row = 0; row < this.#count; row++) this.#enter(row);
	}
}

function larger<Numbers extends Float64Array | Uint32Array>(from: Numbers, to: Numbers): Numbers {
	to.set(from);
	return to;
}
