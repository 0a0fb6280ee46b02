import { z } from 'zod';
import type { Question } from '../model/question.ts';
import { strict } from '../model/strict.ts';
import { foldCase } from '../text.ts';
import { scorerKind } from './scorer.ts';

/** `use: exact`: 1 when the output equals `expected.answer`, by default up to surrounding whitespace, else 0. */
export const exact = scorerKind({
	options: strict({
		caseSensitive: z.boolean().default(true),
		trim: z.boolean().default(true).describe('Ignore whitespace around both texts'),
	}),
	create({ caseSensitive, trim }) {
		const form = (text: string) => {
			const trimmed = trim ? text.trim() : text;
			return caseSensitive ? trimmed.normalize('NFC') : foldCase(trimmed);
		};
		return {
			version: '1',
			isPure: true,
			lacks,
			score({ question, answer }) {
				const wanted = question.expected?.answer;
				const lacking = lacks(question);
				if (wanted === undefined || lacking !== undefined) throw new Error(lacking);
				return form(answer.output) === form(wanted)
					? { value: 1 }
					: { value: 0, reason: 'differs from expected.answer' };
			},
		};
	},
});

function lacks({ expected }: Question): string | undefined {
	return expected?.answer?.trim() ? undefined : 'expected.answer is missing';
}
