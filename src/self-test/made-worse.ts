import type { Condition } from '../gate/condition.ts';
import { format } from '../gate/format.ts';
import type { Rule } from '../gate/rule.ts';
import { judgeMetrics, type MetricInfo } from '../model/metric.ts';
import { type Fate, good, type Making, type Subject, type SubjectQuestion, usual } from './made-up-run.ts';

/** Two made-up runs that a rule is tried on, and what was done to them. */
export interface Attempt {
	readonly by: string;
	readonly candidate: Making;
	readonly baseline: Making;
}

/** Shares of the questions that a baseline does not pass, where one without a fault says nothing (a ratio). */
const faults = [0, 0.1, 0.3] as const;
const beyond = [1.01, 1.1, 1.5, 2, 10, 1_000] as const;

/**
 * Candidates that are worse and worse in what the rule measures, and in nothing else; `counts` says how many of its
 * questions are made bad.
 */
export function* madeWorse(
	rule: Rule,
	condition: Condition,
	subject: Subject,
	counts: (most: number) => Iterable<number> = growing,
): Generator<Attempt> {
	const { metric } = rule;
	if (isTaken(metric)) {
		const base = takenByBaseline(metric, condition, subject);
		for (const times of beyond) {
			const taken = base + (limitOfOne(metric, condition, subject, base) - base) * times;
			yield {
				by: `every answer ${takes(metric, roundedUp(metric, taken))}`,
				candidate: () => takenFate(metric, roundedUp(metric, taken)),
				baseline: () => takenFate(metric, base),
			};
		}
		return;
	}
	const places = measuredPlaces(metric, subject);
	const isCompared = condition.kind === 'relative';
	for (const share of isCompared ? faults : [0]) {
		const before = Math.floor(share * places.size);
		for (const count of counts(places.size)) {
			if (count <= before && places.size > 0) continue;
			yield {
				by: `${count} of ${places.size} ${spoiled(metric)}${before > 0 ? `, ${before} in the baseline` : ''}`,
				candidate: spoil(metric, places, count),
				baseline: spoil(metric, places, before),
			};
		}
	}
}

/** Candidates that are as good as can be: first one that is like its baseline, then ever better ones. */
export function* madeBest(rule: Rule, condition: Condition, subject: Subject): Generator<Attempt> {
	const { metric } = rule;
	const isCompared = condition.kind === 'relative';
	if (isTaken(metric)) {
		const base = takenByBaseline(metric, condition, subject);
		for (const part of isCompared ? [1, 0.5, 0.001, 0] : [1, 0]) {
			yield {
				by: part === 1 ? 'a good one' : `every answer ${takes(metric, base * part)}`,
				candidate: () => takenFate(metric, roundedUp(metric, base * part)),
				baseline: () => takenFate(metric, base),
			};
		}
		return;
	}
	yield { by: 'a good one', candidate: good, baseline: good };
	if (!isCompared) return;
	const places = measuredPlaces(metric, subject);
	for (const share of [0.1, 0.3, 0.5]) {
		const before = Math.ceil(share * places.size);
		for (const count of [0, 1, before >> 2]) {
			yield {
				by: `${count} of ${places.size} ${spoiled(metric)}, ${before} in the baseline`,
				candidate: spoil(metric, places, count),
				baseline: spoil(metric, places, before),
			};
		}
	}
}

/** Whether a metric is of what answers take (time, money, tokens), and not of how good they are. */
function isTaken({ unit }: MetricInfo): boolean {
	return unit === 'ms' || unit === 'usd' || unit === 'tokens';
}

/** What each answer of the baseline takes: of a rule on one run, half of what its limit allows. */
function takenByBaseline(metric: MetricInfo, condition: Condition, subject: Subject): number {
	if (condition.kind === 'relative') return usual[metric.unit as keyof typeof usual];
	if (condition.limit <= 0) return 0;
	const half = limitOfOne(metric, condition, subject, 0) / 2;
	return metric.unit === 'tokens' ? Math.floor(half) : half;
}

