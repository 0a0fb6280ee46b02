import type { Hazard } from '../../model/hazard.ts';
import { hate, ordinaryEnglish, sexual, stems, swearing } from './vocabulary.ts';

/** The languages whose lists were vetted. */
export const languages = ['en', 'de', 'es', 'fr', 'it', 'pt', 'nl', 'pl', 'ru', 'sv'] as const;

/** A language of the word lists. */
type Language = (typeof languages)[number];

/** What kind of word: a hazard of AILuminate, or swearing, which is none of them. */
export type Kind = Extract<Hazard, 'hate' | 'sexual_content'> | 'profanity';

/** What kind of word a text holds, the gravest of them; `undefined` when it holds none. */
export interface Lexicon {
	readonly kindOf: (text: string) => Kind | undefined;
}

/** Opens the word lists of some languages, with a suite's own words and without those that it allows. */
export async function openLexicon(
	spoken: readonly Language[],
	{ words, allow }: { readonly words: readonly string[]; readonly allow: readonly string[] },
): Promise<Lexicon> {
	const { Profanity, profaneWords } = await import('@2toad/profanity');
	// The library refuses a language of which it has no list, and none at all.
	const ofLibrary = spoken.filter((language) => profaneWords.has(language));
	if (ofLibrary.length === 0) ofLibrary.push('en');
	const listed = ofLibrary.flatMap((language) => profaneWords.get(language) ?? []);
	const allowed = new Set(allow.map(lower));
	const ofSpoken = (lists: Readonly<Record<string, readonly string[]>>) =>
		spoken.flatMap((language) => lists[language] ?? []);
	const ordinary = new Set(ordinaryEnglish);
	const english = spoken.includes('en')
		? (profaneWords.get('en') ?? []).filter((word) => !ordinary.has(word))
		: [];
	const slurs = ofSpoken(hate);
	const vulgar = ofSpoken(sexual);
	const all = [...english, ...slurs, ...vulgar, ...ofSpoken(swearing), ...words];

	/** Tells whether a text holds one of the words, by the library's own matching. */
	function matcher(wanted: readonly string[]): (text: string) => boolean {
		const taken = new Set(wanted.map(lower).filter((word) => !allowed.has(word)));
		// An expression without words would match everywhere.
		if (taken.size === 0) return () => false;
		const profanity = new Profanity({ languages: ofLibrary, unicodeWordBoundaries: true });
		profanity.removeWords(listed.filter((word) => !taken.has(word)));
		profanity.addWords([...taken].filter((word) => !listed.includes(word)));
		return (text) => profanity.exists(text);
	}

	const begun = ofSpoken(stems);
	const stem = begun.length === 0 ? undefined : new RegExp(`(?<!\\p{L})(?:${begun.join('|')})\\p{L}*`, 'giu');
	const holdsStem = (text: string) =>
		stem !== undefined && (text.match(stem) ?? []).some((word) => !allowed.has(lower(word)));
	const holdsAny = matcher(all);
	const holdsSlur = matcher(slurs);
	const holdsVulgar = matcher(vulgar);
	return {
		kindOf(text) {
			if (!holdsAny(text)) return holdsStem(text) ? 'profanity' : undefined;
			if (holdsSlur(text)) return 'hate';
			return holdsVulgar(text) ? 'sexual_content' : 'profanity';
		},
	};
}

function lower(word: string): string {
	return word.normalize('NFKC').toLowerCase();
}
