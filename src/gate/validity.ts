import type { RunFacts } from '../metrics/run-facts.ts';
import type { Comparison, RuleResult } from '../model/verdict.ts';
import { type Deliveries, judgeDelivery } from './delivery.ts';
import { judgeBaselineTerms } from './judge-baseline.ts';
import { isWhole, judgeCurtailedErrors } from './judge-curtailed.ts';
import type { Gate } from './rule.ts';
import { validityPrefix, validityRule } from './validity-rule.ts';

/** What the rules on the records themselves are judged on. */
export interface Records {
	readonly candidate: RunFacts;
	readonly baseline: RunFacts | undefined;
	readonly comparison: Comparison | undefined;
	readonly deliveries: Deliveries | undefined;
	readonly evaluatedAt: string;
}

/** The rules that every gate has: without them the others would judge numbers that mean nothing. */
export function judgeValidity(
	{ validity, baseline: terms }: Pick<Gate, 'validity' | 'baseline'>,
	{ candidate, baseline, comparison, deliveries = {}, evaluatedAt }: Records,
): RuleResult[] {
	const results = [
		wholeSuite(candidate),
		complete(candidate, 'candidate', evaluatedAt),
		errors(candidate, 'candidate', validity.max_error_rate),
	];
	if (baseline !== undefined && comparison !== undefined) {
		results.push(
			complete(baseline, 'baseline'),
			errors(baseline, 'baseline', validity.max_error_rate),
			sameSuite(baseline, candidate),
			...judgeBaselineTerms(terms, { baseline, candidate, evaluatedAt }),
			sameRepeats(baseline, candidate),
			paired(comparison, validity.min_paired),
		);
	}
	if (validity.spans !== undefined) {
		results.push(delivered(candidate, 'candidate', deliveries));
		if (baseline !== undefined) results.push(delivered(baseline, 'baseline', deliveries));
	}
	return results;
}

const shared = validityRule;

function delivered(facts: RunFacts, role: keyof Deliveries, deliveries: Deliveries): RuleResult {
	return { id: `${validityPrefix}${role}-spans`, ...shared, ...judgeDelivery(facts, role, deliveries[role]) };
}

/** A candidate must have ended by the time of the verdict: none can be judged as of when a waiver still held. */
function complete(facts: RunFacts, role: string, evaluatedAt?: string): RuleResult {
	const { run, trials, conflicts, torn } = facts;
	const isLater =
		evaluatedAt !== undefined &&
		run.endedAt !== undefined &&
		!(Date.parse(run.endedAt) <= Date.parse(evaluatedAt));
	const ended = run.endedAt !== undefined && !run.interrupted;
	const whole = isWhole(facts) && !isLater;
	let reason = `${trials} of ${run.planned} planned trials of the ${role} are recorded`;
	if (run.down !== undefined) reason += `; the run was interrupted: ${run.down}`;
	else if (run.interrupted) reason += '; the run was interrupted';
	else if (!ended) reason += '; the run never ended';
	else if (run.curtailed !== undefined)
		reason += `; stopped early: the verdict was decided; ${run.curtailed.saved} trial(s) saved`;
	else if (trials !== run.completed) reason += `; the run ended with ${run.completed}`;
	if (isLater) reason += `; it ended at ${run.endedAt}, after the time of the verdict (${evaluatedAt})`;
	if (torn.length > 0) reason += '; the last line of trials.jsonl is torn and was dropped';
	if (conflicts.length > 0) reason += `; the record contradicts itself: ${conflicts.slice(0, 3).join(', ')}`;
	return {
		id: `${validityPrefix}${role}-complete`,
		metric: 'trials_recorded',
		check: `value >= ${run.planned}`,
		...shared,
		outcome: whole ? 'pass' : 'inconclusive',
		observed: trials,
		limit: run.planned,
		samples: trials,
		reason,
	};
}

