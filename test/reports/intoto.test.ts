import { describe, expect, it } from 'vitest';
import type { GateResult, RuleResult, Verdict, WaiverResult } from '../../src/model/verdict.ts';
import { intotoStatement } from '../../src/reports/intoto.ts';
import { resultSaying } from './hostile.ts';

const hex = (digit: string) => digit.repeat(64);
const digests = {
	gate: `sha256:${hex('1')}`,
	baseline: `sha256:${hex('2')}`,
	candidate: `sha256:${hex('3')}`,
};
const waiver: WaiverResult = {
	until: '2026-12-31',
	by: 'ops',
	reason: 'vendor incident',
	limit: 'upper <= 4200',
	state: 'in force',
	used: true,
};

function rule(id: string, parts: Partial<RuleResult> = {}): RuleResult {
	return {
		id,
		metric: 'pass_rate',
		check: 'value >= 0.9',
		tier: 'critical',
		outcome: 'pass',
		method: 'point estimate',
		samples: 8,
		reason: `because of ${id}`,
		...parts,
	};
}

function resultWith(outcome: Verdict['outcome'], rules: readonly RuleResult[]): GateResult {
	const plain = resultSaying('plain', '-1');
	return { ...plain, digests, verdict: { ...plain.verdict, outcome, rules } };
}

const statementOf = (outcome: Verdict['outcome'], rules: readonly RuleResult[]) =>
	JSON.parse(intotoStatement(resultWith(outcome, rules)));

describe('the in-toto statement of a verdict', () => {
	it('is a test-result about the candidate’s record, by gate, suite and baseline', () => {
		expect(statementOf('DEPLOY', [rule('a')])).toEqual({
			_type: 'https://in-toto.io/Statement/v1',
			subject: [{ name: 'spangate:run/run-1', digest: { sha256: hex('3') } }],
			predicateType: 'https://in-toto.io/attestation/test-result/v0.1',
			predicate: {
				result: 'PASSED',
				configuration: [
					{ name: 'spangate:gate', digest: { sha256: hex('1') } },
					{ name: 'spangate:suite/unit', digest: { sha256: hex('a') } },
					{ name: 'spangate:run/run-1', digest: { sha256: hex('2') }, annotations: { role: 'baseline' } },
				],
				passedTests: ['a'],
				warnedTests: [],
				failedTests: [],
				spangate: { verdict: 'DEPLOY', evaluatedAt: '2026-11-22T12:00:01Z' },
			},
		});
	});

	it('has its keys in the order of the specification, and ends with a line break', () => {
		const result = resultWith('DEPLOY', [rule('a')]);
		const text = intotoStatement(result);
		const keys = [...text.matchAll(/^\t{1,2}"(\w+)":/gm)].map(([, key]) => key);
		expect(keys).toEqual([
			...['_type', 'subject', 'predicateType', 'predicate'],
			...['result', 'configuration', 'passedTests', 'warnedTests', 'failedTests', 'spangate'],
		]);
		expect(text.endsWith('}\n')).toBe(true);
		expect(intotoStatement(structuredClone(result))).toBe(text);
	});

	it.each([
		['DEPLOY', 'PASSED'],
		['NO-DEPLOY', 'FAILED'],
		['INCONCLUSIVE', 'FAILED'],
	] as const)('of %s says %s', (outcome, result) => {
		const { predicate } = statementOf(outcome, [rule('a')]);
		expect(predicate).toMatchObject({ result, spangate: { verdict: outcome } });
	});

	it('lists each rule once: passed, failed when critical, warned of when advisory', () => {
		const { predicate } = statementOf('NO-DEPLOY', [
			rule('passed'),
			rule('failed', { outcome: 'fail' }),
			rule('untold', { outcome: 'inconclusive' }),
			rule('advised', { outcome: 'fail', tier: 'advisory' }),
			rule('advised-untold', { outcome: 'inconclusive', tier: 'advisory' }),
			rule('advised-passed', { tier: 'advisory' }),
		]);
		expect(predicate).toMatchObject({
			passedTests: ['passed', 'advised-passed'],
			warnedTests: ['advised', 'advised-untold'],
			failedTests: ['failed', 'untold'],
		});
	});

	it('warns of what passed by a waiver in force, and says whose it is', () => {
		const { predicate } = statementOf('DEPLOY', [
			rule('waived', { waiver }),
			rule('expired', { waiver: { ...waiver, state: 'expired', used: false } }),
			rule('waived-and-failed', { waiver: { ...waiver, used: false }, outcome: 'fail' }),
		]);
		expect(predicate).toMatchObject({
			passedTests: ['expired'],
			warnedTests: ['waived'],
			failedTests: ['waived-and-failed'],
		});
		expect(predicate.spangate.waivers).toEqual([
			{ rule: 'waived', ...waiver },
			{ rule: 'waived-and-failed', ...waiver, used: false },
		]);
	});

	it('leads to the CI run, and names no baseline where there was none', () => {
		const plain = resultWith('NO-DEPLOY', [rule('a')]);
		const run = { ...plain.candidate.run, ci: { url: 'https://ci.example/runs/7' } };
		const result = { ...plain, baseline: { missing: 'none' }, candidate: { ...plain.candidate, run } };
		const { predicate } = JSON.parse(intotoStatement(result));
		expect(predicate.url).toBe('https://ci.example/runs/7');
		expect(predicate.configuration.map(({ name }: { name: string }) => name)).toEqual([
			'spangate:gate',
			'spangate:suite/unit',
		]);
	});

	it('is never made without the digest of what it is about', () => {
		const result = { ...resultWith('DEPLOY', [rule('a')]), digests: { gate: digests.gate } };
		expect(() => intotoStatement(result)).toThrow('no sha256 digest');
	});
});
