import { z } from 'zod';
import { strict } from '../model/strict.ts';
import { Severity } from '../model/trial.ts';
import { foldText, holdsBeginning, holdsPhrase } from '../text.ts';
import { checkKind } from './check.ts';

const Term = z
	.string()
	.refine((term) => foldText(wordOf(term)) !== '', 'is blank, which every text would contain')
	.refine(
		(term) => !wordOf(term).includes('*'),
		'may hold a `*` at its end alone, for any ending of the word',
	);
const Topics = z
	.record(z.string().min(1), z.array(Term).min(1))
	.refine((topics) => Object.keys(topics).length > 0, 'names no topic');

/**
 * `use: topics`: violated when the output is on a forbidden topic, or on none of the required ones. It is on a topic
 * when it holds `minTerms` different terms of the topic's list: the words of a topic count together, where each of
 * `phrases` stands for itself.
 */
export const topics = checkKind({
	options: strict({
		forbidden: Topics.optional().describe(
			'Topics that no answer may be on: name → words and phrases, `su*` any ending',
		),
		required: Topics.optional().describe('Topics of which every answer must be on at least one'),
		minTerms: z
			.int()
			.min(1)
			.default(2)
			.describe('How many different terms make a topic (of a shorter list: all of it)'),
		severity: Severity.default('medium'),
	}).refine(({ forbidden, required }) => forbidden !== undefined || required !== undefined, {
		message: 'needs forbidden or required, or it would judge nothing',
	}),
	create({ forbidden = {}, required, minTerms, severity }) {
		/** The terms by which a text is on a topic; undefined when they are too few. */
		function termsOf(folded: string, terms: readonly string[]): string[] | undefined {
			const distinct = [...new Set(terms)];
			const held = distinct.filter((term) => holdsTerm(folded, term));
			return held.length >= Math.min(minTerms, distinct.length) ? held : undefined;
		}

		return {
			version: '1',
			isPure: true,
			kind: 'policy',
			check({ answer }) {
				const folded = foldText(answer.output);
				const on = Object.entries(forbidden).flatMap(([topic, terms]) => {
					const held = termsOf(folded, terms);
					return held === undefined ? [] : [{ topic, held }];
				});
				const [first] = on;
				if (first !== undefined) {
					const reason = on.map(({ topic, held }) => `on ${topic}: ${held.join(', ')}`).join('; ');
					return { status: 'violated', category: `topic.${first.topic}`, severity, reason };
				}
				if (required && !Object.values(required).some((terms) => termsOf(folded, terms))) {
					const reason = `on none of: ${Object.keys(required).join(', ')}`;
					return { status: 'violated', category: 'off_topic', severity, reason };
				}
				return { status: 'ok' };
			},
		};
	},
});

function holdsTerm(folded: string, term: string): boolean {
	return (term.endsWith('*') ? holdsBeginning : holdsPhrase)(folded, wordOf(term));
}

function wordOf(term: string): string {
	return term.replace(/\*$/, '');
}
