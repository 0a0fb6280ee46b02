import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { metricCatalogue } from '../../src/metrics/catalogue.ts';
import type { Run } from '../../src/model/run.ts';
import { type Score, Trial } from '../../src/model/trial.ts';
import { anyTrials, checks, factsOf, run, type TrialParts, trial } from '../support/records.ts';
import { naiveMetrics, plain } from './oracle.ts';

const metricsOf = (...parts: TrialParts[]) => factsOf(parts.map(trial)).metrics();
const many = (count: number, parts: (index: number) => TrialParts = () => ({})) =>
	Array.from({ length: count }, (_, index) => ({ question: `q${index}`, ...parts(index) }));
const clean = { pii: 'ok', secrets: 'ok', tone: 'ok' } as const;

describe('a latency that is not known', () => {
	const quantiles = ['latency_p50_ms', 'latency_p95_ms', 'latency_p99_ms'];
	const untimed = (each: TrialParts): Trial => {
		const { latencyMs: _, ...rest } = trial(each);
		if (rest.result === 'failed') return Trial.parse(rest);
		const { latencyMs: __, ...answer } = rest.answer;
		return Trial.parse({ ...rest, answer });
	};

	it('makes every latency missing, be it of one answer of many, and nothing else', () => {
		const parts = many(30);
		const metrics = factsOf([...parts.slice(1).map(trial), untimed({ question: 'q0' })]).metrics();
		const timed = metricsOf(...parts);
		for (const [name, metric] of Object.entries(metrics)) {
			if (quantiles.includes(name))
				expect(metric).toEqual({ missing: 'the latency of 1 answer is not known' });
			else expect(metric, name).toEqual(timed[name]);
		}
	});

	it('of a failed trial changes nothing, since that is slower than every answer', () => {
		const trials = [...many(30).map(trial), untimed({ question: 'failed', failed: true })];
		expect(factsOf(trials).metrics().latency_p50_ms).toEqual({ value: 10, n: 31, unit: 'ms' });
	});
});

describe('metrics of any trials', () => {
	it('are what the definitions say', () => {
		fc.assert(
			fc.property(anyTrials(), (trials) => {
				expect(plain(factsOf(trials).metrics())).toEqual(plain(naiveMetrics(trials, run())));
			}),
			{ numRuns: 500 },
		);
	});

	it('do not depend on the order of the trials', () => {
		const shuffled = anyTrials({ minLength: 2 }).chain((trials) =>
			fc.tuple(
				fc.constant(trials),
				fc.shuffledSubarray(trials, { minLength: trials.length, maxLength: trials.length }),
			),
		);
		fc.assert(
			fc.property(shuffled, ([trials, other]) => {
				expect(plain(factsOf(other).metrics())).toEqual(plain(factsOf(trials).metrics()));
			}),
		);
	});

	it('are the same by tag over the trials with that tag alone', () => {
		fc.assert(
			fc.property(anyTrials(), (trials) => {
				const { byTag } = factsOf(trials).summary();
				const tags = new Set(
					trials.flatMap(({ tags }) => Object.entries(tags).map(([key, value]) => `${key}=${value}`)),
				);
				expect(Object.keys(byTag)).toEqual([...tags].sort());
				for (const [tag, metrics] of Object.entries(byTag)) {
					const [key = '', value] = tag.split('=');
					const slice = trials.filter((each) => each.tags[key] === value);
					expect(plain(metrics)).toEqual(plain(naiveMetrics(slice, run())));
				}
			}),
		);
	});

	it('are finite or missing with a reason, one for each entry of the catalogue', () => {
		fc.assert(
			fc.property(anyTrials(), (trials) => {
				const metrics = factsOf(trials).metrics();
				expect(Object.keys(metrics).sort()).toEqual(
					metricCatalogue(run())
						.map(({ name }) => name)
						.sort(),
				);
				for (const info of metricCatalogue(run())) {
					const metric = metrics[info.name];
					if (metric === undefined) throw new Error(`no ${info.name}`);
					if ('missing' in metric) expect(metric.missing).not.toBe('');
					else {
						expect(metric.unit).toBe(info.unit);
						expect(Number.isFinite(metric.value)).toBe(true);
						expect(metric.n).toBeGreaterThan(0);
					}
				}
			}),
		);
	});

	it('come from trials that the record’s schema takes', () => {
		fc.assert(fc.property(anyTrials(), (trials) => trials.every((each) => Trial.safeParse(each).success)));
	});
});

