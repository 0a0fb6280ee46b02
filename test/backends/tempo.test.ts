import { describe, expect, it } from 'vitest';
import { backendAddress } from '../../src/backends/backend.ts';
import { tempo } from '../../src/backends/tempo.ts';
import type { TempoQuery } from '../../src/model/answer.ts';
import { type Answered, startAnswering } from '../support/answering-server.ts';
import { bucketLabel, instantSeries } from '../support/tempo-answers.ts';

const at = '2026-11-22T12:00:00.500Z';
const count = '{} | count_over_time()';
const rate: TempoQuery = { source: 'tempo', value: '{} | rate()', count, windowS: 900 };
const p95: TempoQuery = { ...rate, value: '{ span.a = "b" } | quantile_over_time(duration, 0.95)' };

async function ask(query: TempoQuery, value: Answered, counted: Answered = body(instantSeries([[], 100]))) {
	const { url, asked } = await startAnswering(({ query: parameters }) =>
		parameters.get('q') === count ? counted : value,
	);
	return { reading: await tempo(backendAddress('Tempo', url, {})).ask(query, at), asked };
}

const body = (text: string) => ({ body: text });
const missing = (reason: RegExp) => ({ missing: expect.stringMatching(reason) });

describe.concurrent('a TraceQL metric', { timeout: 60_000 }, () => {
	it('is asked over the window before the verdict', async () => {
		const { asked } = await ask(rate, body(instantSeries([[], 2])));
		const endNs = BigInt(Date.parse(at)) * 1_000_000n;
		expect(asked.map(({ path, query }) => [path, Object.fromEntries(query)])).toEqual(
			[rate.value, count].map((q) => [
				'/api/metrics/query',
				{ q, start: String(endNs - 900_000_000_000n), end: String(endNs) },
			]),
		);
	});

	it('of an empty interval is the 0 that Tempo gives, on a count of 0', async () => {
		const zero = body(instantSeries([[], 0]));
		expect((await ask(rate, zero, zero)).reading).toEqual({ values: [0], totals: [0] });
	});

	it.each<[string, Answered, RegExp]>([
		['NaN', body(instantSeries([[], Number.NaN])), /gives NaN for `value`/],
		['infinite', body(instantSeries([[], Infinity])), /gives Infinity for `value`/],
		[
			'partial',
			body('{"series":[{"value":1}],"status":"PARTIAL","message":"too many series"}'),
			/PARTIAL: too many series/,
		],
		[
			'an error',
			{ status: 400, body: 'parse error at line 1, col 4: syntax error' },
			/HTTP 400: parse error at line 1/,
		],
		['no number but text', body('{"series":[{"value":""}]}'), /not an answer to judge: series\.0\.value/],
		['of another shape', body('{"series":[{"value":{}}]}'), /not an answer to judge: series\.0\.value/],
	])('is missing when it is %s', async (_, answer, reason) => {
		expect((await ask(rate, answer)).reading).toEqual(missing(reason));
	});
});

describe.concurrent('a quantile of Tempo', { timeout: 60_000 }, () => {
	const edge = (power: number) => 2 ** power / 1e9;
	const histogram = (...buckets: [power: number, spans: number][]) =>
		body(instantSeries(...buckets.map(([power, spans]) => [bucketLabel(edge(power)), spans] as const)));

	it('is asked as its buckets, since the number is a guess over every empty one', async () => {
		const { asked, reading } = await ask(p95, histogram([33, 40], [20, 60]));
		expect(asked[0]?.query.get('q')).toBe('{ span.a = "b" } | histogram_over_time(duration)');
		expect(reading).toEqual({
			buckets: [
				{ le: String(edge(19)), count: 0 },
				{ le: String(edge(20)), count: 60 },
				{ le: String(edge(32)), count: 60 },
				{ le: String(edge(33)), count: 100 },
				{ le: '+Inf', count: 100 },
			],
			total: 100,
		});
	});

	it('has one edge where buckets meet', async () => {
		const { reading } = await ask(p95, histogram([20, 60], [21, 40]));
		expect('buckets' in reading && reading.buckets.map(({ count: spans }) => spans)).toEqual([
			0, 60, 100, 100,
		]);
	});

	it('of no span has no sample', async () => {
		const { reading } = await ask(p95, body('{}'), body(instantSeries([[], 0])));
		expect(reading).toEqual({ buckets: [{ le: '+Inf', count: 0 }], total: 0 });
	});

	it.each<[string, Answered]>([
		['without labels', body(instantSeries([[], 7]))],
		[
			'with another label',
			body(instantSeries([[...bucketLabel(1), { key: 'span.a', value: { stringValue: 'b' } }], 7])),
		],
		['twice the same', body(instantSeries([bucketLabel(1), 7], [bucketLabel(1), 7]))],
		['with a count below 0', body(instantSeries([bucketLabel(1), -7]))],
		['with a count that is NaN', body(instantSeries([bucketLabel(1), Number.NaN]))],
		['with an edge of 0', body(instantSeries([[{ key: '__bucket', value: {} }], 7]))],
	])('is missing when a bucket is %s', async (_, answer) => {
		expect((await ask(p95, answer)).reading).toEqual(missing(/not one series each/));
	});
});
