import type { RunFacts } from '../metrics/run-facts.ts';
import { columnsOf } from '../metrics/trial-values.ts';
import type { Metric, MetricInfo } from '../model/metric.ts';
import type { Estimated, EstimateOptions, Part } from './estimate.ts';
import { type MethodName, methodsFor } from './methods.ts';
import { meanDifference, proportionDifference } from './paired-differences.ts';
import { pairedQuantiles } from './paired-quantiles.ts';
import { atLeastUnseen, compareRatios, ratioOfSums } from './paired-ratios.ts';
import { enoughToBound } from './too-few.ts';
import { keepUnits, type Units } from './units.ts';
import { isSingle, meansOf, sumsOf } from './values.ts';

/** Below so many questions the signs of the differences are flipped in place of a normal approximation. */
const fewForT = 50;

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
	sides: { readonly before: PairedSide; readonly after: PairedSide },
	all: Units,
	options: EstimateOptions,
): Estimated {
	const { before, after } = sides;
	for (const [role, { metric }] of [
		['candidate', after],
		['baseline', before],
	] as const) {
		if ('missing' in metric) return { missing: `${info.name} of the ${role} is missing: ${metric.missing}` };
	}
	if (info.estimand === 'quantile') return pairedQuantiles(info, form, sides, all, options);
	const [name = info.name] = columnsOf(info);
	const [olds, news] = [before.facts.samples?.column(name), after.facts.samples?.column(name)];
	if (olds === undefined || news === undefined) return { missing: `no values of ${name} were kept` };
	const units = keepUnits(
		all,
		(at) => olds.count(all.before[at] as number) > 0 && news.count(all.after[at] as number) > 0,
	);
	const questions = units.after.length;
	if (questions === 0) return { missing: `no question has a value of ${info.name} in both runs` };
	const lost = all.after.length - questions;
	const [usual = 'bootstrap'] = methodsFor(info, form);
	const method = options.method ?? usual;
	const asked = {
		info,
		form,
		sides,
		units,
		method,
		isNamed: options.method !== undefined,
		seed: options.seed,
	};
	return {
		questions,
		...(units.clusterOf && { clusters: units.clusters }),
		...(lost > 0 && { dropped: { questions: lost, why: `no value of ${info.name} in one of the runs` } }),
		...(info.estimand === 'ratio' ? ofRatios(asked) : ofValues(asked)),
	};
}

interface Asked {
	readonly info: MetricInfo;
	readonly form: PairedForm;
	readonly sides: { readonly before: PairedSide; readonly after: PairedSide };
	readonly units: Units;
	readonly method: MethodName;
	/** true when the rule names the method. */
	readonly isNamed: boolean;
	readonly seed: number;
}

function ofRatios({
	info,
	form,
	sides: { before, after },
	units,
	method,
	seed,
}: Asked): Part | { missing: string } {
	const parts: Float64Array[] = [];
	for (const [{ facts }, numbers] of [
		[after, units.after],
		[before, units.before],
	] as const) {
		for (const name of columnsOf(info)) {
			const column = facts.samples?.column(name);
			if (column === undefined) return { missing: `no values of ${name} were kept` };
			parts.push(sumsOf(column, numbers));
		}
	}
	const [a, b, c, d] = parts as [Float64Array, Float64Array, Float64Array, Float64Array];
	return enoughToBound(compareRatios([a, b, c, d], form, { method, units, seed }), units);
}

function ofValues({
	info,
	form,
	sides: { before, after },
	units,
	method,
	isNamed,
	seed,
}: Asked): Part | { missing: string } {
	const [olds, news] = [before.facts.samples?.column(info.name), after.facts.samples?.column(info.name)];
	if (olds === undefined || news === undefined) return { missing: `no values of ${info.name} were kept` };
	const isSum = info.estimand === 'total' || info.estimand === 'count';
	const read = isSum ? sumsOf : meansOf;
	const [x, y] = [read(news, units.after), read(olds, units.before)];
	const most = mostOfOne(info, after.facts, [x, y]);
	const ungrouped = units.clusterOf === undefined;
	if (form === 'ratio') {
		const found = ratioOfSums([x, y], { method, units, seed });
		if ('missing' in found) return found;
		if (most === undefined) return enoughToBound(found, units);
		return atLeastUnseen(found, [x, y], ungrouped ? x.length : units.clusters, most);
	}
	const isBinary =
		info.estimand === 'proportion' && isSingle(news, units.after) && isSingle(olds, units.before);
	if (isBinary && ungrouped && (method === 'tango' || method === 'newcombe')) {
		return proportionDifference(x, y, method);
	}
	const differences = new Float64Array(x.length);
	for (let at = 0; at < x.length; at++) differences[at] = (x[at] as number) - (y[at] as number);
	const flips = info.estimand === 'mean' && ungrouped && x.length < fewForT && !isNamed;
	const found = meanDifference(differences, {
		// Shares of repeats, and of groups, are means like others.
		method: flips ? 'sign-flip' : method === 'sign-flip' || method === 'bootstrap' ? method : 'paired-t',
		most,
		scale: isSum ? x.length : 1,
		units,
		seed,
	});
	return most === undefined ? enoughToBound(found, units) : found;
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
