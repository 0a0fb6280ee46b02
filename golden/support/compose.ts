import type { Passage } from './passages.ts';
import type { AnswerSettings } from './settings.ts';
import type { Analyzer } from './words.ts';

/** The text of an answer and the ids of the articles behind it, best first. */
interface Composed {
	readonly output: string;
	readonly sources: readonly string[];
}

/** Answers a question with the sentences that share most with it, in reading order. */
export type Composer = (question: string, passages: readonly Passage[]) => Composed;

const nothingFound = 'I found no article that answers this. Please ask a colleague in support.';
// What an article's relevance counts for against the words that a single sentence shares with the question.
const articleWeight = 0.2;

/** Makes a composer; `rarity` weighs a term by how few articles have it. */
export function createComposer(
	settings: AnswerSettings,
	analyze: Analyzer,
	rarity: (term: string) => number,
): Composer {
	const termsOf = memoize((text) => new Set(analyze(text)));
	return (question, passages) => {
		const asked = [...new Set(analyze(question))];
		const total = asked.reduce((sum, term) => sum + rarity(term), 0) || 1;
		const overlap = ({ text }: Passage) =>
			asked.filter((term) => termsOf(text).has(term)).reduce((sum, term) => sum + rarity(term), 0) / total;
		const chosen = passages
			.map((passage, position) => ({
				passage,
				position,
				score: passage.relevance * (articleWeight + overlap(passage)),
			}))
			.sort((a, b) => b.score - a.score)
			.slice(0, settings.sentences)
			.sort((a, b) => a.position - b.position)
			.map(({ passage }) => passage);
		if (chosen.length === 0) return { output: nothingFound, sources: [] };
		const sources = [...new Set(chosen.map(({ article }) => article.id))];
		const output = sources
			.map((id) => {
				const text = chosen.filter(({ article }) => article.id === id).map((passage) => passage.text);
				return settings.citations ? `${text.join(' ')} [${id}]` : text.join(' ');
			})
			.join('\n');
		return { output, sources };
	};
}

function memoize<Value>(make: (text: string) => Value): (text: string) => Value {
	const made = new Map<string, Value>();
	return (text) => {
		const value = made.get(text) ?? make(text);
		made.set(text, value);
		return value;
	};
}
