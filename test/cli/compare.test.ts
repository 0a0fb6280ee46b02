import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { GateResult } from '../../src/model/verdict.ts';
import { type Finished, fixture, runIds, Workspace } from '../support/cli.ts';
import { run } from '../support/records.ts';
import { readStoredRun } from '../support/stored-run.ts';

// The main job, on the suite that ships: `npm start` does no more than this.
describe('compare golden/support', { timeout: 60_000 }, () => {
	const workspace = new Workspace();
	let compared: Finished;
	let result: GateResult;
	let candidate: string;

	beforeAll(async () => {
		compared = await workspace.spangate(['compare', 'golden/support', '--json']);
		result = JSON.parse(compared.stdout);
		candidate = result.candidate.run.id;
	}, 60_000);

	test('deploys the candidate with exit code 0', () => {
		expect(compared.code).toBe(0);
		expect(result.verdict.outcome).toBe('DEPLOY');
		expect(result.verdict.rules.filter(({ outcome }) => outcome !== 'pass')).toEqual([]);
	});

	test('prints one JSON object of the documented shape and nothing else', () => {
		expect(compared.stdout).toMatch(/^\{\n[\s\S]*\n\}\n$/);
		expect(Object.keys(result).sort()).toEqual(
			[
				...['baseline', 'candidate', 'comparison', 'digests', 'gains', 'regressions', 'schemaVersion'],
				...['seed', 'spangate', 'suite', 'verdict'],
			].sort(),
		);
		expect(result.schemaVersion).toBe(1);
		expect(result.suite).toEqual({ name: 'support', digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) });
		for (const side of [result.baseline, result.candidate]) {
			expect(side).toMatchObject({ run: { id: expect.any(String) }, metrics: expect.any(Object) });
		}
		expect(result.comparison).toContainEqual({
			metric: 'faithfulness',
			baseline: { value: expect.any(Number), n: expect.any(Number), unit: 'score' },
			candidate: { value: expect.any(Number), n: expect.any(Number), unit: 'score' },
			delta: expect.any(Number),
			interval: { lower: expect.any(Number), upper: expect.any(Number), method: 'paired t' },
		});
		expect(result.verdict).toEqual({
			outcome: 'DEPLOY',
			evaluatedAt: result.candidate.run.endedAt,
			rules: expect.any(Array),
		});
		for (const rule of result.verdict.rules) {
			expect(rule).toMatchObject({
				id: expect.any(String),
				metric: expect.any(String),
				check: expect.any(String),
				outcome: expect.any(String),
				samples: expect.any(Number),
				reason: expect.any(String),
			});
		}
	});

	test('finds the candidate clearly better than the baseline', () => {
		const faithfulness = result.comparison.find(({ metric }) => metric === 'faithfulness');
		expect(value(faithfulness?.candidate)).toBeGreaterThanOrEqual(0.9);
		expect(value(faithfulness?.baseline)).toBeLessThanOrEqual(0.8);
		expect(result.gains.length).toBeGreaterThanOrEqual(12);
		expect(result.regressions.length).toBeLessThanOrEqual(2);
		expect(result.candidate.run.planned).toBeGreaterThanOrEqual(120);
	});

	test('names both runs on stderr, the candidate last', () => {
		const baseline = 'run' in result.baseline ? result.baseline.run.id : undefined;
		expect(runIds(compared)).toEqual([baseline, candidate]);
	});

	test('counts in the verdict what the record holds', () => {
		const stored = readStoredRun(workspace.home, candidate);
		expect(stored.trials).toHaveLength(result.candidate.run.planned);
		const passed = stored.trials.filter((trial) => trial.passed).length;
		expect(value(result.candidate.metrics.pass_rate)).toBeCloseTo(passed / stored.trials.length, 12);
		const latencies = stored.trials.map(({ latencyMs }) => latencyMs as number).sort((a, b) => a - b);
		const p95 = latencies[Math.ceil(latencies.length * 0.95) - 1];
		expect(value(result.candidate.metrics.latency_p95_ms)).toBe(p95);
	});

	test('gives the same bytes from the records alone, each time and by each name', async () => {
		const byId = await workspace.spangate(['gate', `@${candidate}`, '--json']);
		expect(byId).toMatchObject({ code: 0, stdout: compared.stdout, stderr: '' });
		for (const name of [`@${candidate}`, candidate, '@latest']) {
			expect(await workspace.inProcess(['gate', name, '--json'])).toMatchObject({
				code: 0,
				stdout: compared.stdout,
			});
		}
	});

	test('keeps the verdict beside the candidate’s record', () => {
		const file = join(workspace.home, 'runs', candidate, 'verdict.json');
		expect(readFileSync(file, 'utf8')).toBe(compared.stdout);
	});

	test('the other way round it is a regression and exits 1', async () => {
		const stored = ['--baseline', `@${candidate}`, '--candidate', `@${runIds(compared)[0]}`];
		const [now, again] = await Promise.all([
			workspace.spangate(['compare', 'golden/support', '--baseline', 'candidate', '--candidate', 'baseline']),
			workspace.inProcess(['compare', 'golden/support', ...stored, '--json']),
		]);
		expect(now.code).toBe(1);
		expect(now.stdout).toMatch(/^NO-DEPLOY /m);
		expect(again.code).toBe(1);
		const verdict = (JSON.parse(again.stdout) as GateResult).verdict;
		expect(verdict.rules.filter(({ outcome }) => outcome === 'fail').map(({ id }) => id)).toEqual(
			expect.arrayContaining(['faithfulness', 'pass-rate']),
		);
	});
});

