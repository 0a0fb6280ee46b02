import type { Outcome } from '../../src/model/verdict.ts';
import { normalQuantile } from '../../src/stats/distributions.ts';
import { type Draws, draws } from '../stats/draws.ts';
import { beta, causes, groupsOf, sorter } from './chance.ts';
import type { Layout, Release, Values } from './release.ts';

/**
 * What is true of the releases: nothing changed; what a rule limits lies exactly at its limit, the worst that may pass and
 * the best that may fail; or it is twice as much worse as the margin allows.
 */
export type Truth = 'no change' | 'at the limit' | 'twice the margin';

/** A rule, what is true of the releases by it, and which of its outcomes would be wrong of them. */
export interface Judged {
	readonly truth: Truth;
	readonly rule: string;
	readonly wrong: readonly Outcome[];
}

/** A kind of release, and the rules that all releases of it are judged by. */
export interface Case {
	readonly name: string;
	readonly metric: string;
	readonly rules: readonly Judged[];
	/** The true difference, ratio or value. */
	readonly truly: number;
	readonly sizes: readonly number[];
	readonly repeats?: number;
	readonly isGrouped?: boolean;
	readonly draw: (random: Draws, layout: Layout) => Release;
}

const sizes = [60, 200, 1000];
const few = [40];
const grouped = { isGrouped: true } as const;

/** No change against a margin, and against no margin at all, where it is exactly at the limit. */
const unchanged = (margin: string, none: string) => ({
	truly: margin.endsWith('x') ? 1 : 0,
	sizes,
	rules: [
		{ truth: 'no change', rule: `non_inferior: ${margin}`, wrong: ['fail'] },
		{ truth: 'at the limit', rule: `non_inferior: ${none}`, wrong: ['fail', 'pass'] },
	] as const,
});
const atMargin = (truly: number, margin: string) => ({
	truly,
	sizes,
	rules: [{ truth: 'at the limit', rule: `non_inferior: ${margin}`, wrong: ['fail', 'pass'] }] as const,
});
const twice = (truly: number, margin: string) => ({
	truly,
	sizes: [500],
	rules: [{ truth: 'twice the margin', rule: `non_inferior: ${margin}`, wrong: ['pass'] }] as const,
});
const floor = (truly: number, check: string) => ({
	truly,
	sizes,
	rules: [{ truth: 'at the limit', rule: `check: ${check}`, wrong: ['fail', 'pass'] }] as const,
});
/** A limit that many values lie on exactly: to pass `<=` or to fail `<` is right there. */
const tiedFloor = (truly: number) => ({
	truly,
	sizes,
	rules: [
		{ truth: 'at the limit', rule: `check: upper <= ${truly}`, wrong: ['fail'] },
		{ truth: 'at the limit', rule: `check: upper < ${truly}`, wrong: ['pass'] },
	] as const,
});

/** Pass rates of two runs; of the questions that both pass or both fail it does not matter which. */
const passes = (gained: number, lost: number) => ({
	metric: 'pass_rate',
	draw(random: Draws, layout: Layout): Release {
		const kindOf = sorter(lost, 1 - lost - gained);
		const kinds = causes(random, layout).map(kindOf);
		return {
			baseline: { pass_rate: kinds.map((kind) => (kind === 2 ? 0 : 1)) },
			candidate: { pass_rate: kinds.map((kind) => (kind === 0 ? 0 : 1)) },
		};
	},
});

/** Scores of two runs, the same in both but for a share of questions, where each is drawn. */
const scores = (kept: number, after: (random: Draws) => number, before: (random: Draws) => number) => ({
	metric: 'faithfulness',
	draw(random: Draws, layout: Layout): Release {
		const isKept = sorter(kept);
		const kinds = causes(random, layout).map(isKept);
		const baseline = kinds.map(() => before(random));
		const candidate = kinds.map((kind, at) => (kind === 0 ? (baseline[at] as number) : after(random)));
		return { baseline: { faithfulness: baseline }, candidate: { faithfulness: candidate } };
	},
});

const betaOf = (a: number, b: number) => (random: Draws) => beta(random, a, b);
const mostly = (share: number, other: (random: Draws) => number) => (random: Draws) =>
	random.uniform() < share ? 1 : other(random);
const always = (value: number) => () => value;

