import { z } from 'zod';
import { SpangateError } from '../errors.ts';
import type { Question } from '../model/question.ts';
import { strict } from '../model/strict.ts';
import { scorerKind } from './scorer.ts';

/**
 * `use: latency`: 1 when the answer took at most `expected.maxLatencyMs`, or else the option `maxMs`; otherwise 0.
 * Throws on an answer from the cache, of which nobody knows how long the target takes.
 */
export const latency = scorerKind({
	options: strict({
		maxMs: z.number().gt(0).optional().describe('For every question without an expected.maxLatencyMs'),
	}),
	create({ maxMs }) {
		const limitOf = ({ expected }: Question) => expected?.maxLatencyMs ?? maxMs;
		const lacks = (question: Question) =>
			limitOf(question) === undefined ? 'expected.maxLatencyMs is missing, and no maxMs is set' : undefined;
		return {
			version: '1',
			isPure: true,
			lacks,
			score({ question, answer }) {
				const limit = limitOf(question);
				if (limit === undefined) throw new Error(lacks(question));
				if (answer.cached) {
					throw new SpangateError('unmeasured', 'the answer came from the cache, so it has no latency');
				}
				if (answer.latencyMs === undefined) {
					throw new SpangateError('unmeasured', 'how long the answer took was not recorded with it');
				}
				if (answer.latencyMs <= limit) return { value: 1 };
				return { value: 0, reason: `took ${Number(answer.latencyMs.toFixed(1))} ms, at most ${limit} ms` };
			},
		};
	},
});
