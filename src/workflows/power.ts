import { SpangateError } from '../errors.ts';
import { metricCatalogue } from '../metrics/catalogue.ts';
import type { MetricInfo } from '../model/metric.ts';
import type { PowerPlan } from '../model/power-plan.ts';
import { type Run, schemaVersion } from '../model/run.ts';
import type { Home } from '../record/home.ts';
import { summarize } from '../stats/mean.ts';
import { sampleSizeForQuantile } from '../stats/power.ts';
import { type Margin, planPower } from './plan-power.ts';
import { type QuestionValues, readQuestionValues } from './question-values.ts';
import { readFacts } from './read-facts.ts';
import { unfinishedBecause, unsoundBecause } from './whole-run.ts';

/** By which stored run, for which margins and how surely to plan. */
export interface PowerRequest {
	readonly home: Home;
	/** A suite’s name. */
	readonly suite: string;
	/** The run's reference; without one, the newest complete run of the whole suite. */
	readonly run?: string | undefined;
	readonly metric: string;
	/** The margins, by the metric and its mean over the questions of the run (of a pair, of the baseline). */
	readonly margins: (metric: MetricInfo, value: number) => readonly Margin[];
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
 * Plans margins by the variance of a stored run, or of the paired differences between it and its partner. That there is
 * no such run is a config error, that it lacks the metric an `unmeasured` one.
 */
export async function readPower(request: PowerRequest): Promise<PowerPlan> {
	const { home, suite, alpha, power } = request;
	const chosen = chooseRun(request);
	const metric = metricOf(chosen, request);
	// What must never happen is a rule on one run: a baseline that did it too is no excuse.
	const partner: Partner = ['policy', 'safety'].includes(metric.concern) ? {} : partnerOf(chosen, home);
	// Of a pair, the candidate is the run and the baseline its partner, whichever was named.
	const [run, before] =
		chosen.role === 'baseline' && partner.run !== undefined ? [partner.run, chosen] : [chosen, partner.run];
	const after = await readSide(run, home, metric);
	const baseline = before && (await readSide(before, home, metric));
	const shared = baseline && [...after.questions.keys()].filter((id) => baseline.questions.has(id)).length;
	if (shared === 0) {
		throw new SpangateError('unmeasured', `runs @${run.id} and @${before?.id} have no question in common`);
	}
	const margins = request.margins(metric, (baseline ?? after).mean);
	const planned = planPower(metric, { before: baseline?.questions, after: after.questions }, margins, {
		alpha,
		power,
	});
	const notes = [
		...(partner.why === undefined ? [] : [partner.why]),
		...(baseline === undefined
			? [
					'Planned for a rule on one run: the margin is how far its true value lies on the right side of the limit.',
				]
			: []),
		...(asked(run) < run.suite.questions
			? [`Only ${asked(run)} of the suite’s ${run.suite.questions} questions were asked in run @${run.id}.`]
			: []),
		...leftOut(after, baseline, shared),
		...planned.notes,
	];
	return {
		schemaVersion,
		suite,
		metric: metric.name,
		unit: metric.unit,
		run: { id: run.id, target: run.target.name },
		...(before && { baseline: { id: before.id, target: before.target.name } }),
		alpha,
		power,
		...planned,
		notes,
	};
}

function chooseRun({ home, suite, run: reference }: PowerRequest): Run {
	if (reference !== undefined) {
		const run = home.resolve(reference);
		if (run.suite.name !== suite) {
			throw new SpangateError('usage', `--run ${reference}: run @${run.id} is of suite "${run.suite.name}"`);
		}
		const unfinished = unfinishedBecause(run);
		if (unfinished === undefined) return run;
		throw new SpangateError('usage', `--run ${reference}: run @${run.id} is not complete: ${unfinished}`, {
			hint: `Go on with it: \`spangate resume @${run.id}\`; or name a complete one.`,
		});
	}
	const { runs } = home.runs();
	const complete = runs.filter((run) => run.suite.name === suite && unfinishedBecause(run) === undefined);
	// A look at a few questions is no sample of the suite; one of them is better than nothing.
	const whole = complete.filter((run) => asked(run) === run.suite.questions);
	const newest = (whole.length > 0 ? whole : complete).toSorted(byEnd).at(-1);
	if (newest !== undefined) return newest;
	const others = [...new Set(runs.map((run) => run.suite.name))].filter((name) => name !== suite).sort();
	throw new SpangateError('config', `no complete run of a suite "${suite}" in ${home.folder}`, {
		hint: `Make one with \`spangate compare <suite>\` or \`spangate run <suite> --target X\`${others.length > 0 ? `; there are runs of: ${others.join(', ')}` : ''}.`,
	});
}

function asked({ planned, repeats }: Run): number {
	return planned / repeats;
}

/** The candidate of a pair counts as the later one. */
function byEnd(a: Run, b: Run): number {
	return (
		(a.endedAt ?? '').localeCompare(b.endedAt ?? '') ||
		Number(b.role === 'baseline') - Number(a.role === 'baseline') ||
		a.id.localeCompare(b.id)
	);
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
				? `no variance tells how far off a bound of a quantile is; there is one from ${sampleSizeForQuantile({ q: metric.quantile, alpha })} questions on`
				: 'no single question has a value of it';
	throw new SpangateError('usage', `--metric ${given}: ${what}`, {
		hint: `Expected one of: ${catalogue
			.filter(plannable)
			.map((each) => each.name)
			.join(', ')}.`,
	});
}

interface Partner {
	readonly run?: Run;
	readonly why?: string;
}

/** The run that was measured beside this one, when it is whole and of the same suite, or why it is of no use. */
function partnerOf(run: Run, home: Home): Partner {
	if (run.partner === undefined) return {};
	const useless = (why: string) => ({ why: `Its partner @${run.partner} is of no use: ${why}.` });
	try {
		const partner = home.find(run.partner);
		if (partner === undefined) return useless('its record is gone');
		if (partner.suite.digest !== run.suite.digest) return useless('it is of another version of the suite');
		const unfinished = unfinishedBecause(partner);
		return unfinished === undefined ? { run: partner } : useless(`it is not complete (${unfinished})`);
	} catch (error) {
		if (!(error instanceof SpangateError)) throw error;
		return useless(error.message);
	}
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
