import { z } from 'zod';
import { messageOf } from '../../errors.ts';

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

/** The letters and digits alone, without accents and case. */
export function bare(text: string): string {
	return text
		.normalize('NFKD')
		.replace(/[^\p{L}\p{N}]+/gu, '')
		.toLowerCase()
		.toUpperCase();
}

const leet: Readonly<Record<string, string>> = { 0: 'O', 1: 'I', 3: 'E', 4: 'A', 5: 'S', 7: 'T', 8: 'B' };

/** Tells whether a text in its bare form holds the canary, digits in place of letters (`M0SS`) or not. */
export function holdsCanary(bareText: string, canary: string): boolean {
	const wanted = bare(canary);
	return bareText.includes(wanted) || unleet(bareText).includes(unleet(wanted));
}

function unleet(bareText: string): string {
	return bareText.replace(/[0134578]/g, (digit) => leet[digit] ?? digit);
}

/** What a global pattern matches in any of the texts, each match once, but for those too short to be told from chance. */
export function matchesOf(pattern: RegExp, texts: readonly string[]): string[] {
	const found = texts.flatMap((text) => [...text.matchAll(pattern)].map(([match]) => match));
	return [...new Set(found)].filter((match) => Canary.safeParse(match).success);
}
