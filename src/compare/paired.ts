import type { RunFacts } from '../metrics/run-facts.ts';
import { columnsOf } from '../metrics/trial-values.ts';
import type { Metric, MetricInfo } from '../model/metric.ts';
import type { Bounds } from '../stats/bounds.ts';
import { linearized, ratioInfluence } from '../stats/linearized.ts';
import { noNarrowerThanEqual } from '../stats/mean.ts';
import { newcombe, tango } from '../stats/paired-proportions.ts';
import { signFlipBounds } from '../stats/sign-flip.ts';
import { bcaOf, bcaOfMean } from './bca.ts';
import { type Estimate, type Estimated, type EstimateOptions, mapBounds, nearer } from './estimate.ts';
import { summarizeMean } from './mean-estimate.ts';
import { type MethodName, methodsFor } from './methods.ts';
import { pairedQuantiles } from './paired-quantiles.ts';
import { groupingOf, keepUnits, mostResampled, type Units } from './units.ts';
import { isSingle, meansOf, sumsOf } from './values.ts';

/** Below so many questions the signs of the differences are flipped in place of a normal approximation. */
const fewForT = 50;

/** A difference of two shares or scores. */
const differenceRange = { min: -1, max: 1 } as const;

/** What a paired estimate compares: the difference candidate − baseline, or the ratio candidate / baseline. */
export type PairedForm = 'difference' | 'ratio';

/** One side of a pair: its facts, its metric over these questions, and the delay that its latencies may hold. */
export interface PairedSide {
	readonly facts: RunFacts;
	readonly metric: Metric;
	readonly delayMs?: number | undefined;
}

/** Estimates how two runs differ in a metric, question by question. */
export function estimatePaired(
	info: MetricInfo,
	form: PairedForm,
	{ before, after }: { readonly before: PairedSide; readonly after: PairedSide },
	all: Units,
	options: EstimateOptions,
): Estimated {
	for (const [role, { metric }] of [
		['candidate', after],
		['baseline', before],
	] as const) {
		if ('missing' in metric) return { missing: `${info.name} of the ${role} is missing: ${metric.missing}` };
	}
	if (info.estimand === 'quantile') return pairedQuantiles(info, form, { before, after }, all, options);
	const [name = info.name, other] = columnsOf(info);
	const olds = before.facts.samples?.column(name);
	const news = after.facts.samples?.column(name);
	if (olds === undefined || news === undefined) return { missing: `no values of ${name} were kept` };
	const units = keepUnits(
		all,
		(at) => olds.count(all.before[at] as number) > 0 && news.count(all.after[at] as number) > 0,
	);
	const questions = units.after.length;
	if (questions === 0) return { missing: `no question has a value of ${info.name} in both runs` };
	const lost = all.after.length - questions;
	const size = {
		questions,
		...(units.clusterOf && { clusters: units.clusters }),
		...(lost > 0 && { dropped: { questions: lost, why: `no value of ${info.name} in one of the runs` } }),
	};
	const [usual = 'bootstrap'] = methodsFor(info, form);
	const asked = options.method ?? usual;
	if (info.estimand === 'ratio') {
		const [oldParts, newParts] = [
			before.facts.samples?.column(other ?? ''),
			after.facts.samples?.column(other ?? ''),
		];
		if (oldParts === undefined || newParts === undefined)
			return { missing: `no values of ${other} were kept` };
		const columns = [
			sumsOf(news, units.after),
			sumsOf(newParts, units.after),
			sumsOf(olds, units.before),
			sumsOf(oldParts, units.before),
		] as const;
		return { ...size, ...ofRatios(columns, form, asked, units, options.seed) };
	}
	const read = info.estimand === 'total' || info.estimand === 'count' ? sumsOf : meansOf;
	const [x, y] = [read(news, units.after), read(olds, units.before)];
	const differences = x.map((value, at) => value - (y[at] as number));
	const most = mostOfOne(info, after.facts, [x, y]);
	if (form === 'ratio') {
		const found = ofSums([x, y], asked, units, options.seed);
		if ('missing' in found || most === undefined) return { ...size, ...found };
		return { ...size, ...atLeastUnseen(found, [x, y], units.clusterOf ? units.clusters : questions, most) };
	}
	const bounded = most === undefined ? undefined : { min: -most, max: most };
	const scale = read === sumsOf ? questions : 1;
	const isBinary =
		info.estimand === 'proportion' && isSingle(news, units.after) && isSingle(olds, units.before);
	if (isBinary && units.clusterOf === undefined && (asked === 'tango' || asked === 'newcombe')) {
		return { ...size, ...ofProportions(x, y, asked) };
	}
	const { mean, bounds } = summarizeMean(differences, units, {
		isDifference: true,
		...(bounded && { range: bounded }),
	});
	const value = mean * scale;
	const ungrouped = units.clusterOf === undefined;
	const flips = info.estimand === 'mean' && ungrouped && questions < fewForT;
	if (asked === 'sign-flip' || (flips && options.method === undefined)) {
		const n = questions;
		const flipped = (alpha: number) => signFlipBounds(differences, alpha, options.seed, differenceRange);
		return {
			...size,
			method: 'sign-flip',
			value,
			bounds: (alpha, times = 1) =>
				noNarrowerThanEqual(
					nearer(flipped(alpha), value, times),
					{ n: n * times, mean },
					alpha,
					differenceRange,
				),
		};
	}
	if (asked === 'bootstrap') {
		const ofMean = bcaOfMean(differences, units, options.seed);
		const n = ungrouped ? questions : units.clusters;
		return {
			...size,
			method: 'bootstrap',
			value,
			bounds(alpha, times = 1) {
				const found = nearer(ofMean(alpha), mean, times);
				const wide =
					bounded === undefined ? found : noNarrowerThanEqual(found, { n: n * times, mean }, alpha, bounded);
				return mapBounds(wide, (bound) => bound * scale);
			},
		};
	}
	return {
		...size,
		method: 'paired-t',
		value,
		bounds: (alpha, times = 1) => mapBounds(bounds(alpha, times), (bound) => bound * scale),
	};
}

