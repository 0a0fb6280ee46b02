import type { MethodName } from '../../src/compare/methods.ts';
import { normalQuantile } from '../../src/stats/distributions.ts';
import { table } from '../bench/report.ts';
import { type Draws, draws } from '../stats/draws.ts';
import { groupsOf } from './chance.ts';
import {
	apart,
	betaOf,
	costCase,
	dearCase,
	latencyCase,
	middle,
	mostly,
	passes,
	scoreCase,
	scores,
	shareCase,
	slowCase,
} from './made.ts';
import { estimateOf, infoOf, type Layout, type Release } from './release.ts';
import { alpha } from './tally.ts';

/** One place of the grid: an interval of releases of one kind, with the true value that it should hold. */
export interface Cell {
	readonly interval: string;
	readonly at: string;
	readonly metric: string;
	readonly form: 'single' | 'difference' | 'ratio';
	readonly method?: MethodName;
	readonly truly: number;
	readonly questions: number;
	/** Of the questions of a group; none where they are not grouped. */
	readonly correlation?: number;
	readonly releases: number;
	readonly draw: (random: Draws, layout: Layout) => Release;
}

/** How often, of all releases of a cell, the lower bound lay above the truth and the upper one below it. */
export interface Missed {
	readonly lower: number;
	readonly upper: number;
}

type Kind = Omit<Cell, 'at' | 'questions' | 'correlation' | 'releases'> & { readonly at: string };

/** The kinds at each size and, where they are grouped, each correlation. */
function over(
	releases: number,
	{
		sizes,
		correlations = [undefined],
	}: { sizes: readonly number[]; correlations?: readonly (number | undefined)[] },
	kinds: readonly Kind[],
): Cell[] {
	return kinds.flatMap((kind) =>
		sizes.flatMap((questions) =>
			correlations.map((correlation) => ({
				...kind,
				questions,
				releases,
				at: `${kind.at}, n ${questions}${correlation === undefined ? '' : `, ρ ${correlation}`}`,
				...(correlation !== undefined && { correlation }),
			})),
		),
	);
}

/** How much more often than α a bound may miss. */
const point = 0.01;
const percent = (share: number) => `${Number((100 * share).toPrecision(3))} %`;
const shares = [0.5, 0.8, 0.9, 0.95, 0.99];
const shareKinds = (interval: string, method: MethodName): Kind[] =>
	shares.map((share) => ({
		interval,
		method,
		form: 'single',
		at: percent(share),
		truly: share,
		...shareCase('pass_rate', share),
	}));
const pairKinds = (interval: string, method: MethodName): Kind[] =>
	[0.01, 0.02, 0.05, 0.1, 0.2, 0.4].flatMap((differing) =>
		[-1, -0.5, 0, 0.5, 1].map((lean): Kind => {
			const [gained, lost] = [(differing * (1 + lean)) / 2, (differing * (1 - lean)) / 2];
			return {
				interval,
				method,
				form: 'difference',
				at: `${percent(gained)} gained, ${percent(lost)} lost`,
				truly: gained - lost,
				...passes(gained, lost),
			};
		}),
	);
const scoreKinds = (interval: string, method: MethodName): Kind[] =>
	[
		{ at: 'around 0.8', truly: 0.8, ...scoreCase(betaOf(8, 2)) },
		{ at: '60 % of them 1', truly: 0.85, ...scoreCase(mostly(0.6, betaOf(5, 3))) },
		{ at: '90 % of them 1', truly: 0.95, ...scoreCase(mostly(0.9, betaOf(2, 2))) },
		{ at: '98 % of them 1', truly: 0.99, ...scoreCase(mostly(0.98, betaOf(1, 1))) },
	].map((kind) => ({ ...kind, interval, method, form: 'single' }));
