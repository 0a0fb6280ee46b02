import type { Metrics } from '../model/metric.ts';
import type { Run } from '../model/run.ts';
import type { Score, Trial } from '../model/trial.ts';
import type { RepeatsSummary, Variance } from '../model/verdict.ts';
import { expectedQuestions, withRoom } from './growing.ts';
import type { Questions } from './questions.ts';

/**
 * One value's spread over repeats: a question's mean by Welford's updates, whose remainders add up to the sum of
 * squares within questions; exactly 0 when no question ever gave two different values.
 */
class Spread {
	#means: Float64Array<ArrayBuffer>;
	#counts: Uint32Array<ArrayBuffer>;
	#within = 0;

	constructor(expected: number) {
		this.#means = new Float64Array(expected);
		this.#counts = new Uint32Array(expected);
	}

	add(question: number, value: number): void {
		this.#means = withRoom(this.#means, question + 1);
		this.#counts = withRoom(this.#counts, question + 1);
		const count = (this.#counts[question] as number) + 1;
		const before = this.#means[question] as number;
		const mean = before + (value - before) / count;
		this.#within += (value - before) * (value - mean);
		this.#means[question] = mean;
		this.#counts[question] = count;
	}

	/**
	 * The components of variance of the one-way random effects model by the method of moments, groups of any size:
	 * within = MSW, between = max(0, (MSB − MSW) / n₀), n₀ = (N − Σnᵢ²/N) / (m − 1) (Searle, Casella and
	 * McCulloch 1992, Variance Components). A question's mean over k repeats has the variance between + within/k
	 * (Miller 2024, arXiv 2411.00640, on resampling).
	 */
	variance(): Variance {
		let [questions, trials, squares, sum] = [0, 0, 0, 0];
		for (const [question, count] of this.#counts.entries()) {
			if (count === 0) continue;
			questions++;
			trials += count;
			squares += count * count;
			sum += count * (this.#means[question] as number);
		}
		if (questions < 2) return { missing: `${questions} question(s) have a value` };
		if (trials === questions) return { missing: 'no question has a value in two repeats' };
		const overall = sum / trials;
		let spread = 0;
		for (const [question, count] of this.#counts.entries()) {
			spread += count * ((this.#means[question] as number) - overall) ** 2;
		}
		const within = this.#within / (trials - questions);
		const perQuestion = (trials - squares / trials) / (questions - 1);
		const between = Math.max(0, (spread / (questions - 1) - within) / perQuestion);
		const total = between + within;
		return { between, within, ...(total > 0 && { withinShare: within / total }), questions };
	}
}

/** What a run's repeats show of its questions: how much of each value's variance is within them. */
export class Repeats {
	readonly #passes: Spread;
	readonly #scores: ReadonlyMap<string, Spread>;

	constructor(run: Pick<Run, 'planned' | 'repeats' | 'scorers'>) {
		const expected = expectedQuestions(run);
		this.#passes = new Spread(expected);
		this.#scores = new Map(run.scorers.map(({ name }) => [name, new Spread(expected)]));
	}

	/** Takes a trial of the question with this number. */
	add(question: number, trial: Trial): void {
		this.#passes.add(question, trial.passed ? 1 : 0);
		for (const [name, spread] of this.#scores) {
			const score = lastScore(trial.scores, name);
			if (score?.status === 'scored') spread.add(question, score.value);
		}
	}

	/** The variance of `pass_rate` and of each scorer, none of a metric that is missing; and the flaky questions. */
	summary(metrics: Metrics, questions: Questions): RepeatsSummary {
		const spreads = [['pass_rate', this.#passes] as const, ...this.#scores];
		const variance = spreads.map(([name, spread]) => {
			const metric = metrics[name];
			return [
				name,
				metric !== undefined && 'missing' in metric ? { missing: metric.missing } : spread.variance(),
			];
		});
		return { variance: Object.fromEntries(variance), flaky: questions.flaky() };
	}
}

/** Of several scores by one scorer the last counts. */
function lastScore(scores: readonly Score[], name: string): Score | undefined {
	return scores.findLast(({ scorer }) => scorer === name);
}
