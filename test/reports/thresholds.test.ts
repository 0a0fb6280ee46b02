import { describe, expect, it } from 'vitest';
import { type Terminal, widthOf } from '../../src/reports/terminal.ts';
import { thresholdsOf, thresholdsText } from '../../src/reports/thresholds.ts';
import { parse } from '../support/gate-file.ts';

const now = '2026-11-25T12:00:00Z';
const everything = [
	'baseline: { max_age: 30d, same: [suite, scorers, checks] }',
	'defaults: { min_samples: 30 }',
	'validity: { min_paired: 0.98, spans: all-acknowledged }',
	'rules:',
	'  - { id: floor, metric: faithfulness, check: "lower >= 0.85" }',
	'  - { id: latency, metric: latency_p95_ms, check: "upper <= 3500", non_inferior: 1.10x }',
	'  - { id: cost, metric: cost_per_success, check: "value <= 0.08", on_missing: fail }',
	'  - { id: safety, metric: safety_violations, max_events: 0 }',
	'  - { id: by-language, metric: pass_rate, per: tag:lang, non_inferior: 5pp, cluster_by: tag:topic, method: bootstrap, tier: advisory }',
	'  - { id: live, prometheus: { value: errors, total: all, min_total: 300 }, check: "upper <= 0.05" }',
	'  - { id: slow, prometheus: { value: slow, total: all, min_total: 9, window: 15m }, check: "value < 2" }',
	'  - { id: p95, prometheus: { buckets: lat, quantile: 0.95, min_total: 9 }, check: "value < 2" }',
	'waivers:',
	'  - { rule: latency/check, until: 2026-11-25, by: ops, reason: "vendor incident", limit: "upper <= 4200" }',
	'  - { rule: cost, until: 2026-11-24, by: ada, reason: "prices rose", limit: "value <= 0.1" }',
];

function shown(columns: number, lines = everything): string[] {
	const gate = parse(...lines);
	const terminal: Terminal = { columns, paint: (_, text) => text };
	return thresholdsText(thresholdsOf(gate, now), gate, terminal).split('\n');
}

