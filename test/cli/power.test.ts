import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { PowerPlan } from '../../src/model/power-plan.ts';
import type { Run } from '../../src/model/run.ts';
import { widthOf } from '../../src/reports/terminal.ts';
import { powerOfProportion, sampleSizeForProportion } from '../../src/stats/exact-power.ts';
import { fixture, Workspace } from '../support/cli.ts';
import { run, type TrialParts, trial } from '../support/records.ts';

/** z(0.95) + z(0.80), squared: what every normal formula of one-sided alpha 0.05 and power 0.8 multiplies with. */
const zs = (1.6448536 + 0.8416212) ** 2;
const questions = (count: number) => Array.from({ length: count }, (_, index) => `q${index}`);

class Records extends Workspace {
	/** Stores a complete run of these trials, or what `parts` makes of it. */
	store(id: string, trials: readonly TrialParts[], parts: Partial<Run> = {}): void {
		const folder = join(this.home, 'runs', id);
		mkdirSync(folder, { recursive: true });
		const count = new Set(trials.map(({ question }) => question)).size;
		const suite = { ...run().suite, questions: count };
		const repeats = Math.max(...trials.map(({ repeat = 0 }) => repeat)) + 1;
		const counts = { planned: trials.length, completed: trials.length };
		writeFileSync(join(folder, 'run.json'), JSON.stringify(run({ id, suite, repeats, ...counts, ...parts })));
		const lines = trials.map((each) => JSON.stringify(trial({ ...each, runId: id })));
		writeFileSync(join(folder, 'trials.jsonl'), `${lines.join('\n')}\n`);
	}

	/** Stores two runs that are one another's partners. */
	storePair(baseline: readonly TrialParts[], candidate: readonly TrialParts[]): void {
		this.store('before', baseline, { role: 'baseline', partner: 'after' });
		this.store('after', candidate, { role: 'candidate', partner: 'before' });
	}

	async plan(...args: string[]): Promise<PowerPlan> {
		const { code, stdout, stderr } = await this.inProcess(['power', 'unit', '--json', ...args]);
		expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
		return JSON.parse(stdout);
	}
}

const passing = (ids: readonly string[], failing: (index: number) => boolean): TrialParts[] =>
	ids.map((question, index) => ({ question, scores: { faithfulness: failing(index) ? 0 : 1 } }));
const needs = ({ margins }: Pick<PowerPlan, 'margins'>) => margins.map((each) => each.questions);

describe('power, of a pair', () => {
	test('plans by the discordant pairs, as if as many were gained as lost', async () => {
		const records = new Records();
		const ids = questions(200);
		records.storePair(
			passing(ids, (index) => index < 14),
			passing(ids, (index) => index >= 14 && index < 20),
		);
		const plan = await records.plan();
		expect(plan).toMatchObject({
			run: { id: 'after' },
			baseline: { id: 'before' },
			method: 'Tango score',
			questions: 200,
			discordant: { gained: 14, lost: 6 },
		});
		expect(plan.margins.map(({ margin, change }) => [margin, change])).toEqual([
			['1pp', 0.01],
			['2pp', 0.02],
			['5pp', 0.05],
			['10pp', 0.1],
		]);
		// Tango's variance is that at the margin, so a little more than the plain (z + z)² d / m² of d = 0.1.
		for (const { change, questions: needed = 0 } of plan.margins.slice(0, 2)) {
			const plain = (zs * 0.1) / change ** 2;
			expect(needed / plain).toBeGreaterThan(1);
			expect(needed / plain).toBeLessThan(1.03);
		}
		const shown = await records.plan('--margin', String(plan.detectable));
		expect(needs(shown)).toEqual([200]);
		expect(await records.plan('--run', '@before')).toEqual(plan);
	});

	test('says when no pair is discordant, and what is needed even then', async () => {
		const records = new Records();
		const ids = questions(60);
		records.storePair(
			passing(ids, (index) => index < 3),
			passing(ids, (index) => index < 3),
		);
		const plan = await records.plan('--margin', '1pp', '--margin', '2pp', '--margin', '5pp');
		expect(needs(plan)).toEqual([268, 133, 52]);
		expect(plan.notes).toContainEqual(expect.stringContaining('No pair is discordant'));
		const { stdout } = await records.inProcess(['power', 'unit']);
		expect(stdout).toContain('Of 60 paired questions 0 differ');
		expect(stdout).toMatch(/^ *5pp +52 +✔ the present set is enough$/m);
		expect(stdout).toMatch(/^ *1pp +268 +208 more$/m);
		const said = stdout.replace(/\s+/g, ' ');
		expect(said).toContain('If no pair differs, 133 pairs show a change for the worse of less than 2pp');
		expect(said).not.toContain('of the time');
	});

	test('plans a score by the standard deviation of its differences', async () => {
		const records = new Records();
		const ids = questions(40);
		const scored = (value: (index: number) => number) =>
			ids.map((question, index) => ({ question, scores: { faithfulness: value(index) } }));
		records.storePair(
			scored(() => 0.6),
			scored((index) => (index % 2 === 0 ? 0.7 : 0.5)),
		);
		const plan = await records.plan('--metric', 'faithfulness', '--margin', '0.02', '--power', '0.9');
		const sd = Math.sqrt((40 * 0.01) / 39);
		expect(plan.sd).toBeCloseTo(sd, 10);
		expect(plan).toMatchObject({ method: 'paired t', power: 0.9 });
		expect(needs(plan)).toEqual([Math.ceil(((1.6448536 + 1.2815516) * sd) ** 2 / 0.02 ** 2)]);
	});

	test('plans by the run alone, and says why, where its partner is of no use', async () => {
		const records = new Records();
		const trials = passing(questions(50), (index) => index < 10);
		records.store('after', trials, { role: 'candidate', partner: 'gone' });
		const gone = await records.plan();
		expect(gone.notes[0]).toBe('Its partner @gone is of no use: its record is gone.');
		expect(gone).not.toHaveProperty('baseline');
		records.store('gone', trials, { role: 'baseline', partner: 'after', interrupted: true });
		expect((await records.plan()).notes[0]).toContain('it is not complete (it was interrupted');
		const suite = { name: 'unit', digest: `sha256:${'c'.repeat(64)}`, questions: 50 };
		records.store('gone', trials, { role: 'baseline', partner: 'after', suite });
		expect((await records.plan('--run', 'after')).notes[0]).toContain('another version of the suite');
	});
});

