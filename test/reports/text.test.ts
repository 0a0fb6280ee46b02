import { describe, expect, it } from 'vitest';
import { widthOf } from '../../src/reports/terminal.ts';
import { textGateResult, textRun } from '../../src/reports/text.ts';
import { factsOf, trial } from '../support/records.ts';
import { bare, coloured, resultSaying, saying } from './hostile.ts';

const hostile = '\u001b[2J\u001b]0;owned\u0007\r\b\u009b31m\u202e' as const;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not get through
const raw = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

describe('the text of a gate’s result', () => {
	it('shows safety first, with the question, its trace and why; then the verdict with the worst rule', () => {
		const shown = textGateResult(resultSaying('plain', '-1'), bare(100));
		const rules = shown.slice(shown.indexOf('outcome')).split('\n').slice(1);
		expect(rules[0]).toMatch(
			/^✖ fail\s+safety\s+safety_violations is 1, 1 over the limit \(<= 0\), in 1 of 2$/,
		);
		expect(rules[2]).toMatch(/^✖ fail\s+pass-rate\/check\s+pass_rate is 0 %/);
		expect(shown).toContain('✖ safety: 1 violation in 1 question (1 high)\n');
		expect(shown).toContain(
			`  unsafe-1  ${trial({ question: 'unsafe-1' }).traceId}\n    high pii/plain: plain\n`,
		);
		expect(shown.slice(shown.lastIndexOf('\n\n') + 2)).toMatch(
			/^NO-DEPLOY {2}safety: safety_violations is 1, 1 over the limit/,
		);
	});

	it('lists lost questions with their traces and reasons', () => {
		const shown = textGateResult(resultSaying('why', '-1'), bare(100));
		expect(shown).toContain('0 questions gained (now passed), 3 lost');
		expect(shown).toContain(
			`  − lost-1  ${trial({ question: 'lost-1' }).traceId}\n    faithfulness 0.1 < 0.5 (why)`,
		);
		expect(shown).toContain('the target failed: Error: why');
	});

	it('folds passing record checks into one line, and shows those that do not pass', () => {
		const facts = factsOf([trial()]);
		const shown = textGateResult(resultSaying('x', '-1'), bare(100));
		expect(shown).toMatch(
			/✔ pass\s+records\s+whole-suite, candidate-complete, candidate-errors,\s+baseline-complete,\s+baseline-errors, same-suite,\s+same-repeats/,
		);
		expect(shown).toMatch(/\? inconclusive\s+valid:paired/);
		expect(textRun(facts.summary(), bare(100))).not.toContain('valid:');
	});

	it('says that there is no baseline instead of showing numbers of one', () => {
		const result = { ...resultSaying('x', '-1'), baseline: { missing: 'none' } };
		const shown = textGateResult(result, bare(100));
		expect(shown.split('\n')[0]).toContain('no baseline → candidate');
		expect(shown).not.toContain('gained');
	});

	it.each([60, 80, 120])('lets no control character through, at %d columns', (columns) => {
		const shown = textGateResult(resultSaying(hostile), bare(columns));
		expect(shown).not.toMatch(raw);
		expect(shown).toContain('owned');
		const one = factsOf([saying(hostile, { findings: { pii: 'violated', secrets: 'ok', tone: 'ok' } })]);
		expect(textRun(one.summary(), bare(columns))).not.toMatch(raw);
	});

	it('lets none through in the verdict’s own line, where ids of questions can stand', () => {
		const result = resultSaying(hostile);
		const rules = result.verdict.rules.filter(
			({ id, outcome }) => outcome === 'pass' || id === 'valid:paired',
		);
		const verdict = { ...result.verdict, outcome: 'INCONCLUSIVE' as const, rules };
		const shown = textGateResult({ ...result, verdict }, bare(100));
		expect(shown).toMatch(/^INCONCLUSIVE {2}valid:paired: .*owned/m);
		expect(shown).not.toMatch(raw);
	});

	it.each([60, 80, 120])('keeps within %d columns, however long the ids and wide the reasons', (columns) => {
		for (const text of [`${'漢字'.repeat(60)} 😀`, 'w'.repeat(300), 'a b '.repeat(100)]) {
			for (const terminal of [bare(columns), coloured(columns)]) {
				const lines = textGateResult(resultSaying(text), terminal).split('\n');
				for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(columns);
			}
		}
	});

	it.each([60, 80, 120])('shows metrics of scorers with long names within %d columns', (columns) => {
		const name = `a_${'very_'.repeat(14)}long_name`;
		const facts = factsOf([trial({ scores: { [name]: 0.5 } })], {
			scorers: [{ name, use: 'terms', version: '1' }],
		});
		const shown = textRun(facts.summary(), bare(columns));
		for (const line of shown.split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(columns);
		expect(shown.replace(/\s/g, '')).toContain('0.500');
	});
});

describe('the text of a run', () => {
	it('shows the smallest sums in digits', () => {
		const shown = textRun(factsOf([trial({ costUsd: 4.5e-7 })]).summary(), bare(100));
		expect(shown).toMatch(/^cost_usd\s+\$0\.00000045 {2}n = 1$/m);
	});

	it('shows values with units and n, dashes with reasons, and counted violations', () => {
		const findings = { pii: 'violated', secrets: 'ok', tone: 'ok' } as const;
		const shown = textRun(factsOf([trial({ findings, costUsd: undefined })]).summary(), bare(100));
		expect(shown).toMatch(/^faithfulness\s+1\.000 {2}n = 1$/m);
		expect(shown).toMatch(/^safety_violation_rate\s+100\.0 % {2}n = 1$/m);
		expect(shown).toMatch(/^cost_usd\s+– {2}1 answer reported no cost$/m);
		expect(shown).toMatch(/Violations\n {2}pii\/leak {2}1$/m);
		expect(shown).toMatch(/1 question not passed\n {2}− q1 {2}[0-9a-f]{32}\n {4}pii\/leak: /);
	});
});
