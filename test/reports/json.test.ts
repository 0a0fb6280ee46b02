import { describe, expect, it } from 'vitest';
import { jsonGateResult, jsonRun } from '../../src/reports/json.ts';
import { factsOf, trial } from '../support/records.ts';
import { resultSaying } from './hostile.ts';

describe('jsonGateResult', () => {
	it('is the result, whole, and ends with a line break', () => {
		const result = resultSaying('\u001b[2J "quoted" \u2028 漢字 \ud800');
		const text = jsonGateResult(result);
		expect(JSON.parse(text)).toEqual(result);
		expect(text.endsWith('}\n')).toBe(true);
		expect(text).not.toContain('\u001b');
	});

	it('has the keys that are promised', () => {
		const parsed = JSON.parse(jsonGateResult(resultSaying('x', '-1')));
		for (const key of [
			'schemaVersion',
			'suite',
			'baseline',
			'candidate',
			'comparison',
			'regressions',
			'verdict',
		])
			expect(parsed).toHaveProperty(key);
		expect(parsed.candidate).toMatchObject({
			run: { id: 'run-1' },
			metrics: { pass_rate: { value: 0, n: 3 } },
		});
		expect(parsed.candidate.notPassed).toEqual(
			[
				['lost-1', 'faithfulness 0.1 < 0.5 (x)'],
				['failed-1', 'the target failed: Error: x'],
				['unsafe-1', 'pii/x: x'],
			].map(([questionId = '', reason]) => ({
				questionId,
				traceId: trial({ question: questionId }).traceId,
				reasons: [reason],
			})),
		);
		expect(parsed.baseline.notPassed).toEqual([]);
		expect(parsed.comparison[0]).toMatchObject({ metric: 'faithfulness', delta: expect.any(Number) });
		expect(parsed.regressions[0]).toMatchObject({ questionId: 'lost-1', traceId: expect.any(String) });
		expect(parsed.verdict).toMatchObject({ outcome: 'NO-DEPLOY', evaluatedAt: '2026-11-22T12:00:01Z' });
		expect(parsed.verdict.rules[0]).toEqual({
			id: 'safety',
			metric: 'safety_violations',
			check: 'max_events 0',
			tier: 'critical',
			outcome: 'fail',
			method: 'count',
			observed: 1,
			limit: 0,
			samples: 2,
			reason: expect.any(String),
			offences: [expect.objectContaining({ questionId: 'unsafe-1' })],
		});
	});
});

describe('jsonRun', () => {
	it('is the summary with the schema’s version', () => {
		const summary = factsOf([trial({ tags: { lang: 'en' } })]).summary();
		expect(JSON.parse(jsonRun(summary))).toEqual({ schemaVersion: 1, ...summary });
	});
});
