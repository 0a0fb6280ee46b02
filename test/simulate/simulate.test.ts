import { describe, expect, it } from 'vitest';
import type { Estimate } from '../../src/compare/estimate.ts';
import { decide } from '../../src/gate/gate.ts';
import { parseGate } from '../../src/gate/rules.ts';
import type { RunFacts } from '../../src/metrics/run-facts.ts';
import { catalogue } from '../support/gate-file.ts';
import { factsOf, run, type TrialParts, trial } from '../support/records.ts';
import { type Case, cases, drawsFor, layoutOf } from './cases.ts';
import { groupsOf } from './chance.ts';
import { type Cell, coverageOf, grid, missedBy } from './coverage.ts';
import { misses, powerOf, releasesOf } from './reaches.ts';
import type { Values } from './release.ts';
import { addTallies, chunkSize, emptyTallies, simulate, type Tally } from './tally.ts';

/** Those of bootstraps and flips take most of the time: they are simulated by `npm run simulate`. */
const quick = cases.filter(
	({ metric, sizes, rules: [first] }) =>
		metric !== 'cost_per_success' &&
		!(metric === 'latency_p95_ms' && first?.rule.startsWith('non_inferior')) &&
		!sizes.includes(40),
);

function tallied(
	each: Case,
	questions: number,
	chunks: number,
	distort?: (of: Estimate) => Estimate,
): Tally[] {
	const tallies = emptyTallies(each);
	for (let chunk = 0; chunk < chunks; chunk++) {
		addTallies(tallies, simulate(each, questions, { chunk, ...(distort && { distort }) }));
	}
	return tallies;
}

function missesOf(each: Case, questions: number, tallies: readonly Tally[]): string[] {
	return tallies.flatMap((tally) =>
		misses(tally, tally.truth === 'twice the margin' ? powerOf(each, questions) : undefined),
	);
}

function named(name: string, rule?: string): Case {
	const found = cases.find(
		(each) => each.name === name && (rule === undefined || each.rules.some((one) => one.rule === rule)),
	);
	if (found === undefined) throw new Error(`no case ${name}`);
	return found;
}

/** Bounds half as far from the estimate as they should be. */
const overconfident = (estimate: Estimate): Estimate => ({
	...estimate,
	bounds(alpha, times) {
		const { lower, upper } = estimate.bounds(alpha, times);
		return { lower: (lower + estimate.value) / 2, upper: (upper + estimate.value) / 2 };
	},
});

/** Bounds of which the better one is no bound but the estimate, as bare thresholds have it. */
const bare = (estimate: Estimate): Estimate => ({
	...estimate,
	bounds: () => ({ lower: estimate.value, upper: estimate.value }),
});

describe('simulated releases', () => {
	it.each(quick.flatMap((each) => each.sizes.map((questions) => ({ each, questions, name: each.name }))))(
		'$name, $questions questions: errors at most α, regressions stopped',
		({ each, questions }) => {
			const chunks = questions === 1000 ? 1 : 2;
			const tallies = tallied(each, questions, chunks);
			expect(tallies.map(releasesOf)).toEqual(tallies.map(() => chunks * chunkSize));
			expect(missesOf(each, questions, tallies)).toEqual([]);
		},
	);

	it.each([
		['cost per success, grouped', 60],
		['p95 latency, grouped', 60],
		['score of few questions, 2 pp worse', 40],
	])('%s, %i questions: by resampling and flips too', (name, questions) => {
		const each = named(name);
		expect(missesOf(each, questions, tallied(each, questions, 1))).toEqual([]);
	});

	it('are the same when they are drawn again', () => {
		const each = named('score, 8 of 10 tied, 2 pp worse');
		expect(simulate(each, 200, { chunk: 3 })).toEqual(simulate(each, 200, { chunk: 3 }));
		expect(simulate(each, 200, { chunk: 3 })).not.toEqual(simulate(each, 200, { chunk: 4 }));
	});
});

describe('the levels', () => {
	it.each([
		['pass rate, 1 in 10 answers differs', 200],
		['pass rate, grouped, 2 pp worse', 1000],
		['pass rate of 90 %', 1000],
		['score of 0.8', 200],
		['cost per success, grouped', 60],
	])('are missed by bounds half as far off: %s, %i questions', (name, questions) => {
		const each = named(name);
		const found = missesOf(each, questions, tallied(each, questions, 1, overconfident));
		expect(found.join()).toMatch(/FAIL.*PASS/);
	});

	it('are missed by the bare estimate, even where nothing changed', () => {
		const each = named('pass rate, 1 in 10 answers differs');
		const [unchanged] = tallied(each, 60, 1, bare);
		expect(misses(unchanged as Tally)).toEqual([expect.stringMatching(/^FAIL 2\d\.\d %, above 5 %$/)]);
		expect(unchanged?.fail).toBe(unchanged?.blocked);
	});

	it('are missed by a regression that passes, and by one that is not failed though the formula says so', () => {
		const tally = { ...(emptyTallies(named('pass rate, 10 pp worse'))[0] as Tally), fail: 1500, pass: 10 };
		expect(misses({ ...tally, inconclusive: 490 }, 0.9)).toEqual(['FAIL 75.0 %, below 80 %']);
		expect(misses({ ...tally, inconclusive: 490 }, 0.7)).toEqual([]);
		expect(misses({ ...tally, pass: 40, inconclusive: 460 }, 0.7)).toEqual(['stopped 98.0 %, below 99 %']);
	});
});

