import { describe, expect, it } from 'vitest';
import { SpangateError } from '../../src/errors.ts';
import { parseGate } from '../../src/gate/rules.ts';
import { catalogue, problemsOf, rule } from '../support/gate-file.ts';

/** The problems up to what each expected. */
const briefly = (...lines: string[]) => problemsOf(...lines).map((line) => line.split(/[;,] /)[0]);

describe('a gate file with many problems', () => {
	it('tells what is wrong with shapes and with meanings at once, in the order of its lines', () => {
		expect(
			briefly(
				'defalts: { alpha: 0.1 }',
				'validity: { max_error_rate: "0.1" }',
				'rules:',
				'  - { id: a, metric: pass_rat, check: value >= 0.5 }',
				'  - { id: b, metric: pass_rate, check: value <= 0.5, note: x }',
				'  - { id: c, metric: pass_rate, non_inferior: 200pp, min_samples: 0.5 }',
				'  - { id: d, metric: faithfulness, max_events: 0.5 }',
				'  - { id: d, metric: faithfulness, max_events: 3, tier: urgent }',
				'  - { metric: latency_p95_ms, check: value >= 5 }',
				'  - { id: e, metric: pass_rate, chek: value >= 0.5 }',
				'  - { id: f, metirc: pass_rate, check: value >= 0.5 }',
				'  - { id: g, note: x }',
				'  - nothing',
				'waivers:',
				'  - { rule: nobody, until: 2026-12-31, by: ops, reason: x, limit: "value >= 0.1", owner: me }',
				'  - { rule: a, until: tomorrow, by: ops, reason: x, limit: "value >= 0.1" }',
			),
		).toEqual([
			'gate.yaml:1: unknown key "defalts"',
			'gate.yaml:2: validity.max_error_rate: expected a number from 0 to below 1: the share of failed trials',
			'gate.yaml:4: rule "a": metric: unknown metric "pass_rat"',
			'gate.yaml:5: rule "b": unknown key "note"',
			'gate.yaml:5: rule "b": check: "value <= 0.5" would pass the worse values: of this metric',
			'gate.yaml:6: rule "c": min_samples: expected a whole number from 1 on',
			'gate.yaml:6: rule "c": non_inferior: "200pp" would allow a fall from 1 to 0',
			'gate.yaml:7: rule "d": max_events: expected a whole number from 0 on: how many violations may occur',
			'gate.yaml:8: rule "d": tier: expected critical or advisory',
			'gate.yaml:8: rule "d": id: "d" is used twice',
			'gate.yaml:8: rule "d": max_events: max_events counts violations',
			'gate.yaml:9: rule 6: id: is missing',
			expect.stringContaining('gate.yaml:9: rule 6: check: "value >= 5" would pass the worse values'),
			'gate.yaml:10: rule "e": unknown key "chek"',
			'gate.yaml:11: rule "f": unknown key "metirc"',
			'gate.yaml:12: rule "g": unknown key "note"',
			'gate.yaml:12: rule "g": needs exactly one of `metric`',
			'gate.yaml:12: rule "g": needs a condition: `check`',
			'gate.yaml:13: rule 10: expected a rule',
			'gate.yaml:15: waiver of "nobody": unknown key "owner"',
			'gate.yaml:16: waiver of "a": until: expected the last day that it holds',
		]);
	});

	it('does not blame a rule on what could not be read of it', () => {
		expect(briefly(...rule('safety_violations', 'max_events: -1, alpha: 0.1, method: wilson'))).toEqual([
			'gate.yaml:2: rule "r": max_events: expected a whole number from 0 on: how many violations may occur',
		]);
		expect(
			briefly('rules:', '  - { id: a, prometheus: { value: b }, check: upper <= 0.5, tier: advisory }'),
		).toEqual(['gate.yaml:2: rule "a": prometheus.min_total: is missing', expect.stringContaining('every')]);
		expect(
			briefly(
				'rules:',
				'  - { id: a, metric: pass_rate, check: value >= 0.5, tier: advisory }',
				'  - { id: b, metric: pass_rate, check: value >= 0.5, tier: vital }',
			),
		).toEqual(['gate.yaml:3: rule "b": tier: expected critical or advisory']);
		expect(
			briefly(
				'rules:',
				'  - { id: 7, metric: pass_rate, check: value >= 0.5 }',
				'waivers:',
				'  - { rule: "7", until: 2026-12-31, by: ops, reason: x, limit: "value >= 0.1" }',
			),
		).toEqual(['gate.yaml:2: rule 1: id: expected a text that names the rule']);
	});
});

