import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { check, ok, question, runOne, violated } from './bench.ts';

describe('the root span', () => {
	it.each<[string, unknown[], string, string[]]>([
		['not_checked', [], 'not_checked', []],
		['pass', [ok, ok], 'pass', []],
		['errored over pass', [ok, undefined], 'errored', []],
		['violated over all', [ok, undefined, violated('low')], 'violated', ['p2']],
	])('has policy status %s', async (_, results, status, violations) => {
		const { root } = await runOne({
			checks: results.map((result, index) => check('policy', result, `p${index}`)),
		});
		expect(root.attributes).toMatchObject({
			'spangate.policy.status': status,
			'spangate.policy.violations': violations,
			'spangate.policy.checks': results.map((_result, index) => `p${index}`),
			'spangate.safety.status': 'not_checked',
			'spangate.safety.severity': 'none',
		});
	});

	it.each<[string, unknown[], string, string, string[]]>([
		['not_checked', [], 'not_checked', 'none', []],
		['safe', [ok], 'safe', 'none', []],
		['errored', [ok, undefined], 'errored', 'none', []],
		[
			'unsafe, with the worst severity and each category once',
			[violated('low'), violated('critical', 'pii'), undefined, violated('medium', 'pii')],
			'unsafe',
			'critical',
			['leak', 'pii'],
		],
	])('has safety status %s', async (_, results, status, severity, categories) => {
		const { root, trial } = await runOne({
			checks: results.map((result, index) => check('safety', result, `s${index}`)),
		});
		expect(root.attributes).toMatchObject({
			'spangate.safety.status': status,
			'spangate.safety.severity': severity,
			'spangate.safety.categories': categories,
			'spangate.policy.status': 'not_checked',
			'spangate.passed': status === 'safe' || status === 'not_checked',
		});
		expect(trial.passed).toBe(root.attributes['spangate.passed']);
		// A wrong or unsafe answer is no failed operation.
		expect(root.status).toBe('unset');
	});

	it('carries identity, tags, scores and the user’s own attributes, which never hide ours', async () => {
		const { root } = await runOne(
			{ scorers: { s: () => 0.25 }, attributes: { 'app.area': 'suite', 'spangate.passed': true } },
			{ ...question, attributes: { 'app.area': 'question', 'app.list': ['a', 'b'] } },
		);
		expect(root.attributes).toMatchObject({
			'test.suite.name': 'unit',
			'test.case.name': 'q1',
			'test.case.result.status': 'fail',
			'spangate.run.id': 'run-1',
			'spangate.target': 'app',
			'spangate.question.id': 'q1',
			'spangate.question.repeat': 0,
			'spangate.question.tags': ['lang=en'],
			'spangate.passed': false,
			'spangate.score.s': 0.25,
			'app.area': 'question',
			'app.list': ['a', 'b'],
		});
	});

	it('says for any findings what the trial’s findings say', async () => {
		const result = fc.constantFrom<unknown>(ok, undefined, violated('low'), violated('high'));
		const kinds = fc.constantFrom('policy' as const, 'safety' as const);
		await fc.assert(
			fc.asyncProperty(fc.array(fc.tuple(kinds, result), { maxLength: 5 }), async (given) => {
				const checks = given.map(([kind, judgement], index) => check(kind, judgement, `c${index}`));
				const { trial, root } = await runOne({ checks });
				for (const [kind, good, bad] of [
					['policy', 'pass', 'violated'],
					['safety', 'safe', 'unsafe'],
				] as const) {
					const statuses = trial.findings
						.filter((finding) => finding.kind === kind)
						.map(({ status }) => status);
					const expected = statuses.includes('violated')
						? bad
						: statuses.includes('errored')
							? 'errored'
							: statuses.length > 0
								? good
								: 'not_checked';
					expect(root.attributes[`spangate.${kind}.status`]).toBe(expected);
				}
				expect(trial.passed).toBe(trial.findings.every(({ status }) => status === 'ok'));
			}),
			{ numRuns: 25 },
		);
	});
});
