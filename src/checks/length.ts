import { z } from 'zod';
import { strict } from '../model/strict.ts';
import { Severity } from '../model/trial.ts';
import { checkKind } from './check.ts';

const Range = strict({ min: z.int().min(0).optional(), max: z.int().min(0).optional() })
	.refine(({ min, max }) => min !== undefined || max !== undefined, 'needs min or max')
	.refine(({ min = 0, max = Infinity }) => min <= max, '`min` is above `max`, so no answer fits');

const granularities = { characters: 'grapheme', words: 'word', sentences: 'sentence' } as const;
type Unit = keyof typeof granularities;
const units = Object.keys(granularities) as Unit[];

/**
 * `use: length`: violated when the output, trimmed, has fewer or more characters, words or sentences than it may, each
 * by Unicode's segmentation (UAX #29): an emoji is one character, a Chinese sentence has words.
 */
export const length = checkKind({
	options: strict({
		characters: Range.optional().describe('How many characters, as a reader sees them: { min, max }'),
		words: Range.optional().describe('How many words'),
		sentences: Range.optional().describe('How many sentences'),
		severity: Severity.default('low'),
	}).refine((options) => units.some((unit) => options[unit] !== undefined), {
		message: 'needs characters, words or sentences, or it would judge nothing',
	}),
	create({ severity, ...ranges }) {
		// By the rules of Unicode (UAX #29), whatever the machine's language.
		const segmenters = new Map(
			units
				.filter((unit) => ranges[unit] !== undefined)
				.map((unit) => [unit, new Intl.Segmenter('en', { granularity: granularities[unit] })]),
		);

		function countOf(unit: Unit, text: string): number {
			// Each of these characters is one that a reader sees, so that most texts need no segmenter for them.
			if (unit === 'characters' && /^[\n\x20-\x7e]*$/.test(text)) return text.length;
			let count = 0;
			for (const { segment, isWordLike } of segmenters.get(unit)?.segment(text) ?? []) {
				if (unit === 'words' ? isWordLike : unit === 'characters' || segment.trim() !== '') count += 1;
			}
			return count;
		}

		return {
			version: '1',
			isPure: true,
			kind: 'policy',
			check({ answer }) {
				const output = answer.output.trim();
				const faults = units.flatMap((unit) => {
					const range = ranges[unit];
					if (range === undefined) return [];
					const { min = 0, max = Infinity } = range;
					// No text has more words or sentences than code units.
					if (min === 0 && output.length <= max) return [];
					const count = countOf(unit, output);
					if (count < min) return [{ category: 'too_short', reason: `${count} ${unit}, at least ${min}` }];
					return count > max ? [{ category: 'too_long', reason: `${count} ${unit}, at most ${max}` }] : [];
				});
				const [first] = faults;
				if (first === undefined) return { status: 'ok' };
				const reason = faults.map((fault) => fault.reason).join('; ');
				return { status: 'violated', category: first.category, severity, reason };
			},
		};
	},
});
