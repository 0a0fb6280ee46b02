import { describe, expect, test } from 'vitest';
import type { GateResult } from '../../src/model/verdict.ts';
import { fixture, Workspace } from '../support/cli.ts';
import { judgePlanted, many, type Planted, plant, rules } from '../support/planted-run.ts';

describe('how gates of other tools ended with the wrong code', { timeout: 60_000, concurrent: true }, () => {
	const failing = rules('metric: pass_rate, check: "value >= 0.99"');
	const half: Planted = { trials: many(40, (index) => ({ scores: { faithfulness: index % 2 } })) };

	test.each([[[]], [['--json']], [['--explain']], [['-o', 'out.md']]])(
		'printed FAIL and exited 0, with %j',
		async (flags) => {
			const workspace = new Workspace();
			plant(workspace, 'candidate', half);
			const gate = workspace.write('gate.yaml', failing);
			const { code, stdout } = await workspace.spangate(['gate', '@candidate', '--gate', gate, ...flags], {
				cwd: workspace.folder,
			});
			expect(code).toBe(1);
			expect(stdout).toContain('NO-DEPLOY');
		},
	);

	const faults = ['compare', fixture('faults'), '--baseline', 'sound', '--json', '-j', '1'];
	test.each([
		['exited 0 or 1 because the app did: exits', 'exits', 4, 'the process ended before the command did'],
		[
			'exited 0 or 1 because the app did: exits-as-no-deploy',
			'exits-as-no-deploy',
			4,
			'the process ended before',
		],
		['crashed with the 1 of a verdict', 'throws-later', 70, 'too late'],
	])('%s', async (_, fault, code, says) => {
		const finished = await new Workspace().spangate([...faults, '--candidate', 'rogue'], {
			env: { FAULT: fault },
		});
		expect(finished).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(says) });
	});

	test('had no code of its own for a target that answered nothing', async () => {
		const finished = await new Workspace().spangate([...faults, '--candidate', 'broken']);
		expect(finished).toMatchObject({
			code: 4,
			stderr: expect.stringContaining('answered none of 20 trials'),
		});
	});

	test.each([
		['an empty set of questions', { 'questions.jsonl': () => '' }, []],
		['no question with that tag', {}, ['--tag', 'size=huge']],
		['no rules', { 'gate.yaml': () => 'rules: []\n' }, []],
	])('evaluated nothing and called it a pass: %s', async (_, edits, flags) => {
		const workspace = new Workspace();
		const suite = workspace.copySuite(fixture('capitals'), edits);
		const finished = await workspace.spangate(['compare', suite, ...flags]);
		expect(finished).toMatchObject({ code: 2, stdout: '' });
	});
});

describe('how gates of other tools let bad become normal', { timeout: 60_000 }, () => {
	const gate = rules('metric: pass_rate, non_inferior: 5pp');
	const failing = (count: number): Planted => ({
		trials: many(100, (index) => ({ scores: { faithfulness: index < count ? 0 : 1 } })),
	});

	test('by comparing with whatever ran before: only a promoted run is a baseline, and it stays that', async () => {
		const workspace = new Workspace();
		const judge = () =>
			workspace.inProcess(['gate', '@candidate', '--gate', workspace.path('gate.yaml'), '--json']);
		workspace.write('gate.yaml', gate);
		plant(workspace, 'baseline', failing(0));
		plant(workspace, 'candidate', failing(2));
		// The older run is there, and nobody said that it is the one to compare with.
		expect((await judge()).code).toBe(3);
		expect((await workspace.inProcess(['promote', '@baseline', 'baseline'])).code).toBe(0);
		// Each release is a little worse than the one before, which no rule would see.
		for (const [count, code] of [
			[0, 0],
			[2, 3],
			[12, 1],
			[14, 1],
		] as const) {
			plant(workspace, 'candidate', failing(count));
			const { stdout, code: found } = await judge();
			expect({ count, code: found }).toEqual({ count, code });
			expect((JSON.parse(stdout) as GateResult).baseline).toMatchObject({ run: { id: 'baseline' } });
		}
	});

	test('by a baseline that is the candidate itself', async () => {
		const workspace = new Workspace();
		plant(workspace, 'candidate', failing(50));
		const file = workspace.write('gate.yaml', gate);
		const args = ['gate', '@candidate', '--baseline', '@candidate', '--gate', file];
		expect(await workspace.inProcess(args)).toMatchObject({
			code: 2,
			stderr: expect.stringContaining('cannot be its own baseline'),
		});
	});

	test('by a threshold that was quietly lowered: the verdict bears the digest of what it was judged by', async () => {
		const workspace = new Workspace();
		const digestOf = async (limit: string) => {
			const judged = await judgePlanted(workspace, rules(`metric: pass_rate, check: "value >= ${limit}"`), {
				candidate: failing(50),
			});
			return { code: judged.code, digest: judged.result?.digests.gate };
		};
		const [strict, lowered, again] = [await digestOf('0.9'), await digestOf('0.4'), await digestOf('0.9')];
		expect([strict.code, lowered.code, again.code]).toEqual([1, 0, 1]);
		expect(lowered.digest).not.toBe(strict.digest);
		expect(again.digest).toBe(strict.digest);
	});

	test.each([
		['', /waiver of "r": by: is missing/],
		['until: 2999-12-31, by: ops, limit: "value >= 0.4"', /reason/],
		['until: 2999-12-31, reason: x, limit: "value >= 0.4"', /by/],
		['by: ops, reason: x, limit: "value >= 0.4"', /until/],
		['until: 2999-12-31, by: ops, reason: x', /limit/],
	])('by a waiver without an owner, a reason, an end and a limit: { %s }', async (waiver, says) => {
		const waived = `${rules('metric: pass_rate, check: "value >= 0.9"')}waivers: [{ rule: r${waiver && `, ${waiver}`} }]\n`;
		const { code, stderr } = await judgePlanted(new Workspace(), waived, { candidate: failing(50) });
		expect(code).toBe(2);
		expect(stderr).toMatch(says);
	});

	test('by a waiver that nobody took away: after its last day the rule holds', async () => {
		const waived = `${rules('metric: pass_rate, check: "value >= 0.9"')}waivers: [{ rule: r, until: 2026-11-22, by: ops, reason: x, limit: "value >= 0.4" }]\n`;
		const on = async (at: string) =>
			judgePlanted(new Workspace(), waived, { candidate: failing(50) }, '--at', at);
		expect((await on('2026-11-22T23:59:59Z')).code).toBe(0);
		const { code, blocking } = await on('2026-11-23T00:00:00Z');
		expect(code).toBe(1);
		expect(blocking[0]?.reason).toMatch(
			/short of the limit \(>= 90 %\).*the waiver by ops .* expired on 2026-11-22/,
		);
	});
});
