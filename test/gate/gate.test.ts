import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tangoBounds } from '../../src/compare/paired-differences.ts';
import { decide } from '../../src/gate/gate.ts';
import { parseGate } from '../../src/gate/rules.ts';
import { metricCatalogue } from '../../src/metrics/catalogue.ts';
import { drawFacts } from '../../src/metrics/fact-accumulator.ts';
import type { RunFacts } from '../../src/metrics/run-facts.ts';
import type { Run } from '../../src/model/run.ts';
import type { Trial } from '../../src/model/trial.ts';
import type { GateResult, RuleResult } from '../../src/model/verdict.ts';
import { anyTrials, factsOf, run, type TrialParts, trial } from '../support/records.ts';

const catalogue = metricCatalogue(run());
const none = { missing: 'no run bears the tag' };

interface Given {
	readonly candidate: RunFacts;
	readonly baseline?: RunFacts;
}

function judged({ candidate, baseline }: Given, ...lines: string[]): GateResult {
	const gate = parseGate(lines.join('\n'), 'gate.yaml', catalogue);
	return decide({
		gate,
		candidate,
		baseline: baseline ?? none,
		evaluatedAt: '2026-11-22T12:00:01Z',
		digests: {},
		spangate: '0.0.0-test',
	});
}

const only = (metric: string, rest: string) => ['rules:', `  - { id: r, metric: ${metric}, ${rest} }`];
const ruleOf = ({ verdict }: GateResult, id = 'r'): RuleResult => {
	const found = verdict.rules.find((rule) => rule.id === id);
	if (found === undefined) throw new Error(`no rule ${id}`);
	return found;
};
const many = (count: number, parts: (index: number) => TrialParts = () => ({})) =>
	Array.from({ length: count }, (_, index) => trial({ question: `q${index}`, ...parts(index) }));
/** Ten trials of which the first `bad` score `value`. */
const scored = (bad: number, value = 0) =>
	factsOf(many(10, (index) => ({ scores: { faithfulness: index < bad ? value : 1 } })));
const clean = { pii: 'ok', secrets: 'ok', tone: 'ok' } as const;
const leaks = (count: number, of = 10, status: 'violated' | 'errored' = 'violated') =>
	factsOf(many(of, (index) => ({ findings: index < count ? { ...clean, pii: status } : clean })));
const slow = (latencyMs: number) => factsOf(many(10, () => ({ latencyMs })));
const broken = (errored: number) =>
	factsOf(many(10, (index) => ({ scores: { faithfulness: index < errored ? 'errored' : 1 } })));

describe('an absolute rule', () => {
	it.each<[string, RunFacts, string, string, RuleResult['outcome'], RegExp]>([
		[
			'higher, above',
			scored(1),
			'faithfulness',
			'value >= 0.85',
			'pass',
			/faithfulness is 0\.9 \(>= 0\.85\)/,
		],
		['higher, equal', scored(1), 'faithfulness', 'value >= 0.9', 'pass', /is 0\.9/],
		['higher, equal but strict', scored(1), 'faithfulness', 'value > 0.9', 'fail', /0 short of the limit/],
		[
			'higher, below',
			scored(2),
			'faithfulness',
			'value >= 0.85',
			'fail',
			/is 0\.8, 0\.05 short of the limit/,
		],
		[
			'higher, missing',
			broken(1),
			'faithfulness',
			'value >= 0.1',
			'inconclusive',
			/is missing: scorer .* errored/,
		],
		['lower, below', slow(3), 'latency_p95_ms', 'value <= 5', 'pass', /is 3 ms \(<= 5 ms\)/],
		['lower, equal', slow(5), 'latency_p95_ms', 'value <= 5', 'pass', /5 ms/],
		['lower, equal but strict', slow(5), 'latency_p95_ms', 'value < 5', 'fail', /0 ms over the limit/],
		['lower, above', slow(7), 'latency_p95_ms', 'value <= 5', 'fail', /is 7 ms, 2 ms over the limit/],
		[
			'a share',
			scored(2),
			'pass_rate',
			'value >= 0.9',
			'fail',
			/is 80 %, 10 % short of the limit \(>= 90 %\)/,
		],
		['nothing measured', factsOf([]), 'pass_rate', 'value >= 0.1', 'inconclusive', /no trial was recorded/],
	])('%s', (_, candidate, metric, check, outcome, reason) => {
		const rule = ruleOf(judged({ candidate }, ...only(metric, `check: ${check}`)));
		expect(rule).toMatchObject({ outcome, reason: expect.stringMatching(reason), metric, check });
	});

	it.each([
		['pass', scored(0)],
		['fail', scored(10)],
	])('that would %s is inconclusive on too few samples, and says how many it wants', (_, candidate) => {
		const rule = ruleOf(
			judged({ candidate }, ...only('faithfulness', 'check: value >= 0.85, min_samples: 11')),
		);
		expect(rule).toMatchObject({ outcome: 'inconclusive', samples: 10 });
		expect(rule.reason).toContain('only 10 sample(s), 11 needed');
	});

	it('gives the numbers that it rests on', () => {
		const rule = ruleOf(judged({ candidate: scored(2) }, ...only('faithfulness', 'check: value >= 0.85')));
		expect(rule).toMatchObject({ observed: 0.8, limit: 0.85, samples: 10, tier: 'critical' });
	});

	it('is met by a sum that misses its limit by a rounding error alone', () => {
		const tenths = many(10, () => ({ scores: { faithfulness: 0.1 } }));
		expect(factsOf(tenths).metrics().faithfulness).toMatchObject({ value: expect.closeTo(0.1, 12) });
		const rules = only('faithfulness', 'check: value >= 0.1');
		expect(ruleOf(judged({ candidate: factsOf(tenths) }, ...rules)).outcome).toBe('pass');
		const less = many(10, () => ({ scores: { faithfulness: 0.0999999 } }));
		expect(ruleOf(judged({ candidate: factsOf(less) }, ...rules)).outcome).toBe('fail');
	});
});

