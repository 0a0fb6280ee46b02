import { z } from 'zod';
import { SpangateError } from '../errors.ts';
import type { Question } from '../model/question.ts';
import { strict } from '../model/strict.ts';
import { scorerKind } from './scorer.ts';

/**
 * `use: cost`: 1 when the answer cost at most `expected.maxCostUsd`, or else the option `maxUsd`; otherwise 0. Throws
 * when its cost is unknown, which is not 0.
 */
export const cost = scorerKind({
	options: strict({
		maxUsd: z.number().min(0).optional().describe('For every question without an expected.maxCostUsd'),
	}),
	create({ maxUsd }) {
		const limitOf = ({ expected }: Question) => expected?.maxCostUsd ?? maxUsd;
		const lacks = (question: Question) =>
			limitOf(question) === undefined ? 'expected.maxCostUsd is missing, and no maxUsd is set' : undefined;
		return {
			version: '1',
			isPure: true,
			lacks,
			score({ question, answer: { costUsd } }) {
				const limit = limitOf(question);
				if (limit === undefined) throw new Error(lacks(question));
				if (costUsd === undefined) {
					throw new SpangateError(
						'unmeasured',
						'the cost of the answer is unknown: the target reports no costUsd, and there is no price of its model',
					);
				}
				if (costUsd <= limit) return { value: 1 };
				return { value: 0, reason: `cost $${Number(costUsd.toPrecision(6))}, at most $${limit}` };
			},
		};
	},
});