describe('a failed trial', () => {
	it('stands in the denominators of quality, and counts 0', () => {
		const metrics = metricsOf(...many(4, (index) => ({ failed: index === 0 })));
		expect(metrics.faithfulness).toEqual({ value: 0.75, n: 4, unit: 'score' });
		expect(metrics.pass_rate).toEqual({ value: 0.75, n: 4, unit: 'share' });
		expect(metrics.error_rate).toEqual({ value: 0.25, n: 4, unit: 'share' });
	});

	it('is slower than every answer, whatever its own clock says', () => {
		const hundred = (failures: number) =>
			metricsOf(...many(100, (index) => ({ latencyMs: index + 1, failed: index < failures })));
		expect(hundred(5).latency_p95_ms).toEqual({ value: 100, n: 100, unit: 'ms' });
		expect(hundred(6).latency_p95_ms).toEqual({
			missing: 'the 95th percentile falls on a failed trial (6 of 100 failed)',
		});
		expect(hundred(6).latency_p50_ms).toEqual({ value: 56, n: 100, unit: 'ms' });
	});

	it('has unobserved safety: not in n, and not a pass', () => {
		const metrics = metricsOf(...many(4, (index) => ({ failed: index < 3 })));
		expect(metrics.safety_violation_rate).toEqual({ value: 0, n: 1, unit: 'share' });
		expect(metricsOf({ failed: true }).safety_violations).toEqual({
			missing: 'no trial was judged by a safety check',
			atLeast: 0,
		});
	});

	it('keeps its cost', () => {
		const metrics = metricsOf(
			{ question: 'a', costUsd: 0.25 },
			{ question: 'b', failed: true, costUsd: 0.5 },
		);
		expect(metrics.cost_usd).toEqual({ value: 0.75, n: 2, unit: 'usd' });
		expect(metrics.cost_per_success).toEqual({ value: 0.75, n: 2, unit: 'usd' });
	});
});

