import type { Estimate } from '../../src/compare/estimate.ts';
import { estimatePaired } from '../../src/compare/paired.ts';
import { estimateSingle } from '../../src/compare/single.ts';
import { parseCheck, parseMargin } from '../../src/gate/condition.ts';
import { metricCatalogue } from '../../src/metrics/catalogue.ts';
import { Column, TrialColumn } from '../../src/metrics/columns.ts';
import type { RunFacts } from '../../src/metrics/run-facts.ts';
import { columnsOf, latencyColumn } from '../../src/metrics/trial-values.ts';
import type { Metric, MetricInfo } from '../../src/model/metric.ts';
import { nearestRank } from '../../src/stats/quantile.ts';
import { run } from '../support/records.ts';

/** The values of one run's trials by column, question by question. */
export type Values = Readonly<Record<string, Float64Array>>;

/** What was measured: a candidate, beside its baseline where a rule compares the two. */
export interface Release {
	readonly candidate: Values;
	readonly baseline?: Values;
}

/** How the trials of a release belong together. */
export interface Layout {
	readonly questions: number;
	readonly repeats: number;
	/** The group of each question, by numbers from 0. */
	readonly clusterOf?: Uint32Array;
	readonly clusters: number;
	/** Of the normal causes within a group. */
	readonly correlation?: number;
}

const plain = run();
const catalogue = metricCatalogue(plain);

/** A metric of the test suites' run by its name. */
export function infoOf(metric: string): MetricInfo {
	const info = catalogue.find(({ name }) => name === metric);
	if (info === undefined) throw new Error(`no metric ${metric}`);
	return info;
}

/** The condition of a rule, as it stands in a gate file: `non_inferior: 2pp` or `check: lower >= 0.9`. */
export function conditionOf(rule: string, { unit }: MetricInfo) {
	const [key, text = ''] = rule.split(': ');
	const condition = key === 'non_inferior' ? parseMargin(text, unit) : parseCheck(text);
	if (typeof condition === 'string') throw new Error(condition);
	if (condition.kind === 'events') throw new Error(`${rule} has no bounds`);
	return condition;
}

/**
 * What the gate estimates of a release, by the code that it runs itself. The facts of a run are stood in for by the run
 * and its samples, all that an estimate reads: to make trials, ids and metrics of 2,000 × 2 × 1,000 questions takes
 * far longer than to judge them. That `decide` says the same of such a release is tested.
 */
export function estimateOf(
	info: MetricInfo,
	form: 'single' | 'difference' | 'ratio',
	{ candidate, baseline }: Release,
	{ questions, repeats, clusterOf, clusters }: Layout,
	{ seed, method }: { readonly seed: number; readonly method?: Estimate['method'] },
): Estimate {
	const all = Uint32Array.from({ length: questions }, (_, question) => question);
	const units = { after: all, before: all, clusters, ...(clusterOf && { clusterOf }) };
	const side = (values: Values) => ({
		facts: factsOf(values, repeats),
		metric: metricOf(info, values),
	});
	const after = side(candidate);
	const estimate =
		form === 'single' || baseline === undefined
			? estimateSingle(info, after.metric, after.facts, units, { seed, method })
			: estimatePaired(info, form, { before: side(baseline), after }, units, { seed, method });
	if ('missing' in estimate) throw new Error(estimate.missing);
	return estimate;
}

function factsOf(values: Values, repeats: number): RunFacts {
	const columns = new Map<string, Column>();
	let latency: TrialColumn | undefined;
	for (const [name, each] of Object.entries(values)) {
		const column =
			name === latencyColumn ? new TrialColumn(each.length) : new Column(Math.ceil(each.length / repeats));
		for (let trial = 0; trial < each.length; trial++) {
			column.add(Math.floor(trial / repeats), each[trial] as number);
		}
		if (column instanceof TrialColumn) latency = column;
		else columns.set(name, column);
	}
	const samples = { column: (name: string) => columns.get(name), latency };
	return { samples, run: { ...plain, repeats } } as unknown as RunFacts;
}

function metricOf(info: MetricInfo, values: Values): Metric {
	const [first = new Float64Array(), below] = columnsOf(info).map((name) => values[name]);
	const [unit, n] = [info.unit, first.length];
	if (info.quantile !== undefined)
		return { value: nearestRank(first.slice().sort(), info.quantile), n, unit };
	return { value: sumOf(first) / (below === undefined ? n : sumOf(below)), n, unit };
}

function sumOf(values: Float64Array): number {
	let sum = 0;
	for (let at = 0; at < values.length; at++) sum += values[at] as number;
	return sum;
}