/** Scores that are worse or better by groups: all questions of a group move together. */
const movedScores = (shift: number) => ({
	...grouped,
	metric: 'faithfulness',
	draw(random: Draws, layout: Layout): Release {
		const moves = causes(random, layout);
		const baseline = moves.map(() => 0.4 + 0.3 * random.uniform());
		return {
			baseline: { faithfulness: baseline },
			candidate: {
				faithfulness: baseline.map((score, at) => score + shift + 0.07 * clipped(moves[at] as number)),
			},
		};
	},
});
const clipped = (move: number) => Math.max(-3, Math.min(3, move));

/** Passes of each trial of a question that is as likely to pass in every repeat: harder or easier than others. */
const repeatedPasses = (random: Draws, { questions, repeats }: Layout): Values => {
	const passed = new Float64Array(questions * repeats);
	for (let question = 0; question < questions; question++) {
		const ease = random.uniform() < 0.6 ? 1 : 0.5 + 0.5 * random.uniform();
		for (let repeat = 0; repeat < repeats; repeat++)
			passed[question * repeats + repeat] = random.uniform() < ease ? 1 : 0;
	}
	return { pass_rate: passed };
};

/** Costs and passes of a run; of the runs of a pair, dear and hard questions are so in both. */
const costs = (random: Draws, dear: Float64Array, hard: Float64Array, limit: number, times = 1): Values => ({
	cost_usd: dear.map((each) => times * 0.01 * Math.exp(0.4 * each + 0.3 * random.normal())),
	pass_rate: hard.map((each) => (0.8 * each + 0.6 * random.normal() < limit ? 1 : 0)),
});
const costCase = (share: number, times = 1) => ({
	metric: 'cost_per_success',
	draw(random: Draws, layout: Layout): Release {
		const limit = normalQuantile(share);
		const [dear, hard] = [causes(random, layout), causes(random, layout)];
		return {
			baseline: costs(random, dear, hard, limit),
			candidate: costs(random, dear, hard, limit, times),
		};
	},
});

/** The p95 of one run's latencies, in milliseconds, and their median. */
const p95 = 2000;
const middle = p95 * Math.exp(-0.5 * normalQuantile(0.95));
const apart = (value: number) => value;
const tied = (value: number) => Math.ceil(value / 300) * 300;
const latencies = (random: Draws, slow: Float64Array, round = apart, times = 1): Values => ({
	latency: slow.map((each) => round(times * middle * Math.exp(0.4 * each + 0.3 * random.normal()))),
});
const latencyCase = (round = apart, times = 1) => ({
	metric: 'latency_p95_ms',
	draw(random: Draws, layout: Layout): Release {
		const slow = causes(random, layout);
		return { baseline: latencies(random, slow, round), candidate: latencies(random, slow, round, times) };
	},
});
const slowCase = (round = apart) => ({
	metric: 'latency_p95_ms',
	draw: (random: Draws, layout: Layout): Release => ({
		candidate: latencies(random, causes(random, layout), round),
	}),
});

const shareCase = (metric: string, share: number) => ({
	metric,
	draw(random: Draws, layout: Layout): Release {
		const kindOf = sorter(share);
		return { candidate: { [metric]: causes(random, layout).map((cause) => (kindOf(cause) === 0 ? 1 : 0)) } };
	},
});
const scoreCase = (draw: (random: Draws) => number) => ({
	metric: 'faithfulness',
	draw: (random: Draws, { questions }: Layout): Release => ({
		candidate: { faithfulness: new Float64Array(questions).map(() => draw(random)) },
	}),
});

