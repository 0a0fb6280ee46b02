import { z } from 'zod';
import { PieceLists, type Question } from '../model/question.ts';
import { strict } from '../model/strict.ts';
import { foldCase, holdsWords } from '../text.ts';
import { scorerKind } from './scorer.ts';

type Lists = { readonly [Key in keyof typeof PieceLists]?: readonly string[] | undefined };

/**
 * `use: contains`: 1 when the output holds one of `any`, each of `all` and none of `none`, as substrings or as whole
 * words, else 0; a blank output is always 0. The question's own `expected.contains` goes before the options, and
 * `expected.answer` is looked for where neither is set.
 */
export const contains = scorerKind({
	options: strict({
		...PieceLists,
		caseSensitive: z.boolean().default(false),
		wholeWords: z
			.boolean()
			.default(false)
			.describe('A piece must not be part of a longer word or number: `5` is not in `3.5`'),
	}),
	create({ any, all, none, caseSensitive, wholeWords }) {
		const own: Lists | undefined = (any ?? all ?? none) ? { any, all, none } : undefined;
		const form = (text: string) => (caseSensitive ? text.normalize('NFC') : foldCase(text));

		function listsOf({ expected }: Question): Lists | undefined {
			if (expected?.contains !== undefined) return expected.contains;
			if (own !== undefined) return own;
			return expected?.answer?.trim() ? { all: [expected.answer] } : undefined;
		}

		function lacks(question: Question): string | undefined {
			return listsOf(question) === undefined
				? 'expected.answer is missing, and no any, all or none is set'
				: undefined;
		}

		return {
			version: '1',
			isPure: true,
			lacks,
			score({ question, answer }) {
				const lists = listsOf(question);
				if (lists === undefined) throw new Error(lacks(question));
				if (answer.output.trim() === '') return { value: 0, reason: 'the output is blank' };
				const output = form(answer.output);
				const holds = (piece: string) =>
					wholeWords ? holdsWords(output, form(piece)) : output.includes(form(piece));
				const { any: some, all: required = [], none: forbidden = [] } = lists;
				const failures = [
					...required.filter((piece) => !holds(piece)).map((piece) => `missing: ${piece}`),
					...(some === undefined || some.some(holds) ? [] : [`none of: ${some.join(', ')}`]),
					...forbidden.filter(holds).map((piece) => `must not occur: ${piece}`),
				];
				return failures.length === 0 ? { value: 1 } : { value: 0, reason: failures.join('; ') };
			},
		};
	},
});
