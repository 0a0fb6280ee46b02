import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../src/gate/gate.ts';
import { parseGate } from '../../src/gate/rules.ts';
import { metricCatalogue } from '../../src/metrics/catalogue.ts';
import { drawFacts } from '../../src/metrics/fact-accumulator.ts';
import type { RunFacts } from '../../src/metrics/run-facts.ts';
import type { RuleResult } from '../../src/model/verdict.ts';
import { run, trial } from '../support/records.ts';

/** A run of 60 answers of this latency, enough to bound a p95, while the loop was so late; `unmeasured` has no delay. */
function slow(latencyMs: number, delayMs: number | 'unmeasured' = 0, waited = 4): RunFacts {
	const { loopDelay: _, ...plain } = run({ planned: 60, completed: 60 });
	const suite = { ...plain.suite, questions: 60 };
	const late =
		delayMs === 'unmeasured' ? {} : { loopDelay: { p50Ms: 0, p99Ms: delayMs, maxMs: 99_999, waited } };
	const trials = Array.from({ length: 60 }, (_, index) => trial({ question: `q${index}`, latencyMs }));
	return drawFacts({ ...plain, suite, ...late }, trials);
}

function judged(
	rest: string,
	candidate: RunFacts,
	baseline?: RunFacts,
	metric = 'latency_p95_ms',
): RuleResult {
	const text = `rules: [{ id: r, metric: ${metric}, ${rest} }]`;
	const gate = parseGate(text, 'gate.yaml', metricCatalogue(run()));
	const given = { candidate, baseline: baseline ?? { missing: 'none' } };
	const { verdict } = decide({
		gate,
		...given,
		evaluatedAt: '2026-11-22T12:00:01Z',
		digests: {},
		spangate: '0.0.0-test',
	});
	const found = verdict.rules.find(({ id }) => id === 'r');
	if (found === undefined) throw new Error('the rule was not judged');
	return found;
}

describe('an absolute latency rule', () => {
	const atMost100 = 'check: value <= 100';
	it.each<[string, number, number, RuleResult['outcome']]>([
		['within the limit', 100, 50, 'pass'],
		['over it by more than the delay', 151, 50, 'fail'],
		['over it by as much as the delay', 150, 50, 'inconclusive'],
		['over it by less than the delay', 101, 50, 'inconclusive'],
		['over it, and the loop was never late', 101, 0, 'fail'],
		['faster than the loop was late', 101, 5000, 'inconclusive'],
	])('on an answer %s', (_, latencyMs, delayMs, outcome) => {
		expect(judged(atMost100, slow(latencyMs, delayMs)).outcome).toBe(outcome);
	});

	it('that is inconclusive for it keeps its numbers, says why, and names the remedy', () => {
		expect(judged(atMost100, slow(120, 30))).toMatchObject({ observed: 120, limit: 100, samples: 60 });
		expect(judged(atMost100, slow(120, 30)).reason).toBe(
			'cannot tell: up to 30 ms of the candidate can be the delay of spangate’s own event loop (p99), which decides here: run again on a quieter machine, or with a lower -j (--max-concurrency) (latency_p95_ms is 120 ms, 20 ms over the limit (<= 100 ms))',
		);
	});

	it('of a loop that was not measured is judged as observed, and a failure says so', () => {
		expect(judged(atMost100, slow(99, 'unmeasured')).outcome).toBe('pass');
		expect(judged(atMost100, slow(101, 'unmeasured'))).toMatchObject({
			outcome: 'fail',
			reason: expect.stringContaining('the event loop’s delay was not measured'),
		});
	});

	it('on answers of which none waited for the loop is judged as observed, however late that was', () => {
		expect(judged(atMost100, slow(101, 5000, 0)).outcome).toBe('fail');
		expect(judged(atMost100, slow(101, 5000, 1)).outcome).toBe('inconclusive');
		expect(judged('non_inferior: 1.10x', slow(105, 5000), slow(100, 5000, 0)).outcome).toBe('pass');
		expect(judged('non_inferior: 1.10x', slow(105, 0), slow(100, 5000, 1)).outcome).toBe('inconclusive');
	});

	it('alone is touched: other metrics of a late run are judged as before', () => {
		expect(judged('check: value >= 0.9', slow(10, 5000), undefined, 'pass_rate').outcome).toBe('pass');
		expect(judged('check: value <= 0.0001', slow(10, 5000), undefined, 'cost_usd').outcome).toBe('fail');
	});
});

