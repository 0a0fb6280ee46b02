import type { ContentMode } from '../model/content.ts';
import { isCredentialName } from './credential-names.ts';
import type { Credentials } from './credentials.ts';
import { findSensitive, isSuspicious, type Wanted } from './find.ts';
import { pieceLength, pieces } from './pieces.ts';
import { newRedactionKey, Placeholders } from './placeholders.ts';
import { signsIn } from './signs.ts';

/** What stands in a record where `content: none` leaves a text out. */
export const withheld = '[content:withheld]';

/** What was replaced comes again, in the trial and in its spans, unless it is long; what is harmless costs no more than a look-up. */
const longestKept = 200;
const mostKept = 1_000;
/** Characters of one text that are looked into with more than a glance. */
const mostLookedInto = 256 * 1024;

/**
 * Replaces what may not be told, at the border where texts are written, sent or printed: credentials always,
 * personal data unless the mode is `full`.
 */
export class Redactor {
	readonly mode: ContentMode;
	readonly #wanted: Wanted;
	readonly #credentials: Credentials;
	readonly #placeholders: Placeholders;
	readonly #kept = new Map<string, string>();
	readonly #names = new Map<string, boolean>();

	/** Placeholders made with one key are the same for the same value. */
	constructor(mode: ContentMode, credentials: Credentials, key: Buffer = newRedactionKey()) {
		this.mode = mode;
		this.#credentials = credentials;
		this.#wanted = { credentials, personalData: mode !== 'full' };
		this.#placeholders = new Placeholders(key);
	}

	/** The text with a placeholder for each secret and personal datum in it, in any mode. */
	text(text: string): string {
		const signs = signsIn(text);
		if (this.#isHarmless(text, signs)) return text;
		if (text.length > longestKept) return this.#replaced(text, signs);
		const before = this.#kept.get(text);
		if (before !== undefined) return before;
		const replaced = this.#replaced(text, signs);
		if (replaced === text) return text;
		if (this.#kept.size >= mostKept) this.#kept.clear();
		this.#kept.set(text, replaced);
		return replaced;
	}

	/** What stands under a name: all of it is replaced when the name says that it is a credential. */
	named(name: string, text: string): string {
		if (text === '' || !this.#isCredentialName(name)) return this.text(text);
		return this.#placeholders.of('secret', 'named', text);
	}

	/** The same few names come with every span. */
	#isCredentialName(name: string): boolean {
		const before = this.#names.get(name);
		if (before !== undefined) return before;
		const is = isCredentialName(name);
		if (this.#names.size >= mostKept) this.#names.clear();
		this.#names.set(name, is);
		return is;
	}

	/** A placeholder for a whole text. */
	secret(type: string, text: string): string {
		return this.#placeholders.of('secret', type, text);
	}

	#replaced(text: string, signs: number): string {
		if (text.length <= pieceLength) return this.#replacedIn(text, signs);
		const parts: string[] = [];
		let lookedInto = 0;
		for (const piece of pieces(text)) {
			const signsOfPiece = signsIn(piece);
			const harmless = this.#isHarmless(piece, signsOfPiece);
			if (harmless) {
				parts.push(piece);
				continue;
			}
			// Of a short text all is looked into, so there is nothing to count.
			if (text.length > mostLookedInto && isSuspicious(piece, signsOfPiece, this.#wanted)) {
				lookedInto += piece.length;
			}
			if (lookedInto <= mostLookedInto) parts.push(this.#replacedIn(piece, signsOfPiece));
			else parts.push(`[content:${piece.length}-characters-not-checked]`);
		}
		return parts.join('');
	}

	#isHarmless(text: string, signs: number): boolean {
		return signs === 0 && !this.#credentials.standsIn(text);
	}

	#replacedIn(text: string, signs: number): string {
		const found = findSensitive(text, signs, this.#wanted);
		if (found.length === 0) return text;
		const parts: string[] = [];
		let end = 0;
		for (const { kind, type, key, from, to } of found) {
			parts.push(text.slice(end, from), this.#placeholders.of(kind, type, key));
			end = to;
		}
		parts.push(text.slice(end));
		return parts.join('');
	}
}
