import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { GateResult } from '../../src/model/verdict.ts';
import { fixture, Workspace } from '../support/cli.ts';

const moody = fixture('moody');

describe('--repeat', { timeout: 60_000, concurrent: true }, () => {
	test('tells of both runs how much of the variance is within questions, and which are flaky', async () => {
		const workspace = new Workspace();
		const summary = workspace.path('summary.md');
		const compared = await workspace.spangate(['compare', moody, '--repeat', '3', '-o', summary]);
		expect(compared.code).toBe(0);
		// Of the baseline q2 passes 0, q3 2, the others 3 of 3: MSW = (2/3)/12, MSB = 3·Σ(mean − 7/9)²/5.
		const within = 2 / 3 / 12;
		const among = (3 * (4 * (2 / 9) ** 2 + (7 / 9) ** 2 + (1 / 9) ** 2)) / 5;
		const share = Math.round((within / (within + (among - within) / 3)) * 100);
		expect(share).toBe(28);
		const shown = compared.stdout.replace(/\s+/g, ' ');
		for (const text of [shown, readFileSync(summary, 'utf8').replaceAll('\\', '')]) {
			expect(text).toContain(
				`baseline, 3 repeats: ${share} % of the variance of pass_rate is within questions, ${share} % of that of sense; 1 flaky question: q3 2/3`,
			);
			expect(text).toMatch(/candidate, 3 repeats: .*; 2 flaky questions: q3 1\/3, q5 2\/3/);
		}
		const judged = await workspace.inProcess(['gate', '@latest', '--json']);
		const result = JSON.parse(judged.stdout) as GateResult;
		expect(result.candidate.repeats).toEqual({
			variance: {
				pass_rate: {
					between: expect.any(Number),
					within: expect.any(Number),
					withinShare: expect.any(Number),
					questions: 6,
				},
				sense: result.candidate.repeats?.variance.pass_rate,
			},
			flaky: [
				{ questionId: 'q3', traceId: expect.stringMatching(/^[0-9a-f]{32}$/), passes: 1, trials: 3 },
				{ questionId: 'q5', traceId: expect.stringMatching(/^[0-9a-f]{32}$/), passes: 2, trials: 3 },
			],
		});
	});

	test('of one run says the same, and says so when nothing is flaky', async () => {
		const workspace = new Workspace();
		const [flaky, steady] = await Promise.all(
			['candidate', 'steady'].map((target) =>
				workspace.spangate(['run', moody, '--target', target, '--repeat', '3']),
			),
		);
		expect(flaky?.stdout).toMatch(/^3 repeats: \d+ % of the variance of pass_rate is within questions, /m);
		expect(flaky?.stdout.replace(/\s+/g, ' ')).toContain('; 2 flaky questions: q3 1/3, q5 2/3 ');
		expect(steady?.stdout).toContain(
			'3 repeats: pass_rate does not vary; sense does not vary; no flaky question',
		);
	});

	test('once says nothing of variance', async () => {
		const workspace = new Workspace();
		const compared = await workspace.spangate(['compare', moody, '--json']);
		expect(compared.stdout).not.toContain('"repeats": {');
		expect(compared.stdout).not.toContain('flaky');
	});
});
