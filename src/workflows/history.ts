import { methodLabel } from '../compare/methods.ts';
import { estimateSingle } from '../compare/single.ts';
import { inOrderOfIds } from '../compare/units.ts';
import { SpangateError } from '../errors.ts';
import { metricCatalogue } from '../metrics/catalogue.ts';
import { keepForReport } from '../metrics/keep.ts';
import type { RunFacts } from '../metrics/run-facts.ts';
import { columnsOf } from '../metrics/trial-values.ts';
import type { History, HistoryEntry, HistoryMetric } from '../model/history.ts';
import type { Metric, MetricInfo } from '../model/metric.ts';
import { type Run, schemaVersion } from '../model/run.ts';
import type { Home } from '../record/home.ts';
import { keptVerdict } from './kept-verdict.ts';
import { readFacts } from './read-facts.ts';
import { unfinishedBecause, unsoundBecause } from './whole-run.ts';

/** Each end of a two-sided 95 % interval is missed this often. */
const alpha = 0.025;
const always = ['pass_rate', 'latency_p95_ms', 'cost_per_success', 'safety_violations', 'policy_violations'];

const nothing: ReadonlySet<string> = new Set();
const none = new Uint32Array();

/** Which stored runs make up a history, and the metric that is shown with its bounds. */
export interface HistoryRequest {
	readonly home: Home;
	/** A suite’s name. */
	readonly suite: string;
	readonly metric: string;
	readonly target?: string | undefined;
	/** Only so many, the latest. */
	readonly last?: number | undefined;
}

/** Reads the stored runs of a suite, one at a time, oldest first; that there is none is a config error. */
export async function readHistory(request: HistoryRequest): Promise<History> {
	const { home, suite, metric, target, last } = request;
	const { runs, unreadable } = home.runs();
	const ofSuite = runsOf(runs, request);
	const known = new Map(ofSuite.flatMap(metricCatalogue).map((info) => [info.name, info]));
	const info = known.get(metric);
	if (info === undefined) {
		throw new SpangateError('usage', `--metric ${metric}: no run of suite "${suite}" has such a metric`, {
			hint: `Expected one of: ${[...known.keys()].join(', ')}.`,
		});
	}
	const wanted = ofSuite.filter((run) => target === undefined || run.target.name === target);
	const tags = [...home.tags()];
	const entries: HistoryEntry[] = [];
	for (const run of wanted.slice(-(last ?? wanted.length))) {
		const copies = wanted.filter(({ id }) => id === run.id).length;
		entries.push(await entryOf(run, copies, home.runFolder(run.id), info, tags));
	}
	return { schemaVersion, suite, metric, estimand: info.estimand, runs: entries, unreadable };
}

function runsOf(runs: readonly Run[], { home, suite, target }: HistoryRequest): Run[] {
	const names = (list: readonly string[]) => [...new Set(list)].sort().join(', ');
	const ofSuite = runs.filter((run) => run.suite.name === suite);
	if (ofSuite.length === 0) {
		const others = names(runs.map((run) => run.suite.name));
		throw new SpangateError('config', `no stored run of a suite "${suite}" in ${home.folder}`, {
			hint:
				others === ''
					? 'Make one with `spangate compare <suite>` or `spangate run <suite> --target X`.'
					: `There are runs of: ${others}.`,
		});
	}
	if (target !== undefined && !ofSuite.some((run) => run.target.name === target)) {
		throw new SpangateError('usage', `--target ${target}: no stored run of suite "${suite}" has it`, {
			hint: `Expected one of: ${names(ofSuite.map((run) => run.target.name))}.`,
		});
	}
	return ofSuite;
}

async function entryOf(
	run: Run,
	copies: number,
	folder: string,
	metric: MetricInfo,
	tags: readonly (readonly [tag: string, id: string])[],
): Promise<HistoryEntry> {
	const own = tags.filter(([, id]) => id === run.id).map(([tag]) => tag);
	return {
		id: run.id,
		startedAt: run.startedAt,
		...(run.endedAt !== undefined && { endedAt: run.endedAt }),
		role: run.role,
		target: run.target.name,
		suiteDigest: run.suite.digest,
		suiteQuestions: run.suite.questions,
		questions: run.planned / run.repeats,
		repeats: run.repeats,
		planned: run.planned,
		completed: run.completed,
		...(copies > 1 ? copied(copies) : await measuredOf(run, folder, metric)),
		...keptVerdict(folder),
		tags: own,
		baseline: own.includes('baseline'),
	};
}

type Measured = Pick<HistoryEntry, 'state' | 'stoppedBy' | 'problem' | 'metrics'>;

/** By its id alone neither of them can be told from the other. */
function copied(copies: number): Measured {
	const problem = `${copies} records bear this id; a copied record keeps its id: remove all but one`;
	return { state: 'unreadable', problem, metrics: {} };
}

async function measuredOf(run: Run, folder: string, metric: MetricInfo): Promise<Measured> {
	const unfinished = unfinishedBecause(run);
	if (unfinished !== undefined) {
		const stopped = run.curtailed !== undefined && { stoppedBy: run.curtailed.rule };
		return { state: 'incomplete', ...stopped, problem: unfinished, metrics: {} };
	}
	try {
		const samples = { columns: new Set(columnsOf(metric)), tags: nothing, clusters: false };
		const facts = await readFacts(run, folder, { ...keepForReport, samples });
		const problem = unsoundBecause(facts);
		if (problem !== undefined) return { state: 'incomplete', problem, metrics: {} };
		const all = facts.metrics();
		const known = metricCatalogue(run).filter(({ name }) => name === metric.name || always.includes(name));
		const metrics: Record<string, HistoryMetric> = {};
		for (const info of known) {
			const found = all[info.name];
			if (found === undefined) continue;
			metrics[info.name] = info.name === metric.name ? withInterval(found, info, facts) : found;
		}
		return { state: 'complete', metrics };
	} catch (error) {
		if (!(error instanceof SpangateError)) throw error;
		return { state: 'unreadable', problem: error.message, metrics: {} };
	}
}

/**
 * A metric with its interval, by the method that the gate would use for a rule on it, but for a share: Wilson's, which is
 * the better one to look at. A count of violations has that of the rate of questions with one.
 */
function withInterval(metric: Metric, info: MetricInfo, facts: RunFacts): HistoryMetric {
	if ('missing' in metric) return metric;
	const isCount = info.estimand === 'count';
	const all = { after: Uint32Array.from({ length: facts.questions.size }, (_, at) => at), before: none };
	const method = isCount || info.estimand === 'proportion' ? 'wilson' : undefined;
	const options = { method, seed: facts.run.seed } as const;
	const estimate = estimateSingle(info, metric, facts, inOrderOfIds(all, facts), options);
	if ('missing' in estimate) return metric;
	const { lower, upper } = estimate.bounds(alpha);
	return {
		...metric,
		...(Number.isFinite(lower) && { lower }),
		...(Number.isFinite(upper) && { upper }),
		interval: methodLabel(estimate.method, info),
		...(isCount && { rate: estimate.value }),
	};
}
