import { describe, expect, it } from 'vitest';
import { SpangateError } from '../../src/errors.ts';
import { decide } from '../../src/gate/gate.ts';
import { parseGate } from '../../src/gate/rules.ts';
import { metricCatalogue } from '../../src/metrics/catalogue.ts';
import type { Reading } from '../../src/model/answer.ts';
import { clopperPearson } from '../../src/stats/proportion.ts';
import { factsOf, run, trial } from '../support/records.ts';

const at = '2026-11-22T12:00:01Z';
const catalogue = metricCatalogue(run());
const number = 'prometheus: { value: err, total: req, min_total: 300 }';
const buckets = 'prometheus: { buckets: lat, quantile: 0.5, min_total: 10 }';
const spans = "tempo: { value: '{} | rate()', count: '{} | count_over_time()', min_count: 5, window: 15m }";
const parse = (rest: string) => parseGate(`rules:\n  - { id: r, ${rest} }\n`, 'gate.yaml', catalogue);

function refusal(rest: string): string {
	try {
		parse(rest);
	} catch (error) {
		if (error instanceof SpangateError && error.code === 'config') return error.message;
		throw error;
	}
	throw new Error('the gate was taken');
}

/** The rule's result when its query is answered with this. */
function judged(rest: string, reading: Reading | undefined, answeredAt = at) {
	const gate = parse(rest);
	const [rule] = gate.rules;
	if (rule === undefined || !('remote' in rule)) throw new Error('no remote rule');
	const { verdict } = decide({
		gate,
		candidate: factsOf([trial()]),
		baseline: { missing: 'none' },
		answers:
			reading === undefined
				? []
				: [{ query: rule.remote.query, url: 'http://live', evaluatedAt: answeredAt, reading }],
		evaluatedAt: at,
		digests: {},
		spangate: '0.0.0-test',
	});
	const result = verdict.rules.find(({ id }) => id === 'r');
	return { ...result, verdict: verdict.outcome };
}

const one = (value: number, total = 500): Reading => ({ values: [value], totals: [total] });

