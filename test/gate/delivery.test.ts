import { describe, expect, it } from 'vitest';
import type { Deliveries } from '../../src/gate/delivery.ts';
import { decide } from '../../src/gate/gate.ts';
import { parseGate } from '../../src/gate/rules.ts';
import { metricCatalogue } from '../../src/metrics/catalogue.ts';
import { type Delivery, schemaVersion } from '../../src/model/run.ts';
import { factsOf, run, trial } from '../support/records.ts';

const whole: Delivery = {
	schemaVersion,
	ended: 10,
	recorded: 10,
	endpoint: 'http://127.0.0.1:4318/v1/traces',
	acknowledged: 10,
	rejected: 0,
	outstanding: 0,
	acknowledgedBytes: 4000,
	late: 0,
	runBytes: 4000,
	runRejected: 0,
};

function judged(deliveries: Deliveries | undefined, { paired = false, demanded = true } = {}) {
	const text = `${demanded ? 'validity: { spans: all-acknowledged }\n' : ''}rules: [{ id: r, metric: pass_rate, check: value >= 0.5 }]`;
	const { verdict } = decide({
		gate: parseGate(text, 'gate.yaml', metricCatalogue(run())),
		candidate: factsOf([trial()], { id: 'run-1' }),
		baseline: paired ? factsOf([trial()], { id: 'run-1' }) : { missing: 'none' },
		...(deliveries && { deliveries }),
		evaluatedAt: '2026-11-22T12:00:01Z',
		digests: {},
		spangate: '0.0.0-test',
	});
	return { ...verdict, spans: verdict.rules.filter(({ id }) => id.endsWith('-spans')) };
}

const { runBytes: _, ...running } = whole;
const { endpoint: _sent, ...unsent } = { ...whole, acknowledged: 0, outstanding: 10, acknowledgedBytes: 0 };

describe('a gate that demands every span acknowledged', () => {
	it('deploys what was delivered, whatever of the gate’s own span is not', () => {
		const later = { ...whole, ended: 11, recorded: 11, outstanding: 1, error: 'no answer' };
		for (const candidate of [whole, later, { ...whole, rejected: 1 }]) {
			const { outcome, spans } = judged({ candidate });
			expect(outcome).toBe('DEPLOY');
			expect(spans).toEqual([
				{
					id: 'valid:candidate-spans',
					metric: 'spans_acknowledged',
					check: 'value == 1',
					tier: 'critical',
					method: 'record check',
					outcome: 'pass',
					observed: 1,
					limit: 1,
					samples: 1,
					reason: 'every span of the candidate’s run was acknowledged by a trace backend',
				},
			]);
		}
	});

	it.each<[string, Delivery | undefined, string]>([
		['no export.json', undefined, 'no export.json): spangate export @run-1 --otlp URL'],
		['no endpoint', unsent, '10 recorded spans were sent nowhere: spangate export @run-1 --otlp URL'],
		[
			'outstanding spans',
			{ ...whole, acknowledged: 7, outstanding: 3, acknowledgedBytes: 3999 },
			'3 of the candidate’s 10 recorded spans are not acknowledged yet: spangate export @run-1 --otlp URL',
		],
		[
			'rejected spans',
			{ ...whole, acknowledged: 8, rejected: 2, runRejected: 2 },
			'the backend rejected 2 spans of the candidate: spangate export @run-1 --otlp URL --all',
		],
		[
			'a rejected span',
			{ ...whole, acknowledged: 9, rejected: 1, runRejected: 1 },
			'the backend rejected 1 spans of the candidate',
		],
		[
			'spans that never reached the disk',
			{ ...whole, ended: 12 },
			'of 12 spans of the candidate that ended, 10 are',
		],
		[
			'no span',
			{ ...whole, ended: 0, recorded: 0, acknowledged: 0, runBytes: 0 },
			'no span of the candidate',
		],
		['a run that goes on', running, 'its run goes on, or was killed'],
	])('is inconclusive of a record with %s, and says what to do', (_name, candidate, reason) => {
		const { outcome, spans } = judged({ candidate });
		expect(outcome).toBe('INCONCLUSIVE');
		expect(spans).toMatchObject([{ outcome: 'inconclusive', reason: expect.stringContaining(reason) }]);
	});

	it('demands the same of the baseline', () => {
		expect(judged({ candidate: whole, baseline: whole }, { paired: true }).outcome).toBe('DEPLOY');
		const { outcome, spans } = judged({ candidate: whole, baseline: unsent }, { paired: true });
		expect(outcome).toBe('INCONCLUSIVE');
		expect(spans.map((rule) => [rule.id, rule.outcome])).toEqual([
			['valid:baseline-spans', 'inconclusive'],
			['valid:candidate-spans', 'pass'],
		]);
	});

	it('is inconclusive when nobody read what became of the spans', () => {
		expect(judged(undefined).outcome).toBe('INCONCLUSIVE');
	});
});

describe('a gate that does not demand it', () => {
	it('says nothing of spans', () => {
		expect(judged({ candidate: unsent }, { demanded: false })).toMatchObject({
			outcome: 'DEPLOY',
			spans: [],
		});
	});
});
