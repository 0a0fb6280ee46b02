import type { MetricInfo } from '../model/metric.ts';
import { summarize } from '../stats/mean.ts';
import { type Aim, meanSizes, pairSizes, type Sizes, shareSizes } from './margin-sizes.ts';
import type { QuestionValues } from './question-values.ts';

type Values = ReadonlyMap<string, QuestionValues>;

/** What is planned by: of each question its value or difference, and the trials behind it. */
interface Column {
	readonly values: Float64Array;
	readonly trials: readonly (readonly QuestionValues[])[];
}

/** What the questions of one run, or the pairs of two, say of a metric, and how sizes follow from it. */
export interface Basis {
	readonly column: Column;
	readonly paired: boolean;
	readonly n: number;
	readonly mean: number;
	readonly sd: number;
	/** Whether nothing varied. */
	readonly equal: boolean;
	/** What plans by equal values rest on. */
	readonly provided?: string;
	/** Whether equal values say nothing at all, since there is no worst value. */
	readonly untold: boolean;
	/** Whether every question was asked once. */
	readonly once: boolean;
	/** Whether each question is a success or none. */
	readonly binary: boolean;
	/** The distance to the worst value, where there is one. */
	readonly reach: number | undefined;
	readonly sizes: (aim: Aim) => Sizes;
}

/** The {@link Basis} of the questions of one run; with another's, that of the differences of those in both. */
export function basisOf(metric: MetricInfo, after: Values, before?: Values): Basis {
	const column = before === undefined ? singleColumn(metric, after) : pairedColumn(before, after);
	const paired = before !== undefined;
	const n = column.values.length;
	const sd = spreadOf(column.values, metric, paired);
	const once = column.trials.every((trials) => trials.every((each) => each.trials === 1));
	const isShare = metric.estimand === 'proportion';
	const binary = isShare && (once || (!paired && concernsViolations(metric)));
	// A count of successes is whole; a running mean of them may miss 0.015 by its last digit.
	const mean = binary
		? column.values.reduce((sum, value) => sum + value, 0) / n
		: summarize(column.values).mean;
	const reach = reachOf(metric, mean, paired);
	const equal = !(sd > 0);
	const discordant = column.values.filter((value) => value !== 0).length / n;
	const sizes = (aim: Aim) => {
		if (paired && isShare && (binary || equal)) return pairSizes(discordant, aim);
		return !paired && binary
			? shareSizes(mean, metric, aim)
			: meanSizes({ sd: equal ? 0 : sd, reach, paired }, aim);
	};
	return {
		...{ column, paired, n, mean, sd, equal, once, binary, reach, sizes },
		untold: equal && reach === undefined,
		...(equal && { provided: providedOf(metric, mean, { paired, binary }) }),
	};
}

/** Whether a metric is about what must never happen. */
export function concernsViolations({ concern }: Pick<MetricInfo, 'concern'>): boolean {
	return concern === 'policy' || concern === 'safety';
}

function providedOf(
	metric: MetricInfo,
	mean: number,
	{ paired, binary }: { paired: boolean; binary: boolean },
): string {
	if (paired) return 'no pair differs';
	if (binary && metric.better === 'lower' && mean === 0) {
		return concernsViolations(metric) ? 'no violation occurs' : 'no trial fails';
	}
	return binary && metric.better === 'higher' && mean === 1
		? 'every question passes'
		: 'every question comes out the same again';
}

/** Of violations the gate counts the questions that had any, as is done here. */
function singleColumn(metric: MetricInfo, after: Values): Column {
	const questions = [...after.values()];
	const isViolations = metric.estimand === 'proportion' && concernsViolations(metric);
	return {
		values: Float64Array.from(questions, ({ mean }) => (isViolations && mean > 0 ? 1 : mean)),
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
