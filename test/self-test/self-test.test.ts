import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SpangateError } from '../../src/errors.ts';
import { decide, type GateInput } from '../../src/gate/gate.ts';
import { parseGate } from '../../src/gate/rules.ts';
import type { Outcome, RuleResult, Verdict } from '../../src/model/verdict.ts';
import type { Subject } from '../../src/self-test/made-up-run.ts';
import { type SelfTest, selfTest } from '../../src/self-test/self-test.ts';
import { catalogue } from '../support/gate-file.ts';
import { run } from '../support/records.ts';

type Judge = (input: GateInput) => { readonly verdict: Verdict };

const evaluatedAt = '2026-11-22T12:00:01.000Z';

function subjectOf(questions: number, repeats = 1): Subject {
	const { suite, scorers, checks } = run();
	return {
		suite,
		scorers,
		checks,
		repeats,
		questions: Array.from({ length: questions }, (_, index) => ({
			id: `q${index}`,
			tags: { lang: index % 3 === 0 ? 'de' : 'en' },
			cluster: `article ${index >> 1}`,
			...(index % 5 === 0 && { policies: ['must-cite'] }),
			...(index % 7 === 1 && { skip: ['faithfulness'] }),
		})),
	};
}

function tried(text: string, { questions = 60, repeats = 1, judge = decide as Judge } = {}): SelfTest {
	const gate = parseGate(text, 'gate.yaml', catalogue);
	return selfTest({ gate, subject: subjectOf(questions, repeats), evaluatedAt, decide: judge });
}

const sound = [
	'validity: { spans: all-acknowledged }',
	'baseline: { max_age: 30d, same: [suite, scorers, checks, concurrency, spangate] }',
	'rules:',
	'  - { id: floor, metric: faithfulness, check: "lower >= 0.5" }',
	'  - { id: drop, metric: pass_rate, non_inferior: 20pp }',
	'  - { id: safe, metric: safety_violations, max_events: 0 }',
	'  - { id: slow, metric: latency_p95_ms, check: "value <= 3500" }',
	'  - { id: live, prometheus: { value: a, total: b, min_total: 300 }, check: "value <= 0.05" }',
].join('\n');

/** The judge with every result changed, and the verdict that follows. */
function changed(change: (rule: RuleResult, input: GateInput) => Outcome): Judge {
	return (input) => {
		const { verdict } = decide(input);
		const rules = verdict.rules.map((rule) => ({ ...rule, outcome: change(rule, input) }));
		const worst = (outcome: Outcome) => rules.some((rule) => rule.outcome === outcome);
		const outcome = worst('fail') ? 'NO-DEPLOY' : worst('inconclusive') ? 'INCONCLUSIVE' : 'DEPLOY';
		return { verdict: { ...verdict, rules, outcome } };
	};
}

const isRecordCheck = ({ id }: Pick<RuleResult, 'id'>) => id.startsWith('valid:');

describe('a judge', () => {
	it('that is sound holds', () => {
		const { holds, rules, records } = tried(sound);
		expect([...rules, ...records].flatMap(({ problems }) => problems)).toEqual([]);
		expect(holds).toBe(true);
		expect(records.map(({ id }) => id).sort()).toEqual(
			[
				...['candidate', 'baseline'].flatMap((role) => [
					`${role}-complete`,
					`${role}-errors`,
					`${role}-spans`,
				]),
				...['whole-suite', 'same-suite', 'same-repeats', 'paired', 'baseline-age'],
				...['same-scorers', 'same-checks', 'same-concurrency', 'same-spangate'],
			]
				.map((id) => `valid:${id}`)
				.sort(),
		);
	});

	const all = ['floor', 'drop', 'safe', 'slow', 'live'];
	it.each<[string, Judge, readonly string[], RegExp]>([
		['passes everything', changed(() => 'pass'), all, /cannot fail|although what it judges is missing/],
		[
			'never says fail',
			changed(({ outcome }) => (outcome === 'fail' ? 'inconclusive' : outcome)),
			all,
			/cannot fail/,
		],
		[
			'takes what is missing for good',
			changed((rule) => (rule.observed === undefined && !isRecordCheck(rule) ? 'pass' : rule.outcome)),
			all,
			/passes although what it judges is missing/,
		],
		[
			'passes without a baseline',
			changed((rule, { baseline }) => ('missing' in baseline ? 'pass' : rule.outcome)),
			['drop'],
			/passes although what it judges is missing \(no baseline\)/,
		],
		[
			'passes a run of no trials',
			changed((rule, { candidate }) =>
				candidate.trials === 0 && !isRecordCheck(rule) ? 'pass' : rule.outcome,
			),
			['floor', 'drop', 'safe', 'slow'],
			/\(no trials\)/,
		],
		[
			'leaves one rule out',
			(input) => {
				const { verdict } = decide(input);
				return { verdict: { ...verdict, rules: verdict.rules.filter(({ id }) => id !== 'safe') } };
			},
			['safe'],
			/the judge says nothing of it/,
		],
		[
			'deploys whatever its rules say',
			(input) => ({ verdict: { ...decide(input).verdict, outcome: 'DEPLOY' } }),
			all,
			/the verdict is DEPLOY: the judge is broken/,
		],
	])('that %s is found out', (_, judge, ids, why) => {
		const { holds, rules } = tried(sound, { judge });
		expect(holds).toBe(false);
		const found = rules.filter(({ problems }) => problems.length > 0);
		expect(found.map(({ id }) => id)).toEqual(ids);
		for (const { problems } of found) expect(problems.join('\n')).toMatch(why);
	});

	it.each(tried(sound).records.map(({ id }) => id))('that always passes %s is found out', (id) => {
		const judge = changed((rule) => (rule.id === id ? 'pass' : rule.outcome));
		const { holds, records } = tried(sound, { judge });
		expect(holds).toBe(false);
		expect(records.filter(({ problems }) => problems.length > 0).map((record) => record.id)).toEqual([id]);
	});
});