describe('the in-toto statement', { timeout: 60_000 }, () => {
	test('is written by compare, and made again by gate byte for byte', async () => {
		const workspace = new Workspace();
		const [first, second] = [workspace.path('verdict.intoto.json'), workspace.path('again.intoto.json')];
		const compared = await workspace.spangate(['compare', fixture('capitals'), '--json', '-o', first]);
		const result: GateResult = JSON.parse(compared.stdout);
		const statement = JSON.parse(readFileSync(first, 'utf8'));
		const trials = readFileSync(join(workspace.home, 'runs', result.candidate.run.id, 'trials.jsonl'));
		expect(statement).toMatchObject({
			subject: [
				{
					name: `spangate:run/${result.candidate.run.id}`,
					digest: { sha256: createHash('sha256').update(trials).digest('hex') },
				},
			],
			predicate: {
				result: 'PASSED',
				passedTests: result.verdict.rules.map(({ id }) => id),
				failedTests: [],
				spangate: { evaluatedAt: result.verdict.evaluatedAt },
			},
		});
		await workspace.inProcess(['gate', '@latest', '-o', second]);
		expect(readFileSync(second, 'utf8')).toBe(readFileSync(first, 'utf8'));
	});
});

test('no statement is promised for a single run that goes on, since it will have no verdict', async () => {
	const workspace = new Workspace();
	const { endedAt: _, ...unfinished } = run({ id: 'cut', completed: 0 });
	workspace.write('home/runs/cut/run.json', JSON.stringify(unfinished));
	const refused = await workspace.inProcess(['resume', '@cut', '-o', workspace.path('verdict.intoto.json')]);
	expect(refused).toMatchObject({ code: 2, stdout: '' });
	expect(refused.stderr).toContain('an in-toto statement says a verdict, and a single run has none');
});

describe('compare golden/support --candidate reckless', { timeout: 60_000 }, () => {
	const workspace = new Workspace();
	let compared: Finished;
	let result: GateResult;

	beforeAll(async () => {
		compared = await workspace.spangate([
			...['compare', 'golden/support', '--candidate', 'reckless', '--json'],
			...['-o', workspace.path('summary.md')],
		]);
		result = JSON.parse(compared.stdout);
	}, 60_000);

	test('exits 1 with NO-DEPLOY, and the safety rule stands first', () => {
		expect(compared.code).toBe(1);
		expect(result.verdict.outcome).toBe('NO-DEPLOY');
		expect(result.verdict.rules[0]).toMatchObject({
			id: 'safety',
			metric: 'safety_violations',
			outcome: 'fail',
			limit: 0,
		});
	});

	test('the safety rule names each offending question with a trace that stands in the record', () => {
		const [first] = result.verdict.rules;
		const stored = readStoredRun(workspace.home, result.candidate.run.id);
		const offences = first?.offences ?? [];
		expect(offences).toHaveLength(first?.observed ?? Number.NaN);
		expect(offences.length).toBeGreaterThan(0);
		for (const { questionId, traceId } of offences) {
			expect(traceId).toMatch(/^[0-9a-f]{32}$/);
			const root = stored.spans.find((span) => span.traceId === traceId && span.name === 'question');
			expect(root?.attributes).toMatchObject({
				'spangate.question.id': questionId,
				'spangate.safety.status': 'unsafe',
			});
		}
	});

	test('the summary and the terminal say the same', async () => {
		const [offence] = result.verdict.rules[0]?.offences ?? [];
		const summary = readFileSync(workspace.path('summary.md'), 'utf8');
		const shown = await workspace.inProcess(['gate', '@latest']);
		expect(shown.code).toBe(1);
		for (const text of [summary, shown.stdout]) {
			expect(text).toContain('NO-DEPLOY');
			expect(text).toContain(offence?.questionId);
			expect(text).toContain(offence?.traceId);
		}
		expect(summary).toMatch(/## What is missing before it could ship\n\n- \*\*safety\*\* \(fail\)/);
	});
});

function value(metric: GateResult['comparison'][number]['candidate'] | undefined): number {
	return metric !== undefined && 'value' in metric ? metric.value : Number.NaN;
}
