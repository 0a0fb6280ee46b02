import { distance } from 'fastest-levenshtein';
import { z } from 'zod';
import { SpangateError } from '../errors.ts';
import type { Question } from '../model/question.ts';
import { strict } from '../model/strict.ts';
import { foldCase } from '../text.ts';
import { type Scorer, scorerKind } from './scorer.ts';
import { asUnits, hasToken, tokensOf } from './similarity/texts.ts';

type Measure = (output: string, wanted: string) => number;

/** Cells of the table that a measure fills, length by length; so many take some 0.1 s, in which no other trial goes on. */
const mostCells = { edit_distance: 400_000_000, rouge_l: 10_000_000 } as const;

/**
 * `use: similarity`: how alike the output and `expected.answer` are, from 0 to 1; a blank output is always 0.
 * `edit_distance` is 1 − d / max(lengths), d the Levenshtein distance in code points; `rouge_l` the F₁ of the longest
 * common subsequence of words, over the whole text as one sentence (Lin 2004, https://aclanthology.org/W04-1013, §3.1;
 * rougeL of Google's rouge_score, without its stemmer). Throws on texts that are too long to compare.
 */
export const similarity = scorerKind({
	options: strict({
		metric: z
			.enum(['edit_distance', 'rouge_l'])
			.default('edit_distance')
			.describe('Character by character, or by the longest common subsequence of words'),
		caseSensitive: z.boolean().default(false),
	}),
	async create({ metric, caseSensitive }): Promise<Scorer> {
		const measure = metric === 'edit_distance' ? editSimilarity : await rougeL();
		const form = (text: string) => {
			const spaced = text.trim().replace(/\s+/g, ' ');
			return caseSensitive ? spaced.normalize('NFC') : foldCase(spaced);
		};
		function lacks({ expected }: Question): string | undefined {
			if (!expected?.answer?.trim()) return 'expected.answer is missing';
			const isWordless = metric === 'rouge_l' && !hasToken(expected.answer);
			return isWordless ? 'expected.answer holds no word' : undefined;
		}

		return {
			version: '1',
			isPure: true,
			lacks,
			score({ question, answer }) {
				const wanted = question.expected?.answer;
				const lacking = lacks(question);
				if (wanted === undefined || lacking !== undefined) throw new Error(lacking);
				const output = form(answer.output);
				if (output === '') return { value: 0, reason: 'the output is blank' };
				return { value: measure(output, form(wanted)) };
			},
		};
	},
});

const editSimilarity: Measure = (output, wanted) => {
	const [a, b] = asUnits(output, wanted);
	assertComparable(a.length * b.length, 'edit_distance');
	return 1 - distance(a, b) / Math.max(a.length, b.length);
};

async function rougeL(): Promise<Measure> {
	const { fMeasure, lcs } = await import('js-rouge');
	return (output, wanted) => {
		const [given, reference] = [tokensOf(output), tokensOf(wanted)];
		assertComparable(given.length * reference.length, 'rouge_l');
		const common = lcs(given, reference).length;
		return common === 0 ? 0 : fMeasure(common / given.length, common / reference.length, 1);
	};
}

function assertComparable(cells: number, metric: keyof typeof mostCells): void {
	if (cells <= mostCells[metric]) return;
	throw new SpangateError(
		'unmeasured',
		`the output and expected.answer are too long to compare by ${metric}`,
	);
}
