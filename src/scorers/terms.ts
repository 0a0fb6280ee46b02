import { z } from 'zod';
import type { Question } from '../model/question.ts';
import { foldText, holdsPhrase, isBlankPhrase } from '../text.ts';
import { scorerKind } from './scorer.ts';

/** `use: terms`: the share of `expected.terms` that the output holds as whole words, in any case. */
export const terms = scorerKind({
	options: z.strictObject({}),
	create: () => ({
		version: '1',
		isPure: true,
		lacks,
		score({ question, answer }) {
			const wanted = question.expected?.terms;
			const lacking = lacks(question);
			if (wanted === undefined || lacking !== undefined) throw new Error(lacking);
			const output = foldText(answer.output);
			const missing = wanted.filter((term) => !holdsPhrase(output, term));
			return {
				value: (wanted.length - missing.length) / wanted.length,
				reason: missing.length === 0 ? 'every term found' : `missing: ${missing.join(', ')}`,
			};
		},
	}),
});

function lacks({ expected }: Question): string | undefined {
	if (expected?.terms === undefined || expected.terms.length === 0) return 'expected.terms is missing';
	const blank = expected.terms.some(isBlankPhrase);
	return blank ? 'expected.terms holds a blank term, which every answer would contain' : undefined;
}