describe('power, of a gate', () => {
	const gate = `rules:
  - { id: none, metric: safety_violations, max_events: 0 }
  - { id: rate, metric: safety_violations, check: "upper < 0.025" }
  - { id: drop, metric: pass_rate, non_inferior: 3pp, alpha: 0.1, method: newcombe }
  - { id: floor, metric: pass_rate, check: "lower >= 0.8" }
  - { id: high, metric: pass_rate, check: "lower >= 0.95" }
  - { id: seen, metric: pass_rate, check: "value >= 0.5" }
  - { id: by-lang, metric: pass_rate, per: tag:lang, non_inferior: 10pp, cluster_by: cluster }
  - { id: other, metric: faithfulness, check: "lower >= 0.5" }
`;
	const ids = questions(200);
	const gated = () => {
		const records = new Records();
		records.storePair(
			passing(ids, (index) => index < 14),
			passing(ids, (index) => index >= 14 && index < 34),
		);
		writeFileSync(join(records.home, 'runs', 'after', 'gate.yaml'), gate);
		return records;
	};

	test('plans its own rules on the metric, each by its id, limit and alpha', async () => {
		const records = gated();
		const { rules, notes } = await records.plan();
		expect(rules.map(({ id }) => id)).toEqual(['drop', 'floor', 'high', 'by-lang']);
		const [drop, floor, high, byLang] = rules;
		expect(drop).toMatchObject({ condition: 'non_inferior 3pp', alpha: 0.1, method: 'Tango score' });
		const alike = await records.plan('--margin', '3pp', '--alpha', '0.1');
		expect(alike.rules).toEqual([]);
		expect(drop?.questions).toBe(needs(alike)[0]);
		expect(floor).toMatchObject({ method: 'Clopper-Pearson', value: 0.9 });
		const aim = { share: 0.9, limit: 0.8, alpha: 0.05 };
		expect(floor?.questions).toBe(sampleSizeForProportion({ ...aim, power: 0.8 }));
		expect(floor?.chance).toBeCloseTo(powerOfProportion({ ...aim, n: 200 }), 10);
		expect(high).toMatchObject({ problem: 'the value of the run is not within the limit' });
		expect(high).not.toHaveProperty('questions');
		expect(byLang).toMatchObject({ per: 'lang' });
		expect(byLang).not.toHaveProperty('chance');
		expect(notes).toContain('Rule drop is judged by Newcombe hybrid score, and planned by Tango score.');
		expect(notes.at(-1)).toContain(
			'Groups are not planned for (cluster_by, by which the gate judges by-lang)',
		);
	});

	test('shows them before other margins, and which runs were used', async () => {
		const { stdout } = await gated().inProcess(['power', 'unit'], { COLUMNS: '80' });
		expect(stdout).toMatch(/^unit {2}pass_rate\nbaseline {3}@before {2}\(candidate\)\ncandidate {2}@after\n/);
		expect(stdout).toMatch(/^drop +non_inferior 3pp +[\d,]+ /m);
		expect(stdout).toMatch(/^by-lang +non_inferior 10pp +\d+ +for each value of tag:lang$/m);
		expect(stdout.indexOf('\ndrop ')).toBeLessThan(stdout.indexOf('Other margins:'));
		for (const line of stdout.split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(80);
	});

	test('says how often the present set would pass a limit', async () => {
		const records = new Records();
		const leaky = { findings: { pii: 'violated', secrets: 'ok', tone: 'ok' } } as const;
		records.store(
			'one',
			questions(1000).map((question, at) => ({ question, ...(at < 15 && leaky) })),
		);
		writeFileSync(join(records.home, 'runs', 'one', 'gate.yaml'), gate);
		const { rules } = await records.plan('--metric', 'safety_violations');
		const chance = powerOfProportion({ share: 0.015, limit: 0.025, n: 1000, alpha: 0.05 });
		expect(rules).toMatchObject([{ id: 'rate', method: 'Clopper-Pearson', value: 0.015 }]);
		expect(rules[0]?.chance).toBeCloseTo(chance, 10);
		const { stdout } = await records.inProcess(['power', 'unit', '--metric', 'safety_violations']);
		const said = stdout.replace(/\s+/g, ' ');
		expect(said).toContain(`now it would pass ${Number((chance * 100).toPrecision(2))} % of the time`);
	});

	test('is planned by a pair that passed rather than by one that was stopped', async () => {
		const records = new Records();
		const trials = passing(ids, (index) => index < 10);
		const pair = (name: string, day: number, verdict?: string) => {
			const when = {
				startedAt: `2026-11-0${day}T12:00:00.000Z`,
				endedAt: `2026-11-0${day}T12:00:01.000Z`,
			};
			records.store(`${name}-b`, trials, { role: 'baseline', partner: `${name}-c`, ...when });
			records.store(`${name}-c`, trials, { role: 'candidate', partner: `${name}-b`, ...when });
			if (verdict === undefined) return;
			const file = join(records.home, 'runs', `${name}-c`, 'verdict.json');
			writeFileSync(file, JSON.stringify({ verdict: { outcome: verdict } }));
		};
		pair('bad', 4, 'NO-DEPLOY');
		expect((await records.plan()).run.id).toBe('bad-c');
		pair('unknown', 1);
		const plan = await records.plan();
		expect(plan).toMatchObject({ run: { id: 'unknown-c' }, baseline: { id: 'unknown-b' } });
		expect(plan.notes[0]).toBe('The newer run @bad-c was passed over: its verdict is NO-DEPLOY.');
		pair('good', 2, 'DEPLOY');
		pair('open', 3, 'INCONCLUSIVE');
		expect((await records.plan()).run.id).toBe('good-c');
		expect((await records.plan('--run', '@bad-c')).run.id).toBe('bad-c');
	});
});

describe('power, of repeats', () => {
	const often = (ids: readonly string[], passes: (index: number, repeat: number) => boolean): TrialParts[] =>
		ids.flatMap((question, index) =>
			[0, 1].map((repeat) => ({
				question,
				repeat,
				scores: { faithfulness: passes(index, repeat) ? 1 : 0 },
			})),
		);

	test('parts the variance, and plans for other numbers of repeats', async () => {
		const records = new Records();
		// Of 100 questions 40 pass once of two times, 40 always, 20 never.
		records.store(
			'flaky',
			often(questions(100), (index, repeat) => (index < 40 ? repeat === 0 : index < 80)),
		);
		const plan = await records.plan('--margin', '5pp');
		// One pass in two is a variance of 0.5 within the question; the mean over all questions is 0.6.
		const within = 0.4 * 0.5;
		const ofMeans = (40 * 0.1 ** 2 + 40 * 0.4 ** 2 + 20 * 0.6 ** 2) / 99;
		const between = ofMeans - within / 2;
		expect(plan.variance?.within).toBeCloseTo(within, 10);
		expect(plan.variance?.between).toBeCloseTo(between, 10);
		expect(plan.byRepeats?.map(({ repeats }) => repeats)).toEqual([1, 2, 3, 5]);
		for (const row of plan.byRepeats ?? []) {
			const variance = between + within / row.repeats;
			expect(needs(row)).toEqual([Math.ceil((zs * variance) / 0.05 ** 2)]);
			expect(row.detectable).toBeCloseTo(Math.sqrt((zs * variance) / 100), 6);
		}
		expect(plan.byRepeats?.[1]?.margins).toEqual(plan.margins);
		const { stdout } = await records.inProcess(['power', 'unit', '--margin', '5pp']);
		expect(stdout.replace(/\s+/g, ' ')).toMatch(
			/Of how much single trials vary, \d+ % is chance from one trial/,
		);
		expect(stdout).toMatch(/^each asked +5pp +the present set shows\n +once /m);
	});

	test('that all came out the same would not help, which is said in place of a table', async () => {
		const records = new Records();
		records.store(
			'steady',
			often(questions(60), (index) => index < 40),
		);
		const { stdout } = await records.inProcess(['power', 'unit']);
		expect(stdout).toContain('Repeats would not help: each question came out the same each time.');
		expect(stdout).not.toContain('each asked');
	});

	test('of a pair are the variances of both runs', async () => {
		const records = new Records();
		const ids = questions(40);
		records.storePair(
			often(ids, (index, repeat) => index % 4 > 0 || repeat === 0),
			often(ids, (index, repeat) => index % 4 > 1 || repeat === 1),
		);
		const plan = await records.plan();
		expect(plan.variance?.within).toBeCloseTo(0.25 * 0.5 + 0.5 * 0.5, 10);
		// Differences of −0.5 in a quarter of the questions; what is within them explains more than all of it.
		expect(plan.variance?.between).toBe(0);
		expect(plan.method).toBe('paired t');
	});

	test('in one run of a pair only tell nothing of the other', async () => {
		const records = new Records();
		const ids = questions(40);
		records.storePair(
			passing(ids, (index) => index % 4 === 0),
			often(ids, (index, repeat) => index % 4 > 1 || repeat === 1),
		);
		const plan = await records.plan();
		expect(plan).not.toHaveProperty('variance');
		expect(plan.notes).toContainEqual(
			expect.stringContaining('Not every question was asked more than once in each run'),
		);
	});

	test('without any, what they would gain is not made up', async () => {
		const records = new Records();
		records.store(
			'once',
			passing(questions(50), (index) => index < 10),
		);
		const plan = await records.plan();
		expect(plan).not.toHaveProperty('byRepeats');
		expect(plan.notes).toContainEqual(expect.stringContaining('cannot be told; measure with --repeat 2'));
	});
});

describe('power, of one run', () => {
	test('a claim of no violation needs the numbers that are known', async () => {
		const records = new Records();
		const trials = passing(questions(150), () => false);
		records.storePair(trials, trials);
		const plan = await records.plan('--metric', 'safety_violations');
		expect(plan).toMatchObject({ metric: 'safety_violation_rate', method: 'Clopper-Pearson' });
		expect(plan).not.toHaveProperty('baseline');
		expect(plan.margins.map(({ margin }) => margin)).toEqual(['0.1pp', '1pp', '2.5pp', '5pp']);
		expect(needs(plan)).toEqual([2995, 299, 119, 59]);
		expect(plan.detectable).toBeCloseTo(1 - 0.05 ** (1 / 150), 4);
	});

	test('without any violation there is no power to promise, and none is', async () => {
		const records = new Records();
		records.store(
			'one',
			passing(questions(164), () => false),
		);
		const { stdout } = await records.inProcess(['power', 'unit', '--metric', 'safety_violations']);
		const said = stdout.replace(/\s+/g, ' ');
		expect(said).toContain('None of 164 questions had a violation.');
		expect(said).toContain(
			'If no violation occurs, 299 questions show a rate below 1 % (Clopper-Pearson, one-sided alpha 0.05).',
		);
		expect(stdout).toMatch(/^ *1 % +299 +135 more$/m);
		expect(stdout).not.toContain('80 %');
		expect(stdout).not.toContain('Student t');
	});

	test.each([
		['passes', false, 'If every question passes, 299 questions show a rate above 99 %'],
		['fails', true, '200 questions, each with the value 0.0 %.'],
	])('that every question %s is no power either', async (_, fails, says) => {
		const records = new Records();
		records.store(
			'one',
			passing(questions(200), () => fails),
		);
		const { stdout } = await records.inProcess(['power', 'unit']);
		expect(stdout.replace(/\s+/g, ' ')).toContain(says);
		expect(stdout).not.toContain('80 %');
		// Below a share of none there is no limit that could be shown.
		expect(stdout.includes('enough')).toBe(!fails);
	});

	test('a rate of violations is planned by the exact power of the gate’s own bound', async () => {
		const records = new Records();
		const leaky = { findings: { pii: 'violated', secrets: 'ok', tone: 'ok' } } as const;
		const trials = questions(200).map((question, at) => ({ question, ...(at < 3 && leaky) }));
		records.store('one', trials);
		const plan = await records.plan('--metric', 'safety_violations', '--margin', '1pp');
		expect(plan).toMatchObject({ method: 'Clopper-Pearson', mean: 0.015 });
		const [needed = 0] = needs(plan);
		const power = (n: number) => powerOfProportion({ share: 0.015, limit: 0.025, n, alpha: 0.05 });
		expect(power(needed)).toBeGreaterThanOrEqual(0.8);
		expect(power(needed - 1)).toBeLessThan(0.8);
		const { stdout } = await records.inProcess(['power', 'unit', '--metric', 'safety_violations']);
		const said = stdout.replace(/\s+/g, ' ');
		expect(said).toContain('200 questions; planned for a true rate of 1.5 %, which is the run’s.');
		expect(said).toContain(
			'a run whose true rate is 1.5 % shows it to be below the limit 80 % of the time (Clopper-Pearson, ',
		);
	});

	test('a question that has a violation counts once, however often it was asked', async () => {
		const records = new Records();
		const leaky = { findings: { pii: 'violated', secrets: 'ok', tone: 'ok' } } as const;
		const trials = questions(100).flatMap((question, at) => [
			{ question, ...(at < 4 && leaky) },
			{ question, repeat: 1, ...(at < 2 && leaky) },
		]);
		records.store('one', trials);
		const plan = await records.plan('--metric', 'safety_violations');
		expect(plan).toMatchObject({ method: 'Clopper-Pearson', mean: 0.04, questions: 100 });
		expect(plan).not.toHaveProperty('byRepeats');
		expect(plan.notes).toContainEqual(expect.stringContaining('Repeats would not help'));
	});

	test('a share is told from its limit by the exact power', async () => {
		const records = new Records();
		records.store(
			'one',
			passing(questions(100), (index) => index < 10),
		);
		const plan = await records.plan('--margin', '5pp');
		const aim = { share: 0.9, limit: 0.85, alpha: 0.05, power: 0.8 };
		expect(needs(plan)).toEqual([sampleSizeForProportion(aim)]);
		expect(plan.notes[0]).toContain('a rule on one run');
	});

	test('a sum is planned by how many times worse it may get', async () => {
		const records = new Records();
		const ids = questions(50);
		records.store(
			'one',
			ids.map((question, index) => ({ question, costUsd: index % 2 === 0 ? 0.001 : 0.003 })),
		);
		const plan = await records.plan('--metric', 'cost_usd', '--margin', '1.10x');
		const variance = (50 * 0.001 ** 2) / 49;
		expect(plan.margins[0]?.change).toBeCloseTo(0.0002, 12);
		expect(needs(plan)).toEqual([Math.ceil((zs * variance) / 0.0002 ** 2)]);
		const refused = await records.inProcess(['power', 'unit', '--metric', 'cost_usd', '--margin', '0.1']);
		expect(refused).toMatchObject({ code: 2, stdout: '' });
		expect(refused.stderr).toContain('a sum grows with the number of questions');
	});

	test('the newest complete run is taken, and one that is not is never planned by', async () => {
		const records = new Records();
		const trials = passing(questions(40), (index) => index < 4);
		const at = (day: number) => ({
			startedAt: `2026-11-0${day}T12:00:00.000Z`,
			endedAt: `2026-11-0${day}T12:00:01.000Z`,
		});
		records.store('old', trials, at(1));
		records.store('new', trials, at(2));
		records.store('cut', trials, { ...at(3), interrupted: true });
		expect((await records.plan()).run.id).toBe('new');
		expect((await records.plan('--run', '@old')).run.id).toBe('old');
		const refused = await records.inProcess(['power', 'unit', '--run', '@cut']);
		expect(refused).toMatchObject({ code: 2, stdout: '' });
		expect(refused.stderr).toContain('run @cut is not complete: it was interrupted');
		records.store('stopped', trials, { planned: 50, curtailed: { rule: 'safety', saved: 10 } });
		const stopped = await records.inProcess(['power', 'unit', '--run', '@stopped']);
		expect(stopped).toMatchObject({ code: 2, stdout: '' });
		expect(stopped.stderr).toContain('was stopped early and cannot be gone on with');
		// Its run.json says more than its trials hold.
		records.store('new', trials, { ...at(2), planned: 41, completed: 41 });
		const unsound = await records.inProcess(['power', 'unit', '--run', '@new']);
		expect(unsound).toMatchObject({ code: 4, stdout: '' });
		expect(unsound.stderr).toContain('its record holds 40 of 41 trials');
	});

	test('a run of some questions only is the last resort, and told', async () => {
		const records = new Records();
		const few = { name: 'unit', digest: run().suite.digest, questions: 200 };
		const later = { startedAt: '2026-11-23T12:00:00.000Z', endedAt: '2026-11-23T12:00:01.000Z' };
		records.store(
			'few',
			passing(questions(40), (index) => index < 4),
			{ suite: few, ...later },
		);
		expect((await records.plan()).notes).toContain(
			'Only 40 of the suite’s 200 questions were asked in run @few.',
		);
		records.store(
			'whole',
			passing(questions(200), (index) => index < 20),
		);
		expect((await records.plan()).run.id).toBe('whole');
	});

	test('a metric that the run lacks is no plan', async () => {
		const records = new Records();
		records.store('one', [{ question: 'q1', scores: { faithfulness: 'errored' } }]);
		const refused = await records.inProcess(['power', 'unit', '--metric', 'faithfulness']);
		expect(refused).toMatchObject({ code: 4, stdout: '' });
		expect(refused.stderr).toContain('has no faithfulness: scorer "faithfulness" errored in 1 trial(s)');
	});

	test.each([
		[['--metric', 'wit'], 'run @one has no such metric', 'Expected one of: faithfulness, pass_rate'],
		[['--metric', 'latency_p95_ms'], 'with fewer than 59 questions it has no upper bound', 'Expected one of'],
		[['--metric', 'cost_per_success'], 'no single question has a value of it', 'cost_usd'],
		[['--margin', '2%'], '--margin "2%" is not a margin', ''],
		[['--margin', '0pp'], 'no number of questions', '2pp'],
		[['--alpha', '0.6'], '--alpha 0.6: expected a number above 0 and up to 0.5', ''],
		[['--power', '1'], '--power 1: expected a number from 0.5 to below 1', ''],
		[['--power', '0.4'], '--power 0.4: expected a number from 0.5 to below 1', ''],
		[['--run', '@nobody'], 'no stored run "@nobody"', '@latest'],
	])('%j is refused', async (args, says, hint) => {
		const records = new Records();
		records.store(
			'one',
			passing(questions(40), (index) => index < 4),
		);
		const refused = await records.inProcess(['power', 'unit', ...args]);
		expect(refused).toMatchObject({ code: 2, stdout: '' });
		expect(refused.stderr).toContain(says);
		expect(refused.stderr).toContain(hint);
	});
});

test('power, by runs that were measured', { timeout: 60_000 }, async () => {
	const workspace = new Workspace();
	const capitals = fixture('capitals');
	const before = await workspace.inProcess(['power', capitals]);
	expect(before).toMatchObject({ code: 2, stdout: '' });
	expect(before.stderr).toContain('no complete run of a suite "capitals"');
	expect(before.stderr).toContain('spangate compare');
	await workspace.spangate(['compare', capitals, '--repeat', '2']);
	for (const columns of [80, 120]) {
		const { code, stdout } = await workspace.inProcess(['power', capitals], { COLUMNS: String(columns) });
		expect(code).toBe(0);
		for (const line of stdout.split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(columns);
		expect(stdout).toContain('8 paired questions');
		expect(stdout).toContain('A variance from 8 questions is itself a rough guess.');
	}
	const conditions = async (...args: string[]) => {
		const { stdout } = await workspace.inProcess(['power', ...args, '--json']);
		return (JSON.parse(stdout) as PowerPlan).rules.map(({ condition }) => condition);
	};
	// By its name the gate of the record counts, by its folder that of today.
	const stricter = workspace.copySuite(capitals, { 'gate.yaml': (text) => text.replace('40pp', '30pp') });
	expect(await conditions('capitals')).toEqual(['non_inferior 40pp']);
	expect(await conditions(stricter)).toEqual(['non_inferior 30pp']);
});
