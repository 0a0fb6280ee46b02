import { describe, expect, it } from 'vitest';
import { decide } from '../../src/gate/gate.ts';
import { drawFacts } from '../../src/metrics/fact-accumulator.ts';
import type { RunFacts } from '../../src/metrics/run-facts.ts';
import type { RuleResult } from '../../src/model/verdict.ts';
import { clopperPearson } from '../../src/stats/proportion.ts';
import { parse, rule } from '../support/gate-file.ts';
import { factsOf, run, type TrialParts, trial } from '../support/records.ts';

const many = (count: number, parts: (index: number) => TrialParts = () => ({})) =>
	Array.from({ length: count }, (_, index) => trial({ question: `q${index}`, ...parts(index) }));
const varied = factsOf(
	many(60, (index) => ({
		scores: { faithfulness: index % 5 === 0 ? 0.4 : 1 },
		costUsd: 0.001 * (1 + (index % 4)),
		latencyMs: 10 + index,
	})),
);

function judged(metric: string, rest: string, candidate: RunFacts): RuleResult {
	const { verdict } = decide({
		gate: parse(...rule(metric, rest)),
		candidate,
		baseline: { missing: 'none' },
		evaluatedAt: '2026-11-22T12:00:01Z',
		digests: {},
		spangate: '0.0.0-test',
	});
	const found = verdict.rules.find(({ id }) => id === 'r');
	if (found === undefined) throw new Error('the rule was not judged');
	return found;
}

const boundsOf = ({ lower, upper, alpha, questions }: RuleResult) => ({ lower, upper, alpha, questions });

describe('a check on a value', () => {
	it.each([
		['pass_rate', '>=', 'lower', ''],
		['faithfulness', '>=', 'lower', ''],
		['latency_p50_ms', '<=', 'upper', ''],
		['cost_usd', '<=', 'upper', ''],
		['cost_per_success', '<=', 'upper', ', method: delta'],
	])('of %s shows the bounds that a check on one is held against', (metric, operator, bound, method) => {
		const limit = operator === '<=' ? 40 : 0.1;
		const value = judged(metric, `check: "value ${operator} ${limit}"`, varied);
		const bounded = judged(metric, `check: "${bound} ${operator} ${limit}"${method}`, varied);
		expect(value).toMatchObject({ outcome: 'pass', method: 'point estimate', alpha: 0.05, questions: 60 });
		expect(boundsOf(value)).toEqual(boundsOf(bounded));
		expect(value.upper ?? 0).toBeGreaterThan(value.lower ?? Infinity);
	});

	it('shows no bound that does not exist', () => {
		const few = factsOf(many(10));
		const result = judged('latency_p95_ms', 'check: "value <= 40"', few);
		expect(result).toMatchObject({ lower: 10, questions: 10 });
		expect(result).not.toHaveProperty('upper');
	});

	it.each([
		['no values', undefined],
		['none of its values', { columns: new Set<string>(), tags: new Set<string>(), clusters: false }],
	])('shows none of a run of which %s were kept', (_, samples) => {
		const keep = { traces: false, ...(samples && { samples }) };
		const bare = drawFacts(run({ planned: 10, completed: 10 }), many(10), keep);
		for (const [metric, rest, reason] of [
			['pass_rate', 'check: "value >= 0.5"', 'pass_rate is 100 % (>= 50 %)'],
			['safety_violations', 'max_events: 0', 'safety_violations is 0 (<= 0)'],
		] as const) {
			const result = judged(metric, rest, bare);
			expect(result).toMatchObject({ outcome: 'pass', samples: 10, reason });
			expect(result).not.toHaveProperty('lower');
		}
	});
});

describe('a count of events', () => {
	const leaks = (count: number) =>
		factsOf(
			many(120, (index) => ({
				findings: { pii: index < count ? ('violated' as const) : ('ok' as const), secrets: 'ok', tone: 'ok' },
			})),
		);

	it('that is allowed says what it proves of their rate, without bounds of the count', () => {
		const result = judged('safety_violations', 'max_events: 2', leaks(2));
		const { upper } = clopperPearson(2, 120, 0.05);
		const percent = Number((upper * 100).toPrecision(4));
		expect(result).toMatchObject({ outcome: 'pass', method: 'count', observed: 2, limit: 2 });
		expect(result.reason).toBe(
			`safety_violations is 2 (<= 2); in 2 of 120 questions, so the rate is at most ${percent} %`,
		);
		for (const key of ['lower', 'upper', 'alpha', 'questions']) expect(result).not.toHaveProperty(key);
	});

	it('that is too large says by how much', () => {
		expect(judged('safety_violations', 'max_events: 2', leaks(5)).reason).toBe(
			'safety_violations is 5, 3 over the limit (<= 2), in 5 of 120 questions',
		);
	});

	it('checked by its value shows no bounds either', () => {
		const result = judged('safety_violations', 'check: "value <= 2"', leaks(1));
		expect(result).toMatchObject({ outcome: 'pass', method: 'point estimate', observed: 1 });
		expect(result).not.toHaveProperty('upper');
	});
});
