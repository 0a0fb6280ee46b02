import { z } from 'zod';
import { messageOf } from '../errors.ts';
import type { Question } from '../model/question.ts';
import { strict } from '../model/strict.ts';
import { scorerKind } from './scorer.ts';

/**
 * `use: regex`: 1 when the output matches the question's `expected.pattern`, or else the option `pattern`;
 * otherwise 0; a blank output is always 0.
 */
export const regex = scorerKind({
	options: strict({
		pattern: z.string().min(1).optional().describe('For every question without an expected.pattern'),
		// g and y would make a match depend on the one before it.
		flags: z
			.string()
			.regex(/^[imsuv]*$/, 'may hold i, m, s, u or v')
			.default('u'),
	}).superRefine(({ pattern, flags }, context) => {
		const fault = faultOf(pattern ?? '', flags);
		if (fault !== undefined) {
			context.addIssue({
				code: 'custom',
				path: [pattern === undefined ? 'flags' : 'pattern'],
				message: fault,
			});
		}
	}),
	create({ pattern, flags }) {
		const compiled = pattern === undefined ? undefined : new RegExp(pattern, flags);

		function lacks({ expected }: Question): string | undefined {
			if (expected?.pattern === undefined) {
				return compiled ? undefined : 'expected.pattern is missing, and no pattern is set';
			}
			const fault = faultOf(expected.pattern, flags);
			return fault === undefined ? undefined : `expected.pattern is invalid: ${fault}`;
		}

		return {
			version: '1',
			isPure: true,
			lacks,
			score({ question, answer }) {
				const own = question.expected?.pattern;
				const expression = own === undefined ? compiled : new RegExp(own, flags);
				if (expression === undefined) throw new Error(lacks(question));
				if (answer.output.trim() === '') return { value: 0, reason: 'the output is blank' };
				return expression.test(answer.output)
					? { value: 1 }
					: { value: 0, reason: `does not match ${expression}` };
			},
		};
	},
});

function faultOf(pattern: string, flags: string): string | undefined {
	try {
		new RegExp(pattern, flags);
		return undefined;
	} catch (error) {
		return messageOf(error);
	}
}
