import type { RetrievalSettings } from './settings.ts';
import { synonyms } from './synonyms.ts';

/** Turns text into the terms that are indexed and searched. */
export type Analyzer = (text: string) => string[];

const stopWords = new Set(
	`a about after all already also am an and any are as at be been before but by can could did do does for from get
	gets had has have how i if in into is it its just may me must my no not of off on once one only or our out over
	own please same shall should so some such than that the their them then there these they this those to too under
	up us use used very was we were what when where which while who whom why will with would you your
	aber als auch auf aus bei bin das dem den der des die ein eine einen einer es fur hat ich im in ist kann man mein
	mich mit muss nach nicht oder sich sie sind und uns unser von war was wann warum wer wie wir wird wo zu zum zur
	al como con cual cuando cuanto de debe del donde el en es esta hay la las lo los mi mis para pasa por que se si
	son su sus tras un una y
	a au aux avec ce ces combien comment dans de des du elle en est et il ils je la le les leur ma mes mise mon ne nos
	notre nous on ou par pas pendant pour qu quand que quel quelle qui sa se ses son sont sur une vos votre vous`
		.split(/\s+/)
		.filter((word) => word !== ''),
);

const suffixes = [
	'ations',
	'ation',
	'ments',
	'ment',
	'ingly',
	'ions',
	'ings',
	'ungen',
	'ion',
	'ing',
	'ung',
	'ies',
];
const endings = ['ed', 'es', 'er', 'en', 'ly', 'al', 's', 'e', 'y', 'n'];
const shortestStem = 3;

/** Makes an analyzer that does what the settings ask for; index and questions must share one. */
export function createAnalyzer(
	settings: Pick<RetrievalSettings, 'stopWords' | 'stemming' | 'synonyms'>,
): Analyzer {
	return (text) => {
		let terms: string[] = fold(text).match(/[\p{L}\p{N}_]+/gu) ?? [];
		if (settings.stopWords) terms = terms.filter((term) => !stopWords.has(term));
		if (settings.synonyms) terms = terms.flatMap((term) => synonyms.get(term) ?? [term]);
		return settings.stemming ? terms.map(stem) : terms;
	};
}

function fold(text: string): string {
	return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

// One pass of suffix stripping: crude, but the same for articles and questions, and it serves four languages.
function stem(term: string): string {
	const suffix = [...suffixes, ...endings].find(
		(each) => term.endsWith(each) && term.length - each.length >= shortestStem,
	);
	const base = suffix === undefined ? term : term.slice(0, -suffix.length);
	const trimmed = base.length > shortestStem && /[ei]$/.test(base) ? base.slice(0, -1) : base;
	return trimmed.replace(/([bdglmnprt])\1$/, '$1');
}