describe('a rule on events', () => {
	it.each<[string, RunFacts, number, RuleResult['outcome']]>([
		['none', leaks(0), 0, 'pass'],
		['as many as allowed', leaks(2), 2, 'pass'],
		['one too many', leaks(3), 2, 'fail'],
		['an errored check', leaks(1, 10, 'errored'), 0, 'inconclusive'],
		['only failed trials', factsOf(many(3, () => ({ failed: true }))), 0, 'inconclusive'],
	])('with %s', (_, candidate, allowed, outcome) => {
		const rule = ruleOf(judged({ candidate }, ...only('safety_violations', `max_events: ${allowed}`)));
		expect(rule.outcome).toBe(outcome);
	});

	it('fails on what an incomplete count has seen already, with the questions and their traces', () => {
		const candidate = factsOf([
			trial({ question: 'a', findings: { ...clean, pii: 'violated' } }),
			trial({ question: 'b', findings: { ...clean, pii: 'errored' } }),
		]);
		const rule = ruleOf(judged({ candidate }, ...only('safety_violations', 'max_events: 0')));
		expect(rule).toMatchObject({ outcome: 'fail', observed: 1, limit: 0 });
		expect(rule.reason).toContain('at least 1, 0 allowed');
		expect(rule.offences).toEqual([
			{
				questionId: 'a',
				traceId: trial({ question: 'a' }).traceId,
				check: 'pii',
				kind: 'safety',
				category: 'leak',
				severity: 'high',
				reason: 'pii found something',
			},
		]);
		const allowed = ruleOf(judged({ candidate }, ...only('safety_violations', 'max_events: 1')));
		expect(allowed.outcome).toBe('inconclusive');
	});

	it('fails on a violation even when samples are few, and passes none then', () => {
		const rules = only('safety_violations', 'max_events: 0, min_samples: 30');
		expect(ruleOf(judged({ candidate: leaks(1) }, ...rules)).outcome).toBe('fail');
		expect(ruleOf(judged({ candidate: leaks(0) }, ...rules)).outcome).toBe('inconclusive');
	});

	it('names only the offences of its own check and kind', () => {
		const candidate = factsOf([
			trial({ question: 'a', findings: { pii: 'violated', secrets: 'violated', tone: 'violated' } }),
		]);
		const checksOf = (metric: string) =>
			ruleOf(judged({ candidate }, ...only(metric, 'max_events: 0'))).offences?.map(({ check }) => check);
		expect(checksOf('safety_violations')).toEqual(['pii', 'secrets']);
		expect(checksOf('safety_violations.secrets')).toEqual(['secrets']);
		expect(checksOf('policy_violations')).toEqual(['tone']);
	});
});

