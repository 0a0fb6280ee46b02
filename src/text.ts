import { z } from 'zod';

/** Characters that show nothing: a soft hyphen or a zero-width space must not hide a word. */
const invisible = /[\u00ad\u200b-\u200d\u2060\ufeff]/g;

/**
 * Inside a word: a letter or digit on both sides. Scripts that write no spaces, or glue particles to a noun
 * (Korean), have no such border, so any place in them may start or end a phrase.
 */
const insideWord =
	/(?<=[[\p{L}\p{N}\p{M}]--[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}]])[[\p{L}\p{N}\p{M}]--[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}]]/vy;

/** Inside a number such as `3.5` or `5,000`, but not between the parts of a date such as `31.12.2026`. */
const insideNumber = /(?<=(?<![\p{Nd}.,])\p{Nd}+[.,])\p{Nd}|(?<=\p{Nd})[.,]\p{Nd}+(?![.,]?\p{Nd})/vy;

/** Gives the text with Unicode form and case folded: `Straße`, `STRASSE` and full-width letters become equal. */
export function foldCase(text: string): string {
	// Lower before upper: `ẞ` has an upper case of its own, `ß` becomes `SS`.
	return text.normalize('NFKC').toLowerCase().toUpperCase().normalize('NFKC');
}

/** Gives the text as phrases are looked up in it: case, whitespace, apostrophes, hyphens folded, invisibles gone. */
export function foldText(text: string): string {
	return foldCase(text.replace(invisible, ''))
		.replace(/[‘’ʼ]/g, "'")
		.replace(/[‐‑]/g, '-')
		.replace(/\s+/g, ' ')
		.trim();
}

/**
 * Tells whether a folded text (see `foldText`) holds the phrase as whole words; a number is not found inside
 * another (`5` is not in `3.5` or `5,000`); throws on a blank phrase, which every text would hold.
 */
export function holdsPhrase(folded: string, phrase: string): boolean {
	return holdsWords(folded, foldText(phrase));
}

/** Tells whether a text holds a piece, both in the same form, as whole words and numbers; throws on an empty piece. */
export function holdsWords(text: string, piece: string): boolean {
	if (piece === '') throw new RangeError('a blank phrase cannot be looked up');
	for (let at = text.indexOf(piece); at !== -1; at = text.indexOf(piece, at + 1)) {
		if (isBorder(text, at) && isBorder(text, at + piece.length)) return true;
	}
	return false;
}

/** A phrase in a config: anything that is not blank once folded. */
export const Phrase = z
	.string()
	.refine((phrase) => foldText(phrase) !== '', 'is blank, which every text would contain');

function isBorder(folded: string, at: number): boolean {
	insideWord.lastIndex = at;
	insideNumber.lastIndex = at;
	return !insideWord.test(folded) && !insideNumber.test(folded);
}
