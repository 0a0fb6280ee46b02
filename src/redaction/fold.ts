/** Characters that show nothing: one of them inside must not hide a number or an address. */
const invisible = /[\u00ad\u200b-\u200d\u2060\ufeff]/g;

/** What no fold changes has none. */
const beyondAscii = /[\u0080-\uffff]/;

/** A text in its compatibility form (NFKC) without characters that show nothing, and where its pieces came from. */
export interface Folded {
	readonly text: string;
	/** Where in the text before the fold the characters from `from` up to `to` stand. */
	range(from: number, to: number): readonly [number, number];
}

/** Folds a text for a look at its characters; one that is so already is taken as it is. */
export function fold(text: string): Folded {
	if (!beyondAscii.test(text) || text.normalize('NFKC').replace(invisible, '') === text) {
		return { text, range: (from, to) => [from, to] };
	}
	const starts: number[] = [];
	const ends: number[] = [];
	const pieces: string[] = [];
	// A character with its marks is composed with no other.
	for (const { 0: whole, index } of text.matchAll(/\P{M}\p{M}*|\p{M}+/gsu)) {
		const piece = whole.normalize('NFKC').replace(invisible, '');
		pieces.push(piece);
		for (let unit = 0; unit < piece.length; unit++) {
			starts.push(index);
			ends.push(index + whole.length);
		}
	}
	return {
		text: pieces.join(''),
		range: (from, to) => [starts[from] ?? text.length, ends[to - 1] ?? text.length],
	};
}

/** Writes a space, or two, for each letter of a script without spaces: rules for words and numbers see them stand free. */
export function spaceApart(text: string): string {
	return text.replace(/[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}]/gu, (letter) =>
		' '.repeat(letter.length),
	);
}