/** The most that one question can have: of what lies in [0, 1], or of violations by the checks that are counted. */
function mostOfOne(
	{ unit, estimand, concern, check }: MetricInfo,
	{ run: { checks, repeats } }: RunFacts,
	values: readonly Float64Array[],
): number | undefined {
	if (unit === 'share' || unit === 'score') return 1;
	if (estimand !== 'count') return undefined;
	const counted = check === undefined ? checks.filter(({ kind }) => kind === concern).length : 1;
	// A record may hold a finding twice.
	let most = counted * repeats;
	for (const each of values) for (const value of each) most = Math.max(most, value);
	return most;
}

/**
 * A ratio of means with bounds no nearer than n equal pairs allow: at most a share of 1 − α^(1/n) of the questions is
 * such as none of these, and there one run may have all and the other nothing. Without it no resample differs from
 * another where no pair does, which proves nothing of so few.
 */
function atLeastUnseen(
	found: Part,
	[x, y]: readonly [Float64Array, Float64Array],
	n: number,
	most: number,
): Part {
	const [now, then] = [total(x) / x.length, total(y) / y.length];
	return {
		...found,
		bounds(alpha, times = 1) {
			const { lower, upper } = found.bounds(alpha, times);
			const unseen = -Math.expm1(Math.log(alpha) / (n * times));
			const [nowSeen, thenSeen] = [now * (1 - unseen), then * (1 - unseen)];
			return {
				lower: Math.min(lower, nowSeen / (thenSeen + unseen * most)),
				upper: Math.max(upper, (nowSeen + unseen * most) / thenSeen),
			};
		},
	};
}

type Part = Pick<Estimate, 'method' | 'value' | 'bounds'>;

