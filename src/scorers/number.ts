import { z } from 'zod';
import type { Question } from '../model/question.ts';
import { strict } from '../model/strict.ts';
import { isClose } from '../stats/is-close.ts';
import { type FoundNumber, readNumbers } from './number/read-numbers.ts';
import { scorerKind } from './scorer.ts';

const Unit = z.string().trim().min(1);

/**
 * `use: number`: 1 when the number of the output that counts (by default the last) is the expected one (see `isClose`),
 * else 0. Expected is `expected.number`, else the only number in `expected.answer`, else the option `value`.
 */
export const number = scorerKind({
	options: strict({
		value: z.number().optional().describe('For every question without an expected.number or expected.answer'),
		absolute: z.number().min(0).default(0).describe('How far off it may be, e.g. 0.5'),
		relative: z
			.number()
			.min(0)
			.lt(1)
			.default(0)
			.describe('The same as a share of the expected one: 0.01 is 1 %'),
		which: z
			.enum(['last', 'first', 'any', 'only'])
			.default('last')
			.describe('Which one counts where there are several; with `only` several are 0'),
		unit: z
			.union(
				[Unit, z.array(Unit).min(1), z.record(Unit, z.number().gt(0))],
				'expected a unit, a list of its spellings, or a factor for each, e.g. { s: 1000, ms: 1 }',
			)
			.optional()
			.describe('Only numbers with this unit count, e.g. "%", [€, EUR], or { s: 1000, ms: 1 } to convert'),
		decimal: z.enum(['.', ',']).default('.').describe('The decimal mark; the other one separates thousands'),
	}),
	create({ value, absolute, relative, which, unit, decimal }) {
		const factors = factorsOf(unit);

		function expectedOf({ expected }: Question): number | undefined {
			if (expected?.number !== undefined) return expected.number;
			if (!expected?.answer?.trim()) return value;
			const numbers = readNumbers(expected.answer, decimal);
			return numbers.length === 1 ? converted(numbers[0] as FoundNumber, true) : value;
		}

		/** The value in the expected one's unit; nothing when it has another unit. */
		function converted(found: FoundNumber, orBare = false): number | undefined {
			if (factors === undefined || (orBare && found.unit === '')) return found.value;
			const factor = factors.get(found.unit);
			// The product has digits that nobody wrote: 57 · 0.01 is 0.5700000000000001.
			return factor === undefined ? undefined : Number((found.value * factor).toPrecision(15));
		}

		function lacks(question: Question): string | undefined {
			if (expectedOf(question) !== undefined) return undefined;
			return question.expected?.answer?.trim()
				? 'expected.answer does not hold one number, and there is no expected.number'
				: 'expected.number is missing, and no value is set';
		}

		return {
			version: '1',
			isPure: true,
			lacks,
			score({ question, answer }) {
				const wanted = expectedOf(question);
				if (wanted === undefined) throw new Error(lacks(question));
				const numbers = readNumbers(answer.output, decimal).flatMap((found) => {
					const inUnit = converted(found);
					return inUnit === undefined ? [] : [{ value: inUnit, text: found.text }];
				});
				const withUnit = factors === undefined ? '' : ` in ${[...factors.keys()].join(' or ')}`;
				if (numbers.length === 0) return { value: 0, reason: `no number${withUnit} in the output` };
				if (which === 'only' && numbers.length > 1) {
					return { value: 0, reason: `${numbers.length} numbers${withUnit} in the output, expected one` };
				}
				const counting = which === 'any' ? numbers : numbers.slice(...(which === 'last' ? [-1] : [0, 1]));
				const fits = counting.some((found) => isClose(found.value, wanted, { absolute, relative }));
				if (fits) return { value: 1 };
				const shown = counting.slice(0, 10).map(({ text }) => text.trim());
				const more = counting.length > shown.length ? ', …' : '';
				return {
					value: 0,
					reason: `${shown.join(', ')}${more} is not ${wanted}${tolerance(Math.max(absolute, relative * Math.abs(wanted)))}`,
				};
			},
		};
	},
});

function tolerance(allowed: number): string {
	return allowed === 0 ? '' : ` ± ${Number(allowed.toPrecision(6))}`;
}

type UnitOption = string | readonly string[] | Readonly<Record<string, number>> | undefined;

function factorsOf(unit: UnitOption): ReadonlyMap<string, number> | undefined {
	if (unit === undefined) return undefined;
	if (typeof unit === 'string') return new Map([[unit, 1]]);
	return new Map(isList(unit) ? unit.map((name) => [name, 1]) : Object.entries(unit));
}

function isList(unit: object): unit is readonly string[] {
	return Array.isArray(unit);
}