describe('any gate', () => {
	const limits = fc.oneof(
		fc.constantFrom(0, 1, 0.001, 0.5, 0.99, 1e6, -1, 1e308, 5e-324),
		fc.double({ min: 0, max: 1, noNaN: true }),
		fc.double({ min: 0, max: 1e5, noNaN: true }),
	);
	const margins = fc.oneof(
		fc.constantFrom(
			'0pp',
			'2pp',
			'99pp',
			'1x',
			'1.1x',
			'50x',
			'0',
			'0.01',
			'300',
			'1e308',
			'5e-324',
			'1e308x',
		),
		fc.integer({ min: 1, max: 99 }).map((points) => `${points}pp`),
		fc.double({ min: 1, max: 9, noNaN: true }).map((times) => `${times}x`),
	);
	const conditions = fc.oneof(
		fc
			.tuple(fc.constantFrom('value', 'lower', 'upper'), fc.constantFrom('>=', '<=', '>', '<'), limits)
			.map(([subject, operator, limit]) => `check: "${subject} ${operator} ${limit}"`),
		margins.map((margin) => `non_inferior: "${margin}"`),
		fc.constantFrom(0, 1, 20, 5_000).map((count) => `max_events: ${count}`),
	);
	const extras = fc.subarray([
		'min_samples: 40',
		'per: "tag:lang"',
		'on_missing: fail',
		'alpha: 1e-20',
		'tier: advisory',
	]);
	const methods = ['wilson', 't', 'newcombe', 'paired-t', 'sign-flip', 'bootstrap', 'delta'];
	const method = fc.option(
		fc.constantFrom(...methods).map((name) => `method: ${name}`),
		{ freq: 2 },
	);
	const groups = fc.option(fc.constantFrom('cluster_by: cluster', 'cluster_by: "tag:lang"'), { freq: 2 });
	const rule = fc
		.tuple(fc.constantFrom(...catalogue.map(({ name }) => name)), conditions, extras, method, groups)
		.map(([metric, condition, more, ...others]) => {
			const keys = [condition, ...more, ...others.filter((each) => each !== null)];
			return `metric: "${metric}", ${keys.join(', ')}`;
		});

	it('that is taken is either shown to fail and to pass nothing missing, or its rule is named', () => {
		const counts = { taken: 0, held: 0, named: 0 };
		const asked = fc.record({
			questions: fc.integer({ min: 1, max: 40 }),
			repeats: fc.constantFrom(1, 1, 2),
		});
		fc.assert(
			fc.property(rule, asked, (line, size) => {
				const text = `rules:\n  - { id: r, ${line} }\n  - { id: other, metric: error_rate, check: "value < 1" }\n`;
				let result: SelfTest;
				try {
					result = tried(text, size);
				} catch (error) {
					if (error instanceof SpangateError && error.code === 'config') return;
					throw error;
				}
				counts.taken++;
				const [proof] = result.rules;
				const { worse, missing, problems, tier } = proof as (typeof result.rules)[number];
				const isRed = worse.outcome === 'fail';
				expect(problems.length === 0).toBe(isRed);
				if (!isRed)
					expect(problems).toEqual([expect.stringMatching(/^cannot fail with .*\. It needs .*\.$/s)]);
				expect(result.holds).toBe(isRed || tier === 'advisory');
				expect(missing.map(({ outcome }) => outcome)).not.toContain('pass');
				expect(result.records.flatMap((record) => record.problems)).toEqual([]);
				counts[isRed ? 'held' : 'named']++;
			}),
			{ numRuns: 150 },
		);
		// Of each there are some ten as a rule; by chance there may be few, and only none at all would prove nothing.
		expect(Math.min(counts.held, counts.named)).toBeGreaterThan(0);
	}, 120_000);
});
