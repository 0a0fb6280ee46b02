import { z } from 'zod';
import type { Question } from '../model/question.ts';
import { strict } from '../model/strict.ts';
import { foldCase } from '../text.ts';
import { scorerKind } from './scorer.ts';

const Pieces = z.array(z.string().min(1)).min(1);

/**
 * `use: contains`: 1 when the output holds one of `any`, each of `all` and none of `none` as substrings (without
 * these lists: `expected.answer`), else 0; a blank output is always 0.
 */
export const contains = scorerKind({
	options: strict({
		any: Pieces.optional().describe('At least one of these must occur'),
		all: Pieces.optional().describe('Each of these must occur'),
		none: Pieces.optional().describe('None of these may occur'),
		caseSensitive: z.boolean().default(false),
	}),
	create({ any, all, none, caseSensitive }) {
		const fromQuestion = any === undefined && all === undefined && none === undefined;
		const form = (text: string) => (caseSensitive ? text.normalize('NFC') : foldCase(text));

		function lacks({ expected }: Question): string | undefined {
			const missing = fromQuestion && !expected?.answer?.trim();
			return missing ? 'expected.answer is missing, and no any, all or none is set' : undefined;
		}

		return {
			version: '1',
			lacks,
			score({ question, answer }) {
				const lacking = lacks(question);
				if (lacking !== undefined) throw new Error(lacking);
				if (answer.output.trim() === '') return { value: 0, reason: 'the output is blank' };
				const output = form(answer.output);
				const holds = (piece: string) => output.includes(form(piece));
				const required = fromQuestion ? [question.expected?.answer ?? ''] : (all ?? []);
				const failures = [
					...required.filter((piece) => !holds(piece)).map((piece) => `missing: ${piece}`),
					...(any === undefined || any.some(holds) ? [] : [`none of: ${any.join(', ')}`]),
					...(none ?? []).filter(holds).map((piece) => `must not occur: ${piece}`),
				];
				return failures.length === 0 ? { value: 1 } : { value: 0, reason: failures.join('; ') };
			},
		};
	},
});
