import { methodLabel } from '../compare/methods.ts';
import { SpangateError } from '../errors.ts';
import type { Gate, Rule } from '../gate/rule.ts';
import { parseGate } from '../gate/rules.ts';
import { metricCatalogue } from '../metrics/catalogue.ts';
import type { MetricInfo } from '../model/metric.ts';
import type { PowerPlan, RulePlan } from '../model/power-plan.ts';
import { type Run, schemaVersion } from '../model/run.ts';
import type { Home } from '../record/home.ts';
import { readGateSnapshot } from '../record/reader.ts';
import { summarize } from '../stats/mean.ts';
import { sampleSizeForQuantile } from '../stats/power.ts';
import { type Basis, basisOf, concernsViolations } from './plan-basis.ts';
import { type Margin, planPower } from './plan-power.ts';
import { planRule, rulesOn } from './plan-rules.ts';
import { asked, chooseRun, type Partner, partnerOf, type RunsRequest } from './planned-runs.ts';
import { type QuestionValues, readQuestionValues } from './question-values.ts';
import { readFacts } from './read-facts.ts';
import { unsoundBecause } from './whole-run.ts';

/** By which stored run, for which margins and how surely to plan. */
export interface PowerRequest extends RunsRequest {
	readonly metric: string;
	/** The margins, by the metric and its mean over the questions of the run (of a pair, of the baseline). */
	readonly margins: (metric: MetricInfo, value: number) => readonly Margin[];
	/** The gate whose rules are planned for; `record` is the one that the run keeps. */
	readonly gate: Gate | 'record' | 'none';
	readonly alpha: number;
	readonly power: number;
}

/** One run with what its questions say of the metric. */
interface Side {
	readonly run: Run;
	/** The mean over questions. */
	readonly mean: number;
	readonly questions: ReadonlyMap<string, QuestionValues>;
}

/**
 * Plans what the gate asks of a metric, and margins, by the variance of a stored run, or of the paired differences between
 * it and its partner. That there is no such run is a config error, that it lacks the metric an `unmeasured` one.
 */
export async function readPower(request: PowerRequest): Promise<PowerPlan> {
	const { home, suite, alpha, power } = request;
	const chosen = chooseRun(request);
	const metric = metricOf(chosen.run, request);
	// What must never happen is a rule on one run: a baseline that did it too is no excuse.
	const partner: Partner = concernsViolations(metric) ? {} : partnerOf(chosen.run, home);
	// Of a pair, the candidate is the run and the baseline its partner, whichever was named.
	const [run, before] =
		chosen.run.role === 'baseline' && partner.run !== undefined
			? [partner.run, chosen.run]
			: [chosen.run, partner.run];
	const after = await readSide(run, home, metric);
	const baseline = before && (await readSide(before, home, metric));
	const shared = baseline && [...after.questions.keys()].filter((id) => baseline.questions.has(id)).length;
	if (shared === 0) {
		throw new SpangateError('unmeasured', `runs @${run.id} and @${before?.id} have no question in common`);
	}
	const margins = request.margins(metric, (baseline ?? after).mean);
	const single = basisOf(metric, after.questions);
	const paired = baseline && basisOf(metric, after.questions, baseline.questions);
	const basis = paired ?? single;
	const planned = planPower(metric, basis, margins, { alpha, power });
	const rules = rulesOn(gateOf(request, run) ?? { rules: [] }, metric);
	const bases = { metric, single, paired, baselineMean: baseline?.mean, repeats: run.repeats };
	const rulePlans = rules.map((rule) => planRule(rule, bases, power));
	const notes = [
		...(chosen.note === undefined ? [] : [chosen.note]),
		...(partner.why === undefined ? [] : [partner.why]),
		...(baseline === undefined && margins.length > 0 && planned.provided === undefined
			? [
					'Planned for a rule on one run: the margin is how far its true value lies on the right side of the limit.',
				]
			: []),
		...(asked(run) < run.suite.questions
			? [`Only ${asked(run)} of the suite’s ${run.suite.questions} questions were asked in run @${run.id}.`]
			: []),
		...leftOut(after, baseline, shared),
		...planned.notes,
		...rules.flatMap(otherMethod(rulePlans)),
		unplanned(
			basis,
			[planned.method, ...rulePlans.map(({ method }) => method)],
			rules.filter(({ clusterBy }) => clusterBy !== undefined).map(({ id }) => id),
		),
	];
	return {
		schemaVersion,
		suite,
		metric: metric.name,
		unit: metric.unit,
		better: metric.better,
		run: { id: run.id, target: run.target.name },
		...(before && { baseline: { id: before.id, target: before.target.name } }),
		alpha,
		power,
		...planned,
		rules: rulePlans,
		notes,
	};
}