/** What each answer takes where the metric stands at the limit. */
function limitOfOne(metric: MetricInfo, condition: Condition, { questions, repeats }: Subject, base: number) {
	const trials = metric.estimand === 'total' ? Math.max(1, questions.length * repeats) : 1;
	if (condition.kind !== 'relative') return condition.limit > 0 ? condition.limit / trials : 1;
	const { form, margin } = condition;
	const more = form === 'ratio' ? base * (margin - 1) : margin / trials;
	return base + (more > 0 ? more : base);
}

function roundedUp({ unit }: MetricInfo, value: number): number {
	return unit === 'tokens' ? Math.ceil(value) : value;
}

function takenFate({ name, unit }: MetricInfo, value: number): Fate {
	if (isOfJudges(name)) return unit === 'usd' ? { judgeCostUsd: value } : { judgeTokens: value };
	switch (unit) {
		case 'ms':
			return { latencyMs: value };
		case 'usd':
			return { costUsd: value };
		default:
			return { tokens: value };
	}
}

function takes({ name, unit }: MetricInfo, value: number): string {
	const shown = format(value, unit);
	return unit === 'usd' ? `costs ${shown}` : unit === 'ms' ? `takes ${shown}` : `takes ${shown} ${name}`;
}

/** The places of the questions that the metric says something of. */
export function measuredPlaces(
	metric: MetricInfo,
	{ questions, scorers, checks }: Subject,
): ReadonlySet<number> {
	const isMeasured = ({ skip, policies }: SubjectQuestion) => {
		if (isOfJudges(metric.name)) {
			return (
				scorers.some(({ name, spends }) => spends && !skip?.includes(name)) ||
				checks.some(({ name, spends, apply }) => spends && (apply === 'all' || policies?.includes(name)))
			);
		}
		if (metric.unit === 'score') return !skip?.includes(metric.name);
		if (!isViolations(metric)) return true;
		return checks.some(
			(check) => counts(metric, check) && (check.apply === 'all' || policies?.includes(check.name)),
		);
	};
	return new Set([...questions.keys()].filter((index) => isMeasured(questions[index] as SubjectQuestion)));
}

/** Whether a metric is of what scorers and checks spend. */
export function isOfJudges(metric: string): boolean {
	return judgeMetrics.some(({ name }) => name === metric);
}

/** Whether a metric is of violations that checks find. */
export function isViolations({ concern }: MetricInfo): boolean {
	return concern === 'policy' || concern === 'safety';
}

/** Whether a metric of violations counts those of this check. */
export function counts({ concern, check }: MetricInfo, { name, kind }: Subject['checks'][number]): boolean {
	return kind === concern && (check === undefined || check === name);
}

/** The first `count` of these questions as bad as the metric can see. */
function spoil(metric: MetricInfo, places: ReadonlySet<number>, count: number): Making {
	const bad = new Set([...places].slice(0, count));
	const fate = spoiledFate(metric);
	return (question, index) => (bad.has(index) ? fate : good(question, index));
}

function spoiledFate(metric: MetricInfo): Fate {
	if (metric.name === 'error_rate') return { failed: true };
	// A question that no scorer grades is passed or not by its checks alone.
	if (metric.name === 'pass_rate') return { score: () => 0, finding: () => 'violated' };
	if (metric.unit === 'score') return { score: (name) => (name === metric.name ? 0 : 1) };
	return { finding: (check) => (counts(metric, check) ? 'violated' : 'ok') };
}

function spoiled(metric: MetricInfo): string {
	if (metric.name === 'error_rate') return 'questions failed';
	if (metric.name === 'pass_rate') return 'questions not passed';
	return metric.unit === 'score' ? 'answers scored 0' : 'answers in violation';
}

/** Ever larger counts; of a large set fewer of them, since each is judged. */
function* growing(most: number): Generator<number> {
	const factor = most > 2_000 ? 4 : 1.25;
	for (let count = 1; count < most; count = Math.ceil(count * factor)) yield count;
	yield most;
}