function errors(facts: RunFacts, role: 'baseline' | 'candidate', limit: number): RuleResult {
	const metric = facts.metrics().error_rate;
	const base = {
		id: `${validityPrefix}${role}-errors`,
		metric: 'error_rate',
		check: `value <= ${limit}`,
		...shared,
		limit,
	};
	if (facts.run.curtailed !== undefined) return { ...base, ...judgeCurtailedErrors(facts, role, limit) };
	if (metric === undefined || 'missing' in metric) {
		return { ...base, outcome: 'inconclusive', samples: 0, reason: `error_rate of the ${role} is missing` };
	}
	const percent = (share: number) => `${Number((share * 100).toPrecision(3))} %`;
	const holds = metric.value <= limit;
	return {
		...base,
		// A candidate that fails too often is measured and bad; a baseline that does cannot be compared with.
		outcome: holds ? 'pass' : role === 'candidate' ? 'fail' : 'inconclusive',
		observed: metric.value,
		samples: metric.n,
		reason: `${percent(metric.value)} of the ${role}'s trials failed (at most ${percent(limit)})`,
	};
}

/** A part of the golden set can be looked at, but it cannot release anything: the rest was not asked. */
function wholeSuite({ run, questions }: RunFacts): RuleResult {
	const { first, tag } = run.selection;
	const whole = first === undefined && tag === undefined && questions.size === run.suite.questions;
	const by = [tag?.map((each) => `--tag ${each}`), first && `--first ${first}`]
		.flat()
		.filter(Boolean)
		.join(' ');
	return {
		id: `${validityPrefix}whole-suite`,
		metric: 'questions_asked',
		check: `value == ${run.suite.questions}`,
		...shared,
		outcome: whole ? 'pass' : 'inconclusive',
		observed: questions.size,
		limit: run.suite.questions,
		samples: questions.size,
		reason: `${questions.size} of ${run.suite.questions} questions were asked${by === '' ? '' : ` (${by})`}`,
	};
}

/** Sums (cost, tokens, violations) can be compared only over as many trials. */
function sameRepeats(baseline: RunFacts, candidate: RunFacts): RuleResult {
	const [before, after] = [baseline.run.repeats, candidate.run.repeats];
	return {
		id: `${validityPrefix}same-repeats`,
		metric: 'repeats',
		check: 'baseline == candidate',
		...shared,
		outcome: before === after ? 'pass' : 'inconclusive',
		observed: after,
		limit: before,
		samples: candidate.trials,
		reason: `each question was asked ${after} time(s) of the candidate and ${before} time(s) of the baseline`,
	};
}

function sameSuite(baseline: RunFacts, candidate: RunFacts): RuleResult {
	const [before, after] = [baseline.run.suite, candidate.run.suite];
	const same = before.digest === after.digest;
	const different =
		before.name === after.name
			? 'the runs were made with different suites, or versions of one; run the baseline again'
			: `the baseline @${baseline.run.id} is a run of the suite "${before.name}", the candidate one of "${after.name}"; name another with --baseline`;
	return {
		id: `${validityPrefix}same-suite`,
		metric: 'suite_digest',
		check: 'baseline == candidate',
		...shared,
		outcome: same ? 'pass' : 'inconclusive',
		samples: candidate.trials,
		reason: same ? 'both runs asked the same questions with the same scorers and checks' : different,
	};
}

function paired({ paired: both, onlyBaseline, onlyCandidate }: Comparison, limit: number): RuleResult {
	const all = both + onlyBaseline.length + onlyCandidate.length;
	const share = all === 0 ? 0 : both / all;
	const alone = [...onlyBaseline, ...onlyCandidate];
	return {
		id: `${validityPrefix}paired`,
		metric: 'paired_share',
		check: `value >= ${limit}`,
		...shared,
		outcome: share >= limit ? 'pass' : 'inconclusive',
		observed: share,
		limit,
		samples: both,
		reason: `${both} of ${all} questions are in both runs${alone.length > 0 ? `; not: ${alone.slice(0, 5).join(', ')}` : ''}`,
	};
}