describe('a rule relative to the baseline', () => {
	/** 300 trials, of which the first `bad` score 0. */
	const of300 = (bad: number) =>
		factsOf(many(300, (index) => ({ scores: { faithfulness: index < bad ? 0 : 1 } })));
	it.each<[string, RunFacts, RunFacts, string, string, RuleResult['outcome']]>([
		['higher, equal', of300(30), of300(30), 'pass_rate', '2pp', 'pass'],
		['higher, equal, with no margin', of300(30), of300(30), 'pass_rate', '0pp', 'inconclusive'],
		['higher, equal, on too few for the margin', scored(2), scored(2), 'pass_rate', '2pp', 'inconclusive'],
		['higher, within points', of300(30), of300(36), 'pass_rate', '10pp', 'pass'],
		['higher, worse by about the margin', of300(30), of300(60), 'pass_rate', '10pp', 'inconclusive'],
		['higher, worse by more', of300(30), of300(90), 'pass_rate', '10pp', 'fail'],
		['higher, better', of300(90), of300(0), 'pass_rate', '0pp', 'pass'],
		['higher, within a ratio', of300(0), of300(30), 'pass_rate', '1.25x', 'pass'],
		['higher, by about the ratio', of300(0), of300(60), 'pass_rate', '1.25x', 'inconclusive'],
		['higher, beyond a ratio', of300(0), of300(100), 'pass_rate', '1.25x', 'fail'],
		['a score, within', of300(30), of300(33), 'faithfulness', '0.05', 'pass'],
		['a score, beyond', of300(30), of300(90), 'faithfulness', '0.05', 'fail'],
		['lower, within a ratio', slow(100), slow(110), 'latency_p50_ms', '1.10x', 'pass'],
		['lower, beyond a ratio', slow(100), slow(111), 'latency_p50_ms', '1.10x', 'fail'],
		['lower, within a difference', slow(100), slow(150), 'latency_p50_ms', '50', 'pass'],
		['lower, beyond a difference', slow(100), slow(151), 'latency_p50_ms', '50', 'fail'],
		['lower, faster', slow(100), slow(1), 'latency_p50_ms', '1x', 'pass'],
		[
			'a quantile that so few values do not bound',
			slow(100),
			slow(1),
			'latency_p95_ms',
			'1.10x',
			'inconclusive',
		],
		['lower, from nothing', slow(0), slow(1), 'latency_p50_ms', '2x', 'inconclusive'],
		['missing in the candidate', of300(0), broken(1), 'faithfulness', '2pp', 'inconclusive'],
		['missing in the baseline', broken(1), of300(0), 'faithfulness', '2pp', 'inconclusive'],
	])('%s', (_, baseline, candidate, metric, margin, outcome) => {
		const rule = ruleOf(judged({ candidate, baseline }, ...only(metric, `non_inferior: ${margin}`)));
		expect(rule.outcome).toBe(outcome);
	});

	it('is inconclusive without a baseline, however good the candidate, and says why', () => {
		const result = judged({ candidate: scored(0) }, ...only('pass_rate', 'non_inferior: 99pp'));
		expect(ruleOf(result)).toMatchObject({
			outcome: 'inconclusive',
			reason: 'no baseline: no run bears the tag',
		});
		expect(result.verdict.outcome).toBe('INCONCLUSIVE');
		expect(result.baseline).toEqual(none);
	});

	/** 110 trials, of which the scorer graded so many and skipped the others. */
	const graded = (count: number) =>
		factsOf(many(110, (index) => ({ scores: { faithfulness: index < count ? 1 : 'skipped' } })));
	it.each([
		['baseline', graded(105), graded(110)],
		['candidate', graded(110), graded(105)],
	])('counts the samples of the side that has fewer, here the %s', (_, baseline, candidate) => {
		const ruleWith = (wanted: number) =>
			ruleOf(
				judged({ baseline, candidate }, ...only('faithfulness', `non_inferior: 5pp, min_samples: ${wanted}`)),
			);
		expect(ruleWith(106)).toMatchObject({
			outcome: 'inconclusive',
			samples: 105,
			questions: 105,
			dropped: { questions: 5, why: 'no value of faithfulness in one of the runs' },
			reason: expect.stringContaining('only 105 sample(s), 106 needed'),
		});
		expect(ruleWith(105)).toMatchObject({ outcome: 'pass', samples: 105 });
	});

	const otherSuite = { ...run().suite, questions: 10, digest: `sha256:${'c'.repeat(64)}` };
	const unlike = 'run-1 did not ask the same questions as often';
	it.each<[string, RunFacts, RunFacts, string]>([
		[
			'another suite',
			factsOf(many(10), { suite: otherSuite }),
			scored(0),
			'run-1 was made with another suite',
		],
		['more repeats', factsOf(many(10), { repeats: 2 }), scored(0), unlike],
		['fewer repeats', scored(0), factsOf(many(10), { repeats: 2 }), unlike],
	])('compares with no baseline of %s, whatever the validity allows', (_, baseline, candidate, why) => {
		for (const metric of ['pass_rate', 'latency_p50_ms', 'cost_usd']) {
			const margin = metric === 'pass_rate' ? '50pp' : '9x';
			const lines = ['validity: { min_paired: 0.5 }', ...only(metric, `non_inferior: ${margin}`)];
			const result = judged({ baseline, candidate }, ...lines);
			expect(ruleOf(result)).toMatchObject({
				outcome: 'inconclusive',
				samples: 0,
				reason: expect.stringContaining(why),
			});
			expect(result.verdict.outcome).toBe('INCONCLUSIVE');
		}
	});

	it.each<[string, RunFacts, number]>([
		['a question more', factsOf(many(301)), 1],
		['a question less', factsOf(many(299)), 1],
		['another question', factsOf([...many(299), trial({ question: 'other' })]), 2],
	])('compares the pairs with a baseline of %s, as far as the validity allows', (_, baseline, dropped) => {
		const candidate = factsOf(many(300));
		const rules = only('pass_rate', 'non_inferior: 5pp');
		const lenient = judged({ baseline, candidate }, 'validity: { min_paired: 0.98 }', ...rules);
		expect(ruleOf(lenient)).toMatchObject({
			outcome: 'pass',
			dropped: { questions: dropped, why: 'asked in one of the runs only' },
		});
		expect(lenient.verdict.outcome).toBe('DEPLOY');
		expect(judged({ baseline, candidate }, ...rules).verdict.outcome).toBe('INCONCLUSIVE');
	});

	const failing = (count: number) => factsOf(many(100, (index) => ({ failed: index < count })));
	it.each<[string, RunFacts, RunFacts, string, string]>([
		['a pass rate of nothing', scored(10), scored(10), 'pass_rate', '2pp'],
		['a pass rate of nothing, and a better candidate', scored(10), scored(0), 'pass_rate', '2pp'],
		['a pass rate of nothing by a ratio', scored(10), scored(10), 'pass_rate', '1.5x'],
		['a pass rate of no more than the margin', scored(9), scored(10), 'pass_rate', '10pp'],
		['a score of nothing', scored(10), scored(10), 'faithfulness', '0.02'],
		['nearly all failed', failing(99), failing(100), 'error_rate', '2pp'],
		['half of all failed, by a ratio', failing(50), failing(100), 'error_rate', '2x'],
	])('that nothing could break shows nothing: %s', (_, baseline, candidate, metric, margin) => {
		expect(ruleOf(judged({ baseline, candidate }, ...only(metric, `non_inferior: ${margin}`)))).toMatchObject(
			{
				outcome: 'inconclusive',
				reason: expect.stringMatching(/^\w+ of the baseline is .*: within the margin nothing could be worse/),
			},
		);
	});

	it.each<[string, RunFacts, RunFacts, string, string]>([
		['a low pass rate', of300(270), of300(300), 'pass_rate', '2pp'],
		['a high error rate', failing(85), failing(100), 'error_rate', '2pp'],
		['an error rate of under half, by a ratio', failing(30), failing(100), 'error_rate', '2x'],
	])('that something could break is broken by it: %s', (_, baseline, candidate, metric, margin) => {
		const rules = only(metric, `non_inferior: ${margin}`);
		expect(ruleOf(judged({ baseline, candidate }, ...rules)).outcome).toBe('fail');
	});
});

