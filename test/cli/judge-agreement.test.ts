import { describe, expect, it } from 'vitest';
import type { Agreement } from '../../src/model/agreement.ts';
import type { Run } from '../../src/model/run.ts';
import type { Trial } from '../../src/model/trial.ts';
import { Workspace } from '../support/cli.ts';
import { run, type TrialParts, trial, write } from '../support/records.ts';

const judged: Partial<Run> = {
	scorers: [
		{ name: 'helpful', use: 'judge', version: '1-sha256:0123', spends: true },
		{ name: 'faithfulness', use: 'terms', version: '1' },
	],
};

describe('spangate judge-agreement', { timeout: 60_000 }, () => {
	const workspace = new Workspace();
	let made = 0;

	function store(trials: readonly Trial[], parts: Partial<Run> = {}): string {
		const id = `run-${++made}`;
		const stored = run({ ...judged, id, planned: trials.length, completed: trials.length, ...parts });
		write(workspace.home, {
			[`runs/${id}/run.json`]: JSON.stringify(stored),
			[`runs/${id}/trials.jsonl`]: trials
				.map((each) => `${JSON.stringify({ ...each, runId: id })}\n`)
				.join(''),
		});
		return `@${id}`;
	}
	const scored = (parts: TrialParts[]) =>
		store(parts.map((each) => trial({ ...each, scores: { faithfulness: 1, ...each.scores } })));
	const agreement = (...args: string[]) => workspace.inProcess(['judge-agreement', ...args]);
	const json = async (...args: string[]): Promise<Agreement> => {
		const { code, stdout, stderr } = await agreement(...args, '--json');
		expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
		return JSON.parse(stdout);
	};
	/** 20 answers: the judge passes the first 12 and fails the others, people differ on three of them. */
	const twenty = () =>
		scored(
			Array.from({ length: 20 }, (_, index) => ({
				question: `q${index}`,
				scores: { helpful: index < 12 ? 1 : 0 },
			})),
		);
	const labelOf = (index: number) => ((index < 12 ? index < 10 : index === 12) ? 'pass' : 'fail');
	const labels = (name: string) =>
		workspace.write(
			name,
			Array.from(
				{ length: 20 },
				(_, index) => `{"id":"q${index}","label":"${labelOf(index)}","by":"jo"}\n`,
			).join(''),
		);

	it('compares the only judge of a run with labels: accuracy, kappa, their bounds and the table', async () => {
		const found = await json(twenty(), labels('labels.jsonl'));
		expect(found).toMatchObject({
			grader: { of: 'scorer', name: 'helpful', use: 'judge', version: '1-sha256:0123' },
			labels: ['pass', 'fail'],
			compared: 20,
			table: [
				[10, 1],
				[2, 7],
			],
		});
		expect(found.accuracy.value).toBe(0.85);
		// Clopper-Pearson of 17 in 20.
		expect(found.accuracy.lower).toBeCloseTo(0.6211, 4);
		expect(found.accuracy.upper).toBeCloseTo(0.9679, 4);
		if ('missing' in found.kappa) throw new Error('no kappa');
		// Observed 0.85, expected 0.55 * 0.6 + 0.45 * 0.4 = 0.51.
		expect(found.kappa.value).toBeCloseTo(0.34 / 0.49, 10);
		expect(found.kappa.lower).toBeLessThan(0.4);
		expect(found.kappa.upper).toBeGreaterThan(0.9);
		expect(found.unlabelled.count + found.unknown.count).toBe(0);
	});

	it('says it in words, and tells what could not be compared', async () => {
		const reference = scored([
			{ question: 'a', scores: { helpful: 1 } },
			{ question: 'b', scores: { helpful: 0 } },
			{ question: 'c', scores: { helpful: 'errored' } },
			{ question: 'd', failed: true, scores: { helpful: 1 } },
			{ question: 'e', scores: { helpful: 'skipped' } },
			{ question: 'f', scores: {} },
			{ question: 'g', scores: { helpful: 1 } },
		]);
		const file = workspace.write(
			'some.csv',
			'id,label\na,pass\nb,fail\nc,pass\nd,fail\ne,pass\nf,pass\nx,pass\n',
		);
		const { code, stdout } = await agreement(reference, file);
		expect(code).toBe(0);
		expect(stdout).toMatch(/2 answers judged by both/);
		expect(stdout).toMatch(/accuracy {2}1\.000 {2}\(95 %: 0\.158 to 1\.000\)/);
		expect(stdout).toMatch(/kappa {5}1\.000 {2}\(95 %: −0\.\d+ to 1\.000\)/);
		expect(stdout).toContain('1 labelled, and the judge errored: c');
		expect(stdout).toContain('1 labelled, and the target failed: d');
		expect(stdout).toContain('1 labelled, and skipped by the judge: e');
		expect(stdout).toContain('1 labelled, and not judged: f');
		expect(stdout).toContain('1 labelled, and not in the run: x');
		expect(stdout).toContain('1 in the run, and not labelled: g');
	});

	it('compares a check by the words ok and violated, and another scorer by its name', async () => {
		const reference = scored([
			{ question: 'a', scores: { helpful: 0 }, findings: { pii: 'violated' } },
			{ question: 'b', scores: { helpful: 0 }, findings: { pii: 'ok' } },
			{ question: 'c', scores: { helpful: 0 }, findings: { pii: 'errored' } },
		]);
		const file = workspace.write('checks.csv', 'id,label\na,Violated\nb, ok \nc,ok\n');
		const found = await json(reference, file, '--check', 'pii');
		expect(found).toMatchObject({
			grader: { of: 'check', name: 'pii' },
			labels: ['ok', 'violated'],
			table: [
				[1, 0],
				[0, 1],
			],
			unjudged: { errored: { count: 1, first: ['c'] } },
		});
		const scores = workspace.write('scores.csv', 'id,label\na,pass\nb,pass\n');
		const other = await json(reference, scores, '--scorer', 'faithfulness');
		expect(other.table).toEqual([
			[2, 0],
			[0, 0],
		]);
		expect(other.kappa).toEqual({ missing: expect.stringContaining('one label') });
	});

	it('takes of several answers the one that the label names', async () => {
		const trials = [0, 1].flatMap((repeat) =>
			['a', 'b'].map((question) => trial({ question, repeat, scores: { helpful: repeat } })),
		);
		const reference = store(trials, { repeats: 2 });
		const file = workspace.write('repeats.csv', 'id,label,repeat\na,pass,1\nb,fail,0\n');
		expect((await json(reference, file)).table).toEqual([
			[1, 0],
			[0, 1],
		]);
		const without = await agreement(reference, workspace.write('none.csv', 'id,label\na,pass\n'));
		expect(without.code).toBe(2);
		expect(without.stderr).toContain(
			"none.csv:2: repeat: is missing; expected which of the question's 2 answers",
		);
		const beyond = await agreement(reference, workspace.write('beyond.csv', 'id,label,repeat\na,pass,2\n'));
		expect(beyond.stderr).toMatch(/repeat: expected which .* from 0 to 1, found 2/);
	});

	it('tells every label that is wrong, with its line, and compares nothing', async () => {
		const file = workspace.write(
			'wrong.jsonl',
			[
				'{"id":"q0","label":"good"}',
				'{"label":"pass"}',
				'x',
				'{"id":"q1","label":"pass"}',
				'{"id":"q1","label":"pass"}',
			].join('\n'),
		);
		const { code, stdout, stderr } = await agreement(twenty(), file);
		expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
		expect(stderr).toContain('wrong.jsonl:1: label: expected pass or fail, found "good"');
		expect(stderr).toContain('wrong.jsonl:2: id: is missing');
		expect(stderr).toContain('wrong.jsonl:3: not valid JSON');
		expect(stderr).toContain('wrong.jsonl:5: a second label of question "q1", first labelled on line 4');
	});

	it.each([
		['a file that is not there', ['@run', 'nowhere.csv'], 2, 'cannot read the labels file'],
		['a name of no known format', ['@run', 'labels.txt'], 2, 'ends in .jsonl or .csv'],
		['a file without a label', ['@run', 'empty.csv'], 2, 'holds no label'],
		['a scorer that the run has not', ['@run', 'labels.jsonl', '--scorer', 'x'], 2, 'has no scorer "x"'],
		[
			'both flags',
			['@run', 'labels.jsonl', '--scorer', 'helpful', '--check', 'pii'],
			2,
			'expected one of them',
		],
		['labels of other questions alone', ['@run', 'strange.csv'], 4, 'none of 1 labels'],
	])('refuses %s', async (_, [, name = '', ...flags], code, message) => {
		labels('labels.jsonl');
		workspace.write('labels.txt', 'x');
		workspace.write('empty.csv', 'id,label\n');
		workspace.write('strange.csv', 'id,label\nz,pass\n');
		const finished = await agreement(twenty(), workspace.path(name), ...flags);
		expect(finished.code).toBe(code);
		expect(finished.stderr).toContain(message);
	});

	it('asks which one where a run has no judge, or several', async () => {
		const none = store([trial()], { scorers: run().scorers });
		const file = workspace.write('one.csv', 'id,label\nq1,pass\n');
		const { code, stderr } = await agreement(none, file);
		expect(code).toBe(2);
		expect(stderr).toContain('has no scorers and checks that ask a model; name the one to compare');
		expect(stderr).toContain('--scorer faithfulness, --check pii');
		const asks = { use: 'judge', version: '1', spends: true as const };
		const two = [...run().scorers, { name: 'kind', ...asks }, { name: 'short', ...asks }];
		const several = await agreement(store([trial()], { scorers: two }), file);
		expect(several.stderr).toContain('has 2 scorers and checks that ask a model; name the one to compare');
		expect(several.stderr).toContain('Known: --scorer kind, --scorer short.');
	});
});