function gateOf({ gate, home }: PowerRequest, run: Run): Gate | undefined {
	if (gate === 'none') return undefined;
	if (gate !== 'record') return gate;
	const snapshot = readGateSnapshot(home.runFolder(run.id));
	return snapshot && parseGate(snapshot.text, snapshot.file, metricCatalogue(run));
}

/** A rule may name a method that is planned for by another one. */
function otherMethod(plans: readonly RulePlan[]): (rule: Rule, at: number) => string[] {
	return ({ id, method: named, metric }, at) => {
		const method = plans[at]?.method;
		if (named === undefined || method === undefined || methodLabel(named, metric) === method) return [];
		return [`Rule ${id} is judged by ${methodLabel(named, metric)}, and planned by ${method}.`];
	};
}

/** What the gate also allows for and no plan does; each of it asks for more questions. */
function unplanned(
	{ reach }: Basis,
	methods: readonly (RulePlan['method'] | undefined)[],
	grouped: readonly string[],
): string {
	const bounded = reach !== undefined;
	const parts = [
		...(bounded && methods.includes('paired t')
			? [', nor are the wider bounds of paired t where few questions gain or lose']
			: []),
		...(bounded && methods.includes('Student t')
			? [', nor are the wider bounds of Student t for skewed values']
			: []),
	];
	const judged = grouped.length === 0 ? '' : `, by which the gate judges ${grouped.join(', ')}`;
	return `Groups are not planned for (cluster_by${judged})${parts.join('')}: they need more questions.`;
}

/** Why a quantile has no plan, and what is known of the questions that it needs all the same. */
function unplannedQuantile({ name }: MetricInfo, q: number, alpha: number): string {
	const least = sampleSizeForQuantile({ q, alpha });
	return `a margin of ${name} cannot be planned: how sure a quantile is depends on how close the latencies lie around it, and a variance does not tell that. What is known: with fewer than ${least} questions it has no upper bound at all, so a rule on "upper" needs ${least} questions or more`;
}

function metricOf(run: Run, { metric: given, alpha }: PowerRequest): MetricInfo {
	const catalogue = metricCatalogue(run);
	// Violations are counted; what is planned is how sure their rate is to be.
	const name = given.replace(/^(policy|safety)_violations/, '$1_violation_rate');
	const metric = catalogue.find((each) => each.name === name);
	const plannable = ({ estimand }: MetricInfo) => ['proportion', 'mean', 'total'].includes(estimand);
	if (metric !== undefined && plannable(metric)) return metric;
	const what =
		metric === undefined
			? `run @${run.id} has no such metric`
			: metric.quantile !== undefined
				? unplannedQuantile(metric, metric.quantile, alpha)
				: 'no single question has a value of it';
	throw new SpangateError('usage', `--metric ${given}: ${what}`, {
		hint: `Expected one of: ${catalogue
			.filter(plannable)
			.map((each) => each.name)
			.join(', ')}.`,
	});
}

async function readSide(run: Run, home: Home, metric: MetricInfo): Promise<Side> {
	const folder = home.runFolder(run.id);
	const facts = await readFacts(run, folder);
	const unsound = unsoundBecause(facts);
	if (unsound !== undefined) {
		throw new SpangateError('unmeasured', `run @${run.id} cannot be planned by: ${unsound}`, {
			hint: 'Name another one with --run, or measure again.',
		});
	}
	const found = facts.metrics()[metric.name];
	if (found === undefined || 'missing' in found) {
		throw new SpangateError('unmeasured', `run @${run.id} has no ${metric.name}: ${found?.missing}`);
	}
	const questions = await readQuestionValues(run, folder, metric);
	return { run, mean: summarize([...questions.values()].map(({ mean }) => mean)).mean, questions };
}

function leftOut(after: Side, before: Side | undefined, shared: number | undefined): string[] {
	if (before === undefined || shared === undefined) return [];
	const alone = after.questions.size + before.questions.size - 2 * shared;
	return alone === 0
		? []
		: [`${alone} question${alone === 1 ? ' has' : 's have'} a value in one of the runs only, and no pair.`];
}
