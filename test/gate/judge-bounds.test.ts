import { describe, expect, it } from 'vitest';
import { decide } from '../../src/gate/gate.ts';
import { drawFacts } from '../../src/metrics/fact-accumulator.ts';
import type { RunFacts } from '../../src/metrics/run-facts.ts';
import type { RuleResult } from '../../src/model/verdict.ts';
import { clopperPearson } from '../../src/stats/proportion.ts';
import { parse, rule } from '../support/gate-file.ts';
import { factsOf, run, type TrialParts, trial } from '../support/records.ts';

const alpha = 0.05;
const many = (count: number, parts: (index: number) => TrialParts = () => ({})) =>
	Array.from({ length: count }, (_, index) => trial({ question: `q${index}`, ...parts(index) }));
/** So many questions, of which the first `bad` score 0. */
const scored = (count: number, bad: number) =>
	factsOf(many(count, (index) => ({ scores: { faithfulness: index < bad ? 0 : 1 } })));

function judgedAll(metric: string, rest: string, candidate: RunFacts, baseline?: RunFacts): RuleResult[] {
	const { verdict } = decide({
		gate: parse(...rule(metric, rest)),
		candidate,
		baseline: baseline ?? { missing: 'none' },
		evaluatedAt: '2026-11-22T12:00:01Z',
		digests: {},
		spangate: '0.0.0-test',
	});
	return verdict.rules.filter(({ id }) => !id.startsWith('valid:'));
}

function judged(metric: string, rest: string, candidate: RunFacts, baseline?: RunFacts): RuleResult {
	const [first, second] = judgedAll(metric, rest, candidate, baseline);
	if (first === undefined || second !== undefined) throw new Error('not one result');
	return first;
}

describe('a check on a bound', () => {
	it('of a pass rate is held against Clopper and Pearson’s', () => {
		const { lower, upper } = clopperPearson(118, 120, alpha);
		const numbers = { observed: 118 / 120, lower, upper, alpha, limit: 0.94, samples: 120, questions: 120 };
		const result = judged('pass_rate', 'check: "lower >= 0.94"', scored(120, 2));
		expect(result).toMatchObject({ outcome: 'pass', method: 'Clopper-Pearson', ...numbers });
		expect(judged('pass_rate', 'check: "lower >= 0.96"', scored(120, 2)).outcome).toBe('inconclusive');
		expect(judged('pass_rate', 'check: "lower >= 0.9985"', scored(120, 2)).outcome).toBe('fail');
	});

	it('of a count of violations is held against that of the rate of questions with one', () => {
		const result = judged('safety_violations', 'check: "upper < 0.025"', scored(119, 0));
		expect(result).toMatchObject({
			outcome: 'pass',
			observed: 0,
			upper: expect.closeTo(1 - alpha ** (1 / 119), 12),
			limit: 0.025,
		});
		expect(judged('safety_violations', 'check: "upper < 0.025"', scored(118, 0)).outcome).toBe(
			'inconclusive',
		);
	});

	it('is missing what the metric is missing', () => {
		const broken = factsOf([trial({ scores: { faithfulness: 'errored' } })]);
		const result = judged('faithfulness', 'check: "lower >= 0.1"', broken);
		expect(result).toMatchObject({ outcome: 'inconclusive', method: 'none', samples: 0 });
		expect(result.reason).toMatch(/^faithfulness is missing: scorer /);
	});

	it('of a latency is inconclusive where the harness’s own delay decides', () => {
		const late = (p99Ms: number) => {
			const loopDelay = { p50Ms: 0, p99Ms, maxMs: 99, waited: 4 };
			const trials = many(80, () => ({ latencyMs: 120 }));
			const facts = drawFacts(run({ planned: 80, completed: 80, loopDelay }), trials);
			return judged('latency_p50_ms', 'check: "upper <= 100"', facts).outcome;
		};
		expect(late(0)).toBe('fail');
		expect(late(10)).toBe('fail');
		expect(late(30)).toBe('inconclusive');
	});
});

