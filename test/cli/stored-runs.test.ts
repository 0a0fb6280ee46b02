import { beforeAll, describe, expect, test } from 'vitest';
import type { GateResult } from '../../src/model/verdict.ts';
import { type Finished, fixture, runIds, Workspace } from '../support/cli.ts';
import { readStoredRun } from '../support/stored-run.ts';

const capitals = fixture('capitals');
const parsed = ({ stdout }: Pick<Finished, 'stdout'>) => JSON.parse(stdout) as GateResult;

const outcomes = (judged: Pick<Finished, 'stdout'>) =>
	parsed(judged).verdict.rules.map(({ id, outcome }) => [id, outcome]);

describe('stored runs', { timeout: 60_000 }, () => {
	const workspace = new Workspace();
	let baseline: string;
	let compared: Finished;
	let candidate: string;

	beforeAll(async () => {
		const named = ['--target', 'baseline', '--name', '1e10'];
		const ran = await workspace.spangate(['run', capitals, ...named]);
		expect(ran.code).toBe(0);
		[baseline = ''] = runIds(ran);
		compared = await workspace.spangate(['compare', capitals, '--baseline', '@1e10', '--json']);
		candidate = parsed(compared).candidate.run.id;
	}, 60_000);

	test('a target is compared with a stored run, named by a tag that looks like a number', () => {
		expect(compared.code).toBe(0);
		expect(runIds(compared)).toEqual([candidate]);
		expect(parsed(compared)).toMatchObject({
			baseline: { run: { id: baseline, role: 'single' } },
			candidate: { run: { partner: baseline, role: 'candidate' } },
			verdict: { outcome: 'DEPLOY' },
		});
		expect(
			parsed(compared)
				.gains.map(({ questionId }) => questionId)
				.sort(),
		).toEqual(['canada', 'malta', 'peru']);
	});

	test('@latest is the candidate, whose baseline is its partner', async () => {
		expect(await workspace.inProcess(['gate', '@latest', '--json'])).toMatchObject({
			code: 0,
			stdout: compared.stdout,
		});
	});

	test('two stored runs give the same verdict, and nothing is asked', async () => {
		const again = await workspace.inProcess([
			...['compare', capitals, '--json'],
			...['--baseline', '@1e10', '--candidate', `@${candidate}`],
		]);
		expect(again).toMatchObject({ code: 0, stdout: compared.stdout, stderr: '' });
	});

	test('a run cannot be its own baseline', async () => {
		const refused = await workspace.inProcess(['gate', '1e10', '--baseline', `@${baseline}`]);
		expect(refused).toMatchObject({ code: 2, stdout: '' });
		expect(refused.stderr).toContain('cannot be its own baseline');
	});

	test('a name that nothing has is refused with those that exist', async () => {
		const refused = await workspace.inProcess(['gate', '10000000000']);
		expect(refused).toMatchObject({ code: 2, stdout: '' });
		expect(refused.stderr).toMatch(/no stored run "10000000000" .*\n.*@1e10/);
	});

	test('a single run without a baseline cannot pass a rule that compares', async () => {
		const judged = await workspace.inProcess(['gate', '@1e10', '--json']);
		// Its faithfulness is below the limit as well, which is measured and bad.
		expect(judged.code).toBe(1);
		expect(parsed(judged).baseline).toEqual({ missing: expect.stringContaining('"baseline"') });
		expect(parsed(judged).verdict.rules.find(({ id }) => id === 'pass-rate')).toMatchObject({
			outcome: 'inconclusive',
			reason: expect.stringContaining('no baseline'),
		});
	});

	test('promote names a run on purpose, and a later run finds it as its baseline', async () => {
		const own = new Workspace();
		const [old] = runIds(await own.spangate(['run', capitals, '--target', 'baseline', '--name', '007']));
		const promoted = await own.inProcess(['promote', '007', 'baseline']);
		expect(promoted).toMatchObject({ code: 0, stdout: `@baseline is now @${old}\n` });
		const [now] = runIds(await own.spangate(['run', capitals, '--target', 'candidate']));
		const judged = await own.inProcess(['gate', `${now}`, '--json']);
		expect(judged.code).toBe(0);
		expect(parsed(judged).baseline).toMatchObject({ run: { id: old } });
		const moved = await own.inProcess(['promote', `@${now}`, '@baseline']);
		expect(moved.stdout).toBe(`@baseline is now @${now} (was @${old})\n`);
		const refused = await own.inProcess(['promote', '@latest', 'latest']);
		expect(refused.code).toBe(2);
	});

	test('runs lists them newest first, with their tags', async () => {
		const [shown, listed] = await Promise.all([
			workspace.inProcess(['runs']),
			workspace.inProcess(['runs', '--json']),
		]);
		const lines = shown.stdout.trim().split('\n').slice(1);
		expect(lines.map((line) => line.split(/\s+/))).toEqual([
			[`@${candidate}`, 'capitals', 'candidate', 'candidate', '8/8'],
			[`@${baseline}`, 'capitals', 'baseline', 'single', '8/8', '@1e10'],
		]);
		expect(JSON.parse(listed.stdout)).toMatchObject({
			runs: [{ id: candidate }, { id: baseline }],
			tags: { '1e10': baseline },
		});
	});

	test('a question whose id looks like a number is found by it', async () => {
		const traced = await workspace.inProcess(['trace', '@1e10', '1e3', '--json']);
		expect(traced.code).toBe(0);
		const { questionId, traces } = JSON.parse(traced.stdout);
		expect(questionId).toBe('1e3');
		expect(traces).toMatchObject([{ trial: { runId: baseline, questionId: '1e3' } }]);
	});
});

