import type { MetricInfo } from '../model/metric.ts';
import type { MarginPlan, PowerPlan, RepeatsPlan } from '../model/power-plan.ts';
import { summarize } from '../stats/mean.ts';
import { sdOfRepeats } from '../stats/power.ts';
import { type Aim, meanSizes, pairSizes, type Sizes, shareSizes } from './margin-sizes.ts';
import type { QuestionValues } from './question-values.ts';

/** A margin as it is written, and the change for the worse that it allows, in the metric's unit. */
export type Margin = Pick<MarginPlan, 'margin' | 'change'>;

type Values = ReadonlyMap<string, QuestionValues>;
/** What is planned by: of each question its value or difference, and the trials behind it. */
interface Column {
	readonly values: Float64Array;
	readonly trials: readonly (readonly QuestionValues[])[];
}

/** What a plan comes to, but for which runs it is of. */
export type Planned = Pick<
	PowerPlan,
	| 'method'
	| 'questions'
	| 'mean'
	| 'discordant'
	| 'sd'
	| 'margins'
	| 'detectable'
	| 'variance'
	| 'byRepeats'
	| 'notes'
>;

const repeatsShown = [1, 2, 3, 5];
const fewQuestions = 30;

/** Plans by the values of one run, or by the differences of two that are paired by question. */
export function planPower(
	metric: MetricInfo,
	{ before, after }: { before?: Values | undefined; after: Values },
	margins: readonly Margin[],
	aim: Aim,
): Planned {
	const column = before === undefined ? singleColumn(after) : pairedColumn(before, after);
	const paired = before !== undefined;
	const { n, mean } = summarize(column.values);
	const sd = spreadOf(column.values, metric, paired);
	const once = column.trials.every((trials) => trials.every((each) => each.trials === 1));
	const binary = metric.estimand === 'proportion' && once;
	const gained = column.values.filter((value) => value > 0).length;
	const lost = column.values.filter((value) => value < 0).length;
	const reach = reachOf(metric, mean, paired);
	const equal = !(sd > 0);
	const sizes =
		paired && (binary || (metric.estimand === 'proportion' && equal))
			? pairSizes((gained + lost) / n, aim)
			: binary
				? shareSizes(mean, metric, aim)
				: meanSizes({ sd: equal ? 0 : sd, reach, paired }, aim);
	const untold = equal && reach === undefined;
	const repeats = once ? undefined : byRepeats(column, sd, { margins, aim, reach, paired });
	return {
		method: sizes.method,
		questions: n,
		...(paired && binary && { discordant: { gained, lost } }),
		mean,
		...(Number.isFinite(sd) && { sd }),
		margins: untold ? [] : margins.map((margin) => planOf(margin, sizes)),
		...(!untold && { detectable: sizes.detectable(n) }),
		...repeats,
		notes: [
			...(equal ? [noSpread(metric, paired, untold)] : []),
			...(n < fewQuestions ? [`A variance from ${n} questions is itself a rough guess.`] : []),
			...(repeats === undefined ? [noRepeats(once)] : []),
		],
	};
}

function noSpread({ estimand }: MetricInfo, paired: boolean, untold: boolean): string {
	const pairs = estimand === 'proportion' ? 'No pair is discordant' : 'No pair differs';
	const what = `${paired ? pairs : 'All values are the same'}, so there is no variance to go by`;
	return untold
		? `${what}, and nothing to plan with.`
		: `${what}: the numbers are the least that even then are needed.`;
}

function noRepeats(once: boolean): string {
	const why = once
		? 'Each question was asked once'
		: 'Not every question was asked more than once in each run';
	return `${why}: what repeats would gain cannot be told; measure with --repeat 2 or more.`;
}

function singleColumn(after: Values): Column {
	const questions = [...after.values()];
	return {
		values: Float64Array.from(questions, ({ mean }) => mean),
		trials: questions.map((each) => [each]),
	};
}

function pairedColumn(before: Values, after: Values): Column {
	const trials: [QuestionValues, QuestionValues][] = [];
	for (const [id, candidate] of after) {
		const baseline = before.get(id);
		if (baseline !== undefined) trials.push([candidate, baseline]);
	}
	return {
		values: Float64Array.from(trials, ([candidate, baseline]) => candidate.mean - baseline.mean),
		trials,
	};
}

/**
 * The standard deviation of one question's value. Of a difference of shares it is taken about 0: no true change is
 * assumed, as for pairs of which as many gain as lose.
 */
function spreadOf(values: Float64Array, { estimand }: MetricInfo, paired: boolean): number {
	if (!paired || estimand !== 'proportion') return summarize(values).sd;
	return Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);
}

/** The distance from the mean to the worst value there is; of a difference, from no change to a fall from 1 to 0. */
function reachOf({ unit, better }: MetricInfo, mean: number, paired: boolean): number | undefined {
	if (unit !== 'share' && unit !== 'score') return undefined;
	if (paired) return 1;
	return better === 'higher' ? mean : 1 - mean;
}

/**
 * Parts the variance of the questions' values into that between questions and that within one, and plans for other
 * numbers of repeats: var = between + within / repeats (Miller 2024, arXiv 2411.00640, §3.1). Nothing where some
 * question was asked only once, which shows no variance within it.
 */
function byRepeats(
	{ values, trials }: Column,
	sd: number,
	plan: { margins: readonly Margin[]; aim: Aim; reach: number | undefined; paired: boolean },
): Pick<PowerPlan, 'variance' | 'byRepeats'> | undefined {
	if (trials.some((question) => question.some((each) => each.trials < 2))) return undefined;
	let within = 0;
	let ofMeans = 0;
	for (const question of trials) {
		for (const { squares, trials: count } of question) {
			within += squares / (count - 1) / trials.length;
			ofMeans += squares / (count - 1) / count / trials.length;
		}
	}
	const between = Math.max(0, (Number.isFinite(sd) ? sd ** 2 : 0) - ofMeans);
	const rows = repeatsShown.map((repeats): RepeatsPlan => {
		const sizes = meanSizes({ ...plan, sd: sdOfRepeats({ between, within, repeats }) }, plan.aim);
		return {
			repeats,
			margins: plan.margins.map((margin) => planOf(margin, sizes)),
			detectable: sizes.detectable(values.length),
		};
	});
	return { variance: { between, within }, byRepeats: rows };
}

function planOf({ margin, change }: Margin, sizes: Sizes): MarginPlan {
	const questions = sizes.questionsFor(change);
	return { margin, change, ...(Number.isFinite(questions) && { questions }) };
}
