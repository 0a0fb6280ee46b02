import type { RunFacts } from '../metrics/run-facts.ts';
import type { RuleResult } from '../model/verdict.ts';
import type { PartSide } from './best-completion.ts';
import { certainErrors, certainFailure } from './certain-failure.ts';
import { openPairs } from './open-pairs.ts';
import type { RemoteRule, Rule } from './rule.ts';
import { ruleResult } from './rule-result.ts';
import type { Part } from './scope.ts';

/** true when every planned trial of a run that ended is there, and the record does not contradict itself. */
export function isWhole(facts: RunFacts): boolean {
	const { run, trials, questions } = facts;
	const ended = run.endedAt !== undefined && !run.interrupted && run.curtailed === undefined;
	const planned = trials === run.planned && trials === questions.size * run.repeats;
	return ended && trials > 0 && planned && trials === run.completed && isSound(facts);
}

/**
 * Judges a rule that rests on a run that was stopped early: it fails where it fails in every completion of that run,
 * is inconclusive otherwise, and never passes. Nothing when no run that the rule rests on was stopped early: then it
 * is judged as ever.
 */
export function judgeCurtailed(
	rule: Rule | RemoteRule,
	candidate: RunFacts,
	/** Nothing when there is none that the candidate can be compared with. */
	baseline: RunFacts | undefined,
	evaluatedAt: string,
): RuleResult | undefined {
	const { metric, condition } = rule;
	const sides = condition.kind === 'relative' && baseline !== undefined ? [baseline, candidate] : [candidate];
	const early = sides.filter(({ run }) => run.curtailed !== undefined);
	if (early.length === 0) return undefined;
	const offences = candidate.offences.filter(
		({ kind, check }) => kind === metric.concern && (!('check' in metric) || check === metric.check),
	);
	const result = (part: Omit<Part, 'samples'>): RuleResult => ({
		...ruleResult(rule, { samples: candidate.trials, ...part }, evaluatedAt),
		...(offences.length > 0 && { offences }),
	});
	const failure =
		'remote' in rule || !sides.every(isSound) ? undefined : failureOf(rule, candidate, baseline);
	if (failure === undefined) {
		return result({ outcome: 'inconclusive', method: 'not judged', reason: reasonOf(early) });
	}
	const { what, ...numbers } = failure;
	const bounded = 'lower' in numbers || 'upper' in numbers;
	return result({
		outcome: 'fail',
		...numbers,
		...(bounded && { alpha: rule.alpha }),
		reason: `${what}, ${whatever(early)}`,
	});
}

/** The rule on the share of failed trials of a run that was stopped early: it never passes. */
export function judgeCurtailedErrors(
	facts: RunFacts,
	role: 'baseline' | 'candidate',
	limit: number,
): Pick<RuleResult, 'outcome' | 'observed' | 'samples' | 'reason'> {
	const samples = facts.trials;
	const least = role === 'candidate' && isSound(facts) ? certainErrors(sideOf(facts), limit) : undefined;
	if (least === undefined) return { outcome: 'inconclusive', samples, reason: reasonOf([facts]) };
	const percent = (share: number) => `${Number((share * 100).toPrecision(3))} %`;
	const reason = `at least ${percent(least)} of the candidate's trials fail (at most ${percent(limit)}), ${whatever([facts])}`;
	return { outcome: 'fail', observed: least, samples, reason };
}

function failureOf(rule: Rule, candidate: RunFacts, baseline: RunFacts | undefined) {
	let pairs: ReturnType<typeof openPairs>;
	if (rule.condition.kind === 'relative' && baseline !== undefined) {
		pairs = openPairs(baseline.run, candidate.run);
		pairs?.addAll('baseline', baseline);
		pairs?.addAll('candidate', candidate);
	}
	return certainFailure(rule, {
		candidate: sideOf(candidate),
		baseline: baseline && sideOf(baseline),
		pairs,
	});
}

function sideOf(facts: RunFacts): PartSide {
	return { run: facts.run, trials: facts.trials, metrics: facts.metrics() };
}

/** What a record has twice, or has lost, could make the rest look smaller than it is. */
function isSound({ conflicts, torn }: RunFacts): boolean {
	return conflicts.length === 0 && torn.length === 0;
}

function whatever(early: readonly RunFacts[]): string {
	const open = early.reduce((sum, { run, trials }) => sum + run.planned - trials, 0);
	return `whatever the ${open} trial(s) say that were not asked`;
}

function reasonOf(early: readonly RunFacts[]): string {
	const rules = new Set(early.map(({ run }) => run.curtailed?.rule));
	return `not judged by a part of the trials: the run was stopped early, when ${[...rules].join(' and ')} had decided the verdict`;
}