describe('a rule on a backend', () => {
	it('asks what it says, of samples at most 5 minutes old unless it says otherwise', () => {
		const queryOf = (rest: string) => {
			const [rule] = parse(`${rest}, check: value <= 1`).rules;
			return rule !== undefined && 'remote' in rule ? rule.remote : undefined;
		};
		expect(queryOf(number)).toEqual({
			query: { source: 'prometheus', value: 'err', total: 'req', maxAgeS: 300 },
			minTotal: 300,
		});
		expect(queryOf('prometheus: { value: a, total: b, min_total: 1, window: 15m, max_age: 30s }')).toEqual({
			query: { source: 'prometheus', value: 'a', total: 'b', windowS: 900, maxAgeS: 30 },
			minTotal: 1,
		});
		expect(queryOf(buckets)).toMatchObject({ quantile: 0.5, query: { buckets: 'lat', maxAgeS: 300 } });
		const quantiles = spans.replace('rate()', 'quantile_over_time(duration, .95) ');
		expect(queryOf(quantiles)).toMatchObject({
			query: { source: 'tempo', value: '{} | quantile_over_time(duration, .95) ' },
			...{ quantile: 0.95, minTotal: 5 },
		});
		expect(queryOf(spans)).not.toHaveProperty('quantile');
		expect(queryOf(spans)).toMatchObject({ query: { source: 'tempo', windowS: 900 }, minTotal: 5 });
	});

	it.each([
		['no total', 'prometheus: { value: a, min_total: 1 }, check: value <= 1', /needs `value` and `total`/],
		['no min_total', 'prometheus: { value: a, total: b }, check: value <= 1', /prometheus\.min_total/],
		['a min_total of 0', 'prometheus: { value: a, total: b, min_total: 0 }, check: value <= 1', /min_total/],
		['a blank query', 'prometheus: { value: " ", total: b, min_total: 1 }, check: value <= 1', /is blank/],
		[
			'buckets without a quantile',
			'prometheus: { buckets: a, min_total: 1 }, check: value <= 1',
			/go together/,
		],
		[
			'a quantile of 1',
			'prometheus: { buckets: a, quantile: 1, min_total: 1 }, check: value <= 1',
			/quantile/,
		],
		[
			'buckets over a window',
			'prometheus: { buckets: a, quantile: 0.5, min_total: 1, window: 5m }, check: value <= 1',
			/go together/,
		],
		[
			'no window for Tempo',
			'tempo: { value: a, count: b, min_count: 1 }, check: value <= 1',
			/tempo\.window/,
		],
		[
			'no count for Tempo',
			'tempo: { value: a, min_count: 1, window: 5m }, check: value <= 1',
			/tempo\.count/,
		],
		['a window of 0', spans.replace('15m', '0m'), /expected a duration such as 30s, 15m or 1h/],
		['a window without a unit', spans.replace('15m', '"15"'), /expected a duration/],
		['an unknown key', number.replace('min_total', 'min_totl'), /unknown key "min_totl"/],
		['two sources', `metric: pass_rate, ${number}, check: value <= 1`, /exactly one of/],
		['no source', 'check: value <= 1', /exactly one of/],
		['no check', `${number}, tier: critical`, /needs a condition/],
		['non_inferior', `${number}, non_inferior: 2pp`, /non_inferior: is for metrics of the run/],
		['max_events', `${number}, max_events: 0`, /max_events: is for metrics of the run/],
		['min_samples', `${number}, check: value <= 1, min_samples: 4`, /expected min_total beside its query/],
		['a bound of a share that is never above it', `${number}, check: upper <= 1`, /can never fail/],
		['a bound of buckets', `${buckets}, check: upper <= 0.1`, /buckets have none/],
		['a bound of Tempo', `${spans}, check: upper <= 0.1`, /Tempo gives no share with its total/],
		[
			'an interpolated quantile',
			"prometheus: { value: 'histogram_quantile(0.95, sum by (le) (x))', total: b, min_total: 1 }, check: value <= 1",
			/guess where in a bucket/,
		],
		[
			'several quantiles of Tempo',
			spans.replace('rate()', 'quantile_over_time(duration, 0.5, 0.9)'),
			/one quantile/,
		],
		[
			'two quantiles of Tempo, one after another',
			spans.replace('rate()', 'quantile_over_time(duration, 0.5) | quantile_over_time(duration, 0.9)'),
			/one quantile/,
		],
		['a quantile of 0 of Tempo', spans.replace('rate()', 'quantile_over_time(duration, 0)'), /above 0/],
		['a quantile of 1 of Tempo', spans.replace('rate()', 'quantile_over_time(duration, 1)'), /below 1/],
		[
			'a quantile that is to count',
			spans.replace('count_over_time()', 'quantile_over_time(duration, 0.5)'),
			/tempo: count: a quantile counts nothing/,
		],
		[
			'a waiver of what could not be read',
			`${number}, check: many }\nwaivers:\n  - { rule: r, until: "2026-12-31", by: ops, reason: x, limit: "value <= 2"`,
			/"many" is not a check/,
		],
		[
			'a grouped quantile of Tempo',
			spans.replace('rate()', 'quantile_over_time(duration, 0.5) by (span.a)'),
			/must end the query/,
		],
	])('with %s is refused', (_, rest, says) => {
		expect(
			refusal(
				rest.includes('check') || rest.includes('non_') || rest.includes('max_e') || rest.includes('tier')
					? rest
					: `${rest}, check: value <= 1`,
			),
		).toMatch(says);
	});

	it.each<[string, string, Reading, string, RegExp]>([
		[
			'under the limit',
			'value <= 0.05',
			one(0.02),
			'pass',
			/^Prometheus gives 0\.02 \(<= 0\.05\), from 500 samples$/,
		],
		[
			'over it',
			'value <= 0.05',
			one(0.07),
			'fail',
			/gives 0\.07, 0\.02 over the limit \(<= 0\.05\), from 500/,
		],
		['at it', 'value <= 0.05', one(0.05), 'pass', /0\.05/],
		['at it, strictly', 'value < 0.05', one(0.05), 'fail', /0 over the limit/],
		[
			'good on too few',
			'value <= 0.05',
			one(0.02, 299.9),
			'inconclusive',
			/from 299\.9 samples; 300 samples needed/,
		],
		['bad on too few', 'value <= 0.05', one(0.9, 12), 'inconclusive', /300 samples needed/],
		[
			'short of enough by a fraction',
			'value <= 0.05',
			one(0.02, 299.99),
			'inconclusive',
			/from 299\.9 samples/,
		],
		['on very many', 'value <= 0.05', one(0.02, 1234567), 'pass', /from 1234567 samples$/],
		['0 on no samples', 'value <= 0.05', one(0, 0), 'inconclusive', /counts 0 samples, so there is nothing/],
		['on a negative count', 'value <= 0.05', one(0, -5), 'inconclusive', /counts -5 samples/],
		['NaN', 'value <= 0.05', one(Number.NaN), 'inconclusive', /no number/],
		['infinite, and higher is better', 'value >= 0.05', one(Infinity), 'inconclusive', /no number/],
		['on a total that is NaN', 'value <= 0.05', one(0, Number.NaN), 'inconclusive', /no number/],
		[
			'missing',
			'value <= 0.05',
			{ missing: 'Prometheus has no series' },
			'inconclusive',
			/^Prometheus has no series$/,
		],
		[
			'in buckets, unasked',
			'value <= 0.05',
			{ buckets: [{ le: '+Inf', count: 500 }], total: 500 },
			'inconclusive',
			/buckets where a number/,
		],
		[
			'a window, worst first',
			'value <= 0.05',
			{ values: [0.01, 0.08, 0.02], totals: [400, 900, 350] },
			'fail',
			/gives at worst 0\.08, .* from at least 350 samples/,
		],
		[
			'a window whose worst is low',
			'value >= 0.9',
			{ values: [0.95, 0.8, 0.99], totals: [400, 400, 400] },
			'fail',
			/at worst 0\.8, 0\.1 short of/,
		],
		[
			'a window with a moment of few samples',
			'value <= 0.05',
			{ values: [0.01, 0.01], totals: [400, 20] },
			'inconclusive',
			/300 samples needed/,
		],
	])('is judged: %s', (_, check, reading, outcome, reason) => {
		const result = judged(`${number}, check: ${check}`, reading);
		expect(result).toMatchObject({ outcome, reason: expect.stringMatching(reason), metric: 'prometheus' });
		expect(result.verdict).toBe({ pass: 'DEPLOY', fail: 'NO-DEPLOY', inconclusive: 'INCONCLUSIVE' }[outcome]);
	});

	it('is inconclusive without an answer, and with one as of another time or to another query', () => {
		for (const reading of [undefined, one(0)]) {
			const result = judged(`${number}, check: value <= 1`, reading, '2026-11-22T11:00:00Z');
			expect(result).toMatchObject({
				outcome: 'inconclusive',
				samples: 0,
				reason: expect.stringMatching(/^no Prometheus was named, .* --prometheus URL$/),
			});
			expect(result).not.toHaveProperty('observed');
		}
	});

	it('on a bound of a share is judged by Clopper and Pearson’s, of as many samples', () => {
		const { lower, upper } = clopperPearson(10, 500, 0.05);
		const numbers = { observed: 0.02, lower, upper, alpha: 0.05, samples: 500, method: 'Clopper-Pearson' };
		const pass = judged(`${number}, check: upper <= 0.05`, one(0.02));
		expect(pass).toMatchObject({ outcome: 'pass', ...numbers, limit: 0.05 });
		expect(pass.reason).toBe('Prometheus’s share is 2 %, at most 3.369 % (<= 5 %), from 500 samples');
		expect(judged(`${number}, check: upper <= 0.01`, one(0.02)).outcome).toBe('fail');
		const unsure = judged(`${number}, check: upper <= 0.03`, one(0.02));
		expect(unsure).toMatchObject({ outcome: 'inconclusive', ...numbers });
		expect(unsure.reason).toContain(
			`; about ${unsure.needed} more samples would settle it, as a pass if it stays so`,
		);
		const total = 500 + (unsure.needed ?? 0);
		expect(clopperPearson(0.02 * total, total, 0.05).upper).toBeLessThan(0.0301);
		expect(clopperPearson(0.02 * total, total, 0.05).upper).toBeGreaterThan(0.0295);
		expect(judged(`${number}, check: upper <= 0.05`, one(0.02, 299))).toMatchObject({
			outcome: 'inconclusive',
		});
		expect(judged(`${number}, check: upper <= 0.05`, one(1.02)).reason).toMatch(/a share from 0 to 1$/);
		expect(judged(`${number}, check: upper <= 0.05`, one(-0.02)).outcome).toBe('inconclusive');
	});

	it('has a total and a limit in its result', () => {
		expect(judged(`${number}, check: value <= 0.05`, one(0.02, 500.7))).toMatchObject({
			...{ observed: 0.02, limit: 0.05, samples: 500, method: 'prometheus instant', check: 'value <= 0.05' },
		});
	});
});