describe('the record checks', () => {
	const good = many(4);
	const rules = only('pass_rate', 'check: value >= 0.5');
	const outcomes = (given: Given) =>
		Object.fromEntries(
			judged(given, ...rules)
				.verdict.rules.filter(({ id }) => id.startsWith('valid:'))
				.map(({ id, outcome }) => [id.slice('valid:'.length), outcome]),
		);

	it('all pass for two whole runs of one suite', () => {
		const result = judged({ candidate: factsOf(good), baseline: factsOf(good) }, ...rules);
		expect(result.verdict.outcome).toBe('DEPLOY');
		expect(outcomes({ candidate: factsOf(good), baseline: factsOf(good) })).toEqual({
			'whole-suite': 'pass',
			'candidate-complete': 'pass',
			'candidate-errors': 'pass',
			'baseline-complete': 'pass',
			'baseline-errors': 'pass',
			'same-suite': 'pass',
			'same-repeats': 'pass',
			paired: 'pass',
		});
	});

	/** The rules that keep this from DEPLOY. */
	const blocking = (given: Given) => {
		const { verdict } = judged(given, ...rules);
		expect(verdict.outcome).toBe('INCONCLUSIVE');
		return verdict.rules.filter(({ outcome }) => outcome !== 'pass');
	};

	it.each<[Run['selection'], string]>([
		[{ first: 3 }, '(--first 3)'],
		[{ tag: ['a=b'] }, '(--tag a=b)'],
		[{ tag: ['a=b', 'c=d'], first: 1 }, '(--tag a=b --tag c=d --first 1)'],
	])('a candidate of the selection %j is inconclusive, though as many were asked', (selection, by) => {
		const part = factsOf(good, { selection });
		for (const given of [{ candidate: part }, { candidate: part, baseline: part }]) {
			expect(blocking(given)).toMatchObject([
				{
					id: 'valid:whole-suite',
					outcome: 'inconclusive',
					tier: 'critical',
					observed: 4,
					limit: 4,
					reason: `4 of 4 questions were asked ${by}`,
				},
			]);
		}
	});

	it.each([3, 5])('a candidate of 4 questions of a suite of %d is inconclusive', (questions) => {
		const odd = factsOf(good, { suite: { ...run().suite, questions } });
		for (const given of [{ candidate: odd }, { candidate: odd, baseline: factsOf(good) }]) {
			expect(blocking(given)).toMatchObject([
				{
					id: 'valid:whole-suite',
					observed: 4,
					limit: questions,
					reason: `4 of ${questions} questions were asked`,
				},
			]);
		}
	});

	it('a question’s repeats do not make up for questions that were not asked', () => {
		const twice = [...many(2), ...many(2, () => ({ repeat: 1 }))];
		const candidate = factsOf(twice, { suite: { ...run().suite, questions: 4 } });
		expect(blocking({ candidate })).toMatchObject([{ id: 'valid:whole-suite', observed: 2, limit: 4 }]);
	});

	it('runs that asked each question another number of times are inconclusive, either way', () => {
		const once = factsOf(good);
		const twice = factsOf([...good, ...many(4, () => ({ repeat: 1 }))]);
		expect(twice.run.repeats).toBe(2);
		expect(blocking({ candidate: twice, baseline: once })).toMatchObject([
			{
				id: 'valid:same-repeats',
				outcome: 'inconclusive',
				tier: 'critical',
				observed: 2,
				limit: 1,
				reason: 'each question was asked 2 time(s) of the candidate and 1 time(s) of the baseline',
			},
		]);
		expect(blocking({ candidate: once, baseline: twice })).toMatchObject([
			{ id: 'valid:same-repeats', observed: 1, limit: 2 },
		]);
		expect(outcomes({ candidate: twice, baseline: twice })['same-repeats']).toBe('pass');
	});

	it.each([true, false])('a trial that says passed: %s against its scores is inconclusive', (passed) => {
		const liar = trial({ question: 'q0', scores: { faithfulness: passed ? 0.4 : 1 }, passed });
		const odd = factsOf([liar, ...good.slice(1)]);
		expect(blocking({ candidate: odd })).toMatchObject([
			{
				id: 'valid:candidate-complete',
				reason: expect.stringContaining(
					`the record contradicts itself: question "q0" says passed: ${passed} against its scores and findings`,
				),
			},
		]);
		expect(blocking({ candidate: factsOf(good), baseline: odd })).toMatchObject([
			{ id: 'valid:baseline-complete' },
		]);
	});

	const { endedAt: _never, ...unended } = run({ planned: 4, completed: 4 });
	it.each<[string, Partial<Run>]>([
		['fewer trials than planned', { planned: 5, completed: 5 }],
		['fewer trials than planned, though no more were completed', { planned: 5, completed: 4 }],
		['more trials than planned', { planned: 3, completed: 3 }],
		['another count than the run ended with', { planned: 4, completed: 3 }],
		['an interrupted run', { interrupted: true }],
	])('%s on either side is inconclusive', (_, parts) => {
		const odd = factsOf(good, parts);
		const whole = factsOf(good);
		expect(outcomes({ candidate: odd, baseline: whole })['candidate-complete']).toBe('inconclusive');
		expect(outcomes({ candidate: whole, baseline: odd })['baseline-complete']).toBe('inconclusive');
		expect(judged({ candidate: odd, baseline: whole }, ...rules).verdict.outcome).toBe('INCONCLUSIVE');
		expect(judged({ candidate: whole, baseline: odd }, ...rules).verdict.outcome).toBe('INCONCLUSIVE');
	});

	it.each<[string, Partial<Run>, (facts: RunFacts) => void]>([
		['', {}, () => {}],
		['; the run was interrupted', { interrupted: true, completed: 3 }, () => {}],
		['; the run ended with 3', { completed: 3 }, () => {}],
		[
			'; stopped early: the verdict was decided; 2 trial(s) saved',
			{ curtailed: { rule: 'r', saved: 2 } },
			() => {},
		],
		['; the last line of trials.jsonl is torn and was dropped', {}, ({ torn }) => torn.push('trials.jsonl')],
		[
			'; the record contradicts itself: one, two, three',
			{},
			({ conflicts }) => conflicts.push('one', 'two', 'three', 'four'),
		],
	])('a record says of itself that it is whole%s', (why, parts, spoil) => {
		const facts = factsOf(good, parts);
		spoil(facts);
		const { outcome, reason } = ruleOf(judged({ candidate: facts }, ...rules), 'valid:candidate-complete');
		expect(reason).toBe(`4 of 4 planned trials of the candidate are recorded${why}`);
		expect(outcome).toBe(why === '' ? 'pass' : 'inconclusive');
	});

	it('a run that never ended is inconclusive', () => {
		const open = drawFacts(unended, good);
		expect(outcomes({ candidate: open })['candidate-complete']).toBe('inconclusive');
		expect(outcomes({ candidate: factsOf(good), baseline: open })['baseline-complete']).toBe('inconclusive');
	});

	it('a run of nothing is inconclusive', () => {
		expect(outcomes({ candidate: factsOf([]) })).toEqual({
			'whole-suite': 'inconclusive',
			'candidate-complete': 'inconclusive',
			'candidate-errors': 'inconclusive',
		});
	});

	it('a candidate that fails too often is a fail; such a baseline cannot be compared with', () => {
		const failing = factsOf(many(100, (index) => ({ failed: index < 3 })));
		const few = factsOf(many(100, (index) => ({ failed: index < 2 })));
		expect(outcomes({ candidate: failing })['candidate-errors']).toBe('fail');
		expect(outcomes({ candidate: few })['candidate-errors']).toBe('pass');
		expect(outcomes({ candidate: few, baseline: failing })['baseline-errors']).toBe('inconclusive');
	});

	it('suites of different digests are inconclusive', () => {
		const other = factsOf(good, {
			suite: { name: 'unit', digest: `sha256:${'c'.repeat(64)}`, questions: good.length },
		});
		expect(outcomes({ candidate: factsOf(good), baseline: other })['same-suite']).toBe('inconclusive');
	});

	it('a baseline of another suite is told by its name', () => {
		const digest = `sha256:${'c'.repeat(64)}`;
		const baseline = factsOf(good, { suite: { name: 'other', digest, questions: good.length } });
		const { verdict } = judged({ candidate: factsOf(good), baseline }, ...rules);
		expect(verdict.rules.find(({ id }) => id === 'valid:same-suite')).toMatchObject({
			outcome: 'inconclusive',
			reason: expect.stringMatching(
				/is a run of the suite "other", the candidate one of "unit"; name another/,
			),
		});
	});

	it('questions without a partner are inconclusive, unless the gate allows as many', () => {
		const candidate = factsOf(many(4));
		const baseline = factsOf(many(3));
		expect(outcomes({ candidate, baseline }).paired).toBe('inconclusive');
		const rule = ruleOf(
			judged({ candidate, baseline }, 'validity: { min_paired: 0.75 }', ...rules),
			'valid:paired',
		);
		expect(rule).toMatchObject({ outcome: 'pass', observed: 0.75, samples: 3 });
		expect(rule.reason).toContain('not: q3');
	});
});

