import { describe, expect, it } from 'vitest';
import { backendAddress } from '../../src/backends/backend.ts';
import { prometheus } from '../../src/backends/prometheus.ts';
import type { PrometheusQuery } from '../../src/model/answer.ts';
import { type Answered, type Asked, startAnswering } from '../support/answering-server.ts';
import { lookBackAnswer, matrix, promError, vector } from '../support/prometheus-answers.ts';

const at = '2026-11-22T12:00:00.500Z';
const atS = Date.parse(at) / 1_000;
const instant: PrometheusQuery = { source: 'prometheus', value: 'value', total: 'total', maxAgeS: 300 };
const window: PrometheusQuery = { ...instant, windowS: 60 };
const buckets: PrometheusQuery = { source: 'prometheus', buckets: 'buckets', maxAgeS: 300 };

async function start(answer: (query: string, asked: Asked) => Answered, probe = lookBackAnswer) {
	return startAnswering((asked) => {
		if (asked.query.get('lookback_delta') === 'none') return probe();
		return answer(asked.query.get('query') ?? '', asked);
	});
}

async function ask(
	query: PrometheusQuery,
	answer: (query: string, asked: Asked) => Answered,
	probe = lookBackAnswer,
) {
	const server = await start(answer, probe);
	const reading = await prometheus(backendAddress('Prometheus', server.url, {})).ask(query, at);
	return { ...server, reading };
}

const body = (text: string) => ({ body: text });
const number = (value: string) => body(vector(atS, [{}, value]));
/** The value so, and the total well. */
const valued = async (query: PrometheusQuery, answer: Answered, total = number('500')) =>
	(await ask(query, (text) => (text === 'total' ? total : answer))).reading;
const missing = (reason: RegExp) => ({ missing: expect.stringMatching(reason) });
const moments = (count: number, from = 0) =>
	Array.from({ length: count }, (_, index): [number, string] => [atS - 60 + from + index, String(index)]);

describe.concurrent('an instant query', { timeout: 60_000 }, () => {
	it('is asked as of the time of the verdict, of samples that are young enough', async () => {
		const { asked, reading } = await ask(instant, () => number('7'));
		expect(reading).toEqual({ values: [7], totals: [7] });
		const [, ...queries] = asked;
		expect(queries.map(({ path, query }) => [path, Object.fromEntries(query)])).toEqual(
			['value', 'total'].map((query) => [
				'/api/v1/query',
				{ query, time: atS.toFixed(3), lookback_delta: '300000ms' },
			]),
		);
	});

	it('takes a scalar, and every way to write a number', async () => {
		const scalar = JSON.stringify({
			status: 'success',
			data: { resultType: 'scalar', result: [atS, '1.5e-3'] },
		});
		expect(await valued(instant, body(scalar))).toEqual({ values: [0.0015], totals: [500] });
		expect(await valued(instant, number('-4'))).toEqual({ values: [-4], totals: [500] });
	});

	it.each(['NaN', '+Inf', '-Inf', '', 'abc', '0x10', '1 2', ' '])('misses "%s"', async (value) => {
		expect(await valued(instant, number(value))).toEqual(missing(/`value`, which is no number/));
		expect(await valued(instant, number('1'), number(value))).toEqual(missing(/`total`, which is no number/));
	});

	it.each<[string, Answered, RegExp]>([
		[
			'an error of PromQL',
			{ status: 400, ...body(promError('bad_data', 'unexpected end of input')) },
			/HTTP 400: bad_data: unexpected end/,
		],
		['an error with status 200', body(promError('execution', 'out of memory')), /not an answer to judge/],
		[
			'a time-out of its own',
			{ status: 503, ...body(promError('timeout', 'query timed out')) },
			/HTTP 503: timeout: query timed out/,
		],
		[
			'a string',
			body(JSON.stringify({ status: 'success', data: { resultType: 'string', result: [atS, 'a'] } })),
			/not an answer to judge: data/,
		],
		[
			'a number that is no text',
			body(JSON.stringify({ status: 'success', data: { resultType: 'scalar', result: [atS, 1] } })),
			/not an answer/,
		],
		[
			'a native histogram',
			body(
				JSON.stringify({
					status: 'success',
					data: { resultType: 'vector', result: [{ metric: {}, histogram: [atS, {}] }] },
				}),
			),
			/not an answer/,
		],
		['an answer for another time', body(vector(atS - 60, [{}, '1'])), /another time/],
		['a range', body(matrix(moments(61))), /at 61 of the 1 moments/],
		[
			'a warning',
			body(
				JSON.stringify({
					status: 'success',
					warnings: ['remote read of shard 2 failed'],
					data: { resultType: 'scalar', result: [atS, '1'] },
				}),
			),
			/warning: remote read of shard 2 failed/,
		],
		[
			'an answer in part',
			body(
				JSON.stringify({
					status: 'success',
					isPartial: true,
					data: { resultType: 'scalar', result: [atS, '1'] },
				}),
			),
			/answered in part/,
		],
	])('misses %s', async (_, answer, reason) => {
		expect(await valued(instant, answer)).toEqual(missing(reason));
	});
});