const differenceKinds = (interval: string, method: MethodName): Kind[] =>
	[
		{ at: 'none tied', truly: 0, ...scores(0, betaOf(8, 2), betaOf(8, 2)) },
		{ at: 'half tied, worse by 5 pp', truly: -0.05, ...scores(0.5, betaOf(7, 3), betaOf(8, 2)) },
		{ at: '9 of 10 tied, worse by 1 pp', truly: -0.01, ...scores(0.9, betaOf(7, 3), betaOf(8, 2)) },
		{
			at: '2 % fall from 1 to 0',
			truly: -0.02,
			...scores(
				0.98,
				() => 0,
				() => 1,
			),
		},
	].map((kind) => ({ ...kind, interval, method, form: 'difference' }));
const quantiles = [
	[0.5, 'latency_p50_ms'],
	[0.95, 'latency_p95_ms'],
	[0.99, 'latency_p99_ms'],
] as const;
const quantileKinds = (interval: string): Kind[] =>
	quantiles.map(([q, metric]) => ({
		interval,
		form: 'single',
		at: `p${100 * q}`,
		truly: middle * Math.exp(0.5 * normalQuantile(q)),
		...slowCase(apart, metric),
	}));
const quantileRatios = (interval: string, method: MethodName): Kind[] =>
	quantiles.slice(0, 2).map(([q, metric]) => ({
		interval,
		method,
		form: 'ratio',
		at: `p${100 * q}`,
		truly: 1,
		...latencyCase(apart, 1, metric),
	}));
/** Sums of which a few questions make up most. */
const dearKinds = (interval: string, method: MethodName): Kind[] =>
	[
		{ at: '1 in 10 ten times as dear', dear: 0.1, times: 10 },
		{ at: '1 in 20 thirty times as dear', dear: 0.05, times: 30 },
	].map(({ at, ...cost }) => ({ interval, method, at, form: 'ratio', truly: 1, ...dearCase(cost) }));
const costKinds = (interval: string, method: MethodName): Kind[] =>
	[0.5, 0.85, 0.99].map((share) => ({
		interval,
		method,
		form: 'ratio',
		at: `${percent(share)} pass`,
		truly: 1,
		...costCase(share),
	}));

const sizes = [60, 200, 1000];
const correlations = [0, 0.3, 0.6, 1];

/** The whole grid. */
export const grid: readonly Cell[] = [
	...over(4000, { sizes }, shareKinds('Clopper-Pearson', 'clopper-pearson')),
	...over(2000, { sizes, correlations }, shareKinds('Clopper-Pearson, grouped', 'clopper-pearson')),
	...over(4000, { sizes }, shareKinds('Wilson, for display', 'wilson')),
	...over(4000, { sizes }, pairKinds('Tango', 'tango')),
	...over(4000, { sizes }, pairKinds('Newcombe', 'newcombe')),
	...over(2000, { sizes, correlations }, pairKinds('paired t of passes, grouped', 'paired-t')),
	...over(4000, { sizes }, scoreKinds('t of scores', 't')),
	...over(4000, { sizes }, differenceKinds('paired t of scores', 'paired-t')),
	...over(2000, { sizes, correlations }, differenceKinds('paired t of scores, grouped', 'paired-t')),
	...over(1000, { sizes: [20, 40] }, differenceKinds('sign flips', 'sign-flip')),
	...over(4000, { sizes }, quantileKinds('order statistics')),
	...over(2000, { sizes, correlations }, quantileKinds('order statistics, grouped')),
	...over(1000, { sizes: [60, 200] }, costKinds('BCa of cost per success', 'bootstrap')),
	...over(
		1000,
		{ sizes: [60, 200], correlations },
		costKinds('BCa of cost per success, grouped', 'bootstrap'),
	),
	...over(1000, { sizes }, dearKinds('BCa of few dear questions', 'bootstrap')),
	...over(1000, { sizes, correlations }, dearKinds('BCa of few dear questions, grouped', 'bootstrap')),
	...over(2000, { sizes }, dearKinds('delta method of few dear questions', 'delta')),
	...over(1000, { sizes: [60, 200] }, quantileRatios('percentiles of a quantile’s ratio', 'bootstrap')),
	...over(
		1000,
		{ sizes: [60, 200], correlations },
		quantileRatios('percentiles of a quantile’s ratio, grouped', 'bootstrap'),
	),
	...over(2000, { sizes: [200, 1000] }, costKinds('delta method of cost per success', 'delta')),
	...over(2000, { sizes: [200, 1000] }, quantileRatios('delta method of a quantile’s ratio', 'delta')),
];