describe('the grid of coverage', () => {
	const cells = grid
		.map((cell, at) => ({ cell, at, name: `${cell.interval}: ${cell.at}` }))
		.filter(({ cell: { method, metric, questions, interval } }) => {
			const isDrawn = method === 'bootstrap' || method === 'sign-flip' || metric === 'cost_per_success';
			return questions === 200 && !isDrawn && /grouped|order|delta/.test(interval);
		})
		.filter((_, place) => place % 4 === 0);
	const limit = 0.05 + 0.01 + 3 * Math.sqrt((0.05 * 0.95) / 500);

	it.each(cells)('$name: misses no more than α, within a point', ({ cell, at }) => {
		const { lower, upper } = missedBy(at, { ...cell, releases: 500 });
		expect(Math.max(lower, upper)).toBeLessThan(limit);
	});

	it('would show groups that are taken for single questions', () => {
		const at = grid.findIndex(
			({ interval, at: name }) => /passes, grouped/.test(interval) && /n 1000, ρ 0.6/.test(name),
		);
		const { correlation: _, draw, ...cell } = grid[at] as Cell;
		const layout = { ...groupsOf(cell.questions), correlation: 0.6 };
		const missed = missedBy(at, {
			...cell,
			releases: 500,
			draw: (random, { questions, repeats }) => draw(random, { questions, repeats, ...layout }),
		});
		expect(Math.max(missed.lower, missed.upper)).toBeGreaterThan(limit);
	});

	it('tells the worst place of each interval', () => {
		const missed = grid.map((_, at) => ({ lower: at === 1 ? 0.071 : 0.04, upper: 0.05 }));
		const { markdown, isMissed } = coverageOf(missed);
		expect(isMissed).toBe(true);
		expect(coverageOf(grid.map(() => ({ lower: 0.04, upper: 0.06 }))).isMissed).toBe(false);
		const [first] = markdown.split('\n').filter((line) => line.startsWith('| Clopper-Pearson '));
		expect(first).toMatch(
			/15 × 4,000 +\| 4\.6 +\| 7\.1 \(50 %, n 200\) +\| 5\.0 \(50 %, n 60\) +\| 7\.0 +\| \*\*no\*\* \|/,
		);
	});
});

describe('what stands in for a run', () => {
	const evaluatedAt = '2026-11-22T12:00:01Z';

	/** The trials that would have been recorded of these values. */
	function recorded(
		values: Values,
		each: Case,
		questions: number,
		parts: { id: string; seed: number },
	): RunFacts {
		const { repeats, clusterOf } = layoutOf(each, questions);
		const trials = Array.from({ length: questions * repeats }, (_, at) => {
			const question = Math.floor(at / repeats);
			const passes = (values.pass_rate?.[at] ?? 1) > 0;
			const named: TrialParts = {
				// In the order of their ids, as the gate takes them.
				question: `q${String(question).padStart(4, '0')}`,
				repeat: at % repeats,
				scores: { faithfulness: values.faithfulness?.[at] ?? (passes ? 1 : 0) },
				costUsd: values.cost_usd?.[at] ?? 0,
				latencyMs: values.latency?.[at] ?? 1,
				tags: clusterOf === undefined ? {} : { group: `g${clusterOf[question]}` },
				runId: parts.id,
			};
			return trial(named);
		});
		return factsOf(trials, { ...parts, planned: trials.length });
	}

	it.each([
		['pass rate, 10 % differ, 2 pp worse', 200],
		['pass rate, grouped, 2 pp worse', 200],
		['pass rate of 3 repeats', 60],
		['score, 8 of 10 tied, 2 pp worse', 200],
		['score of few questions, 2 pp worse', 40],
		['cost per success, grouped', 200],
		['p95 latency, grouped', 400],
		['pass rate of 99 %, grouped', 200],
		['score of 0.85, 60 % of them 1', 60],
		['p95 latency, tied to 300 ms', 200, 'check: upper <= 2100'],
	])('is judged as `decide` judges its record: %s, %i questions', (name, questions, wanted?: string) => {
		const each = named(name, wanted);
		const layout = layoutOf(each, questions);
		const random = drawsFor(each, questions, 0);
		const seen = new Set<string>();
		const counted = emptyTallies(each);
		const releases = 12;
		let method = '';
		for (let seed = 0; seed < releases; seed++) {
			const { baseline, candidate } = each.draw(random, layout);
			const after = recorded(candidate, each, questions, { id: 'run-2', seed });
			const before = baseline && recorded(baseline, each, questions, { id: 'run-1', seed });
			const grouped = each.isGrouped ? ', cluster_by: "tag:group"' : '';
			const lines = each.rules.map(({ rule }, at) => {
				const [key, text] = rule.split(': ');
				return `  - { id: r${at}, metric: ${each.metric}, ${key}: "${text}"${grouped} }`;
			});
			const { verdict } = decide({
				gate: parseGate(['rules:', ...lines].join('\n'), 'gate.yaml', catalogue),
				candidate: after,
				baseline: before ?? { missing: 'there is none' },
				evaluatedAt,
				digests: {},
				spangate: run().spangate,
			});
			for (const [at, tally] of counted.entries()) {
				const rule = verdict.rules.find(({ id }) => id === `r${at}`);
				if (rule === undefined) throw new Error(`no rule r${at}`);
				tally[rule.outcome]++;
				method = rule.method;
				seen.add(`${rule.lower} ${rule.upper}`);
			}
		}
		const stoodIn = simulate(each, questions, { chunk: 0, releases });
		expect(counted.map(({ pass, fail, inconclusive }) => ({ pass, fail, inconclusive }))).toEqual(
			stoodIn.map(({ pass, fail, inconclusive }) => ({ pass, fail, inconclusive })),
		);
		expect(stoodIn[0]?.method).toBe(method);
		expect(seen.size).toBeGreaterThan(1);
	});
});