describe('how many more questions a rule needs', () => {
	const check = (more = '') => judged('pass_rate', `check: "lower >= 0.8"${more}`, scored(40, 4));

	it('is what would settle it, and no fewer than the rule wants to rest on', () => {
		const { outcome, needed = 0, reason } = check();
		expect(outcome).toBe('inconclusive');
		expect(reason).toMatch(
			new RegExp(`; about ${needed} more questions would settle it, as a (pass|fail) if it stays so$`),
		);
		const more = (count: number) => judged('pass_rate', 'check: "lower >= 0.8"', scored(40 + count, 4));
		expect(more(needed).outcome).toBe('pass');
		expect(check(`, min_samples: ${40 + needed - 1}`).needed).toBe(needed);
		expect(check(`, min_samples: ${40 + needed + 7}`).needed).toBe(needed + 7);
		expect(check(', min_samples: 40').needed).toBe(needed);
	});

	it('is what is short of the minimum where the bounds say enough', () => {
		const pass = judged('pass_rate', 'check: "lower >= 0.8", min_samples: 60', scored(40, 0));
		expect(pass).toMatchObject({ outcome: 'inconclusive', needed: 20, samples: 40 });
		expect(pass.reason).toMatch(/; only 40 sample\(s\), 60 needed$/);
		const enough = judged('pass_rate', 'check: "lower >= 0.8", min_samples: 40', scored(40, 0));
		expect(enough.outcome).toBe('pass');
		expect(enough).not.toHaveProperty('needed');
		const fail = judged('pass_rate', 'check: "lower >= 0.8", min_samples: 60', scored(40, 40));
		expect(fail).toMatchObject({ outcome: 'inconclusive', needed: 20 });
		expect(judged('pass_rate', 'check: "lower >= 0.8"', scored(40, 40))).not.toHaveProperty('needed');
	});
});

describe('a comparison', () => {
	const skipping = (count: number, skipped: number) =>
		factsOf(many(count, (index) => ({ scores: { faithfulness: index < skipped ? 'skipped' : 1 } })));
	const lenient = (rest: string, candidate: RunFacts, baseline: RunFacts) => {
		const gate = parse('validity: { min_paired: 0.5 }', ...rule('faithfulness', rest));
		const given = { candidate, baseline, evaluatedAt: '2026-11-22T12:00:01Z', digests: {}, spangate: '0' };
		return decide({ gate, ...given }).verdict.rules.find(({ id }) => id === 'r');
	};

	it('tells all of the questions that it left out, and why', () => {
		expect(lenient('non_inferior: 5pp', skipping(100, 0), skipping(100, 0))).not.toHaveProperty('dropped');
		expect(lenient('non_inferior: 5pp', skipping(100, 2), skipping(100, 0))).toMatchObject({
			questions: 98,
			dropped: { questions: 2, why: 'no value of faithfulness in one of the runs' },
		});
		expect(lenient('non_inferior: 5pp', skipping(100, 2), skipping(103, 0))).toMatchObject({
			questions: 98,
			dropped: {
				questions: 5,
				why: 'asked in one of the runs only; no value of faithfulness in one of the runs',
			},
		});
	});

	it('is missing what either run has no metric of', () => {
		const parts = { scorers: [] };
		const unscored = factsOf(
			many(40, () => ({ scores: {} })),
			parts,
		);
		const [before, after] = [
			judged('faithfulness', 'non_inferior: 5pp', scored(40, 0), unscored),
			judged('faithfulness', 'non_inferior: 5pp', unscored, scored(40, 0)),
		];
		expect(before).toMatchObject({ outcome: 'inconclusive', samples: 0 });
		expect(before.reason).toContain('the baseline has no metric faithfulness');
		expect(after).toMatchObject({ outcome: 'inconclusive', samples: 0 });
		expect(after.reason).toContain('the candidate has no metric faithfulness');
	});

	it('is of candidate minus baseline, with the limit in those terms', () => {
		const fallen = judged('pass_rate', 'non_inferior: 5pp', scored(200, 40), scored(200, 0));
		expect(fallen).toMatchObject({ outcome: 'fail', observed: -0.2, limit: -0.05, method: 'Tango score' });
		const ratio = judged('pass_rate', 'non_inferior: 1.25x', scored(200, 40), scored(200, 0));
		expect(ratio).toMatchObject({ observed: 0.8, limit: 0.8, method: 'BCa bootstrap' });
	});
});