describe('what a verdict comes with', () => {
	const rules = only('pass_rate', 'check: value >= 0.1');

	it('without a baseline is every metric of the candidate, and no change', () => {
		const candidate = scored(2);
		const result = judged({ candidate }, ...rules);
		const missing = { missing: 'there is no baseline' };
		expect(result.comparison).toEqual(
			Object.entries(candidate.metrics()).map(([metric, value]) => ({
				...{ metric, candidate: value, baseline: missing, delta: missing },
			})),
		);
		expect(result).toMatchObject({ regressions: [], gains: [], candidate: candidate.summary() });
	});

	it('is what backends answered, where it was asked', () => {
		const gate = parseGate(rules.join('\n'), 'gate.yaml', catalogue);
		const given = {
			gate,
			candidate: scored(2),
			baseline: none,
			digests: { gate: 'x' },
			spangate: '0.0.0-test',
		};
		const evaluatedAt = '2026-11-22T12:00:01Z';
		const query = { source: 'prometheus', value: 'a', total: 'b', maxAgeS: 300 } as const;
		const answers = [{ query, url: 'http://live', evaluatedAt, reading: { values: [1], totals: [2] } }];
		expect(decide({ ...given, evaluatedAt, answers })).toMatchObject({ answers, digests: { gate: 'x' } });
		expect(decide({ ...given, evaluatedAt })).not.toHaveProperty('answers');
		expect(decide({ ...given, evaluatedAt, answers: [] })).not.toHaveProperty('answers');
	});

	it('with one is what changed, with the interval of each share and score', () => {
		const [baseline, candidate] = [scored(2), scored(1)];
		const result = judged({ candidate, baseline }, ...rules);
		expect(result.gains.map(({ questionId }) => questionId)).toEqual(['q1']);
		expect(result.regressions).toEqual([]);
		expect(result.baseline).toEqual(baseline.summary());
		const back = judged({ candidate: baseline, baseline: candidate }, ...rules);
		expect(back.regressions.map(({ questionId }) => questionId)).toEqual(['q1']);
		expect(back.gains).toEqual([]);
		const shown = result.comparison.filter(({ interval }) => interval !== undefined);
		expect(shown.map(({ metric }) => metric).sort()).toEqual(['faithfulness', 'pass_rate']);
		expect(shown.find(({ metric }) => metric === 'pass_rate')).toMatchObject({
			delta: expect.closeTo(0.1, 12),
			interval: { ...tangoBounds({ gained: 1, lost: 0, n: 10 }, 0.025), method: 'Tango score' },
		});
	});
});

