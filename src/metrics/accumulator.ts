import type { Metric, Metrics, Unit } from '../model/metric.ts';
import type { Run } from '../model/run.ts';
import { reaches, type Score, type Trial, weightedMean } from '../model/trial.ts';
import { nearestRank, rankOf } from '../stats/quantile.ts';
import { selectRanks } from '../stats/select-ranks.ts';
import { withRoom } from './growing.ts';
import { SpendingReader } from './spending.ts';
import { type Judgement, judged, ViolationCount } from './violations.ts';

const percentiles = [
	['latency_p50_ms', 0.5],
	['latency_p95_ms', 0.95],
	['latency_p99_ms', 0.99],
] as const;

/** Sums what some trials report, and knows how many answered ones did not report it. */
class ReportedSum {
	#sum = 0;
	#n = 0;
	#unreported = 0;
	#why: string | undefined;

	/** `why` says why an answer reports none, where that is known. */
	add(value: number | undefined, answered: boolean, why?: string): void {
		if (value !== undefined) {
			this.#sum += value;
			this.#n++;
		} else if (answered) {
			this.#unreported++;
			this.#why ??= why;
		}
	}

	/** `of` names who reports, by how many they are. */
	metric(what: string, unit: Unit, of = answers): Metric {
		if (this.#unreported > 0) {
			const why = this.#why === undefined ? '' : `: ${this.#why}`;
			return { missing: `${of(this.#unreported)} reported no ${what}${why}` };
		}
		if (this.#n === 0) return { missing: `${of(0)} reported ${what}` };
		return { value: this.#sum, n: this.#n, unit };
	}
}

const answers = (count: number) => (count === 0 ? 'no answer' : `${count} answer${count === 1 ? '' : 's'}`);
const judges = (count: number) =>
	count === 0 ? "no trial's judge" : `the judges of ${count} trial${count === 1 ? '' : 's'}`;

interface ScoreSum {
	sum: number;
	n: number;
	errored: number;
	/** Trials with such a score, and the last of them. */
	seen: number;
	lastSeen: number;
}

/** Turns a stream of trials into metrics; it keeps sums, counts and latencies, not the trials. */
export class MetricAccumulator {
	readonly #scores: Map<string, ScoreSum>;
	readonly #violations: { metric: string; rate: string; count: ViolationCount }[];
	#latencies: Float64Array<ArrayBuffer>;
	/** Answers with a latency, and those without. */
	#timed = 0;
	#untimed = 0;
	readonly #cost = new ReportedSum();
	readonly #inputTokens = new ReportedSum();
	readonly #outputTokens = new ReportedSum();
	readonly #spending: SpendingReader;
	readonly #judgeInput = new ReportedSum();
	readonly #judgeOutput = new ReportedSum();
	readonly #judgeCost = new ReportedSum();
	#trials = 0;
	#passed = 0;
	#failed = 0;
	#cached = 0;
	#undecided = 0;

	/** `expected` trials need no moving. */
	constructor(graders: Pick<Run, 'scorers' | 'checks'>, expected = 0) {
		this.#latencies = new Float64Array(expected);
		this.#scores = new Map(
			graders.scorers.map(({ name }) => [name, { sum: 0, n: 0, errored: 0, seen: 0, lastSeen: 0 }]),
		);
		this.#spending = new SpendingReader(graders);
		this.#violations = judged(graders).map(({ kind, check }) => ({
			metric: `${kind}_violations${check === undefined ? '' : `.${check}`}`,
			rate: `${kind}_violation_rate${check === undefined ? '' : `.${check}`}`,
			count: new ViolationCount(check === undefined ? `a ${kind} check` : `check "${check}"`),
		}));
	}

	/** Takes a trial, and what a `FindingReader` of the same run says of it. */
	add(trial: Trial, judgements: readonly Judgement[] | undefined): void {
		const answered = trial.result === 'answered';
		this.#trials++;
		if (trial.passed) this.#passed++;
		if (isUndecided(trial)) this.#undecided++;
		if (answered && trial.answer.cached) this.#cached++;
		if (!answered) this.#failed++;
		else if (trial.latencyMs === undefined) this.#untimed++;
		else this.#addLatency(trial.latencyMs);
		this.#cost.add(trial.costUsd, answered, answered ? trial.answer.costMissing : undefined);
		this.#inputTokens.add(answered ? trial.answer.usage?.inputTokens : undefined, answered);
		this.#outputTokens.add(answered ? trial.answer.usage?.outputTokens : undefined, answered);
		this.#addScores(trial);
		if (this.#spending.any && answered) this.#addSpending(trial);
		if (judgements === undefined) return;
		for (let at = 0; at < judgements.length; at++) {
			this.#violations[at]?.count.add(judgements[at] as Judgement);
		}
	}

	#addLatency(latencyMs: number): void {
		this.#latencies = withRoom(this.#latencies, this.#timed + 1);
		this.#latencies[this.#timed++] = latencyMs;
	}

	#addSpending(trial: Trial): void {
		const spent = this.#spending.read(trial);
		this.#judgeInput.add(spent.inputTokens, true, spent.tokensMissing);
		this.#judgeOutput.add(spent.outputTokens, true, spent.tokensMissing);
		this.#judgeCost.add(spent.costUsd, true, spent.costMissing);
	}

	/** Of several scores by one scorer the last counts, hence from the end. */
	#addScores({ scores }: Trial): void {
		for (let at = scores.length - 1; at >= 0; at--) {
			const score = scores[at] as Score;
			const sum = this.#scores.get(score.scorer);
			if (sum === undefined || sum.lastSeen === this.#trials) continue;
			sum.lastSeen = this.#trials;
			sum.seen++;
			if (score.status === 'errored') sum.errored++;
			else if (score.status === 'scored') {
				sum.sum += score.value;
				sum.n++;
			}
		}
	}

	/** Every metric of the catalogue; what could not be measured says why. */
	metrics(): Metrics {
		return this.#collect((metrics) => {
			// In place: their order means nothing, and a copy of millions would be the most that a run holds.
			const latencies = this.#latencies.subarray(0, this.#timed);
			selectRanks(
				latencies,
				percentiles.map(([, q]) => rankOf(q, this.#trials)),
			);
			for (const [name, q] of percentiles) metrics[name] = this.#latency(latencies, q);
		});
	}

	/** The same without latencies, of which ranks would have to be found: cheap enough after each trial. */
	counted(): Metrics {
		return this.#collect(() => {});
	}

	#collect(addLatencies: (metrics: Record<string, Metric>) => void): Metrics {
		const metrics: Record<string, Metric> = {};
		for (const [name, sum] of this.#scores) metrics[name] = scoreMetric(name, sum, this.#trials);
		metrics.pass_rate = this.#decided() ?? this.#share(this.#passed);
		metrics.error_rate = this.#share(this.#failed);
		addLatencies(metrics);
		metrics.input_tokens = this.#inputTokens.metric('input tokens', 'tokens');
		metrics.output_tokens = this.#outputTokens.metric('output tokens', 'tokens');
		metrics.cost_usd = this.#cost.metric('cost', 'usd');
		metrics.cost_per_success = this.#costPerSuccess(metrics.cost_usd);
		if (this.#spending.any) {
			const who = judges;
			metrics.judge_input_tokens = this.#judgeInput.metric('input tokens', 'tokens', who);
			metrics.judge_output_tokens = this.#judgeOutput.metric('output tokens', 'tokens', who);
			metrics.judge_cost_usd = this.#judgeCost.metric('cost', 'usd', who);
		}
		for (const { metric, rate, count } of this.#violations) {
			metrics[metric] = count.count();
			metrics[rate] = count.rate();
		}
		return Object.fromEntries(Object.entries(metrics).map(([name, metric]) => [name, finite(metric)]));
	}

	/** Why passes cannot be counted, or nothing: a trial that nobody could judge neither passed nor failed. */
	#decided(): Metric | undefined {
		if (this.#undecided === 0) return undefined;
		return { missing: `a scorer or check errored in ${this.#undecided} trial(s) that nothing else failed` };
	}

	#share(count: number): Metric {
		if (this.#trials === 0) return { missing: 'no trial was recorded' };
		return { value: count / this.#trials, n: this.#trials, unit: 'share' };
	}

	/** A failed trial is slower than every answer, so a quantile that falls on one has no number. */
	#latency(ranked: Float64Array, q: number): Metric {
		if (this.#cached > 0) {
			return { missing: `${this.#cached} of ${this.#trials} answers came from the cache (--cache)` };
		}
		if (this.#untimed > 0) return { missing: `the latency of ${answers(this.#untimed)} is not known` };
		if (ranked.length === 0) return { missing: 'no trial was answered' };
		if (rankOf(q, this.#trials) > ranked.length) {
			return {
				missing: `the ${q * 100}th percentile falls on a failed trial (${this.#failed} of ${this.#trials} failed)`,
			};
		}
		return { value: nearestRank(ranked, q, this.#trials), n: this.#trials, unit: 'ms' };
	}

	#costPerSuccess(cost: Metric): Metric {
		if ('missing' in cost) return cost;
		const undecided = this.#decided();
		if (undecided !== undefined) return undecided;
		if (this.#passed === 0) return { missing: 'no trial passed' };
		return { value: cost.value / this.#passed, n: this.#trials, unit: 'usd' };
	}
}

function scoreMetric(name: string, { sum, n, errored, seen }: ScoreSum, trials: number): Metric {
	const absent = trials - seen;
	if (errored > 0) return { missing: `scorer "${name}" errored in ${errored} trial(s)` };
	if (absent > 0) return { missing: `${absent} trial(s) have no score "${name}"` };
	if (n === 0) return { missing: `scorer "${name}" graded no trial` };
	return { value: sum / n, n, unit: 'score' };
}

/** A sum can leave the range of numbers though its parts are in it. */
function finite(metric: Metric): Metric {
	if ('missing' in metric || Number.isFinite(metric.value)) return metric;
	return { missing: `the value is not a finite number (${metric.value})` };
}

/** true when an errored score or finding is all that keeps a trial from passing. */
function isUndecided({ result, passed, scores, findings, pass }: Trial): boolean {
	if (passed || result === 'failed') return false;
	const errored = [...scores, ...findings].some(({ status }) => status === 'errored');
	const failedByScores =
		pass === undefined
			? scores.some((score) => score.status === 'scored' && !score.passed)
			: !reaches(weightedMean(scores, pass, 1), pass);
	return errored && !failedByScores && !findings.some(({ status }) => status === 'violated');
}