describe('a rule that groups the questions', () => {
	const grouped = (parts: (index: number) => TrialParts) =>
		factsOf(many(120, (index) => ({ scores: { faithfulness: index % 12 < 2 ? 0 : 1 }, ...parts(index) })));
	const check = 'check: "lower >= 0.1"';

	it.each([
		['cluster', (index: number) => ({ cluster: `c${index % 12}` })],
		['tag:topic', (index: number) => ({ tags: { topic: `t${index % 12}` } })],
	])('by %s rests on as many groups, and is less sure', (by, parts) => {
		const alone = judged('pass_rate', check, grouped(parts));
		const result = judged('pass_rate', `${check}, cluster_by: ${by}`, grouped(parts));
		expect(alone).not.toHaveProperty('clusters');
		expect(result).toMatchObject({ outcome: 'pass', questions: 120, clusters: 12 });
		expect(result.lower ?? 1).toBeLessThan((alone.lower ?? 0) - 0.1);
	});

	it('is missing groups where no question has one', () => {
		const result = judged('pass_rate', `${check}, cluster_by: cluster`, scored(40, 0));
		expect(result).toMatchObject({ outcome: 'inconclusive', samples: 0 });
		expect(result.reason).toBe('no question has a cluster, by which r groups them');
		const tagged = judged('pass_rate', `${check}, cluster_by: tag:topic`, scored(40, 0));
		expect(tagged.reason).toBe('no question has the tag "topic", by which r groups them');
	});
});

describe('slices', () => {
	const tagged = (count: number, bad: (index: number) => boolean, untagged = 0) =>
		factsOf(
			many(count, (index) => ({
				tags: index < untagged ? {} : { lang: index % 3 === 0 ? 'fr' : 'de' },
				scores: { faithfulness: bad(index) ? 0 : 1 },
			})),
			{},
		);

	it('are judged each by its own questions, by their names', () => {
		const isFrench = (index: number) => index % 3 === 0;
		const results = judgedAll('pass_rate', 'per: tag:lang, check: "lower >= 0.8"', tagged(120, isFrench));
		expect(results).toMatchObject([
			{ id: 'r (lang=fr)', slice: 'lang=fr', outcome: 'fail', observed: 0, samples: 40, questions: 40 },
			{ id: 'r (lang=de)', slice: 'lang=de', outcome: 'pass', observed: 1, samples: 80, questions: 80 },
		]);
		expect(results[0]?.pValue).toBe(2e-12);
		expect(results[1]?.pValue).toBe(0.5);
	});

	it('are compared with the baseline’s', () => {
		const [fine, french] = [tagged(300, () => false), tagged(300, (index) => index % 3 === 0)];
		const rest = 'per: tag:lang, non_inferior: 5pp';
		expect(judgedAll('pass_rate', rest, french, fine)).toMatchObject([
			{ slice: 'lang=fr', outcome: 'fail', observed: -1, questions: 100 },
			{ slice: 'lang=de', outcome: 'pass', observed: 0, questions: 200 },
		]);
		expect(judgedAll('pass_rate', rest, fine, fine).map(({ outcome }) => outcome)).toEqual(['pass', 'pass']);
	});

	it('that leave questions out are not all of them', () => {
		const results = judgedAll(
			'pass_rate',
			'per: tag:lang, check: "lower >= 0.5"',
			tagged(120, () => false, 2),
		);
		expect(results.map(({ id, outcome }) => [id, outcome])).toEqual([
			['r', 'inconclusive'],
			['r (lang=de)', 'pass'],
			['r (lang=fr)', 'pass'],
		]);
		expect(results[0]?.reason).toBe('2 of 120 questions have no tag "lang", so no slice judges them: q0, q1');
	});

	it('of a tag that no question has are missing', () => {
		const [result] = judgedAll('pass_rate', 'per: tag:lang, check: "lower >= 0.5"', scored(40, 0));
		expect(result).toMatchObject({ id: 'r', outcome: 'inconclusive', samples: 0 });
	});
});
