import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { satisfies } from '../../src/gate/limit.ts';
import { waiverState } from '../../src/gate/waivers.ts';
import { parse, problemsOf } from '../support/gate-file.ts';

const rules = [
	'rules:',
	'  - { id: floor, metric: faithfulness, check: "lower >= 0.85" }',
	'  - { id: latency, metric: latency_p95_ms, check: "upper <= 3500", non_inferior: 1.10x }',
	'  - { id: safety, metric: safety_violations, max_events: 0, check: "upper < 0.025" }',
	'  - { id: policy, metric: policy_violations, max_events: 0 }',
	'  - { id: quality, metric: pass_rate, non_inferior: 2pp }',
	'  - { id: live, prometheus: { value: a, total: b, min_total: 1 }, check: "upper <= 0.05" }',
	'  - { id: slow, prometheus: { buckets: a, quantile: 0.95, min_total: 1 }, check: "value < 2" }',
];
const waiver = (rule: string, limit: string, rest = 'until: 2026-12-31, by: ops, reason: incident') => [
	...rules,
	'waivers:',
	`  - { rule: ${rule}, limit: ${JSON.stringify(limit)}, ${rest} }`,
];

const foundOf = (until: string) =>
	until === '""'
		? ''
		: `, found ${until.startsWith('[') ? 'a list' : until === '20261231' ? until : `"${until}"`}`;

