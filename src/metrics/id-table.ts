import { withRoom } from './growing.ts';

const unitsPerId = 16;
const unitsAtOnce = 4096;

/**
 * Numbers texts from 0 in the order in which they come, exactly, in some 30 bytes for a short one: their code
 * units end to end in one array (a byte each until one does not fit), found by a hash table with open addressing.
 */
export class IdTable {
	#units: Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer>;
	/** Where each id ends among the units; the next begins there. */
	#ends: Uint32Array<ArrayBuffer>;
	/** An id's number plus 1, at the place of its hash or after it; 0 where there is none. */
	#slots: Uint32Array<ArrayBuffer>;
	#size = 0;
	/** The number that `indexOf` found last. */
	#lastFound = -1;

	/** `expected` ids need no moving. */
	constructor(expected: number) {
		this.#units = new Uint8Array(unitsPerId * expected);
		this.#ends = new Uint32Array(expected);
		this.#slots = new Uint32Array(slotsFor(expected));
	}

	/** The table that gave this state. */
	static from({ units, ends, slots, size }: ReturnType<IdTable['state']>): IdTable {
		const table = new IdTable(0);
		[table.#units, table.#ends, table.#slots, table.#size] = [units, ends, slots, size];
		return table;
	}

	/** All that it holds, for another thread. */
	state() {
		return { units: this.#units, ends: this.#ends, slots: this.#slots, size: this.#size };
	}

	/** How many ids there are. */
	get size(): number {
		return this.#size;
	}

	/** The number of an id, which it gets now when it is new. */
	add(id: string): number {
		const slot = this.#slotOf(id);
		const found = this.#slots[slot] as number;
		if (found > 0) return found - 1;
		this.#write(id);
		this.#slots[slot] = ++this.#size;
		if (slotsFor(this.#size) > this.#slots.length) this.#rehash();
		return this.#size - 1;
	}

	/** The number of an id, or -1 when it is not there. */
	indexOf(id: string): number {
		// Two runs ask in much the same order: what follows the last one is looked at before memory is searched.
		const next = this.#lastFound + 1;
		const found =
			next < this.#size && this.#is(next, id) ? next : (this.#slots[this.#slotOf(id)] as number) - 1;
		if (found >= 0) this.#lastFound = found;
		return found;
	}

	/** The id with a number below `size`. */
	at(index: number): string {
		const end = this.#ends[index] as number;
		let id = '';
		for (let from = this.#startOf(index); from < end; from += unitsAtOnce) {
			const units = this.#units.subarray(from, Math.min(end, from + unitsAtOnce));
			// Spread would walk an iterator, which takes five times as long.
			id += String.fromCharCode.apply(null, units as unknown as number[]);
		}
		return id;
	}

	/** Every id, in the order of their numbers. */
	*[Symbol.iterator](): Generator<string> {
		for (let index = 0; index < this.#size; index++) yield this.at(index);
	}

	#startOf(index: number): number {
		return index === 0 ? 0 : (this.#ends[index - 1] as number);
	}

	/** Where an id is, or belongs; the table is never full. */
	#slotOf(id: string): number {
		let slot = placeOf(id, this.#slots.length);
		for (;;) {
			const found = this.#slots[slot] as number;
			if (found === 0 || this.#is(found - 1, id)) return slot;
			slot = slot + 1 === this.#slots.length ? 0 : slot + 1;
		}
	}

	#is(index: number, id: string): boolean {
		const start = this.#startOf(index);
		if ((this.#ends[index] as number) - start !== id.length) return false;
		for (let at = 0; at < id.length; at++) {
			if (this.#units[start + at] !== id.charCodeAt(at)) return false;
		}
		return true;
	}

	#write(id: string): void {
		const start = this.#startOf(this.#size);
		const end = start + id.length;
		this.#units = withRoom(this.#units, end);
		this.#ends = withRoom(this.#ends, this.#size + 1);
		for (let at = 0; at < id.length; at++) {
			const unit = id.charCodeAt(at);
			if (unit > 0xff && this.#units instanceof Uint8Array) this.#units = Uint16Array.from(this.#units);
			this.#units[start + at] = unit;
		}
		this.#ends[this.#size] = end;
	}

	#rehash(): void {
		this.#slots = new Uint32Array(2 * this.#slots.length);
		// Each is new to the table, so that its place is the first free one.
		for (let index = 0; index < this.#size; index++) this.#slots[this.#slotOf(this.at(index))] = index + 1;
	}
}

/** So many that these ids fill them to three quarters at most. */
function slotsFor(ids: number): number {
	return Math.ceil((4 / 3) * ids) + 8;
}

/** Where among so many slots an id belongs, by its hash as a share of all hashes (Lemire's fast range). */
function placeOf(id: string, slots: number): number {
	return Math.floor((hashOf(id) * slots) / 2 ** 32);
}

/** FNV-1a over code units, with its bits mixed so that the high ones, which choose a slot, depend on all. */
function hashOf(id: string): number {
	let hash = 0x811c9dc5;
	for (let at = 0; at < id.length; at++) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193);
	hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
	return (hash ^ (hash >>> 13)) >>> 0;
}
