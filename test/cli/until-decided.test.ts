import { existsSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import type { GateResult, RuleResult } from '../../src/model/verdict.ts';
import { type Finished, fixture, runIds, Workspace } from '../support/cli.ts';
import { readStoredRun } from '../support/stored-run.ts';

const capitals = fixture('capitals');
const parsed = ({ stdout }: Pick<Finished, 'stdout'>) => JSON.parse(stdout) as GateResult;
const ruleOf = (result: GateResult, id: string): RuleResult | undefined =>
	result.verdict.rules.find((rule) => rule.id === id);

/** What stderr says of the stop: the rule, the trials that were not asked, and those that were planned. */
function told({ stderr }: Pick<Finished, 'stderr'>) {
	const line =
		/^Stopped early: rule (.+) fails whatever the rest says; (\d+) of (\d+) trials were not asked\.$/m;
	const [, rule, saved, planned] = line.exec(stderr) ?? [];
	return { rule, saved: Number(saved), planned: Number(planned) };
}

describe('compare golden/support --candidate reckless --until-decided', { timeout: 60_000 }, () => {
	const workspace = new Workspace();
	let compared: Finished;
	let result: GateResult;
	let candidate: string;

	beforeAll(async () => {
		compared = await workspace.spangate([
			...['compare', 'golden/support', '--candidate', 'reckless', '--until-decided', '--json'],
		]);
		result = parsed(compared);
		candidate = result.candidate.run.id;
	}, 60_000);

	test('is NO-DEPLOY by a rule that it names, and says how many trials it saved', () => {
		expect(compared.code).toBe(1);
		expect(result.verdict.outcome).toBe('NO-DEPLOY');
		const { rule = '', saved, planned } = told(compared);
		expect(planned).toBe(2 * result.candidate.run.planned);
		expect(saved).toBeGreaterThan(planned / 4);
		const [worst] = result.verdict.rules;
		expect(worst).toMatchObject({ id: rule, outcome: 'fail', tier: 'critical' });
		expect(worst?.reason).toMatch(/, whatever the \d+ trial\(s\) say that were not asked$/);
		expect(worst?.offences?.length).toBeGreaterThan(0);
	});

	test('says so in both records, which hold what was asked and ended by themselves', () => {
		const { rule, saved } = told(compared);
		const stored = runIds(compared).map((id) => readStoredRun(workspace.home, id));
		expect(stored).toHaveLength(2);
		for (const { run, trials, spans, delivery } of stored) {
			expect(run).toMatchObject({
				completed: trials.length,
				interrupted: false,
				endedAt: expect.any(String),
				curtailed: { rule, saved: run.planned - trials.length },
			});
			expect(spans.filter(({ name }) => name === 'question')).toHaveLength(trials.length);
			expect(delivery.recorded).toBe(spans.length);
		}
		expect(stored.reduce((sum, { run }) => sum + run.curtailed.saved, 0)).toBe(saved);
	});

	test('comes out again from the records, byte for byte, and on a terminal', async () => {
		const again = await workspace.inProcess(['gate', '@latest', '--json']);
		expect(again).toMatchObject({ code: 1, stdout: compared.stdout });
		const shown = await workspace.inProcess(['gate', `@${candidate}`]);
		const { completed, planned } = result.candidate.run;
		expect(shown.stdout.split('\n')[0]).toContain(`${completed} of ${planned} trials`);
		expect(shown.stdout.replace(/\s+/g, ' ')).toContain('stopped early: the verdict was decided;');
	});

	test('passes nothing else, and by another gate that is not decided is inconclusive', async () => {
		const outcomes = result.verdict.rules.map(({ id, outcome }) => [id, outcome]);
		expect(outcomes).toContainEqual(['latency', 'inconclusive']);
		expect(outcomes).toContainEqual(['valid:candidate-complete', 'inconclusive']);
		const gate = workspace.write(
			'fast.yaml',
			'rules: [{ id: fast, metric: latency_p95_ms, check: value <= 1e5 }]',
		);
		const other = await workspace.inProcess(['gate', `@${candidate}`, '--gate', gate, '--json']);
		expect(other.code).toBe(3);
		expect(ruleOf(parsed(other), 'fast')).toMatchObject({
			outcome: 'inconclusive',
			reason: expect.stringContaining(`stopped early, when ${told(compared).rule} had decided the verdict`),
		});
	});

	test('is neither gone on with nor promoted', async () => {
		const resumed = await workspace.inProcess(['resume', `@${candidate}`]);
		expect(resumed).toMatchObject({ code: 2, stdout: '' });
		expect(resumed.stderr).toContain(`run @${candidate} has ended: it was stopped early, since rule`);
		expect(resumed.stderr).toContain('measure anew without --until-decided');
		expect((await workspace.inProcess(['resume'])).stderr).toContain('no unfinished run');
		const promoted = await workspace.inProcess(['promote', `@${candidate}`, 'baseline']);
		expect(promoted.code).toBe(2);
		expect(promoted.stderr).toContain('is incomplete');
	});
});

describe('--until-decided', { timeout: 60_000, concurrent: true }, () => {
	test('does not stop a candidate that is good', async () => {
		const workspace = new Workspace();
		const compared = await workspace.spangate(['compare', 'golden/support', '--until-decided', '--json']);
		expect(compared.code).toBe(0);
		expect(compared.stderr).not.toContain('Stopped early');
		const { candidate, baseline } = parsed(compared);
		for (const side of [candidate, baseline]) {
			if (!('run' in side)) throw new Error('it has a baseline');
			expect(side.run.completed).toBe(side.run.planned);
			expect(side.run).not.toHaveProperty('curtailed');
		}
	});

	test('counts the trials of the side that is asked, and compares with the stored one', async () => {
		const workspace = new Workspace();
		await workspace.spangate(['run', capitals, '--target', 'candidate', '--name', 'before']);
		const args = ['--baseline', '@before', '--candidate', 'baseline', '-j', '1', '--until-decided'];
		const compared = await workspace.spangate(['compare', capitals, ...args, '--json']);
		expect(compared.code).toBe(1);
		// Of seven capitals it knows the first four: after six questions no more than 0.75 can be reached.
		expect(told(compared)).toEqual({ rule: 'faithfulness', saved: 2, planned: 8 });
		const { candidate, baseline, verdict } = parsed(compared);
		expect(candidate.run).toMatchObject({ completed: 6, curtailed: { rule: 'faithfulness', saved: 2 } });
		expect(baseline).toMatchObject({ run: { completed: 8 } });
		expect(baseline).not.toHaveProperty('run.curtailed');
		expect(verdict.outcome).toBe('NO-DEPLOY');
		expect(ruleOf(parsed(compared), 'faithfulness')?.reason).toBe(
			'faithfulness is at most 0.75 (value >= 0.8), whatever the 2 trial(s) say that were not asked',
		);
		const again = await workspace.inProcess(['gate', '@latest', '--json']);
		expect(again).toMatchObject({ code: 1, stdout: compared.stdout });
	});

	test('asks a baseline nothing when the stored candidate has failed already', async () => {
		const workspace = new Workspace();
		const log = workspace.path('asked');
		await workspace.spangate(['run', capitals, '--target', 'baseline', '--name', 'weak']);
		const args = ['--baseline', 'candidate', '--candidate', '@weak', '--until-decided', '--json'];
		const compared = await workspace.spangate(['compare', capitals, ...args], { env: { CAPITALS_LOG: log } });
		expect(compared.code).toBe(1);
		expect(told(compared)).toEqual({ rule: 'faithfulness', saved: 8, planned: 8 });
		expect(existsSync(log)).toBe(false);
		const [baseline] = runIds(compared);
		const again = await workspace.inProcess(['gate', '@weak', '--baseline', `@${baseline}`, '--json']);
		expect(again.code).toBe(1);
		expect(again.stdout).toBe(compared.stdout);
	});

	test('has nothing to stop between two stored runs', async () => {
		const workspace = new Workspace();
		for (const name of ['one', 'two']) {
			await workspace.spangate(['run', capitals, '--target', 'candidate', '--name', name]);
		}
		const stored = ['--baseline', '@one', '--candidate', '@two', '--until-decided'];
		const refused = await workspace.inProcess(['compare', capitals, ...stored]);
		expect(refused).toMatchObject({ code: 2, stdout: '' });
		expect(refused.stderr).toContain('--until-decided stops what is asked, and two stored runs ask nothing');
	});
});