const known = [
	{ le: '0', count: 6 },
	{ le: '0.5', count: 11 },
	{ le: '1.0', count: 14 },
	{ le: '+Inf', count: 19 },
];
const histogram = (given = known, total = given.at(-1)?.count ?? 0): Reading => ({ buckets: given, total });

describe('a quantile in buckets', () => {
	it.each([
		['value <= 0.5', 'pass'],
		['value <= 0.7', 'pass'],
		['value <= 0.4', 'inconclusive'],
		['value <= 0', 'fail'],
		['value <= -1', 'fail'],
		['value < 0.5', 'inconclusive'],
		['value < 0.51', 'pass'],
		['value < 0', 'fail'],
		['value >= 0', 'pass'],
		['value >= 0.2', 'inconclusive'],
		['value >= 0.5', 'inconclusive'],
		['value >= 0.6', 'fail'],
		['value > 0', 'pass'],
		['value > 0.5', 'fail'],
		['value > 0.3', 'inconclusive'],
	])('%s: %s', (check, outcome) => {
		expect(judged(`${buckets}, check: ${check}`, histogram())).toMatchObject({
			outcome,
			observed: expect.closeTo(0.35, 12),
			samples: 19,
			method: 'prometheus buckets',
			reason: expect.stringContaining('p50 is above 0 and at most 0.5'),
		});
	});

	it('says that the limit lies in its bucket when it cannot tell', () => {
		const { reason } = judged(`${buckets}, check: value <= 0.4`, histogram());
		expect(reason).toMatch(/from 19 samples; the limit lies in that bucket, so it cannot tell$/);
	});

	it('never passes a limit above the last finite edge', () => {
		const slow = histogram([
			{ le: '1', count: 2 },
			{ le: '+Inf', count: 19 },
		]);
		expect(judged(`${buckets}, check: value <= 1000`, slow)).toMatchObject({ outcome: 'inconclusive' });
		expect(judged(`${buckets}, check: value <= 1`, slow)).toMatchObject({ outcome: 'fail' });
	});

	it.each<[string, Reading, RegExp]>([
		['no last bucket', histogram(known.slice(0, 3)), /no bucket with le="\+Inf"/],
		['an edge twice', histogram([...known, { le: '0.50', count: 11 }], 19), /edge 0\.5 is there twice/],
		[
			'counts that fall',
			histogram([...known.slice(0, 2), { le: '1', count: 3 }, { le: '+Inf', count: 19 }]),
			/not cumulative/,
		],
		['a count below 0', histogram([{ le: '0', count: -1 }, ...known.slice(1)]), /not cumulative/],
		['an edge that is no number', histogram([{ le: 'x', count: 1 }, ...known]), /not a number/],
		['a blank edge', histogram([{ le: ' ', count: 1 }, ...known]), /not a number/],
		['no sample', histogram(known.map(({ le }) => ({ le, count: 0 }))), /counts 0 samples/],
		['fewer samples than are counted', histogram(known, 25), /counts 25 samples, and its buckets hold 19/],
		['a number instead', one(0.1), /a number where buckets/],
	])('is inconclusive with %s', (_, reading, reason) => {
		expect(judged(`${buckets}, check: value <= 0.5`, reading)).toMatchObject({
			outcome: 'inconclusive',
			reason: expect.stringMatching(reason),
		});
	});

	it('is inconclusive of too few samples', () => {
		const few = histogram(known.map(({ le, count }) => ({ le, count: count / 2 })));
		expect(judged(`${buckets}, check: value <= 0.5`, few)).toMatchObject({ outcome: 'inconclusive' });
	});
});
