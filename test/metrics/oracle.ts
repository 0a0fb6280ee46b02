import type { Metric, Metrics } from '../../src/model/metric.ts';
import type { Run } from '../../src/model/run.ts';
import type { Finding, Spent, Trial } from '../../src/model/trial.ts';

/** What a metric should be: its value and n, or that it is missing (and for a count, at least how much). */
export type Expected = { value: number; n: number } | { missing: true; atLeast?: number };

const missing = { missing: true } as const;
type Answered = Extract<Trial, { result: 'answered' }>;

/** Every metric of a run, each computed by itself in the plainest way, straight from its definition. */
export function naiveMetrics(
	trials: readonly Trial[],
	run: Pick<Run, 'scorers' | 'checks'>,
): Record<string, Expected> {
	const answered = trials.filter((trial): trial is Answered => trial.result === 'answered');
	const failed = trials.length - answered.length;
	const passed = trials.filter((trial) => trial.passed).length;
	const all = trials.length;
	const undecided = answered.filter(isUndecided).length;
	const share = (part: number): Expected => (all === 0 ? missing : { value: part / all, n: all });
	const metrics: Record<string, Expected> = {
		pass_rate: undecided > 0 ? missing : share(passed),
		error_rate: share(failed),
		latency_p50_ms: quantile(trials, 50),
		latency_p95_ms: quantile(trials, 95),
		latency_p99_ms: quantile(trials, 99),
		input_tokens: total(answered.map(({ answer }) => answer.usage?.inputTokens)),
		output_tokens: total(answered.map(({ answer }) => answer.usage?.outputTokens)),
		cost_usd: cost(trials),
		cost_per_success: missing,
	};
	if ([...run.scorers, ...run.checks].some(({ spends }) => spends)) {
		const parts = answered.map((trial) => spentOn(trial, run));
		metrics.judge_input_tokens = total(
			parts.map((each) => sumOf(each.map(({ usage }) => usage?.inputTokens))),
		);
		metrics.judge_output_tokens = total(
			parts.map((each) => sumOf(each.map(({ usage }) => usage?.outputTokens))),
		);
		metrics.judge_cost_usd = total(parts.map((each) => sumOf(each.map(({ costUsd }) => costUsd))));
	}
	const spent = cost(trials);
	if ('value' in spent && passed > 0 && undecided === 0)
		metrics.cost_per_success = { value: spent.value / passed, n: all };
	for (const { name } of run.scorers) metrics[name] = mean(trials, name);
	for (const kind of ['policy', 'safety'] as const) {
		const ofKind = run.checks.filter((check) => check.kind === kind);
		for (const checks of [ofKind, ...ofKind.map((check) => [check])]) {
			const suffix = checks === ofKind ? '' : `.${checks[0]?.name}`;
			const [count, rate] = violations(answered, checks);
			metrics[`${kind}_violations${suffix}`] = count;
			metrics[`${kind}_violation_rate${suffix}`] = rate;
		}
	}
	return metrics;
}

/** The scores and findings of what asks models; one that is lacking does not say what it spent. */
function spentOn({ scores, findings }: Trial, run: Pick<Run, 'scorers' | 'checks'>): readonly Spent[] {
	const asks = (graders: readonly { name: string; spends?: true | undefined }[], name: string) =>
		graders.some((grader) => grader.name === name && grader.spends);
	const mine = scores.filter(({ scorer }) => asks(run.scorers, scorer));
	const lacking = run.scorers.filter(({ spends }) => spends).length - mine.length;
	return [
		...mine.filter((score) => score.status !== 'skipped'),
		...findings.filter(({ check }) => asks(run.checks, check)),
		...Array.from({ length: lacking }, () => ({})),
	];
}

function sumOf(values: readonly (number | undefined)[]): number | undefined {
	return values.includes(undefined)
		? undefined
		: values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
}

/** A trial that only an error of its graders keeps from passing neither passed nor failed. */
function isUndecided({ passed, scores, findings }: Answered): boolean {
	const statuses = [...scores, ...findings].map(({ status }) => status);
	const fell = scores.some((score) => score.status === 'scored' && !score.passed);
	return !passed && statuses.includes('errored') && !statuses.includes('violated') && !fell;
}

function quantile(trials: readonly Trial[], percent: number): Expected {
	const times = trials.map((trial) =>
		trial.result === 'failed' ? Number.POSITIVE_INFINITY : trial.latencyMs,
	);
	if (!times.every((time) => time !== undefined)) return missing;
	const found = times.sort((a, b) => a - b).find((_, index) => (index + 1) * 100 >= percent * times.length);
	return found === undefined || found === Number.POSITIVE_INFINITY
		? missing
		: { value: found, n: trials.length };
}

function total(values: readonly (number | undefined)[]): Expected {
	const known = values.filter((value) => value !== undefined);
	if (known.length === 0 || known.length < values.length) return missing;
	return { value: known.reduce((sum, value) => sum + value, 0), n: known.length };
}

/** An answer without a cost makes it unknown; a failed trial has one only when the target told it. */
function cost(trials: readonly Trial[]): Expected {
	return total(
		trials
			.filter(({ result, costUsd }) => result === 'answered' || costUsd !== undefined)
			.map(({ costUsd }) => costUsd),
	);
}

/** Failed trials stand in the list with 0; skipped ones are not graded; one errored makes the mean unknown. */
function mean(trials: readonly Trial[], scorer: string): Expected {
	const scores = trials.map((trial) => trial.scores.find((score) => score.scorer === scorer));
	if (scores.some((score) => score === undefined || score.status === 'errored')) return missing;
	const values = scores.flatMap((score) => (score?.status === 'scored' ? [score.value] : []));
	if (values.length === 0) return missing;
	return { value: values.reduce((sum, value) => sum + value, 0) / values.length, n: values.length };
}

function violations(answered: readonly Trial[], checks: Run['checks']): [count: Expected, rate: Expected] {
	const mine = answered.map((trial) =>
		trial.findings.filter((finding) => checks.some(({ name }) => name === finding.check)),
	);
	const judged = mine.filter((findings) => findings.length > 0);
	const has = (status: Finding['status']) => (findings: readonly Finding[]) =>
		findings.some((finding) => finding.status === status);
	const events = mine.flat().filter(({ status }) => status === 'violated').length;
	if (judged.length === 0 || judged.some(has('errored')))
		return [{ missing: true, atLeast: events }, missing];
	const n = judged.length;
	return [
		{ value: events, n },
		{ value: judged.filter(has('violated')).length / n, n },
	];
}

/** The metrics in the oracle's words, values rounded to 12 digits: a sum depends on the order of its parts. */
export function plain(metrics: Metrics | Record<string, Expected>): Record<string, Expected> {
	const one = (metric: Metric | Expected): Expected => {
		if (!('missing' in metric)) return { value: Number(metric.value.toPrecision(12)), n: metric.n };
		return { missing: true, ...(metric.atLeast !== undefined && { atLeast: metric.atLeast }) };
	};
	return Object.fromEntries(Object.entries(metrics).map(([name, metric]) => [name, one(metric)]));
}