describe('a waiver', () => {
	it.each([
		['floor', 'lower >= 0.8', { kind: 'absolute', limit: 0.8 }],
		['floor', 'lower > 0.8', { kind: 'absolute', operator: '>' }],
		['latency/check', 'upper <= 4200', { kind: 'absolute', limit: 4200 }],
		['latency/non_inferior', 'non_inferior 1.5x', { kind: 'relative', margin: 1.5 }],
		['safety/check', 'upper < 0.05', { kind: 'absolute', limit: 0.05 }],
		['quality', ' non_inferior  5pp ', { kind: 'relative', margin: 0.05, text: 'non_inferior 5pp' }],
		['quality', 'non_inferior 0.03', { kind: 'relative', margin: 0.03 }],
		['live', 'upper <= 0.1', { kind: 'absolute', limit: 0.1 }],
		['slow', 'value < 4', { kind: 'absolute', limit: 4 }],
	])('of %s stands beside the rule’s own condition: %s', (rule, limit, condition) => {
		const gate = parse(...waiver(rule, limit));
		for (const each of gate.rules) {
			if (each.id === rule) {
				expect(each.waiver).toMatchObject({ until: '2026-12-31', by: 'ops', reason: 'incident', condition });
				expect(each.condition).not.toEqual(each.waiver?.condition);
			} else {
				expect(each).not.toHaveProperty('waiver');
			}
		}
	});

	it.each(['2026-12-31', '"2026-12-31"', "'2028-02-29'"])('ends on a day, in quotes or not: %s', (until) => {
		const gate = parse(...waiver('floor', 'lower >= 0.8', `until: ${until}, by: ops, reason: x`));
		expect(gate.rules[0]?.waiver?.until).toBe(until.replaceAll(/["']/g, ''));
	});

	it.each([
		['2026-02-30', 'is no day of the calendar; expected the last day that it holds, such as 2026-12-31'],
		['2027-02-29', 'is no day of the calendar; expected the last day that it holds, such as 2026-12-31'],
		['2026-13-01', 'is no day of the calendar; expected the last day that it holds, such as 2026-12-31'],
		...['2026-12', '31.12.2026', 'tomorrow', '2026-12-31T00:00:00Z', '20261231', '""', '[2026-12-31]'].map(
			(until) => [
				until,
				`expected the last day that it holds, such as "2026-12-31" (in quotes where YAML makes a time of it)${foundOf(until)}`,
			],
		),
	])('that ends on no day is refused: %s', (until, message) => {
		expect(problemsOf(...waiver('floor', 'lower >= 0.8', `until: ${until}, by: ops, reason: x`))).toEqual([
			`gate.yaml:10: waiver of "floor": until: ${message}`,
		]);
	});

	it('asks for quotes in YAML 1.1, which makes the 2nd of March of the 30th of February', () => {
		const lines = waiver('floor', 'lower >= 0.8', 'until: 2026-02-30, by: ops, reason: x');
		expect(problemsOf('%YAML 1.1', '---', ...lines)).toEqual([
			expect.stringContaining(
				'waiver of "floor": until: expected the last day that it holds, such as "2026-12-31" (in quotes',
			),
		]);
	});

	it.each([
		[
			'latency',
			'upper <= 4200',
			'rule',
			'"latency" has several conditions, and a waiver covers one; expected latency/check or latency/non_inferior',
		],
		[
			'safety',
			'upper <= 0.1',
			'rule',
			'"safety" has several conditions, and a waiver covers one; expected safety/check',
		],
		[
			'policy',
			'max_events 3',
			'rule',
			'"policy": a waiver never covers max_events; who must let a violation pass changes the rule itself',
		],
		[
			'safety/max_events',
			'max_events 3',
			'rule',
			'"safety/max_events": a waiver never covers max_events; who must let a violation pass changes the rule itself',
		],
		[
			'nobody',
			'lower >= 0.1',
			'rule',
			'there is no rule "nobody"; expected one of: floor, latency/check, latency/non_inferior, safety/max_events, safety/check, policy, quality, live, slow',
		],
		[
			'"valid:paired"',
			'value >= 0.1',
			'rule',
			'"valid:paired": a waiver never covers the record checks, without which no rule means anything; expected the id of a rule',
		],
		[
			'floor',
			'value >= 0.8',
			'limit',
			'"value >= 0.8": expected a laxer limit of the kind of the rule\'s own, "lower >= 0.85"',
		],
		[
			'floor',
			'upper >= 0.8',
			'limit',
			'"upper >= 0.8": expected a laxer limit of the kind of the rule\'s own, "lower >= 0.85"',
		],
		[
			'floor',
			'lower <= 0.8',
			'limit',
			'"lower <= 0.8": expected a laxer limit of the kind of the rule\'s own, "lower >= 0.85"',
		],
		[
			'floor',
			'anything',
			'limit',
			'"anything": expected a laxer limit of the kind of the rule\'s own, "lower >= 0.85"',
		],
		[
			'floor',
			'non_inferior 5pp',
			'limit',
			'"non_inferior 5pp": expected a laxer limit of the kind of the rule\'s own, "lower >= 0.85"',
		],
		[
			'floor',
			'lower >= 0.85',
			'limit',
			'"lower >= 0.85" allows no more than the rule\'s own "lower >= 0.85"; expected a laxer limit',
		],
		[
			'floor',
			'lower > 0.9',
			'limit',
			'"lower > 0.9" allows no more than the rule\'s own "lower >= 0.85"; expected a laxer limit',
		],
		[
			'latency/check',
			'upper <= 3000',
			'limit',
			'"upper <= 3000" allows no more than the rule\'s own "upper <= 3500"; expected a laxer limit',
		],
		[
			'safety/check',
			'upper <= 0.025',
			'limit',
			'"upper <= 0.025" allows no more than the rule\'s own "upper < 0.025"; expected a laxer limit',
		],
		[
			'floor',
			'lower >= 0',
			'limit',
			'"lower >= 0" can never fail: a bound of the metric lies between 0 and 1; expected a limit above 0 and below 1',
		],
		[
			'live',
			'upper <= 1',
			'limit',
			'"upper <= 1" can never fail: a bound of a share lies between 0 and 1; expected a limit above 0 and below 1',
		],
		[
			'live',
			'non_inferior 5pp',
			'limit',
			'"non_inferior 5pp": expected a laxer limit of the kind of the rule\'s own, "upper <= 0.05"',
		],
		[
			'quality',
			'lower >= 0.5',
			'limit',
			'"lower >= 0.5": expected a laxer margin of the kind of the rule\'s own, "non_inferior 2pp"',
		],
		[
			'quality',
			'5pp',
			'limit',
			'"5pp": expected a laxer margin of the kind of the rule\'s own, "non_inferior 2pp"',
		],
		[
			'quality',
			'non_inferior 1.2x',
			'limit',
			'"non_inferior 1.2x": expected a laxer margin of the kind of the rule\'s own, "non_inferior 2pp"',
		],
		[
			'quality',
			'non_inferior much',
			'limit',
			'"much" is not a margin; expected e.g. "2pp" (percentage points), "1.10x", or a number',
		],
		[
			'quality',
			'non_inferior 100pp',
			'limit',
			'"100pp" would allow a fall from 1 to 0; expected less than 100pp, e.g. "2pp" or 0.02',
		],
		[
			'quality',
			'non_inferior 0.02',
			'limit',
			'"non_inferior 0.02" allows no more than the rule\'s own "non_inferior 2pp"; expected a laxer limit',
		],
		[
			'latency/non_inferior',
			'non_inferior 50',
			'limit',
			'"non_inferior 50": expected a laxer margin of the kind of the rule\'s own, "non_inferior 1.10x"',
		],
	])('of %s by %j is refused', (rule, limit, key, message) => {
		expect(problemsOf(...waiver(rule, limit))).toEqual([
			`gate.yaml:10: waiver of ${JSON.stringify(rule.replaceAll('"', ''))}: ${key}: ${message}`,
		]);
	});

	it('has every key, and none of them blank', () => {
		expect(
			problemsOf(
				...rules,
				'waivers:',
				'  - { rule: floor }',
				'  - { rule: "", until: 2026-12-31, by: " ", reason: "\\t", limit: "" }',
			),
		).toEqual([
			expect.stringMatching(/^gate\.yaml:10: waiver of "floor": until: is missing; expected the last day/),
			'gate.yaml:10: waiver of "floor": by: is missing; expected who answers for it',
			'gate.yaml:10: waiver of "floor": reason: is missing; expected why the rule may be waived',
			expect.stringMatching(/^gate\.yaml:10: waiver of "floor": limit: is missing; expected the limit that/),
			expect.stringMatching(/^gate\.yaml:11: waiver 2: rule: is blank; expected the id of a rule/),
			'gate.yaml:11: waiver 2: by: is blank; expected who answers for it',
			'gate.yaml:11: waiver 2: reason: is blank; expected why the rule may be waived',
			expect.stringMatching(/^gate\.yaml:11: waiver 2: limit: is blank; expected the limit/),
		]);
	});

	it('is one for a rule', () => {
		const [, ...another] = waiver('floor', 'lower >= 0.7').slice(rules.length);
		expect(problemsOf(...waiver('floor', 'lower >= 0.8'), ...another)).toEqual([
			'gate.yaml:11: waiver of "floor": rule: "floor" is waived twice; expected one waiver a rule',
		]);
	});

	it('of a rule that could not be read adds no problem of its own', () => {
		const lines = waiver('floor', 'lower >= 0.8').map((line) => line.replace('"lower >= 0.85"', 'high'));
		expect(problemsOf(...lines)).toEqual([expect.stringContaining('gate.yaml:2: rule "floor": check: ')]);
	});

	it('that is taken lets everything pass that the rule lets pass', () => {
		const limits = fc.double({ min: 0.01, max: 0.99, noNaN: true });
		const operators = fc.constantFrom('>=', '>');
		fc.assert(
			fc.property(limits, operators, limits, (limit, operator, value) => {
				let own: ReturnType<typeof parse>['rules'][number] | undefined;
				try {
					own = parse(...waiver('floor', `lower ${operator} ${limit}`)).rules[0];
				} catch {
					expect(limit).toBeGreaterThanOrEqual(0.85);
					return;
				}
				const [strict, lax] = [own?.condition, own?.waiver?.condition];
				if (strict?.kind !== 'absolute' || lax?.kind !== 'absolute') throw new Error('no waiver');
				if (satisfies(value, strict.operator, strict.limit))
					expect(satisfies(value, lax.operator, lax.limit)).toBe(true);
			}),
		);
	});
});

describe('whether a waiver is in force', () => {
	const until = '2026-12-31';

	it.each([
		['2026-11-25T12:00:00Z', 'in force'],
		['2026-12-31T00:00:00Z', 'in force'],
		['2026-12-31T23:59:59.999Z', 'in force'],
		['2027-01-01T00:00:00Z', 'expired'],
		['2027-01-01T00:30:00+01:00', 'in force'],
		['2026-12-31T23:30:00-01:00', 'expired'],
		['', 'expired'],
		['tomorrow', 'expired'],
		['2026-12-31', 'expired'],
		['2026-12-31T10:00:00', 'expired'],
		['2026-13-01T00:00:00Z', 'expired'],
		['5', 'expired'],
	])('at %j', (at, state) => {
		expect(waiverState({ until }, at)).toBe(state);
	});

	it('is never, of a day that is none', () => {
		expect(waiverState({ until: 'never' }, '2026-11-25T12:00:00Z')).toBe('expired');
	});

	it('does not come back once it is over', () => {
		const times = fc.date({ min: new Date('2026-12-01'), max: new Date('2027-02-01'), noInvalidDate: true });
		fc.assert(
			fc.property(times, times, (one, other) => {
				const [earlier, later] = [one, other].toSorted((a, b) => Number(a) - Number(b));
				if (waiverState({ until }, String(later?.toISOString())) === 'in force')
					expect(waiverState({ until }, String(earlier?.toISOString()))).toBe('in force');
			}),
		);
	});
});
