import { describe, expect, it } from 'vitest';
import type { Rule } from '../../src/gate/rule.ts';
import { ruleResult, waivedCondition } from '../../src/gate/rule-result.ts';
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

describe('what stands in for a rule’s condition', () => {
	it('is nothing without a waiver, and after the waiver’s last day', () => {
		expect(waivedCondition(ruleOf(''), lastDay)).toBeUndefined();
		expect(waivedCondition(ruleOf('', true), dayAfter)).toBeUndefined();
	});

	it('is the waiver’s until its last day is over', () => {
		expect(waivedCondition(ruleOf('', true), lastDay)).toMatchObject({ limit: 900, text: 'value <= 900' });
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
		[
			'in force and decisive',
			lastDay,
			'pass',
			true,
			'value <= 500 is not met, and waived by ops until 2026-12-31 (vendor): value <= 900',
		],
		['in force', lastDay, 'pass', false, 'the waiver by ops until 2026-12-31 (value <= 900) was not needed'],
		[
			'in force',
			lastDay,
			'fail',
			false,
			'the waiver by ops until 2026-12-31 (value <= 900) does not cover it',
		],
		['expired', dayAfter, 'fail', false, 'the waiver by ops (value <= 900) expired on 2026-12-31'],
	] as const)('tells of a waiver that is %s (%s, %s)', (state, at, outcome, used, note) => {
		const written = state.startsWith('in force') ? 'in force' : 'expired';
		expect(ruleResult(ruleOf('', true), { ...fine, outcome }, at, used)).toMatchObject({
			check: 'value <= 500',
			outcome,
			reason: `it is fine; ${note}`,
			waiver: {
				until: '2026-12-31',
				by: 'ops',
				reason: 'vendor',
				limit: 'value <= 900',
				state: written,
				used,
			},
		});
	});
});