/** How often the bounds of a cell miss, of releases that are the same each time. */
export function missedBy(at: number, cell: Cell): Missed {
	const { questions, correlation, releases, metric, form, method, truly, draw } = cell;
	const info = infoOf(metric);
	const layout: Layout = {
		questions,
		repeats: 1,
		...(correlation === undefined ? { clusters: 0 } : { ...groupsOf(questions), correlation }),
	};
	const random = draws(1_000_000 + at);
	let [lower, upper] = [0, 0];
	for (let seed = 0; seed < releases; seed++) {
		const options = { seed, ...(method && { method }) };
		const bounds = estimateOf(info, form, draw(random, layout), layout, options).bounds(alpha);
		if (bounds.lower > truly + 1e-12) lower++;
		if (bounds.upper < truly - 1e-12) upper++;
	}
	return { lower: lower / releases, upper: upper / releases };
}

/** The only bounds that are allowed to miss: they are shown, and judge nothing unless a rule names them. */
const forDisplay = /for display/;

/**
 * The worst place of each interval, as Markdown, and whether one that judges misses more often than α by a point and 3
 * standard errors of the simulation; `thinned` is the part of its releases that was drawn.
 */
export function coverageOf(missed: readonly Missed[], thinned = 1): { markdown: string; isMissed: boolean } {
	let isMissed = false;
	const intervals = new Map<string, { cell: Cell; missed: Missed }[]>();
	for (const [at, cell] of grid.entries()) {
		const cells = intervals.get(cell.interval) ?? [];
		cells.push({ cell, missed: missed[at] as Missed });
		intervals.set(cell.interval, cells);
	}
	const rows = [...intervals].map(([interval, cells]) => {
		const worst = (side: 'lower' | 'upper') => {
			const found = cells.reduce((a, b) => (b.missed[side] > a.missed[side] ? b : a));
			return `${(100 * found.missed[side]).toFixed(1)} (${found.cell.at})`;
		};
		const all = cells.flatMap(({ missed: { lower, upper } }) => [lower, upper]);
		const mean = all.reduce((sum, rate) => sum + rate, 0) / all.length;
		const releases = (cells[0] as { cell: Cell }).cell.releases * thinned;
		const allowed = alpha + point + 3 * Math.sqrt((alpha * (1 - alpha)) / releases);
		const holds = all.every((rate) => rate <= allowed + 1e-12);
		const isShown = forDisplay.test(interval);
		isMissed ||= !(holds || isShown);
		return [
			interval,
			`${cells.length} × ${releases.toLocaleString('en')}`,
			(100 * mean).toFixed(1),
			worst('lower'),
			worst('upper'),
			(100 * allowed).toFixed(1),
			holds ? 'yes' : isShown ? 'no' : '**no**',
		];
	});
	const head = [
		'bounds',
		'grid × releases',
		'missed %',
		'lower, worst %',
		'upper, worst %',
		'allowed %',
		'holds',
	];
	const words = `One-sided bounds at α = ${alpha}: how often they miss the truth. Less is conservative; allowed is a point more, and 3 standard errors of the simulation. Wilson’s are for display alone: one of them misses near 0 and 1, as the literature says (Brown, Cai & DasGupta 2001), so no rule is judged by them unless it names them.`;
	return { markdown: `${words}\n\n${table(head, rows)}`, isMissed };
}
