import { appendFileSync, cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { History } from '../../src/model/history.ts';
import { widthOf } from '../../src/reports/terminal.ts';
import { fixture, inProcess, runIds, Workspace } from '../support/cli.ts';
import { type Json, readJson } from '../support/stored-run.ts';

const capitals = fixture('capitals');

describe('history', { timeout: 120_000 }, () => {
	const workspace = new Workspace();
	let [baseline, candidate, leaky, repeated, edited] = ['', '', '', '', ''];

	beforeAll(async () => {
		const only = async (args: readonly string[]) => runIds(await workspace.spangate(args)).at(-1) ?? '';
		baseline = await only(['run', capitals, '--target', 'baseline', '--name', 'baseline']);
		candidate = await only(['compare', capitals, '--baseline', '@baseline', '--name', 'rc1']);
		leaky = await only(['compare', capitals, '--baseline', '@baseline', '--candidate', 'leaky']);
		repeated = await only(['run', capitals, '--target', 'baseline', '--repeat', '3', '-n', '6']);
		const changed = workspace.copySuite(capitals, {
			'questions.jsonl': (text) => text.replace('"Valletta"', '"Malta"'),
		});
		edited = await only(['run', changed, '--target', 'candidate']);
	}, 120_000);

	const json = async (...args: string[]): Promise<History> => {
		const { code, stdout } = await workspace.inProcess(['history', 'capitals', '--json', ...args]);
		expect(code).toBe(0);
		return JSON.parse(stdout);
	};

	test('lists the runs of a suite oldest first, each with its numbers, verdict and tags', async () => {
		const { runs, suite, metric, unreadable } = await json();
		expect({ suite, metric, unreadable }).toEqual({ suite: 'capitals', metric: 'pass_rate', unreadable: [] });
		expect(runs.map(({ id }) => id)).toEqual([baseline, candidate, leaky, repeated, edited]);
		expect(runs.map(({ verdict }) => verdict)).toEqual([
			undefined,
			'DEPLOY',
			'NO-DEPLOY',
			undefined,
			undefined,
		]);
		expect(runs.map(({ tags }) => tags)).toEqual([['baseline'], ['rc1'], [], [], []]);
		expect(runs.filter((run) => run.baseline).map(({ id }) => id)).toEqual([baseline]);
		expect(runs[2]?.metrics.safety_violations).toMatchObject({ value: 2 });
		for (const { metrics } of runs) {
			expect(Object.keys(metrics)).toEqual([
				...['pass_rate', 'latency_p95_ms', 'cost_per_success', 'policy_violations', 'safety_violations'],
			]);
		}
	});

	test('gives a share its interval over questions, however often each was asked', async () => {
		const { runs } = await json();
		const [once, , , thrice] = runs;
		expect(once?.metrics.pass_rate).toMatchObject({ value: 5 / 8, n: 8, interval: 'Wilson score' });
		expectBounds(once?.metrics.pass_rate, wilsonOf(5, 8));
		expect(thrice).toMatchObject({ questions: 6, suiteQuestions: 8, repeats: 3, planned: 18 });
		expect(thrice?.metrics.pass_rate).toMatchObject({ value: 4 / 6, n: 18 });
		// The t interval of the questions' rates, four 1 and two 0; t(0.975; 5) is 2.570582.
		const half = (2.570582 * Math.sqrt((6 * (4 / 6) * (2 / 6)) / 5)) / Math.sqrt(6);
		expect(thrice?.metrics.pass_rate).toMatchObject({ interval: 'Student t' });
		expectNoNarrower(thrice?.metrics.pass_rate, [4 / 6 - half, 1]);
	});

	test('shows another metric with its interval, a score by t over questions', async () => {
		const { runs } = await json('--metric', 'faithfulness', '--target', 'baseline', '-n', '2');
		expect(runs.map(({ id }) => id)).toEqual([baseline, repeated]);
		// Of the 7 questions that are scored 4 score 1 and the others 0; t(0.975; 6) is 2.446912.
		const mean = 4 / 7;
		const half = (2.446912 * Math.sqrt((7 * mean * (1 - mean)) / 6)) / Math.sqrt(7);
		expect(runs[0]?.metrics.faithfulness).toMatchObject({ value: mean, n: 7, interval: 'Student t' });
		expectNoNarrower(runs[0]?.metrics.faithfulness, [mean - half, Math.min(1, mean + half)]);
	});

	test('leaves open what so few questions do not bound', async () => {
		const { runs } = await json('--metric', 'latency_p95_ms', '-n', '1');
		expect(runs[0]?.metrics.latency_p95_ms).toMatchObject({
			lower: expect.any(Number),
			interval: 'order statistics',
		});
		expect(runs[0]?.metrics.latency_p95_ms).not.toHaveProperty('upper');
		const latency = await workspace.inProcess(['history', 'capitals', '--metric', 'latency_p95_ms']);
		expect(latency.stdout).toMatch(/ ms \([\d.]+–∞\) /);
	});

	test('gives a count of violations the interval of the rate of questions with one, under its name', async () => {
		const { runs } = await json('--metric', 'safety_violations');
		expect(runs[2]?.metrics.safety_violations).toMatchObject({
			value: 2,
			rate: 1 / 8,
			interval: 'Wilson score',
		});
		expectBounds(runs[2]?.metrics.safety_violations, wilsonOf(1, 8));
		const args = ['history', 'capitals', '--metric', 'safety_violations'];
		const { stdout } = await workspace.inProcess(args, { COLUMNS: '80' });
		expect(stdout).toMatch(/^run +.* safety_violations +.*verdict$/m);
		expect(stdout.split('\n').find((line) => line.includes(leaky))).toMatch(/ 2, 12\.5 % \(2\.2–47\.1\) /);
	});

	test('names one method once, and marks the rows of another', async () => {
		const { stdout } = await workspace.inProcess(['history', 'capitals'], { COLUMNS: '170' });
		const lineOf = (id: string) => stdout.split('\n').find((line) => line.includes(id));
		expect(lineOf(repeated)).toMatch(/ 66\.7 \([\d.]+–100\.0\)\* /);
		expect(lineOf(baseline)).not.toContain('*');
		expect(stdout).toContain('(Wilson score; * Student t, where questions were asked several times)');
		const { stdout: alike } = await workspace.inProcess(['history', 'capitals', '-n', '1']);
		expect(alike).toContain('(Wilson score).');
		expect(alike).not.toContain('*');
	});

	test('tells a sum for each trial where the runs have unlike numbers of them', async () => {
		const args = ['history', 'capitals', '--metric', 'output_tokens'];
		const { runs, estimand } = await json('--metric', 'output_tokens');
		expect(estimand).toBe('total');
		const { stdout } = await workspace.inProcess(args, { COLUMNS: '120' });
		expect(stdout).toContain(' output_tokens/trial ');
		const found = runs[3]?.metrics.output_tokens;
		const value = found !== undefined && 'value' in found ? found.value : 0;
		expect(value).toBeGreaterThan(0);
		const shown = Number((value / 18).toPrecision(3));
		expect(stdout.split('\n').find((line) => line.includes(repeated))).toContain(` ${shown} (`);
		const { stdout: alike } = await workspace.inProcess([...args, '-n', '1'], { COLUMNS: '120' });
		expect(alike).not.toContain('/trial');
	});

	test('is found by the suite’s folder as well', async () => {
		const [byFolder, byName] = await Promise.all([
			workspace.inProcess(['history', capitals]),
			workspace.inProcess(['history', 'capitals']),
		]);
		expect(byFolder).toEqual(byName);
		expect(byFolder.code).toBe(0);
	});

	test('marks the promoted baseline, where the suite changed, and a run of some questions only', async () => {
		const { stdout } = await workspace.inProcess(['history', 'capitals'], { COLUMNS: '170' });
		const lines = stdout.split('\n');
		const lineOf = (text: string) => lines.findIndex((line) => line.includes(text));
		expect(lines[lineOf(baseline)]).toContain('★\u00a0@baseline');
		expect(lines[lineOf(baseline)]).toContain('62.5 (30.6–86.3)');
		expect(lines[lineOf(candidate)]).toMatch(/@rc1 .* DEPLOY$/);
		expect(lines[lineOf(leaky)]).toMatch(/NO-DEPLOY$/);
		expect(lines[lineOf(repeated)]).toContain('6/8×3');
		expect(lineOf('── the suite changed')).toBe(lineOf(edited) - 1);
		expect(stdout).toContain('numbers before and after are not comparable');
		expect(stdout).toContain('asked 6/8×3: 6 of the suite’s 8 questions');
		expect(stdout).toContain('repeats of a question are no new evidence');
	});

	test.each([80, 100, 120, 200])('fits %d columns, every id on one line', async (columns) => {
		for (const metric of ['pass_rate', 'cost_per_success', 'safety_violation_rate.refusal']) {
			const args = ['history', 'capitals', '--metric', metric];
			const { stdout } = await workspace.inProcess(args, { COLUMNS: String(columns) });
			for (const line of stdout.split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(columns);
			for (const id of [baseline, candidate, leaky, repeated, edited]) expect(stdout).toContain(`@${id}`);
		}
		const { stdout } = await workspace.inProcess(['history', 'capitals'], { COLUMNS: String(columns) });
		expect(stdout.includes('Not shown at this width')).toBe(columns < 120);
	});

	test.each([80, 100, 200])(
		'so does the list of all runs, which leaves out columns in place (%d)',
		async (columns) => {
			const { stdout } = await workspace.inProcess(['runs'], { COLUMNS: String(columns) });
			const lines = stdout.split('\n');
			for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(columns);
			for (const id of [baseline, candidate, leaky, repeated, edited]) {
				expect(lines.find((line) => line.startsWith(`@${id} `))).toMatch(/ (8\/8|18\/18)( |$)/);
			}
			expect(lines.find((line) => line.includes(baseline))).toMatch(/ @baseline$/);
			expect(stdout.includes('Not shown at this width: role (--json has all).')).toBe(columns < 100);
		},
	);

	test.each([
		[['history', 'capital'], 'no stored run of a suite "capital"', 'There are runs of: capitals.'],
		[['history', 'capitals', '--metric', 'wit'], 'no run of suite "capitals" has such a metric', 'pass_rate'],
		[['history', 'capitals', '--target', 'nobody'], '--target nobody', 'baseline, candidate, leaky'],
	])('%j is refused', async (args, says, hint) => {
		const refused = await workspace.inProcess(args);
		expect(refused).toMatchObject({ code: 2, stdout: '' });
		expect(refused.stderr).toContain(says);
		expect(refused.stderr).toContain(hint);
	});

	describe('of records that are not whole', () => {
		const own = new Workspace();
		const file = (id: string, name: string) => join(own.home, 'runs', id, name);
		const shown = () => inProcess(['history', 'capitals'], { SPANGATE_HOME: own.home, COLUMNS: '140' });
		const lineOf = (stdout: string, id: string) => stdout.split('\n').find((line) => line.includes(id));

		function editRun(id: string, parts: Json): void {
			writeFileSync(file(id, 'run.json'), JSON.stringify({ ...readJson(file(id, 'run.json')), ...parts }));
		}

		function fresh(): void {
			rmSync(own.home, { recursive: true, force: true });
			cpSync(workspace.home, own.home, { recursive: true });
		}

		test.each([
			['was interrupted', { interrupted: true, completed: 5 }, 'it was interrupted: 5 of 8 trials'],
			['never ended', { endedAt: undefined }, 'it never ended, or still goes on'],
			['lacks trials', { completed: 5 }, '5 of 8 trials'],
			['planned more than its record holds', { planned: 9, completed: 9 }, 'its record holds 8 of 9 trials'],
		])('one that %s shows no number', async (_, parts, why) => {
			fresh();
			editRun(candidate, parts);
			const { code, stdout } = await shown();
			expect(code).toBe(0);
			expect(lineOf(stdout, candidate)).toMatch(/ incomplete .* – .* – .* – /);
			expect(lineOf(stdout, candidate)).not.toContain('%');
			expect(lineOf(stdout, candidate)).not.toContain('100.0');
			expect(stdout.replace(/\s+/g, ' ')).toContain(`@${candidate} is incomplete: ${why}`);
			expect(lineOf(stdout, baseline)).toContain('62.5 (30.6–86.3)');
		});

		test('one that was stopped early says where, and by which rule', async () => {
			fresh();
			editRun(candidate, { completed: 5, curtailed: { rule: 'safety', saved: 3 } });
			const { stdout } = await shown();
			expect(lineOf(stdout, candidate)).toContain(' stopped early 5/8 ');
			expect(stdout.replace(/\s+/g, ' ')).toContain(
				`@${candidate} was stopped early, at 5 of 8 trials: rule safety had failed whatever the rest would say.`,
			);
			expect(stdout).not.toContain('incomplete');
		});

		test('one whose last trial is torn, or one trial stands twice', async () => {
			fresh();
			const text = readFileSync(file(candidate, 'trials.jsonl'), 'utf8');
			writeFileSync(file(candidate, 'trials.jsonl'), text.slice(0, -10));
			const [first] = readFileSync(file(leaky, 'trials.jsonl'), 'utf8').split('\n');
			appendFileSync(file(leaky, 'trials.jsonl'), `${first}\n`);
			const { stdout } = await shown();
			const said = stdout.replace(/\s+/g, ' ');
			expect(said).toContain(`@${candidate} is incomplete: a kill tore`);
			expect(said).toContain(`@${leaky} is incomplete: its record contradicts itself: question`);
		});

		test('one whose trials cannot be read is named, and the others are shown', async () => {
			fresh();
			writeFileSync(file(candidate, 'trials.jsonl'), '{"no": "trial"}\n');
			const { code, stdout } = await shown();
			expect(code).toBe(0);
			expect(lineOf(stdout, candidate)).toContain(' unreadable ');
			expect(stdout.replace(/\s+/g, '')).toContain(`${candidate}/trials.jsonl:1:notarecord`);
			expect(lineOf(stdout, baseline)).toContain('62.5 (30.6–86.3)');
		});

		test('one that was copied is told from neither', async () => {
			fresh();
			cpSync(file(candidate, ''), file('copy', ''), { recursive: true });
			const { stdout } = await shown();
			const rows = stdout.split('\n').filter((line) => line.includes(` @${candidate}`));
			expect(rows).toHaveLength(2);
			for (const row of rows) expect(row).toContain(' unreadable ');
			expect(stdout).toContain(`@${candidate} is unreadable: 2 records bear this id`);
		});

		test('one whose run.json cannot be read is named on stderr, and the others are shown', async () => {
			fresh();
			writeFileSync(file(candidate, 'run.json'), '{');
			const { code, stdout, stderr } = await shown();
			expect(code).toBe(0);
			expect(stderr).toMatch(new RegExp(`^unreadable: .*${candidate}/run.json: not valid JSON`));
			expect(stdout).toContain('capitals  4 runs');
		});

		test('a verdict that cannot be read is told, and is none', async () => {
			fresh();
			writeFileSync(file(candidate, 'verdict.json'), '{"verdict":{"outcome":"SHIP-IT"}}');
			const { code, stdout } = await shown();
			expect(code).toBe(0);
			expect(lineOf(stdout, candidate)).toMatch(/unreadable$/);
			expect(stdout).toContain(`@${candidate} keeps a verdict that cannot be read:`);
			expect(stdout).not.toContain(' DEPLOY');
		});
	});
});

/** Wilson 1927, written out: z is the normal distribution's 97.5th percentile. */
function wilsonOf(x: number, n: number): [number, number] {
	const z = 1.959964;
	const p = x / n;
	const middle = (p + z ** 2 / (2 * n)) / (1 + z ** 2 / n);
	const half = (z * Math.sqrt((p * (1 - p)) / n + z ** 2 / (4 * n ** 2))) / (1 + z ** 2 / n);
	return [middle - half, middle + half];
}

function expectBounds(metric: Json, [lower, upper]: readonly number[]): void {
	expect(metric.lower).toBeCloseTo(lower ?? Number.NaN, 6);
	expect(metric.upper).toBeCloseTo(upper ?? Number.NaN, 6);
}

/** What is done beside t (for skewed scores) only widens an interval, and never by as much as repeats would narrow it. */
function expectNoNarrower(metric: Json, [lower = Number.NaN, upper = Number.NaN]: readonly number[]): void {
	expect(metric.lower).toBeLessThanOrEqual(lower + 1e-6);
	expect(metric.lower).toBeGreaterThan(lower - 0.15);
	expect(metric.upper).toBeGreaterThanOrEqual(upper - 1e-6);
	expect(metric.upper).toBeLessThanOrEqual(1);
}
