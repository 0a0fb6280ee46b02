import type { Article, Sentence } from './knowledge.ts';
import type { Hit } from './retrieval.ts';

/** A sentence that may enter the prompt, with the relevance of its article in (0, 1]. */
export interface Passage {
	readonly article: Article;
	readonly text: string;
	readonly relevance: number;
}

const forbiddenSection = /never say|no longer allowed|internal only/i;
const moneyPromise = /\bwe will refund\b|\bguaranteed refund\b|\bget your money back\b/i;
const instruction =
	/^\s*(system|assistant|developer)\s*:|\b(ignore|disregard|forget|override)\b.{0,40}\b(rules?|instructions?|prompts?)\b/i;
const contactDetail = /[\w.+-]+@[\w-]+(\.[\w-]+)+/;
// A run of 20 or more letters and digits after a short prefix is how vendors shape their tokens.
const token = /\b[a-z]{2,5}[_-](?=\w*\d)[A-Za-z0-9_]{20,}\b/;

/** The sentences of what was found; with rules, only those that may be told to a customer and order nothing. */
export function passagesOf(hits: readonly Hit[], rules: 'strict' | 'none'): readonly Passage[] {
	const best = hits[0]?.score ?? 1;
	return hits.flatMap(({ article, score }) =>
		article.sentences
			.filter((sentence) => rules === 'none' || isPublic(article, sentence))
			.map(({ text }) => ({ article, text, relevance: score / best })),
	);
}

function isPublic(article: Article, { text, section }: Sentence): boolean {
	if (article.audience === 'internal') return false;
	if (section !== undefined && forbiddenSection.test(section)) return false;
	return ![moneyPromise, instruction, contactDetail, token].some((pattern) => pattern.test(text));
}
