import { describe, expect, it } from 'vitest';
import type { Rule } from '../../src/gate/rule.ts';
import { conditionAt, ruleResult } from '../../src/gate/rule-result.ts';
import { parseGate } from '../../src/gate/rules.ts';
import { missingPart, type Part } from '../../src/gate/scope.ts';
import { catalogue } from '../support/gate-file.ts';

const lastDay = '2026-12-31T23:59:59Z';
const dayAfter = '2027-01-01T00:00:00Z';

function ruleOf(more: string, waived = false): Rule {
	const waivers = `waivers:\n  - { rule: r, until: "2026-12-31", by: ops, reason: vendor, limit: "value <= 900" }\n`;
	const line = `{ id: r, metric: latency_p50_ms, check: "value <= 500"${more} }`;
	const text = `rules:\n  - ${line}\n${waived ? waivers : ''}`;
	const [rule] = parseGate(text, 'gate.yaml', catalogue).rules;
	if (rule === undefined || 'remote' in rule) throw new Error('no rule');
	return rule;
}

const fine: Part = {
	outcome: 'pass',
	method: 'point estimate',
	samples: 4,
	reason: 'it is fine',
	observed: 3,
};

describe('the condition of a rule', () => {
	it('is its own without a waiver, and after the waiver’s last day', () => {
		expect(conditionAt(ruleOf(''), lastDay)).toMatchObject({ limit: 500 });
		expect(conditionAt(ruleOf('', true), dayAfter)).toMatchObject({ limit: 500 });
	});

	it('is that of the waiver until its last day is over', () => {
		expect(conditionAt(ruleOf('', true), lastDay)).toMatchObject({ limit: 900, text: 'value <= 900' });
	});
});

describe('the result of a rule', () => {
	it('is what was judged, under the rule’s own name and check', () => {
		expect(ruleResult({ ...ruleOf(''), tier: 'advisory' }, { ...fine, pBeyond: () => 0.1 }, lastDay)).toEqual(
			{
				id: 'r',
				metric: 'latency_p50_ms',
				check: 'value <= 500',
				tier: 'advisory',
				...fine,
			},
		);
	});

	it('of nothing to judge is inconclusive, and a fail where the rule says so', () => {
		const nothing = missingPart('no trial was recorded');
		expect(ruleResult(ruleOf(''), nothing, lastDay)).toEqual({
			id: 'r',
			metric: 'latency_p50_ms',
			check: 'value <= 500',
			tier: 'critical',
			outcome: 'inconclusive',
			method: 'none',
			samples: 0,
			reason: 'no trial was recorded',
		});
		expect(ruleResult(ruleOf(', on_missing: fail'), nothing, lastDay)).toMatchObject({
			outcome: 'fail',
			reason: 'no trial was recorded; on_missing: fail',
		});
		expect(ruleResult(ruleOf(', on_missing: fail'), fine, lastDay)).toMatchObject({
			outcome: 'pass',
			reason: 'it is fine',
		});
	});

	it.each([
		[lastDay, 'in force', 'waived by ops until 2026-12-31 (vendor): value <= 900'],
		[dayAfter, 'expired', 'the waiver by ops (value <= 900) expired on 2026-12-31'],
	])('tells of a waiver at %s that it is %s', (at, state, note) => {
		expect(ruleResult(ruleOf('', true), fine, at)).toMatchObject({
			check: 'value <= 500',
			outcome: 'pass',
			reason: `it is fine; ${note}`,
			waiver: { until: '2026-12-31', by: 'ops', reason: 'vendor', limit: 'value <= 900', state },
		});
	});
});
