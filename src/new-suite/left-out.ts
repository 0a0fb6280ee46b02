/** Something of an imported file that the new suite does not hold, or holds otherwise. */
export interface Note {
	readonly file: string;
	readonly line: number | undefined;
	readonly what: string;
	/** Why, and where it can be done, how. */
	readonly why: string;
}

/** The most notes that are kept: a file of a million rows needs no more to be looked through. */
const kept = 10_000;

/** What of an imported file was left out, and what was changed, in the order in which it was met. */
export class LeftOut {
	readonly leftOut: Note[] = [];
	readonly changed: Note[] = [];
	#unlisted = 0;
	readonly #seen = new Set<string>();

	/** Tells what the new suite does not hold. The same thing told again counts once. */
	add(note: Note): void {
		this.#keep(this.leftOut, note);
	}

	/** Tells what the new suite holds in another way. */
	change(note: Note): void {
		this.#keep(this.changed, note);
	}

	/** How many more there are than are kept. */
	get unlisted(): number {
		return this.#unlisted;
	}

	#keep(notes: Note[], note: Note): void {
		const key = JSON.stringify([note.file, note.line, note.what, note.why]);
		if (this.#seen.has(key)) return;
		if (this.#seen.size >= kept) {
			this.#unlisted += 1;
			return;
		}
		this.#seen.add(key);
		notes.push(note);
	}
}
