import { describe, expect, it } from 'vitest';
import { decide } from '../../src/gate/gate.ts';
import { parseGate } from '../../src/gate/rules.ts';
import { metricCatalogue } from '../../src/metrics/catalogue.ts';
import type { RunFacts } from '../../src/metrics/run-facts.ts';
import { factsOf, run, type TrialParts, trial } from '../support/records.ts';

/** So many questions, each asked so often, in so many clusters. */
function record(
	questions: number,
	repeats: number,
	of: (question: number, repeat: number) => TrialParts,
	clusters = questions,
): RunFacts {
	const trials = [];
	for (let repeat = 0; repeat < repeats; repeat++) {
		for (let question = 0; question < questions; question++) {
			const cluster = `c${question % clusters}`;
			trials.push(trial({ question: `q${question}`, cluster, repeat, ...of(question, repeat) }));
		}
	}
	return factsOf(trials, { repeats });
}

function outcomeOf(rule: string, candidate: RunFacts, baseline?: RunFacts): string {
	const gate = parseGate(`rules: [{ id: r, ${rule} }]`, 'gate.yaml', metricCatalogue(run()));
	const { verdict } = decide({
		gate,
		candidate,
		baseline: baseline ?? { missing: 'none' },
		evaluatedAt: '2026-11-22T12:00:01Z',
		digests: {},
		spangate: '0.0.0-test',
	});
	return verdict.rules.find(({ id }) => id === 'r')?.outcome ?? 'none';
}

const passes = (many: number, of: number) =>
	record(of, 1, (question) => ({ scores: { faithfulness: question < many ? 1 : 0 } }));

/** What few data could be led to pass by: each was found by a hostile reviewer, or is its like. */
describe('so few data', () => {
	it('bound no p95 of six questions, however often each is asked', () => {
		const fast = record(6, 20, (_, repeat) => ({ latencyMs: 100 + repeat }));
		expect(outcomeOf('metric: latency_p95_ms, check: "upper <= 200"', fast)).toBe('inconclusive');
		for (const method of ['bootstrap', 'delta']) {
			const rule = `metric: latency_p95_ms, non_inferior: 1.10x, method: ${method}`;
			expect(outcomeOf(rule, fast, fast)).toBe('inconclusive');
		}
	});

	it('bound no p95 of six clusters, however many questions are in each', () => {
		const fast = record(120, 1, (question) => ({ latencyMs: 100 + question / 10 }), 6);
		for (const rule of ['check: "upper <= 200"', 'non_inferior: 1.10x']) {
			const grouped = `metric: latency_p95_ms, ${rule}, cluster_by: cluster`;
			expect(outcomeOf(grouped, fast, fast)).toBe('inconclusive');
		}
	});

	it('say no more of six clusters when one answer is worse', () => {
		const rule = 'metric: pass_rate, check: "lower >= 0.9", cluster_by: cluster';
		for (const failed of [0, 1, 2, 3]) {
			const facts = record(
				120,
				1,
				(question) => ({ scores: { faithfulness: question < failed ? 0 : 1 } }),
				6,
			);
			expect(outcomeOf(rule, facts)).toBe('inconclusive');
		}
	});

	it('are judged alike as shares and as scores of 0 and 1, below fifty questions too', () => {
		const [before, after] = [passes(40, 40), passes(37, 40)];
		for (const metric of ['pass_rate', 'faithfulness']) {
			expect(outcomeOf(`metric: ${metric}, non_inferior: 0.145`, after, before)).toBe('inconclusive');
		}
	});

	it('prove no more when each question is asked twice and answers the same', () => {
		const twice = (many: number, of: number) =>
			record(of, 2, (question) => ({ scores: { faithfulness: question < many ? 1 : 0 } }));
		for (const [many, of, limit] of [
			[199, 200, 0.98],
			[39, 40, 0.9],
		] as const) {
			const rule = `metric: pass_rate, check: "lower >= ${limit}"`;
			expect([outcomeOf(rule, passes(many, of)), outcomeOf(rule, twice(many, of))]).toEqual([
				'inconclusive',
				'inconclusive',
			]);
		}
	});

	it('with one slow answer in sixty show no p95 that is about the same', () => {
		const one = record(60, 1, (question) => ({ latencyMs: question === 0 ? 1000 : 100 + question / 10 }));
		expect(outcomeOf('metric: latency_p95_ms, non_inferior: 1.5x', one, one)).toBe('inconclusive');
	});

	it('are no reason to crash when scores are next to nothing', () => {
		const tiny = record(40, 1, (question) => ({ scores: { faithfulness: question < 3 ? 1e-120 : 0 } }));
		expect(outcomeOf('metric: faithfulness, check: "lower >= 0.5"', tiny)).toBe('fail');
		const costs = (costUsd: number) =>
			record(40, 1, (question) => ({ costUsd: question === 0 ? costUsd : 0 }));
		for (const cost of [1e-120, 1e110, 1e200]) {
			expect(outcomeOf('metric: cost_usd, check: "upper <= 1e300"', costs(cost))).not.toBe('none');
		}
	});
});

describe('a slice', () => {
	it('is no other one whose key and value read alike', () => {
		const facts = factsOf([
			...Array.from({ length: 30 }, (_, index) =>
				trial({
					question: `a${index}`,
					tags: { a: 'b=c' },
					scores: { faithfulness: index < 18 ? 1 : 0 },
				}),
			),
			...Array.from({ length: 70 }, (_, index) => trial({ question: `b${index}`, tags: { 'a=b': 'c' } })),
		]);
		expect(facts.slice('a', 'b=c').pass_rate).toMatchObject({ value: 0.6, n: 30 });
		expect(facts.slice('a=b', 'c').pass_rate).toMatchObject({ value: 1, n: 70 });
	});
});

describe('a record contradicts itself', () => {
	it.each<[string, RunFacts]>([
		['by a repeat that was not planned', factsOf([trial({ repeat: 7 })], { repeats: 2 })],
		[
			'by tags that change between repeats',
			factsOf([trial({ tags: { lang: 'en' } }), trial({ repeat: 1, tags: { lang: 'de' } })], { repeats: 2 }),
		],
		[
			'by findings of a trial that failed',
			factsOf([{ ...trial({ failed: true }), findings: trial({ findings: { pii: 'violated' } }).findings }]),
		],
	])('%s', (_, facts) => {
		expect(facts.conflicts).toHaveLength(1);
	});
});