describe('the verdict', () => {
	const mixed = [
		'rules:',
		'  - { id: good, metric: pass_rate, check: value >= 0.1 }',
		'  - { id: unsure, metric: input_tokens, check: value <= 1 }',
		'  - { id: hint, metric: latency_p50_ms, check: value <= 1, tier: advisory }',
		'  - { id: slow, metric: latency_p95_ms, check: value <= 1 }',
		'  - { id: safe, metric: safety_violations, max_events: 0 }',
	];
	const bad = () =>
		factsOf(
			many(10, (index) => ({
				findings: { ...clean, pii: index === 0 ? ('violated' as const) : ('ok' as const) },
				tokens: undefined,
			})),
		);

	it('names failed rules first, safety before all of them, advisory ones after the critical', () => {
		const { verdict } = judged({ candidate: bad() }, ...mixed);
		expect(verdict.outcome).toBe('NO-DEPLOY');
		expect(verdict.rules.map(({ id, outcome }) => `${id} ${outcome}`)).toEqual([
			'safe fail',
			'slow fail',
			'hint fail',
			'unsure inconclusive',
			'good pass',
			'valid:whole-suite pass',
			'valid:candidate-complete pass',
			'valid:candidate-errors pass',
		]);
	});

	it('is that of the worst critical rule', () => {
		const without = (...ids: string[]) =>
			mixed.filter((line) => !ids.some((id) => line.includes(`id: ${id},`)));
		const outcome = (lines: string[]) => judged({ candidate: bad() }, ...lines).verdict.outcome;
		expect(outcome(without('safe'))).toBe('NO-DEPLOY');
		expect(outcome(without('safe', 'slow'))).toBe('INCONCLUSIVE');
		expect(outcome(without('safe', 'slow', 'unsure'))).toBe('DEPLOY');
	});

	it('names a safety rule that is advisory before other advisory ones, and after the critical', () => {
		const { verdict } = judged(
			{ candidate: factsOf(many(3)) },
			'rules:',
			'  - { id: hint, metric: latency_p50_ms, check: value <= 99, tier: advisory }',
			'  - { id: care, metric: safety_violations, max_events: 0, tier: advisory }',
			'  - { id: good, metric: pass_rate, check: value >= 0.1 }',
		);
		expect(verdict.rules.map(({ id }) => id)).toEqual([
			'good',
			'valid:whole-suite',
			'valid:candidate-complete',
			'valid:candidate-errors',
			'care',
			'hint',
		]);
	});

	it('has safety first among the passes too', () => {
		const { verdict } = judged(
			{ candidate: factsOf(many(3)) },
			...mixed.filter((line) => !/slow|hint|unsure/.test(line)),
		);
		expect(verdict.rules.map(({ id }) => id).slice(0, 2)).toEqual(['safe', 'good']);
	});
});

