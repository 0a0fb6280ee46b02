import { z } from 'zod';
import type { Reading, TempoQuery } from '../model/answer.ts';
import {
	type BackendAddress,
	getFrom,
	type MetricsBackend,
	objectIn,
	readingOf,
	unexpected,
	wordsOf,
} from './backend.ts';

/** Protobuf's JSON leaves out what is zero, and writes what is no number as text. */
const Double = z
	.union([
		z.number(),
		z
			.string()
			.regex(/^(NaN|[+-]?(Infinity|[\d.]+(e[+-]?\d+)?))$/i)
			.transform(Number),
	])
	.default(0);
const Text = z.object({
	key: z.string(),
	value: z.object({ doubleValue: Double.optional() }).loose().optional(),
});

/** Tempo's `QueryInstantResponse` (pkg/tempopb/tempo.proto) as its HTTP API writes it. */
const Instant = z.object({
	series: z.array(z.object({ labels: z.array(Text).default([]), value: Double })).default([]),
	status: z.string().default('COMPLETE'),
	message: z.string().default(''),
});

type Series = z.infer<typeof Instant>['series'];

/** Tempo's name for the upper edge of a bucket (pkg/traceql/engine_metrics.go). */
const bucketLabel = '__bucket';

/** Tempo as a source of a gate's rules, by its TraceQL metrics. */
export function tempo(address: BackendAddress): MetricsBackend<TempoQuery> {
	return {
		ask: ({ value, count, windowS }, evaluatedAt) =>
			readingOf(async (): Promise<Reading> => {
				const endMs = Date.parse(evaluatedAt);
				const range = { startMs: endMs - windowS * 1_000, endMs };
				const ask = (query: string) => instant(address, query, range);
				// One after the other: of two that are missing the same one is told each time.
				const values = await ask(bucketsOf(value));
				const total = oneNumber(address, 'count', count, await ask(count));
				if (typeof total === 'string') return { missing: total };
				if (bucketsOf(value) !== value) {
					const buckets = cumulative(values);
					return typeof buckets === 'string'
						? { missing: `${address.name}: ${buckets}` }
						: { buckets, total };
				}
				const number = oneNumber(address, 'value', value, values);
				return typeof number === 'string' ? { missing: number } : { values: [number], totals: [total] };
			}),
	};
}

/**
 * The query for the buckets of a quantile. Tempo interpolates a quantile from the last bucket that holds a span to
 * the next one that does, over any number of empty powers of two between them (pkg/traceql/engine_metrics.go,
 * Log2QuantileWithBucket), so its number can lie far below every span: the buckets alone are true.
 */
function bucketsOf(query: string): string {
	return query.replace(/quantile_over_time\s*\(\s*([^,()]+?)\s*,[^()]*\)/, 'histogram_over_time($1)');
}

async function instant(
	address: BackendAddress,
	query: string,
	{ startMs, endMs }: { readonly startMs: number; readonly endMs: number },
): Promise<Series> {
	const path = '/api/metrics/query';
	const nanoseconds = (ms: number) => `${BigInt(Math.round(ms)) * 1_000_000n}`;
	const parameters = { q: query, start: nanoseconds(startMs), end: nanoseconds(endMs) };
	const answer = await getFrom(address, `${path}?${new URLSearchParams(parameters)}`);
	const object = objectIn(answer);
	const where = `${path} (${query})`;
	if (answer.status !== 200 || object === undefined) {
		const what = answer.status === 200 ? 'HTTP 200, and no JSON object' : undefined;
		throw unexpected(address, where, answer, what);
	}
	const parsed = Instant.safeParse(object);
	if (!parsed.success) {
		const [issue] = parsed.error.issues;
		const what = `not an answer to judge: ${issue?.path.join('.')}: ${issue?.message}`;
		throw unexpected(address, where, { ...answer, text: '' }, what);
	}
	const { series, status, message } = parsed.data;
	if (status !== 'COMPLETE')
		throw unexpected(
			address,
			where,
			{ ...answer, text: message },
			`answered with ${wordsOf(address.secrets, status)}`,
		);
	return series;
}

/** The one number of an answer, or why there is none. */
function oneNumber({ name }: BackendAddress, key: string, query: string, series: Series): number | string {
	const [first, ...others] = series;
	if (first === undefined) return `${name} has no series for \`${key}\` (${query})`;
	if (others.length > 0) {
		return `${name} has ${others.length + 1} series for \`${key}\` (${query}), and one is judged; leave out \`by (…)\``;
	}
	if (Number.isFinite(first.value)) return first.value;
	return `${name} gives ${first.value} for \`${key}\`, which is no number to judge`;
}

/** Tempo's buckets, each of its own spans alone, as a histogram has them: each with all below it. */
function cumulative(series: Series) {
	const buckets = new Map<number, number>();
	for (const { labels, value } of series) {
		const others = labels.filter(({ key }) => ![bucketLabel, '__name__'].includes(key));
		const edge = labels.find(({ key }) => key === bucketLabel)?.value?.doubleValue;
		if (!edge || !Number.isFinite(edge) || others.length > 0 || !(value >= 0) || buckets.has(edge)) {
			return `the buckets of histogram_over_time are not one series each, labelled with ${bucketLabel} alone`;
		}
		buckets.set(edge, value);
	}
	const counts = new Map<string, number>();
	let sum = 0;
	for (const [edge, count] of [...buckets].sort(([one], [other]) => one - other)) {
		// A bucket begins at half its edge, which can be far above the last one that holds a span.
		counts.set(String(edge / 2), sum);
		sum += count;
		counts.set(String(edge), sum);
	}
	counts.set('+Inf', sum);
	return [...counts].map(([le, count]) => ({ le, count }));
}