describe('runs that do not belong together never pass', { timeout: 60_000, concurrent: true }, () => {
	test('not with different questions, scorers or checks', async () => {
		const workspace = new Workspace();
		await workspace.spangate(['run', capitals, '--target', 'baseline', '--name', 'before']);
		const edited = workspace.copySuite(capitals, {
			'questions.jsonl': (text) => text.replace('"Valletta"', '"Malta"'),
		});
		const compared = await workspace.inProcess(['compare', edited, '--baseline', '@before', '--json']);
		expect(compared).toMatchObject({ code: 2, stdout: '' });
		expect(compared.stderr).toContain('was made with another version of this suite');

		await workspace.spangate(['run', edited, '--target', 'candidate']);
		const judged = await workspace.inProcess(['gate', '@latest', '--baseline', '@before', '--json']);
		expect(judged.code).toBe(3);
		expect(outcomes(judged)).toContainEqual(['valid:same-suite', 'inconclusive']);
	});

	test('not when the candidate was asked fewer questions', async () => {
		const workspace = new Workspace();
		await workspace.spangate(['run', capitals, '--target', 'baseline', '--name', 'before']);
		const compared = await workspace.spangate([
			'compare',
			capitals,
			'--baseline',
			'@before',
			'-n',
			'4',
			'--json',
		]);
		expect(compared.code).toBe(3);
		expect(outcomes(compared)).toContainEqual(['valid:paired', 'inconclusive']);
	});
});

describe('a stored candidate', { timeout: 60_000 }, () => {
	test('is judged against a baseline that is measured now, and the verdict’s span names it', async () => {
		const workspace = new Workspace();
		const [candidate] = runIds(await workspace.spangate(['run', capitals, '--target', 'candidate']));
		const sides = ['--baseline', 'baseline', '--candidate', `@${candidate}`];
		const compared = await workspace.spangate(['compare', capitals, ...sides, '--json']);
		expect(compared.code).toBe(0);
		const [measured] = runIds(compared);
		expect(parsed(compared)).toMatchObject({
			baseline: { run: { id: measured } },
			candidate: { run: { id: candidate } },
		});
		const gate = readStoredRun(workspace.home, measured).spans.find(({ name }) => name === 'gate');
		expect(gate?.attributes).toMatchObject({ 'spangate.run.id': candidate, 'spangate.target': 'candidate' });
	});
});
