import { z } from 'zod';
import { messageOf } from '../../errors.ts';
import { latinized } from '../../text.ts';
import { disguises } from './readings.ts';

/** A canary in a config: long enough to be told from chance. */
export const Canary = z
	.string()
	.refine(
		(canary) => [...bare(canary)].length >= 4,
		'needs at least 4 letters or digits, to be told from chance',
	);

/** A regular expression for canaries, which must not match nothing. */
export const CanaryPattern = z.string().superRefine((pattern, context) => {
	const refuse = (message: string) => context.addIssue({ code: 'custom', message });
	try {
		if (new RegExp(pattern, 'giu').test('')) refuse('matches an empty text, which every answer holds');
	} catch (error) {
		refuse(messageOf(error));
	}
});

/** A canary in the forms in which it can stand among the letters and digits of a text. */
export interface CanaryForms {
	readonly plain: readonly string[];
	readonly leet: string;
}

/** Gives the forms of a canary: disguised, and with letters for the digits that stand for letters. */
export function formsOf(canary: string): CanaryForms {
	const own = bare(canary);
	return { plain: disguises(own), leet: unleet(own) };
}

/** The letters and digits of a text, in which canaries are looked for. */
export class BareText {
	readonly #plain: string;
	#leet: string | undefined;

	constructor(text: string) {
		this.#plain = bare(text);
	}

	holds({ plain, leet }: CanaryForms): boolean {
		if (plain.some((form) => this.#plain.includes(form))) return true;
		this.#leet ??= unleet(this.#plain);
		return this.#leet.includes(leet);
	}
}

/** The letters and digits alone, without accents and case. */
function bare(text: string): string {
	// The same for ASCII, at a tenth of the time.
	if (/^[\t-\r -~]*$/.test(text)) return text.replace(/[^A-Za-z0-9]+/g, '').toUpperCase();
	return latinized(text)
		.normalize('NFKD')
		.replace(/[^\p{L}\p{N}]+/gu, '')
		.toLowerCase()
		.toUpperCase();
}

const leet: Readonly<Record<string, string>> = { 0: 'O', 1: 'I', 3: 'E', 4: 'A', 5: 'S', 7: 'T', 8: 'B' };

function unleet(bareText: string): string {
	return bareText.replace(/[0134578]/g, (digit) => leet[digit] ?? digit);
}

/** What a global pattern matches in any of the texts, each match once, but for those too short to be told from chance. */
export function matchesOf(pattern: RegExp, texts: readonly string[]): string[] {
	const found = texts.flatMap((text) => [...text.matchAll(pattern)].map(([match]) => match));
	return [...new Set(found)].filter((match) => Canary.safeParse(match).success);
}