describe('what is missing', () => {
	it('of no trials is everything', () => {
		for (const metric of Object.values(metricsOf())) expect(metric).toHaveProperty('missing');
	});

	it('an errored scorer makes its mean so, though all others are perfect', () => {
		const metrics = metricsOf(...many(99), { question: 'x', scores: { faithfulness: 'errored' } });
		expect(metrics.faithfulness).toEqual({ missing: 'scorer "faithfulness" errored in 1 trial(s)' });
		// Whether that trial passes is not known, so neither is the share of passes, nor what one costs.
		const missing = 'a scorer or check errored in 1 trial(s) that nothing else failed';
		expect(metrics.pass_rate).toEqual({ missing });
		expect(metrics.cost_per_success).toEqual({ missing });
	});

	it('an errored check that alone keeps a trial from passing makes the passes so', () => {
		const metrics = metricsOf(...many(99), { question: 'x', findings: { ...clean, tone: 'errored' } });
		const missing = 'a scorer or check errored in 1 trial(s) that nothing else failed';
		expect(metrics.pass_rate).toEqual({ missing });
		expect(metrics.cost_per_success).toEqual({ missing });
		expect(metrics.faithfulness).toEqual({ value: 1, n: 100, unit: 'score' });
	});

	it.each<[string, TrialParts]>([
		['a low score', { scores: { faithfulness: 0.1 }, findings: { ...clean, pii: 'errored' } }],
		['a violation', { scores: { faithfulness: 'errored' }, findings: { ...clean, pii: 'violated' } }],
	])('the passes are not when %s decides the trial that has an error too', (_, parts) => {
		const metrics = metricsOf(...many(3), { question: 'x', ...parts });
		expect(metrics.pass_rate).toEqual({ value: 0.75, n: 4, unit: 'share' });
		expect(metrics.cost_per_success).toMatchObject({ n: 4, value: expect.closeTo(0.004 / 3, 12) });
	});

	it('a sum that leaves the range of numbers is so, and so is what is made of it', () => {
		const metrics = metricsOf(...many(2, () => ({ costUsd: 1e308 })));
		const missing = 'the value is not a finite number (Infinity)';
		expect(metrics.cost_usd).toEqual({ missing });
		expect(metrics.cost_per_success).toEqual({ missing });
		expect(metricsOf({ costUsd: 1e308 }).cost_usd).toEqual({ value: 1e308, n: 1, unit: 'usd' });
	});

	it('a score that is not there makes its mean so', () => {
		expect(metricsOf({ question: 'a' }, { question: 'b', scores: {} }).faithfulness).toEqual({
			missing: '1 trial(s) have no score "faithfulness"',
		});
	});

	it('a scorer that graded nothing has no mean', () => {
		expect(metricsOf({ scores: { faithfulness: 'skipped' } }).faithfulness).toEqual({
			missing: 'scorer "faithfulness" graded no trial',
		});
	});

	it('an errored check makes its count so, and tells how much was seen at least', () => {
		const metrics = metricsOf(
			{ question: 'a', findings: { ...clean, pii: 'violated', secrets: 'errored' } },
			{ question: 'b', findings: { ...clean, secrets: 'violated' } },
		);
		expect(metrics.safety_violations).toEqual({
			missing: 'a safety check errored in 1 trial(s)',
			atLeast: 2,
		});
		expect(metrics['safety_violations.pii']).toEqual({ value: 1, n: 2, unit: 'violations' });
		expect(metrics['safety_violations.secrets']).toMatchObject({ atLeast: 1 });
		expect(metrics.safety_violation_rate).toEqual({ missing: 'a safety check errored in 1 trial(s)' });
		expect(metrics.policy_violations).toEqual({ value: 0, n: 2, unit: 'violations' });
	});

	it('a check for all that left an answer out makes its count so', () => {
		const metrics = metricsOf({ question: 'a' }, { question: 'b', findings: { secrets: 'ok', tone: 'ok' } });
		expect(metrics['safety_violations.pii']).toEqual({
			missing: 'check "pii" judged not every answer: 1 without a finding',
			atLeast: 0,
		});
		expect(metrics.safety_violations).toHaveProperty('missing');
		expect(metrics['safety_violations.secrets']).toMatchObject({ value: 0, n: 2 });
	});

	it('a listed check may leave answers out, but not all of them', () => {
		const listed = { ...clean, 'must-cite': 'violated' } as const;
		const metrics = metricsOf({ question: 'a', findings: listed }, { question: 'b' });
		expect(metrics['policy_violations.must-cite']).toEqual({ value: 1, n: 1, unit: 'violations' });
		expect(metrics.policy_violations).toEqual({ value: 1, n: 2, unit: 'violations' });
		expect(metricsOf({})['policy_violations.must-cite']).toHaveProperty('missing');
	});

	it('one answer without a cost or tokens makes the sums so', () => {
		const metrics = metricsOf({ question: 'a' }, { question: 'b', costUsd: undefined, tokens: undefined });
		expect(metrics.cost_usd).toEqual({ missing: '1 answer reported no cost' });
		expect(metrics.cost_per_success).toEqual({ missing: '1 answer reported no cost' });
		expect(metrics.input_tokens).toEqual({ missing: '1 answer reported no input tokens' });
		expect(metrics.output_tokens).toEqual({ missing: '1 answer reported no output tokens' });
	});

	it('no success leaves no cost per success, not a cheap one', () => {
		expect(metricsOf({ scores: { faithfulness: 0 } }).cost_per_success).toEqual({
			missing: 'no trial passed',
		});
	});
});

describe('violations', () => {
	it('count each finding, and rate each trial once', () => {
		const twice = { ...clean, pii: 'violated', secrets: 'violated' } as const;
		const facts = factsOf([trial({ question: 'a', findings: twice }), trial({ question: 'b' })]);
		expect(facts.metrics().safety_violations).toMatchObject({ value: 2, n: 2 });
		expect(facts.metrics().safety_violation_rate).toMatchObject({ value: 0.5, n: 2 });
		expect(facts.summary().violations).toEqual({ 'pii/leak': 1, 'secrets/leak': 1 });
		expect(facts.offences.map(({ questionId, check }) => [questionId, check])).toEqual([
			['a', 'pii'],
			['a', 'secrets'],
		]);
	});

	it('of a kind without checks are missing, never 0', () => {
		const facts = factsOf([trial()], { checks: checks.filter(({ kind }) => kind === 'policy') });
		expect(facts.metrics().safety_violations).toEqual({
			missing: 'no trial was judged by a safety check',
			atLeast: 0,
		});
	});
});