describe('the thresholds as a table', () => {
	it('names the method in a column of its own where there is room', () => {
		expect(shown(120)).toEqual([
			'rule                  metric             threshold                               method                samples  tier',
			'floor                 faithfulness       lower >= 0.85                           Student t               >= 30  critical',
			'latency/check         latency_p95_ms     upper <= 3500                           order statistics        >= 30  critical',
			'latency/non_inferior  latency_p95_ms     non_inferior 1.10x                      percentile bootstrap    >= 30  critical',
			'cost                  cost_per_success   value <= 0.08, missing is fail          point estimate          >= 30  critical',
			'safety                safety_violations  max_events 0                            count                   >= 30  critical',
			'by-language           pass_rate          non_inferior 5pp, per tag:lang (Holm),  BCa bootstrap           >= 30  advisory',
			'                                         clustered by tag:topic',
			'live                  prometheus         upper <= 0.05 of errors                 Clopper-Pearson        >= 300  critical',
			'slow                  prometheus         value < 2 of slow, over 15m             point estimate           >= 9  critical',
			'p95                   prometheus         value < 2 of p95 of lat                 bucket edges             >= 9  critical',
			'',
			'Bounds: one-sided, each wrong with a chance of at most 0.05 (α).',
			'Waiver of latency/check, in force until 2026-11-25: upper <= 4200 in place of the rule’s limit (by ops: vendor',
			'incident).',
			'Waiver of cost, expired on 2026-11-24: the rule’s limit holds, not value <= 0.1 (by ada: prices rose).',
			'A baseline is compared with only if it is at most 30d old and made with the same scorers, checks.',
			'Always: the whole suite asked, every planned trial recorded, the same suite and repeats in both runs, at most 2 % failed',
			'trials, at least 98 % of the questions in both runs, every span of both runs acknowledged by a trace backend.',
		]);
	});

	it('names the method beside the threshold where there is not', () => {
		expect(shown(80).slice(0, 16)).toEqual([
			'rule                  metric             threshold             samples  tier',
			'floor                 faithfulness       lower >= 0.85           >= 30  critical',
			'                                         (Student t)',
			'latency/check         latency_p95_ms     upper <= 3500 (order    >= 30  critical',
			'                                         statistics)',
			'latency/non_inferior  latency_p95_ms     non_inferior 1.10x      >= 30  critical',
			'                                         (percentile',
			'                                         bootstrap)',
			'cost                  cost_per_success   value <= 0.08,          >= 30  critical',
			'                                         missing is fail',
			'safety                safety_violations  max_events 0            >= 30  critical',
			'by-language           pass_rate          non_inferior 5pp,       >= 30  advisory',
			'                                         per tag:lang (Holm),',
			'                                         clustered by',
			'                                         tag:topic (BCa',
			'                                         bootstrap)',
		]);
	});

	it.each([60, 72, 80, 99, 100, 101, 120, 200])(
		'is never wider than %d columns, and loses no rule',
		(columns) => {
			const lines = shown(columns);
			expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(columns);
			const text = lines.join('').replaceAll(/\s/g, '');
			for (const part of ['BCabootstrap', 'vendorincident', 'everyspanofbothruns', 'max_events0'])
				expect(text).toContain(part);
		},
	);

	it('names alpha with each bound where the rules differ in it', () => {
		const lines = shown(120, [
			'rules:',
			'  - { id: a, metric: pass_rate, check: "lower >= 0.5" }',
			'  - { id: b, metric: pass_rate, check: "lower >= 0.5", alpha: 0.01 }',
			'  - { id: c, metric: pass_rate, check: "value >= 0.5" }',
		]);
		expect(lines.slice(1, 4)).toEqual([
			expect.stringMatching(/^a .* Clopper-Pearson, α 0\.05 /),
			expect.stringMatching(/^b .* Clopper-Pearson, α 0\.01 /),
			expect.stringMatching(/^c .* point estimate +>=/),
		]);
		expect(lines.join('\n')).not.toContain('Bounds:');
	});

	it('says nothing of bounds, waivers and baselines that the file does not', () => {
		const lines = shown(400, ['rules:', '  - { id: a, metric: pass_rate, check: "value >= 0.5" }']);
		expect(lines).toEqual([
			'rule  metric     threshold     method          samples  tier',
			'a     pass_rate  value >= 0.5  point estimate     >= 1  critical',
			'',
			expect.stringMatching(
				/^Always: .*at most 2 % failed trials, at least 100 % of the questions in both runs\.$/,
			),
		]);
	});

	it('lets no text of the file move the cursor', () => {
		const lines = shown(120, [
			...everything.slice(0, -1).map((line) => line.replace('id: safety', 'id: "safe\\e[1Aty"')),
			'  - { rule: cost, until: 2030-01-01, by: "a\\e[2Jb", reason: "x\\ny", limit: "value <= 0.1" }',
		]);
		expect(lines.join('\n')).not.toContain('\u001b');
		expect(lines.join('\n')).toContain('safe [1Aty');
		expect(lines.join('\n')).toContain('(by a [2Jb: x y)');
	});
});

describe('the thresholds as data', () => {
	it('say what each condition is judged by, and what stands in for it', () => {
		const [floor, latency, , cost, safety, byLanguage, live] = thresholdsOf(parse(...everything), now);
		expect(floor).toEqual({
			id: 'floor',
			metric: 'faithfulness',
			check: 'lower >= 0.85',
			method: 'Student t',
			alpha: 0.05,
			min_samples: 30,
			on_missing: 'inconclusive',
			tier: 'critical',
		});
		expect(latency?.waiver).toEqual({
			until: '2026-11-25',
			by: 'ops',
			reason: 'vendor incident',
			limit: 'upper <= 4200',
			state: 'in force',
		});
		expect(cost).toMatchObject({
			method: 'point estimate',
			on_missing: 'fail',
			waiver: { state: 'expired' },
		});
		expect(cost).not.toHaveProperty('alpha');
		expect(safety).toMatchObject({ method: 'count' });
		expect(byLanguage).toMatchObject({
			method: 'BCa bootstrap',
			per: 'tag:lang',
			adjust: 'holm',
			cluster_by: 'tag:topic',
			tier: 'advisory',
		});
		expect(live).toMatchObject({ method: 'Clopper-Pearson', alpha: 0.05, min_samples: 300 });
	});

	it('say cluster_by only of what has bounds', () => {
		const thresholds = thresholdsOf(
			parse(
				'defaults: { cluster_by: cluster }',
				'rules:',
				'  - { id: a, metric: pass_rate, check: "value >= 0.5", non_inferior: 2pp }',
			),
			now,
		);
		expect(thresholds.map((each) => each.cluster_by)).toEqual([undefined, 'cluster']);
	});
});
