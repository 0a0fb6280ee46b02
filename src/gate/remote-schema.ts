import { z } from 'zod';
import { durationPattern } from '../config/duration.ts';
import { strict } from '../model/strict.ts';

const query = z.string('expected a query').regex(/\S/, 'is blank; expected a query');
const notDuration = 'expected a duration such as 30s, 15m or 1h';
const duration = z.string(notDuration).regex(durationPattern, notDuration);
const notCount = 'expected a whole number from 1 on: how many samples the answer must rest on, e.g. 300';
const atLeast = z.int(notCount).min(1, notCount);

/** In a published JSON Schema: exactly one of these sets of keys must be there, which no schema of a key can say. */
export function oneOfKeys(...sets: readonly (readonly string[])[]) {
	return {
		oneOf: sets.map((required) => ({
			type: 'object',
			properties: Object.fromEntries(required.map((key) => [key, {}])),
			required,
		})),
	};
}

/** `prometheus:` of a rule: a PromQL number with the count that it rests on, or a histogram's buckets. */
export const PrometheusEntry = strict({
	value: query.optional().describe('PromQL that gives the one number to judge'),
	total: query
		.optional()
		.describe('PromQL that gives how many samples `value` rests on: no number without them'),
	buckets: query
		.optional()
		.describe(
			'In place of `value` and `total`: PromQL that gives a histogram’s buckets, e.g. sum by (le) (…)',
		),
	quantile: z
		.number()
		.gt(0)
		.lt(1)
		.optional()
		.describe('With `buckets`: which quantile is judged; a limit inside its bucket is inconclusive'),
	min_total: atLeast.describe('Fewer samples than this leave the rule inconclusive'),
	window: duration
		.optional()
		.describe(
			'With `value`: the worst number of this time before the verdict is judged (default: the last one)',
		),
	max_age: duration.default('5m').describe('A sample older than this is none'),
})
	.refine(
		({ value, total, buckets }) => (value !== undefined && total !== undefined) !== (buckets !== undefined),
		'needs `value` and `total` (a number, and how many samples it rests on), or `buckets` and `quantile`',
	)
	.refine(
		({ value, total, buckets, quantile, window }) =>
			buckets === undefined
				? quantile === undefined
				: quantile !== undefined && value === undefined && total === undefined && window === undefined,
		'`buckets` and `quantile` go together, and without `value`, `total` and `window`: the last bucket is the total',
	)
	.meta(oneOfKeys(['value', 'total'], ['buckets', 'quantile']));

/** `tempo:` of a rule: a TraceQL metric with the count that it rests on. */
export const TempoEntry = strict({
	value: query.describe('TraceQL metrics query that gives the one number to judge'),
	count: query.describe(
		'TraceQL metrics query that counts the spans it rests on: Tempo gives 0 where there are none',
	),
	min_count: atLeast.describe('Fewer spans than this leave the rule inconclusive'),
	window: duration.describe('The time before the verdict is judged that both look at'),
});

export type PrometheusEntry = z.infer<typeof PrometheusEntry>;
export type TempoEntry = z.infer<typeof TempoEntry>;
