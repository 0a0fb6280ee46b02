import { z } from 'zod';
import { SpangateError } from '../errors.ts';
import { strict } from '../model/strict.ts';
import { appSpans } from '../telemetry/span-tree.ts';
import { scorerKind } from './scorer.ts';
import { Expectation, Others, refuseRefs } from './spans/expectation.ts';
import { ordered, requirement } from './spans/holds.ts';

/**
 * `use: spans`: the share of the expectations (`order` is one more) that hold of the app's spans; spangate's own span,
 * the call of the target, is never selected. Throws when the app sent none.
 */
export const spans = scorerKind({
	options: strict({
		expect: z.array(Expectation).default([]).describe('What is expected of which spans'),
		order: z
			.array(Others)
			.min(2, 'expected at least two: an order of one could not fail')
			.optional()
			.describe('Selectors (or ids): the first span of each starts no later than that of the next'),
	}).superRefine(({ expect, order }, context) => {
		if (expect.length === 0 && order === undefined) {
			context.addIssue({ code: 'custom', path: [], message: 'expects nothing; write `expect:` or `order:`' });
		}
		refuseRefs({ expect, order }, context);
	}),
	create({ expect, order }) {
		const requirements = [
			...expect.map((expectation) => requirement(expectation, expect)),
			...(order === undefined ? [] : [ordered(order, expect)]),
		];
		const total = requirements.length;
		return {
			version: '1',
			isPure: true,
			needsSpans: true,
			score({ spans }) {
				const own = appSpans(spans);
				if (own.length === 0) throw new SpangateError('unmeasured', 'no span of the app in the trace');
				const faults = requirements.flatMap((unmet) => unmet(own) ?? []);
				return {
					value: (total - faults.length) / total,
					reason:
						faults.length === 0
							? `all ${total} hold`
							: `${faults.length} of ${total} fail: ${faults.join(' | ')}`,
				};
			},
		};
	},
});