/** The difference of two shares of the same questions, each passed or not. */
function ofProportions(x: Float64Array, y: Float64Array, method: 'tango' | 'newcombe'): Part {
	const table = { both: 0, gained: 0, lost: 0, neither: 0 };
	for (let at = 0; at < x.length; at++) {
		const [now, then] = [(x[at] as number) > 0, (y[at] as number) > 0];
		table[now ? (then ? 'both' : 'gained') : then ? 'lost' : 'neither']++;
	}
	const { both, gained, lost, neither } = table;
	const n = x.length;
	return {
		method,
		value: (gained - lost) / n,
		bounds: (alpha, times = 1) =>
			method === 'tango'
				? tango({ gained: gained * times, lost: lost * times, n: n * times }, alpha)
				: newcombe(
						{ both: both * times, gained: gained * times, lost: lost * times, neither: neither * times },
						alpha,
					),
	};
}

/** Σx / Σy, its bounds found on the scale of logarithms, where it is as likely too large as too small. */
function ofSums(
	[x, y]: readonly [Float64Array, Float64Array],
	method: MethodName,
	units: Units,
	seed: number,
): Part | { missing: string } {
	const [above, below] = [total(x), total(y)];
	if (!(above > 0 && below > 0)) return { missing: 'a ratio of what is 0 in one of the runs says nothing' };
	if (method === 'delta' || x.length > mostResampled) {
		const [meanX, meanY] = [above / x.length, below / y.length];
		const influence = x.map((value, at) => value / meanX - (y[at] as number) / meanY);
		return logDelta(above / below, influence, units);
	}
	const drawn = bcaOf([x, y], ([sum = 0, other = 0]) => Math.log(sum / other), units, seed);
	return logBootstrap(above / below, drawn);
}

/** Two runs’ ratios of sums (Σa/Σb of the candidate, Σc/Σd of the baseline), their difference or ratio. */
function ofRatios(
	[a, b, c, d]: readonly [Float64Array, Float64Array, Float64Array, Float64Array],
	form: PairedForm,
	method: MethodName,
	units: Units,
	seed: number,
): Part | { missing: string } {
	const [now, then] = [total(a) / total(b), total(c) / total(d)];
	const isDelta = method === 'delta' || a.length > mostResampled;
	if (form === 'ratio') {
		if (!(now > 0 && then > 0)) return { missing: 'a ratio of what is 0 in one of the runs says nothing' };
		if (isDelta) {
			const [x, y] = [ratioInfluence(a, b), ratioInfluence(c, d)];
			return logDelta(
				now / then,
				x.map((value, at) => value / now - (y[at] as number) / then),
				units,
			);
		}
		const drawn = bcaOf(
			[a, b, c, d],
			([w = 0, x = 0, y = 0, z = 0]) => Math.log(w / x / (y / z)),
			units,
			seed,
		);
		return logBootstrap(now / then, drawn);
	}
	const value = now - then;
	if (isDelta) {
		const [x, y] = [ratioInfluence(a, b), ratioInfluence(c, d)];
		const influence = x.map((each, at) => each - (y[at] as number));
		return {
			method: 'delta',
			value,
			bounds: linearized({ estimate: value, influence, ...groupingOf(units) }),
		};
	}
	const drawn = bcaOf([a, b, c, d], ([w = 0, x = 0, y = 0, z = 0]) => w / x - y / z, units, seed);
	return { method: 'bootstrap', value, bounds: (alpha, times = 1) => nearer(drawn(alpha), value, times) };
}

function logDelta(value: number, influence: Float64Array, units: Units): Part {
	const bounds = linearized({ estimate: Math.log(value), influence, ...groupingOf(units) });
	return { method: 'delta', value, bounds: (alpha, times = 1) => mapBounds(bounds(alpha, times), Math.exp) };
}

function logBootstrap(value: number, drawn: (alpha: number) => Bounds): Part {
	return {
		method: 'bootstrap',
		value,
		bounds: (alpha, times = 1) => mapBounds(nearer(drawn(alpha), Math.log(value), times), Math.exp),
	};
}

function total(values: Float64Array): number {
	return values.reduce((sum, value) => sum + value, 0);
}
