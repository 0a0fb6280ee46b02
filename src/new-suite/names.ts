import { hash } from 'node:crypto';

const longest = 48;

/** Lower case words of letters and digits with `-` between them, from any text; empty when it has none. */
export function slugOf(text: string, length = longest): string {
	const words =
		text
			.normalize('NFKC')
			.toLowerCase()
			.match(/[\p{L}\p{N}]+/gu) ?? [];
	let slug = '';
	for (const word of words) {
		const longer = slug === '' ? word : `${slug}-${word}`;
		if (longer.length > length) break;
		slug = longer;
	}
	return slug === '' ? (words[0]?.slice(0, length) ?? '') : slug;
}

/** Gives names that were not given before: a second one of a kind gets `-2`. */
export class UniqueNames {
	readonly #given = new Map<string, number>();

	constructor(taken: Iterable<string> = []) {
		for (const name of taken) this.#given.set(name, 1);
	}

	of(wanted: string): string {
		let count = this.#given.get(wanted) ?? 0;
		let name = count === 0 ? wanted : `${wanted}-${count + 1}`;
		while (count > 0 && this.#given.has(name)) name = `${wanted}-${++count + 1}`;
		this.#given.set(wanted, count + 1);
		if (name !== wanted) this.#given.set(name, 1);
		return name;
	}
}

/**
 * An id that stays the same when other items are put before or after it: a label's words and six digits of the hash of
 * what is asked.
 */
export function stableId(label: string, input: string): string {
	const slug = slugOf(label, 40);
	const digits = hash('sha256', `${label}\n${input}`, 'hex').slice(0, 6);
	return slug === '' ? `q-${digits}` : `${slug}-${digits}`;
}
