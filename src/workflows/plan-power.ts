import type { MetricInfo } from '../model/metric.ts';
import type { MarginPlan, PowerPlan, RepeatsPlan } from '../model/power-plan.ts';
import { sdOfRepeats } from '../stats/power.ts';
import { type Aim, meanSizes, type Sizes } from './margin-sizes.ts';
import { type Basis, concernsViolations } from './plan-basis.ts';

/** A margin as it is written, and the change for the worse that it allows, in the metric's unit. */
export type Margin = Pick<MarginPlan, 'margin' | 'change'>;

/** What a plan comes to, but for which runs it is of. */
export type Planned = Pick<
	PowerPlan,
	| 'method'
	| 'provided'
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

/** Plans margins by the values of one run, or by the differences of two that are paired by question. */
export function planPower(metric: MetricInfo, basis: Basis, margins: readonly Margin[], aim: Aim): Planned {
	const { n, mean, sd, equal, untold, once, binary, paired, column } = basis;
	const sizes = basis.sizes(aim);
	const isViolations = concernsViolations(metric);
	const repeats = once || (isViolations && !paired) ? undefined : byRepeats(basis, margins, aim);
	return {
		method: sizes.method,
		...(basis.provided !== undefined && { provided: basis.provided }),
		questions: n,
		...(paired &&
			binary && {
				discordant: {
					gained: column.values.filter((value) => value > 0).length,
					lost: column.values.filter((value) => value < 0).length,
				},
			}),
		mean,
		...(Number.isFinite(sd) && { sd }),
		margins: untold ? [] : margins.map((margin) => planOf(margin, sizes)),
		...(!untold && { detectable: sizes.detectable(n) }),
		...repeats,
		notes: [
			...(equal && (paired || !binary) ? [noSpread(metric, paired, untold)] : []),
			...(n < fewQuestions ? [`A variance from ${n} questions is itself a rough guess.`] : []),
			...(repeats === undefined ? [noRepeats(once, isViolations && !paired)] : []),
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

function noRepeats(once: boolean, isViolations: boolean): string {
	if (isViolations) {
		return 'Repeats would not help: a question counts once, however many of its trials have a violation.';
	}
	const why = once
		? 'Each question was asked once'
		: 'Not every question was asked more than once in each run';
	return `${why}: what repeats would gain cannot be told; measure with --repeat 2 or more.`;
}

/**
 * Parts the variance of the questions' values into that between questions and that within one, and plans for other
 * numbers of repeats: var = between + within / repeats (Miller 2024, arXiv 2411.00640, §3.1). Nothing where some
 * question was asked only once, which shows no variance within it.
 */
function byRepeats(
	{ column: { values, trials }, sd, reach, paired }: Basis,
	margins: readonly Margin[],
	aim: Aim,
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
		const sizes = meanSizes({ reach, paired, sd: sdOfRepeats({ between, within, repeats }) }, aim);
		return {
			repeats,
			margins: margins.map((margin) => planOf(margin, sizes)),
			detectable: sizes.detectable(values.length),
		};
	});
	return { variance: { between, within }, byRepeats: rows };
}

function planOf({ margin, change }: Margin, sizes: Sizes): MarginPlan {
	const questions = sizes.questionsFor(change);
	return { margin, change, ...(Number.isFinite(questions) && { questions }) };
}