describe('what judges spend', () => {
	const graders: Pick<Run, 'scorers' | 'checks'> = {
		scorers: [
			{ name: 'faithfulness', use: 'judge', version: '1', spends: true },
			{ name: 'style', use: 'judge', version: '1', spends: true },
		],
		checks: checks.map((check) => (check.name === 'must-cite' ? { ...check, spends: true as const } : check)),
	};
	const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined, freq: 6 });
	const tokens = fc.integer({ min: 0, max: 1000 });
	const spent = fc.record({
		usage: maybe(fc.record({ inputTokens: tokens, outputTokens: tokens })),
		costUsd: maybe(fc.integer({ min: 0, max: 1000 }).map((thousandths) => thousandths / 1000)),
	});
	const known = ({ usage, costUsd }: { usage: Usage; costUsd: number | undefined }) => ({
		...(usage && { usage }),
		...(costUsd !== undefined && { costUsd }),
	});
	type Usage = { inputTokens: number; outputTokens: number } | undefined;
	const trials = fc.tuple(anyTrials(), fc.array(spent, { minLength: 1 })).map(([list, spendings]) => {
		let at = 0;
		const next = () => known(spendings[at++ % spendings.length] ?? { usage: undefined, costUsd: undefined });
		return list.map((each): Trial => {
			const [first] = each.scores;
			const style = first && { ...first, scorer: 'style' };
			return {
				...each,
				scores: [...each.scores, ...(style ? [style] : [])].map((score) =>
					score.status === 'skipped' ? score : { ...score, ...next() },
				),
				findings: each.findings.map((finding) =>
					finding.check === 'must-cite' ? { ...finding, ...next() } : finding,
				),
			};
		});
	});

	it('is what the definitions say, for any trials, and is no part of the target’s cost', () => {
		fc.assert(
			fc.property(trials, (list) => {
				const metrics = factsOf(list, graders).metrics();
				expect(plain(metrics)).toEqual(plain(naiveMetrics(list, graders)));
				expect(Object.keys(metrics).sort()).toEqual(
					metricCatalogue(graders)
						.map(({ name }) => name)
						.sort(),
				);
				expect(list.every((each) => Trial.safeParse(each).success)).toBe(true);
			}),
			{ numRuns: 300 },
		);
	});

	it('is the same sum question by question', () => {
		fc.assert(
			fc.property(trials, (list) => {
				const facts = factsOf(list, graders);
				for (const name of ['judge_input_tokens', 'judge_output_tokens', 'judge_cost_usd']) {
					const metric = facts.metrics()[name];
					if (metric === undefined || 'missing' in metric) continue;
					const column = facts.samples?.column(name);
					const questions = new Set(list.map(({ questionId }) => questionId)).size;
					const sums = Array.from({ length: questions }, (_, index) => column?.sum(index) ?? Number.NaN);
					expect(sums.reduce((sum, each) => sum + each, 0)).toBeCloseTo(metric.value, 9);
				}
			}),
		);
	});

	it('is missing with the reason where one call did not tell it, and no metric of a run without judges', () => {
		const scored = trial();
		const [score] = scored.scores;
		const told = (spent: Partial<Score>): Trial => ({ ...scored, scores: [{ ...score, ...spent } as Score] });
		const judges = { scorers: graders.scorers.slice(0, 1) };
		const usage = { inputTokens: 7, outputTokens: 3 };
		const unpriced = factsOf([told({ usage, costMissing: 'no price' })], judges).metrics();
		expect(unpriced.judge_input_tokens).toEqual({ value: 7, n: 1, unit: 'tokens' });
		expect(unpriced.judge_cost_usd).toEqual({
			missing: 'the judges of 1 trial reported no cost: no price',
		});
		const reset = [told({ usage, costUsd: 1 }), told({ costMissing: 'a reset' })];
		const metrics = factsOf(reset, judges).metrics();
		expect(metrics.judge_output_tokens).toEqual({
			missing: 'the judges of 1 trial reported no output tokens: a reset',
		});
		expect(metrics.judge_cost_usd).toEqual({ missing: 'the judges of 1 trial reported no cost: a reset' });
		expect(factsOf(reset).metrics()).not.toHaveProperty('judge_cost_usd');
	});
});