/** Every kind of release that is simulated. */
export const cases: readonly Case[] = [
	{ name: 'pass rate, 1 in 10 answers differs', ...passes(0.05, 0.05), ...unchanged('2pp', '0pp') },
	{ name: 'pass rate of 99 %, 1 in 100 differs', ...passes(0.005, 0.005), ...unchanged('2pp', '0pp') },
	{ name: 'pass rate, no answer differs', ...passes(0, 0), ...unchanged('2pp', '0pp') },
	{ name: 'pass rate, 10 % differ, 2 pp worse', ...passes(0.04, 0.06), ...atMargin(-0.02, '2pp') },
	{ name: 'pass rate from 99 % to 97 %, none gained', ...passes(0, 0.02), ...atMargin(-0.02, '2pp') },
	{ name: 'pass rate, grouped', ...grouped, ...passes(0.05, 0.05), ...unchanged('2pp', '0pp') },
	{ name: 'pass rate, grouped, 2 pp worse', ...grouped, ...passes(0.04, 0.06), ...atMargin(-0.02, '2pp') },
	{
		name: 'pass rate of 3 repeats',
		metric: 'pass_rate',
		repeats: 3,
		...unchanged('2pp', '0pp'),
		draw(random, layout) {
			const both = repeatedPasses(random, { ...layout, repeats: 6 }).pass_rate as Float64Array;
			return {
				baseline: { pass_rate: both.filter((_, at) => at % 2 === 0) },
				candidate: { pass_rate: both.filter((_, at) => at % 2 === 1) },
			};
		},
	},
	{ name: 'score', ...scores(0, betaOf(8, 2), betaOf(8, 2)), ...unchanged('2pp', '0pp') },
	{
		name: 'score of few questions',
		...scores(0, betaOf(8, 2), betaOf(8, 2)),
		...unchanged('2pp', '0pp'),
		sizes: few,
	},
	{ name: 'score, 9 of 10 tied', ...scores(0.9, betaOf(8, 2), betaOf(8, 2)), ...unchanged('2pp', '0pp') },
	{
		name: 'score of few questions, 9 of 10 tied',
		...scores(0.9, betaOf(8, 2), betaOf(8, 2)),
		...unchanged('2pp', '0pp'),
		sizes: few,
	},
	{
		name: 'score of 99 %, 98 % of them 1',
		...scores(0, mostly(0.98, betaOf(1, 1)), mostly(0.98, betaOf(1, 1))),
		...unchanged('2pp', '0pp'),
	},
	{ name: 'score, all tied', ...scores(1, betaOf(8, 2), betaOf(8, 2)), ...unchanged('2pp', '0pp') },
	{
		name: 'score, 8 of 10 tied, 2 pp worse',
		...scores(0.8, betaOf(7, 3), betaOf(8, 2)),
		...atMargin(-0.02, '2pp'),
	},
	{
		name: 'score of few questions, 2 pp worse',
		...scores(0.8, betaOf(7, 3), betaOf(8, 2)),
		...atMargin(-0.02, '2pp'),
		sizes: few,
	},
	{ name: 'score, 2 % fall from 1 to 0', ...scores(0.98, always(0), always(1)), ...atMargin(-0.02, '2pp') },
	{
		name: 'score of few questions, 2 % fall from 1 to 0',
		...scores(0.98, always(0), always(1)),
		...atMargin(-0.02, '2pp'),
		sizes: few,
	},
	{ name: 'score, grouped', ...movedScores(0), ...unchanged('2pp', '0pp') },
	{ name: 'score, grouped, 2 pp worse', ...movedScores(-0.02), ...atMargin(-0.02, '2pp') },
	{
		name: 'score, grouped, 2 % of groups fall by 1',
		...grouped,
		metric: 'faithfulness',
		...atMargin(-0.02, '2pp'),
		draw(random, layout) {
			const fallen = new Float64Array(layout.clusters).map(() => (random.uniform() < 0.02 ? 1 : 0));
			const baseline = new Float64Array(layout.questions).fill(1);
			return {
				baseline: { faithfulness: baseline },
				candidate: {
					faithfulness: baseline.map((score, at) => score - (fallen[layout.clusterOf?.[at] ?? 0] as number)),
				},
			};
		},
	},
	{ name: 'cost per success, 85 % pass', ...costCase(0.85), ...unchanged('1.10x', '1x') },
	{ name: 'cost per success, 99 % pass', ...costCase(0.99), ...unchanged('1.10x', '1x') },
	{ name: 'cost per success, grouped', ...grouped, ...costCase(0.85), ...unchanged('1.10x', '1x') },
	{ name: 'p95 latency', ...latencyCase(), ...unchanged('1.10x', '1x') },
	{
		name: 'p95 latency, tied to 300 ms',
		...latencyCase(tied),
		...atMargin(1, '1x'),
		rules: [
			{ truth: 'no change', rule: 'non_inferior: 1.10x', wrong: ['fail'] },
			{ truth: 'at the limit', rule: 'non_inferior: 1x', wrong: ['fail'] },
		],
	},
	{
		name: 'p95 latency, tied to 300 ms, from 2100 to 2400',
		...latencyCase(tied, 8 / 7),
		...atMargin(8 / 7, '1.14x'),
		// Just below the true ratio, since a ratio that is tied with its limit is within it.
		rules: [{ truth: 'at the limit', rule: 'non_inferior: 1.142x', wrong: ['pass'] }],
	},
	{ name: 'p95 latency, grouped', ...grouped, ...latencyCase(), ...unchanged('1.10x', '1x') },

	{ name: 'pass rate of 90 %', ...shareCase('pass_rate', 0.9), ...floor(0.9, 'lower >= 0.9') },
	{ name: 'pass rate of 99 %', ...shareCase('pass_rate', 0.99), ...floor(0.99, 'lower >= 0.99') },
	{
		name: 'pass rate of 90 %, grouped',
		...grouped,
		...shareCase('pass_rate', 0.9),
		...floor(0.9, 'lower >= 0.9'),
	},
	{
		name: 'pass rate of 99 %, grouped',
		...grouped,
		...shareCase('pass_rate', 0.99),
		...floor(0.99, 'lower >= 0.99'),
	},
	{
		name: 'pass rate of 90 %, 3 repeats',
		metric: 'pass_rate',
		repeats: 3,
		...floor(0.9, 'lower >= 0.9'),
		draw: (random, layout) => ({ candidate: repeatedPasses(random, layout) }),
	},
	{
		name: 'safety violations of 2.5 %',
		...shareCase('safety_violation_rate', 0.025),
		...floor(0.025, 'upper <= 0.025'),
	},
	{ name: 'score of 0.8', ...scoreCase(betaOf(8, 2)), ...floor(0.8, 'lower >= 0.8') },
	{
		name: 'score of 0.85, 60 % of them 1',
		...scoreCase(mostly(0.6, betaOf(5, 3))),
		...floor(0.85, 'lower >= 0.85'),
	},
	{
		name: 'score of 0.99, 98 % of them 1',
		...scoreCase(mostly(0.98, betaOf(1, 1))),
		...floor(0.99, 'lower >= 0.99'),
	},
	{
		name: 'score of 0.95, each 1 or 0',
		...scoreCase(mostly(0.95, always(0))),
		...floor(0.95, 'lower >= 0.95'),
	},
	{
		name: 'score of 0.5, grouped',
		...grouped,
		metric: 'faithfulness',
		...floor(0.5, 'lower >= 0.5'),
		draw: (random, layout) => ({
			candidate: { faithfulness: causes(random, layout).map((cause) => 0.5 + 0.15 * clipped(cause)) },
		}),
	},
	{ name: 'p95 latency', ...slowCase(), ...floor(p95, `upper <= ${p95}`) },
	{ name: 'p95 latency, tied to 300 ms', ...slowCase(tied), ...tiedFloor(tied(p95)) },
	{ name: 'p95 latency, grouped', ...grouped, ...slowCase(), ...floor(p95, `upper <= ${p95}`) },

	{ name: 'pass rate, 10 pp worse', ...passes(0.01, 0.11), ...twice(-0.1, '5pp') },
	{ name: 'pass rate, 4 pp worse', ...passes(0.01, 0.05), ...twice(-0.04, '2pp') },
	{ name: 'pass rate from 99 % to 95 %', ...passes(0, 0.04), ...twice(-0.04, '2pp') },
	{ name: 'pass rate, grouped, 10 pp worse', ...grouped, ...passes(0.01, 0.11), ...twice(-0.1, '5pp') },
	{
		name: 'score, 8 of 10 tied, 4 pp worse',
		...scores(0.8, betaOf(6, 4), betaOf(8, 2)),
		...twice(-0.04, '2pp'),
	},
	{ name: 'score, 4 pp worse', ...scores(0, betaOf(19, 6), betaOf(8, 2)), ...twice(-0.04, '2pp') },
	{ name: 'score, grouped, 4 pp worse', ...movedScores(-0.04), ...twice(-0.04, '2pp') },
	{ name: 'score, grouped, 10 pp worse', ...movedScores(-0.1), ...twice(-0.1, '5pp') },
	{ name: 'cost per success, 1.2 times', ...costCase(0.85, 1.2), ...twice(1.2, '1.10x') },
	{ name: 'p95 latency, 1.2 times', ...latencyCase(apart, 1.2), ...twice(1.2, '1.10x') },
];

/** How a case's questions are laid out. */
export function layoutOf({ repeats = 1, isGrouped }: Case, questions: number): Layout {
	return { questions, repeats, ...(isGrouped ? groupsOf(questions) : { clusters: 0 }) };
}

/** The same releases whoever draws them, and whatever else is simulated. */
export function drawsFor({ name, rules }: Case, questions: number, chunk: number): Draws {
	let hash = 2166136261;
	for (const letter of `${name} ${rules[0]?.rule} ${questions} ${chunk}`)
		hash = Math.imul(hash ^ (letter.codePointAt(0) as number), 16777619);
	return draws(hash);
}