describe('a latency rule relative to the baseline', () => {
	it.each<[string, RunFacts, RunFacts, RuleResult['outcome']]>([
		['both quiet, within', slow(100), slow(110), 'pass'],
		['both quiet, beyond', slow(100), slow(111), 'fail'],
		['a late candidate that may be within', slow(100), slow(115, 5), 'inconclusive'],
		['a late candidate that is beyond all the same', slow(100), slow(116, 5), 'fail'],
		['a late candidate, within as it is', slow(100), slow(110, 50), 'pass'],
		['a late baseline that may have been faster', slow(100, 10), slow(105), 'inconclusive'],
		['a late baseline, within even so', slow(100, 10), slow(99), 'pass'],
		['a late baseline, beyond anyway', slow(100, 10), slow(111), 'fail'],
		['both late, and it may be either', slow(100, 20), slow(105, 20), 'inconclusive'],
		['both late, far within', slow(100, 20), slow(80, 20), 'pass'],
		['an unmeasured baseline, which cannot show a pass', slow(100, 'unmeasured'), slow(50), 'inconclusive'],
		['an unmeasured baseline, beyond', slow(100, 'unmeasured'), slow(120), 'fail'],
		['an unmeasured candidate, within', slow(100), slow(105, 'unmeasured'), 'pass'],
		['an unmeasured candidate, beyond', slow(100), slow(120, 'unmeasured'), 'fail'],
	])('%s', (_, baseline, candidate, outcome) => {
		expect(judged('non_inferior: 1.10x', candidate, baseline).outcome).toBe(outcome);
	});

	it('that fails says that a side was not measured, and only then', () => {
		const failure = (candidate: RunFacts, baseline: RunFacts) =>
			judged('non_inferior: 1.10x', candidate, baseline).reason;
		const unmeasured = /; the event loop’s delay was not measured$/;
		expect(failure(slow(120), slow(100))).not.toMatch(unmeasured);
		expect(failure(slow(120, 'unmeasured'), slow(100))).toMatch(unmeasured);
		expect(failure(slow(120), slow(100, 'unmeasured'))).toMatch(unmeasured);
	});

	it('says how late either side was, or that the baseline was not measured', () => {
		expect(judged('non_inferior: 1.10x', slow(105, 3), slow(100, 10)).reason).toContain(
			'up to 3 ms of the candidate and 10 ms of the baseline can be the delay',
		);
		expect(judged('non_inferior: 1.10x', slow(50), slow(100, 'unmeasured')).reason).toContain(
			'run the baseline again',
		);
	});
});

describe('for any latencies and delays', { timeout: 60_000 }, () => {
	it('a verdict other than inconclusive is that of every latency which the delay leaves possible', () => {
		const ms = fc.integer({ min: 0, max: 200 });
		const delay = fc.integer({ min: 0, max: 60 });
		const share = fc.double({ min: 0, max: 1, noNaN: true });
		const rule = fc.constantFrom(
			'check: value <= 100',
			'check: value < 60',
			'non_inferior: 1.10x',
			'non_inferior: 20',
		);
		let decided = 0;
		fc.assert(
			fc.property(ms, delay, ms, delay, share, share, rule, (after, late, before, lateBefore, a, b, rest) => {
				const { outcome } = judged(rest, slow(after, late), slow(before, lateBefore));
				if (outcome === 'inconclusive') return;
				decided++;
				const truth = judged(
					rest,
					slow(Math.max(0, after - a * late)),
					slow(Math.max(0, before - b * lateBefore)),
				);
				expect(truth.outcome).toBe(outcome);
			}),
			{ numRuns: 300 },
		);
		expect(decided).toBeGreaterThan(0);
	});
});
