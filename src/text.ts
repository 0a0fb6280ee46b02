import { z } from 'zod';

/** Characters that show nothing: a soft hyphen or a zero-width space must not hide a word. */
const invisible = /[\u00ad\u200b-\u200d\u2060\ufeff]/g;

// biome-ignore lint/suspicious/noControlCharactersInRegex: the whole range of ASCII is meant
const ascii = /^[\x00-\x7f]*$/;

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
	// The same for ASCII, at a tenth of the time.
	if (ascii.test(text)) return text.toUpperCase();
	// Lower before upper: `ẞ` has an upper case of its own, `ß` becomes `SS`.
	return text.normalize('NFKC').toLowerCase().toUpperCase().normalize('NFKC');
}

/** Gives the text in one Unicode form (NFKC: `Ｘ` is `X`) and without invisible characters; case and spaces stay. */
export function revealed(text: string): string {
	return text.normalize('NFKC').replace(invisible, '');
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

/** Tells whether a word of a folded text (see `foldText`) begins with the phrase: `REFUND` is found in `REFUNDED`. */
export function holdsBeginning(folded: string, phrase: string): boolean {
	const wanted = foldText(phrase);
	if (wanted === '') throw new RangeError('a blank phrase cannot be looked up');
	for (let at = folded.indexOf(wanted); at !== -1; at = folded.indexOf(wanted, at + 1)) {
		if (isBorder(folded, at)) return true;
	}
	return false;
}

/** Tells whether a phrase is blank once folded. */
export function isBlankPhrase(phrase: string): boolean {
	return foldText(phrase) === '';
}

/** A phrase in a config: anything that is not blank once folded. */
export const Phrase = z
	.string()
	.refine((phrase) => !isBlankPhrase(phrase), 'is blank, which every text would contain');

function isBorder(folded: string, at: number): boolean {
	insideWord.lastIndex = at;
	insideNumber.lastIndex = at;
	return !insideWord.test(folded) && !insideNumber.test(folded);
}

/** What may be part of a token: half of one is no longer known for what it is, so a cut text shows none of it. */
const partOfToken = '[^\\s"\'`,;&<>(){}[\\]]*';
const lastToken = new RegExp(`${partOfToken}$`);
const firstToken = new RegExp(`^${partOfToken}`);

/** The beginning of a text, at most so many characters, cut between its tokens. */
export function beginningOf(text: string, most: number): string {
	return text.length <= most ? text : text.slice(0, most).replace(lastToken, '…');
}

/** The end of a text, at most so many characters, cut between its tokens. */
export function endOf(text: string, most: number): string {
	return text.length <= most ? text : text.slice(-most).replace(firstToken, '…');
}

/**
 * Compiles a glob for span names and attribute texts: `*` stands for any run of characters, none included, and every
 * other character for itself, in its case. Globs for paths, as libraries offer them, would stop at the `/` of
 * `GET /users/*` and take the braces of `/users/{id}` for alternatives.
 */
export function glob(pattern: string): (text: string) => boolean {
	const [first = '', ...rest] = pattern.split('*');
	const last = rest.pop();
	if (last === undefined) return (text) => text === first;
	return (text) => {
		if (!text.startsWith(first)) return false;
		let at = first.length;
		// The earliest place for each piece leaves the most room for the next, so nothing is tried twice.
		for (const piece of rest) {
			const found = text.indexOf(piece, at);
			if (found === -1) return false;
			at = found + piece.length;
		}
		return text.length - last.length >= at && text.endsWith(last);
	};
}

/** Tells whether a glob matches every text. */
export function matchesAll(pattern: string): boolean {
	return /^\*+$/.test(pattern);
}

/** Letters of other scripts that look like Latin ones, as far as they are used to slip a word past a list. */
const lookalikes: Readonly<Record<string, string>> = {
	...{ а: 'a', с: 'c', е: 'e', һ: 'h', і: 'i', к: 'k', о: 'o', р: 'p', ѕ: 's', т: 't', у: 'y', х: 'x' },
	...{
		ᴀ: 'a',
		ʙ: 'b',
		ᴄ: 'c',
		ᴅ: 'd',
		ᴇ: 'e',
		ꜰ: 'f',
		ɢ: 'g',
		ʜ: 'h',
		ɪ: 'i',
		ᴊ: 'j',
		ᴋ: 'k',
		ʟ: 'l',
		ᴍ: 'm',
	},
	...{ ɴ: 'n', ᴏ: 'o', ᴘ: 'p', ʀ: 'r', ꜱ: 's', ᴛ: 't', ᴜ: 'u', ᴠ: 'v', ᴡ: 'w', ʏ: 'y', ᴢ: 'z' },
	...{ м: 'm', н: 'h', в: 'b' },
	...{ α: 'a', ε: 'e', ι: 'i', κ: 'k', ν: 'v', ο: 'o', ρ: 'p', τ: 't', υ: 'u' },
};
const lookalike = new RegExp(`[${Object.keys(lookalikes).join('')}]`, 'giu');
/** A word of both scripts: one of either alone is a word of its language. */
const mixed = /(?<!\p{L})(?=\p{L}*\p{sc=Latn})(?=\p{L}*[\p{sc=Cyrl}\p{sc=Grek}])\p{L}+/giu;

/** Gives the text with Latin letters for those of other scripts that look like them, in words that mix the two. */
export function latinized(text: string): string {
	return ascii.test(text)
		? text
		: text.replace(mixed, (word) =>
				word.replace(lookalike, (letter) => lookalikes[letter.toLowerCase()] ?? letter),
			);
}