describe.concurrent('a query over a window', { timeout: 60_000 }, () => {
	const over = async (values: readonly [number, string][], totals = moments(61)) =>
		(await ask(window, (text) => body(matrix(text === 'total' ? totals : values)))).reading;

	it('gives every moment of it, up to the time of the verdict', async () => {
		const { asked, reading } = await ask(window, () => body(matrix(moments(61))));
		expect(Object.fromEntries(asked[1]?.query ?? [])).toEqual({
			query: 'value',
			start: (atS - 60).toFixed(3),
			end: atS.toFixed(3),
			step: '1',
			lookback_delta: '300000ms',
		});
		const all = Array.from({ length: 61 }, (_, index) => index);
		expect(reading).toEqual({ values: all, totals: all });
	});

	it('looks at 61 moments at most, the last of them the verdict’s', async () => {
		const { asked } = await ask({ ...window, windowS: 901 }, () => body(matrix([])));
		const { start: from, end, step } = Object.fromEntries(asked[1]?.query ?? []);
		expect([Number(end), (Number(end) - Number(from)) % Number(step), step]).toEqual([atS, 0, '16']);
	});

	it.each<[string, [number, string][]]>([
		['a gap in it', moments(61).toSpliced(30, 1)],
		['a late beginning', moments(60, 1)],
		['an early end', moments(60)],
		['nothing', []],
	])('misses %s', async (_, values) => {
		expect(await over(values)).toEqual(missing(/`value` at \d+ of the 61 moments of the window, every 1 s/));
		expect(await over(moments(61), values)).toEqual(missing(/`total` at \d+ of the 61/));
	});

	it('misses one that says a moment twice to hide a gap', async () => {
		const twice = moments(61).map((sample, index): [number, string] =>
			index === 30 ? [atS - 31 - 5, '1'] : sample,
		);
		expect(await over(twice)).toEqual(missing(/another time/));
	});

	it('misses NaN at one moment', async () => {
		const values = moments(61).map(([when], index): [number, string] => [when, index === 9 ? 'NaN' : '1']);
		expect(await over(values)).toEqual(missing(/gives NaN for `value`/));
	});
});

describe.concurrent('a histogram', { timeout: 60_000 }, () => {
	it('is its buckets, and the last of them the total', async () => {
		const given = vector(atS, [{ le: '0.5' }, '11'], [{ le: '+Inf' }, '19'], [{ le: '0' }, '6']);
		expect((await ask(buckets, () => body(given))).reading).toEqual({
			buckets: [
				{ le: '0.5', count: 11 },
				{ le: '+Inf', count: 19 },
				{ le: '0', count: 6 },
			],
			total: 19,
		});
	});

	it.each<[string, string, RegExp]>([
		['no series', vector(atS), /no series for `buckets`/],
		[
			'more labels than le',
			vector(atS, [{ le: '+Inf', job: 'a' }, '1']),
			/the labels le, job; expected le alone/,
		],
		['no label', vector(atS, [{}, '1']), /the labels none/],
		['no last bucket', vector(atS, [{ le: '1' }, '1']), /without le="\+Inf"/],
		['NaN in a bucket', vector(atS, [{ le: '1' }, 'NaN'], [{ le: '+Inf' }, '1']), /NaN for `buckets`/],
	])('with %s is missing', async (_, given, reason) => {
		expect((await ask(buckets, () => body(given))).reading).toEqual(missing(reason));
	});
});

describe.concurrent('a server that does not take lookback_delta', { timeout: 60_000 }, () => {
	const ignoring = () => number('1');
	const flag = (lookBack: string) =>
		body(JSON.stringify({ status: 'success', data: { 'query.lookback-delta': lookBack } }));
	const old = async (query: PrometheusQuery, flags: Answered, takenS: number) => {
		const answer = (text: string, { path }: Asked): Answered => {
			if (path.endsWith('/flags')) return flags;
			return number(text.startsWith('timestamp(') ? String(takenS) : '7');
		};
		return (await ask(query, answer, ignoring)).reading;
	};
	const fine = { values: [7], totals: [7] };

	it('is trusted with an age that it keeps by itself', async () => {
		expect(await old(instant, flag('5m'), Number.NaN)).toEqual(fine);
		expect(await old(instant, { status: 404, body: '' }, Number.NaN)).toEqual(fine);
	});

	it.each([
		['31s', 30],
		['1h0m0s', 300],
		['1d', 600],
	])('that looks back longer (%s) is asked when its samples were taken', async (lookBack, maxAgeS) => {
		const strict = { ...instant, maxAgeS };
		expect(await old(strict, flag(lookBack), atS - maxAgeS + 1)).toEqual(fine);
		expect(await old(strict, flag(lookBack), atS - maxAgeS - 1)).toEqual(
			missing(/no sample .* younger than max_age/),
		);
		expect(await old(strict, flag(lookBack), Number.NaN)).toEqual(missing(/younger than max_age/));
	});

	it('cannot be asked that of an expression, and says what to do', async () => {
		const sum = { ...instant, value: 'sum(value)', maxAgeS: 30 };
		expect(await old(sum, flag('1h5m'), atS)).toEqual(
			missing(/looks back 3900 s .* set max_age to 3900s or more/),
		);
	});
});
