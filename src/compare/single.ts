import type { Column } from '../metrics/columns.ts';
import type { RunFacts } from '../metrics/run-facts.ts';
import { columnsOf } from '../metrics/trial-values.ts';
import type { Metric, MetricInfo } from '../model/metric.ts';
import { wider } from '../stats/bounds.ts';
import { effectiveSize } from '../stats/effective-size.ts';
import { linearized, ratioInfluence } from '../stats/linearized.ts';
import { noNarrowerThanEqual } from '../stats/mean.ts';
import { clopperPearson, wilson } from '../stats/proportion.ts';
import { bcaOf, bcaOfMean } from './bca.ts';
import { type Estimated, mapBounds, nearer, noNearer, type Part } from './estimate.ts';
import { fiellerOfSums } from './fieller-of-sums.ts';
import { partBounds, summarizeMean } from './mean-estimate.ts';
import { type MethodName, methodsFor } from './methods.ts';
import { type SingleOptions, singleQuantile } from './single-quantile.ts';
import { enoughToBound } from './too-few.ts';
import { groupingOf, keepUnits, mostResampled, type Units } from './units.ts';
import { isSingle, meansOf, sumsOf, totalOf } from './values.ts';

/** What lies between 0 and 1. */
const unitRange = { min: 0, max: 1 } as const;
const unitBounds = { lower: 0, upper: 1 } as const;

interface Asked {
	readonly info: MetricInfo;
	readonly value: number;
	readonly method: MethodName;
	readonly units: Units;
	readonly seed: number;
}

/** Estimates a metric of one run from these questions of it; a count of violations by the rate of questions with one. */
export function estimateSingle(
	info: MetricInfo,
	metric: Metric,
	facts: RunFacts,
	all: Units,
	options: SingleOptions,
): Estimated {
	if ('missing' in metric) return { missing: metric.missing };
	const { value } = metric;
	if (info.estimand === 'quantile') return singleQuantile(info, value, facts, all, options);
	const [column, below] = columnsOf(info).map((name) => facts.samples?.column(name));
	if (column === undefined) return { missing: `no values of ${info.name} were kept` };
	const units = keepUnits(all, (position) => column.count(all.after[position] as number) > 0);
	const questions = units.after.length;
	if (questions === 0) return { missing: `no question has a value of ${info.name}` };
	const [usual = 't'] = methodsFor(info, 'single');
	const asked = { info, value, method: options.method ?? usual, units, seed: options.seed };
	return {
		questions,
		...(units.clusterOf && { clusters: units.clusters }),
		...partOf(asked, column, below),
	};
}

function partOf(asked: Asked, column: Column, below: Column | undefined): Part {
	switch (asked.info.estimand) {
		case 'count':
		case 'proportion':
			return proportion(asked, column);
		case 'mean':
			return mean(asked, column);
		case 'total':
			return enoughToBound(total(asked, column), asked.units);
		case 'ratio':
			if (below === undefined) throw new Error(`${asked.info.name} is a ratio of one column`);
			return enoughToBound(ratio(asked, column, below), asked.units);
		case 'quantile':
			throw new Error('a quantile is estimated from trials');
	}
}

function proportion({ info, value, method, units }: Asked, column: Column): Part {
	// Of violations the questions that had any are counted: a repeat of one is no new evidence.
	const isViolations = info.concern === 'policy' || info.concern === 'safety';
	const values = meansOf(column, units.after).map((each) => (isViolations && each > 0 ? 1 : each));
	if (method === 't' || !(isViolations || isSingle(column, units.after))) {
		const { mean, bounds } = summarizeMean(values, units, { range: unitRange });
		return { method: 't', value: isViolations ? mean : value, bounds };
	}
	const share = values.reduce((sum, each) => sum + each, 0) / values.length;
	const { clusterOf, clusters } = units;
	const boundsBy = method === 'wilson' ? wilson : clopperPearson;
	return {
		method,
		value: share,
		bounds(alpha, times = 1) {
			const size =
				clusterOf === undefined ? values.length : effectiveSize(values, { clusterOf, clusters }, alpha);
			if (size < 1) return unitBounds;
			const found = boundsBy(share * size * times, size * times, alpha);
			if (clusterOf === undefined) return found;
			// Equal groups show no effect, and prove no more than so many questions.
			return noNarrowerThanEqual(found, { n: clusters * times, mean: share }, alpha, unitRange);
		},
	};
}

function mean({ method, units, seed }: Asked, column: Column): Part {
	const values = meansOf(column, units.after);
	const summary = summarizeMean(values, units, { range: unitRange });
	if (method !== 'bootstrap') return { method: 't', value: summary.mean, bounds: summary.bounds };
	const drawn = bcaOfMean(values, units, seed);
	const parts = partBounds(values, units, { range: unitRange });
	const n = units.clusterOf === undefined ? values.length : units.clusters;
	const value = summary.mean;
	return {
		method,
		value,
		bounds(alpha, times = 1) {
			const found = nearer(drawn(alpha), value, times);
			const wide = noNarrowerThanEqual(found, { n: n * times, mean: value }, alpha, unitRange);
			return parts === undefined ? wide : wider(wide, parts(alpha, times));
		},
	};
}

function total({ method, units, seed }: Asked, column: Column): Part {
	const values = sumsOf(column, units.after);
	const summary = summarizeMean(values, units);
	const value = summary.mean * values.length;
	if (method === 'bootstrap') {
		const drawn = bcaOfMean(values, units, seed);
		const scaled = (alpha: number) => mapBounds(drawn(alpha), (bound) => bound * values.length);
		return { method, value, bounds: (alpha, times = 1) => nearer(scaled(alpha), value, times) };
	}
	return {
		method: 't',
		value,
		bounds: (alpha, times = 1) => mapBounds(summary.bounds(alpha, times), (bound) => bound * values.length),
	};
}

function ratio({ method, units, seed }: Asked, column: Column, below: Column): Part {
	const [top, bottom] = [sumsOf(column, units.after), sumsOf(below, units.after)];
	const value = totalOf(top) / totalOf(bottom);
	const least = fiellerOfSums(top, bottom, units);
	if (method === 'delta' || top.length > mostResampled) {
		const influence = ratioInfluence(top, bottom);
		const bounds = linearized({ estimate: value, influence, ...groupingOf(units) });
		return noNearer({ method: 'delta', value, bounds }, least);
	}
	const drawn = bcaOf([top, bottom], ([above = 0, divisor = 0]) => above / divisor, units, seed);
	const part: Part = {
		method: 'bootstrap',
		value,
		bounds: (alpha, times = 1) => nearer(drawn(alpha), value, times),
	};
	return noNearer(part, least);
}