describe('what a wrong value is told', () => {
	it.each([
		[
			'max_events: 0.5',
			'max_events: expected a whole number from 0 on: how many violations may occur, e.g. 0, found 0.5',
		],
		[
			'max_events: ~',
			'max_events: expected a whole number from 0 on: how many violations may occur, e.g. 0, found nothing',
		],
		['max_events: 0, tier: [critical]', 'tier: expected critical or advisory, found a list'],
		['max_events: 0, tier: { a: 1, b: 2 }', 'tier: expected critical or advisory, found the keys a, b'],
		[
			`max_events: 0, tier: ${'x'.repeat(200)}`,
			`tier: expected critical or advisory, found "${'x'.repeat(60)}…"`,
		],
		['max_events: 0, teir: advisory', 'unknown key "teir"; did you mean `tier`?'],
		['max_events: 0, min_sample: 3', 'unknown key "min_sample"; did you mean `min_samples`?'],
		[
			'max_events: 0, colour: red',
			expect.stringMatching(/unknown key "colour"; expected one of: id, metric, .*tier$/),
		],
	])('%s', (rest, message) => {
		const said = problemsOf(...rule('safety_violations', rest)).map((line) =>
			line.replace('gate.yaml:2: rule "r": ', ''),
		);
		expect(said).toEqual([message]);
	});

	it.each([
		[
			'',
			'gate.yaml: rules: is missing; expected a list of rules, e.g. [{ id: quality, metric: pass_rate, non_inferior: 2pp }]',
		],
		[
			'just text',
			'gate.yaml:1: expected the keys rules and, if need be, defaults, validity, baseline and waivers, found "just text"',
		],
		[
			'rules: {}',
			'gate.yaml:1: rules: expected a list of rules, e.g. [{ id: quality, metric: pass_rate, non_inferior: 2pp }]',
		],
	])('a file of %j', (text, message) => {
		expect(problemsOf(text)).toEqual([message]);
	});
});

describe('slices and groups that the questions do not have', () => {
	const question = (id: string, tags: Record<string, string>, cluster?: string) => ({
		id,
		tags,
		...(cluster !== undefined && { cluster }),
	});
	const tagged = [
		question('q1', { lang: 'de', topic: 'a' }, 'x'),
		question('q2', { lang: 'en' }),
		question('q3', { lang: 'en', topic: 'b' }),
	];
	const bare = [question('q1', {}), question('q2', {})];
	const partly = [...'abcdef'].map((id) => question(id, id === 'a' ? { topic: 'x' } : {}));
	const refused = (questions: typeof tagged, ...lines: string[]) => {
		try {
			parseGate(lines.join('\n'), 'gate.yaml', catalogue, questions);
		} catch (error) {
			if (error instanceof SpangateError && error.code === 'config')
				return error.message.split('\n  ').slice(1);
			throw error;
		}
		return [];
	};

	it.each<[string, typeof tagged, string, string[]]>([
		['a slice that is', tagged, 'non_inferior: 2pp, per: tag:lang', []],
		['a group that some questions have', tagged, 'non_inferior: 2pp, cluster_by: tag:topic', []],
		['clusters that some questions have', tagged, 'non_inferior: 2pp, cluster_by: cluster', []],
		[
			'a slice of no question',
			tagged,
			'non_inferior: 2pp, per: tag:nope',
			['per: no question has the tag "nope"; expected one of: tag:lang, tag:topic'],
		],
		[
			'a member of every object',
			tagged,
			'non_inferior: 2pp, per: tag:constructor',
			['per: no question has the tag "constructor"; expected one of: tag:lang, tag:topic'],
		],
		[
			'a slice of some',
			tagged,
			'non_inferior: 2pp, per: tag:topic',
			[
				'per: 1 of 3 questions have no tag "topic" (q2), so no slice would judge them; expected it on every question, or tag:lang',
			],
		],
		[
			'a slice of one',
			partly,
			'non_inferior: 2pp, per: tag:topic',
			[
				'per: 5 of 6 questions have no tag "topic" (b, c, d, …), so no slice would judge them; expected it on every question',
			],
		],
		[
			'a group of no question',
			tagged,
			'non_inferior: 2pp, cluster_by: tag:nope',
			['cluster_by: no question has the tag "nope"; expected one of: cluster, tag:lang, tag:topic'],
		],
		[
			'no clusters',
			bare,
			'non_inferior: 2pp, cluster_by: cluster',
			['cluster_by: no question has a `cluster`; expected tags on the questions, which have none'],
		],
		[
			'no tags',
			bare,
			'non_inferior: 2pp, per: tag:lang',
			['per: no question has the tag "lang"; expected tags on the questions, which have none'],
		],
	])('%s', (_, questions, rest, expected) => {
		expect(refused(questions, ...rule('pass_rate', rest))).toEqual(
			expected.map((message) => `gate.yaml:2: rule "r": ${message}`),
		);
	});

	it('in the defaults, and beside other problems', () => {
		expect(
			refused(
				tagged,
				'defaults: { cluster_by: "tag:nope" }',
				'rules:',
				'  - { id: a, metric: nope, check: value >= 0.5, per: tag:no, foo: 1 }',
			).map((line) => line.split(';')[0]),
		).toEqual([
			'gate.yaml:1: defaults.cluster_by: no question has the tag "nope"',
			'gate.yaml:3: rule "a": unknown key "foo"',
			'gate.yaml:3: rule "a": metric: unknown metric "nope"',
			'gate.yaml:3: rule "a": per: no question has the tag "no"',
		]);
	});

	it('are taken where only records are known', () => {
		const lines = rule('pass_rate', 'non_inferior: 2pp, per: tag:nope, cluster_by: cluster');
		expect(parseGate(lines.join('\n'), 'gate.yaml', catalogue).rules).toHaveLength(1);
	});
});