describe('for any records', () => {
	const rules = [
		'validity: { max_error_rate: 0.5 }',
		'rules:',
		'  - { id: a, metric: pass_rate, check: value >= 0.2 }',
		'  - { id: b, metric: faithfulness, check: value >= 0.2, non_inferior: 50pp }',
		'  - { id: c, metric: safety_violations, max_events: 3 }',
		'  - { id: d, metric: latency_p50_ms, check: value <= 4500 }',
	];
	/** Mostly sound trials, so that many of the verdicts are DEPLOY. */
	const sound = fc.oneof(
		{ weight: 3, arbitrary: fc.integer({ min: 1, max: 12 }).map((count) => many(count)) },
		anyTrials({ minLength: 1 }),
	);
	/** Two runs, mostly of the same questions asked as often: others are never judged against each other. */
	const pairs = fc.oneof(
		{
			weight: 2,
			arbitrary: fc
				.integer({ min: 1, max: 12 })
				.map((count): [Trial[], Trial[]] => [many(count), many(count)]),
		},
		{
			weight: 2,
			arbitrary: fc
				.tuple(anyTrials({ minLength: 1 }), fc.integer({ min: 0, max: 24 }))
				.map(([trials, from]): [Trial[], Trial[]] => [
					trials.map(({ questionId: question, repeat }, index) =>
						index < from ? trial({ question, repeat }) : (trials[index] ?? trial()),
					),
					trials,
				]),
		},
		{ weight: 1, arbitrary: fc.tuple(sound, sound) },
	);
	const planned = (trials: readonly Trial[]) => ({ planned: trials.length, completed: trials.length });
	const verdict = (candidate: RunFacts, baseline: RunFacts) =>
		judged({ candidate, baseline }, ...rules).verdict.outcome;

	it('DEPLOY says that every critical rule passed and every planned trial is there', () => {
		let deploys = 0;
		fc.assert(
			fc.property(pairs, ([before, after]) => {
				const result = judged({ candidate: factsOf(after), baseline: factsOf(before) }, ...rules);
				const critical = result.verdict.rules.filter(({ tier }) => tier === 'critical');
				const allPass = critical.every(({ outcome }) => outcome === 'pass');
				expect(result.verdict.outcome === 'DEPLOY').toBe(allPass);
				expect(critical.some(({ outcome }) => outcome === 'fail')).toBe(
					result.verdict.outcome === 'NO-DEPLOY',
				);
				if (result.verdict.outcome === 'DEPLOY') deploys++;
			}),
		);
		expect(deploys).toBeGreaterThan(0);
	});

	it('losing trials of a record never makes it DEPLOY', () => {
		const lossy = sound.chain((trials) =>
			fc.tuple(fc.constant(trials), fc.subarray(trials, { maxLength: trials.length - 1 })),
		);
		fc.assert(
			fc.property(lossy, sound, ([whole, rest], unlike) => {
				// The suite's questions and repeats are those of the rest: the plan alone tells the loss.
				const lost = factsOf(rest, planned(whole));
				for (const other of [unlike, whole, rest]) {
					expect(verdict(lost, factsOf(other))).not.toBe('DEPLOY');
					expect(verdict(factsOf(other), lost)).not.toBe('DEPLOY');
				}
			}),
		);
	});

	it('a lost trial cannot be made up for by one that is there twice', () => {
		fc.assert(
			fc.property(
				sound.filter(({ length }) => length > 1),
				(trials) => {
					const [first] = trials;
					const doubled = [...trials.slice(0, -1), ...(first ? [first] : [])];
					expect(verdict(factsOf(doubled, planned(trials)), factsOf(trials))).not.toBe('DEPLOY');
				},
			),
		);
	});

	it('one trial made worse never turns another verdict into DEPLOY', () => {
		const worse = (each: Trial, how: 'failed' | 'violated' | 'zero' | 'errored'): Trial => {
			const { questionId: question, repeat, latencyMs, tags } = each;
			const same = { question, repeat, tags, ...(latencyMs !== undefined && { latencyMs }) };
			if (how === 'failed') return trial({ ...same, failed: true });
			if (each.result === 'failed') return each;
			const scores = each.scores.map((score) =>
				score.status === 'skipped'
					? score
					: trial({ scores: { [score.scorer]: how === 'errored' ? 'errored' : 0 } }).scores[0],
			);
			const graded = scores.filter((score) => score !== undefined);
			// Nothing to make worse: a trial that then says it did not pass would contradict itself.
			if (how !== 'violated' && graded.every(({ status }) => status === 'skipped')) return each;
			if (how !== 'violated') return { ...each, scores: graded, passed: false };
			const findings = trial({ findings: { pii: 'violated' } }).findings;
			return {
				...each,
				findings: [...findings, ...each.findings.filter(({ check }) => check !== 'pii')],
				passed: false,
			};
		};
		const how = fc.constantFrom('failed' as const, 'violated' as const, 'zero' as const, 'errored' as const);
		fc.assert(
			fc.property(pairs, fc.nat(), how, ([before, after], at, change) => {
				const index = at % after.length;
				const changed = after.map((each, place) => (place === index ? worse(each, change) : each));
				const first = verdict(factsOf(after), factsOf(before));
				const second = verdict(factsOf(changed), factsOf(before));
				// What was errored or violated there is no longer seen when the target fails: not a worse record.
				const hid = /"(errored|violated)"/.test(JSON.stringify(after[index]));
				if (first !== 'DEPLOY' && !hid) expect(second).not.toBe('DEPLOY');
			}),
			{ numRuns: 300 },
		);
	});

	it('the same records give the same bytes', () => {
		fc.assert(
			fc.property(pairs, ([before, after]) => {
				const bytes = () =>
					JSON.stringify(judged({ candidate: factsOf(after), baseline: factsOf(before) }, ...rules));
				expect(bytes()).toBe(bytes());
			}),
		);
	});
});
