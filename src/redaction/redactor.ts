import type { ContentMode } from '../model/content.ts';
import { isCredentialName } from './credential-names.ts';
import type { Credentials } from './credentials.ts';
import { findSensitive, isSuspicious, type Wanted } from './find.ts';
import { pieces } from './pieces.ts';
import { newRedactionKey, Placeholders } from './placeholders.ts';
import { Sign, signsIn } from './signs.ts';
import { maySpellEmail } from './spelt-emails.ts';
import { namesPassword } from './written-credentials.ts';

/** What stands in a record where `content: none` leaves a text out. */
export const withheld = '[content:withheld]';

/** Names come again and again, and so does what was replaced, in the trial and in its spans; longer texts rarely do. */
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
	readonly #most: number;
	readonly #kept = new Map<string, string>();
	readonly #names = new Map<string, boolean>();

	/** Placeholders made with one key are the same for the same value; `most` characters of a text are looked into. */
	constructor(
		mode: ContentMode,
		credentials: Credentials,
		key: Buffer = newRedactionKey(),
		most: number = mostLookedInto,
	) {
		this.mode = mode;
		this.#most = most;
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
		// A number is another one in most texts.
		if (replaced === text && (signs & Sign.digits) !== 0) return text;
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
		const parts: string[] = [];
		let lookedInto = 0;
		/** Up to where the text is told. */
		let told = 0;
		for (const { from, to, seen, seenFrom } of pieces(text)) {
			const signsOfPiece = seen.length === text.length ? signs : signsIn(seen);
			if (!this.#isHarmless(seen, signsOfPiece)) {
				// Of a short text all is looked into, so there is nothing to count.
				if (text.length > this.#most && isSuspicious(seen, signsOfPiece, this.#wanted)) {
					lookedInto += to - from;
				}
				if (lookedInto > this.#most) {
					if (told < to) parts.push(`[content:${to - told}-characters-not-checked]`);
					told = Math.max(told, to);
					continue;
				}
				for (const each of findSensitive(seen, signsOfPiece, this.#wanted)) {
					const [begins, ends] = [seenFrom + each.from, seenFrom + each.to];
					// What lies in a neighbour is told with that one.
					if (ends <= told || begins >= to) continue;
					parts.push(text.slice(told, begins), this.#placeholders.of(each.kind, each.type, each.key));
					told = ends;
				}
			}
			if (told < to) parts.push(text.slice(told, to));
			told = Math.max(told, to);
		}
		return parts.join('');
	}

	#isHarmless(text: string, signs: number): boolean {
		if (signs !== 0 || namesPassword(text) || this.#credentials.standsIn(text)) return false;
		return !this.#wanted.personalData || !maySpellEmail(text);
	}
}
