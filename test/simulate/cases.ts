import type { Outcome } from '../../src/model/verdict.ts';
import { type Draws, draws } from '../stats/draws.ts';
import { causes, clipped, groupsOf } from './chance.ts';
import {
	always,
	apart,
	betaOf,
	costCase,
	latencyCase,
	mostly,
	movedScores,
	p95,
	passes,
	repeatedPasses,
	scoreCase,
	scores,
	shareCase,
	slowCase,
	tied,
} from './made.ts';
import type { Layout, Release } from './release.ts';

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
	{ name: 'score, grouped', ...grouped, ...movedScores(0), ...unchanged('2pp', '0pp') },
	{ name: 'score, grouped, 2 pp worse', ...grouped, ...movedScores(-0.02), ...atMargin(-0.02, '2pp') },
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
	{ name: 'score, grouped, 4 pp worse', ...grouped, ...movedScores(-0.04), ...twice(-0.04, '2pp') },
	{ name: 'score, grouped, 10 pp worse', ...grouped, ...movedScores(-0.1), ...twice(-0.1, '5pp') },
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
