import { z } from 'zod';

const text = z.string().min(1);
const seconds = z.number().gt(0);

/** What a gate rule asks of Prometheus: a number and the count that it rests on, or a histogram's buckets. */
export const PrometheusQuery = z.union([
	z.strictObject({
		source: z.literal('prometheus'),
		value: text,
		total: text,
		windowS: seconds.optional(),
		maxAgeS: seconds,
	}),
	z.strictObject({ source: z.literal('prometheus'), buckets: text, maxAgeS: seconds }),
]);

/** What a gate rule asks of Tempo: a TraceQL metric over the time before the verdict, and the count it rests on. */
export const TempoQuery = z.strictObject({
	source: z.literal('tempo'),
	value: text,
	count: text,
	windowS: seconds,
});

/** One bucket of a histogram: how many samples are at most `le`, which is written as the backend writes it. */
export const Bucket = z.strictObject({ le: text, count: z.number() });

/**
 * What a backend said: the number and its count at each moment that was asked for (an instant query has one), or a
 * histogram's cumulative buckets and the count that they should come to; or why there is nothing to judge.
 */
export const Reading = z.union([
	z.strictObject({ values: z.array(z.number()).min(1), totals: z.array(z.number()).min(1) }),
	z.strictObject({ buckets: z.array(Bucket).min(1), total: z.number() }),
	z.strictObject({ missing: text }),
]);

/** A backend's answer to one query as of one time, as `verdict.json` keeps it. */
export const Answer = z.strictObject({
	query: z.union([...PrometheusQuery.options, TempoQuery]),
	url: text.describe('Where the backend was, without credentials'),
	evaluatedAt: z.iso.datetime({ offset: true }),
	reading: Reading,
});

export type PrometheusQuery = z.infer<typeof PrometheusQuery>;
export type TempoQuery = z.infer<typeof TempoQuery>;
export type Bucket = z.infer<typeof Bucket>;
export type Reading = z.infer<typeof Reading>;
export type Answer = z.infer<typeof Answer>;

/** What a gate rule asks of a backend. */
export type RemoteQuery = Answer['query'];

/** A backend that a gate rule can ask. */
export type Source = RemoteQuery['source'];
