import type { Condition } from '../gate/condition.ts';
import type { RemoteRule, Rule } from '../gate/rule.ts';
import type { RuleResult } from '../model/verdict.ts';
import { sampleSizeForQuantile, sampleSizeForZeroEvents } from '../stats/power.ts';
import type { Subject } from './made-up-run.ts';
import { mostTried, type Remedies } from './remedies.ts';

type Result = Pick<RuleResult, 'outcome' | 'reason'> & Partial<RuleResult>;

/** Why a rule does not fail even the worst record, which was made `by` this, and what would mend it. */
export function neverFails(
	rule: Rule | RemoteRule,
	condition: Condition,
	result: Result & { readonly by: string },
	subject: Subject,
	remedies: Remedies | undefined,
): string {
	const own = condition === rule.condition ? '' : '; the limit is that of its waiver, which is in force';
	const of = result.slice === undefined ? '' : ` of ${result.slice}`;
	return (
		`cannot fail with ${counted(subject)}: at worst${of} (${result.by}) ${briefly(result)}${own}. ` +
		`It needs ${wayOut(rule, condition, result, subject, remedies)}.`
	);
}

/** A reason without the estimate seen, and without how much would settle it, which remedies say better. */
function briefly({ reason }: Result): string {
	return reason
		.replace(/^cannot tell: /, '')
		.replace(/; about \S+ more questions? would settle it[^;]*/, '')
		.replace(/ \([^()]* seen\)/, '')
		.replace('; the limit is ', ', and the limit is ');
}

function wayOut(
	rule: Rule | RemoteRule,
	{ text }: Condition,
	{ outcome, observed, needed: more, questions: asked }: Result,
	{ questions, repeats }: Subject,
	remedies: Remedies | undefined,
): string {
	if ('remote' in rule || remedies === undefined) return `another limit than "${text}"`;
	const trials = questions.length * repeats;
	if (rule.minSamples > trials) {
		return `min_samples of at most ${trials}, more questions, or each of them asked more than ${plural(repeats, 'time')} (--repeat)`;
	}
	const ways = [
		...(remedies.tighter ? [`a tighter limit than "${text}"`] : []),
		...(remedies.questions === undefined ? [] : [`at least ${plural(remedies.questions, 'question')}`]),
	];
	if (
		remedies.questions === undefined &&
		asked !== undefined &&
		more !== undefined &&
		asked + more > mostTried
	)
		ways.push(`about ${plural(asked + more, 'question')}`);
	if (ways.length > 0) return ways.join(', or ');
	if (observed === undefined && outcome !== 'pass')
		return `what the suite measures and its questions have (tags: ${tagsOf(questions)})`;
	return `another check: it fails at no limit, nor with ${plural(Math.max(mostTried, questions.length), 'question')}`;
}

function tagsOf(questions: Subject['questions']): string {
	const keys = new Set(questions.flatMap(({ tags }) => Object.keys(tags)));
	return [...keys].sort().join(', ') || 'none';
}

/** That a rule passes nothing, and how many questions it would need. */
export function neverPasses(
	rule: Rule | RemoteRule,
	condition: Condition,
	result: Result,
	subject: Subject,
): string {
	const needs = 'remote' in rule ? undefined : needed(rule, condition, result, subject);
	const of = result.slice === undefined ? '' : ` with ${result.slice}`;
	const least = needs === undefined ? '' : `: needs about ${needs}${of}`;
	return `can never pass with ${counted(subject)}${least} (${briefly(result)})`;
}

/** That a rule passes no candidate that is merely like its baseline. */
export function passesOnlyBetter(
	rule: Rule | RemoteRule,
	condition: Condition,
	result: Result,
): string | undefined {
	if ('remote' in rule || condition.kind !== 'relative') return undefined;
	return `passes only a candidate that is better than its baseline, not one that is as good (${briefly(result)})`;
}

/** How many questions a rule needs to pass what is as good as can be; of trials, where those are too few. */
function needed(
	rule: Rule,
	condition: Condition,
	{ questions, needed: more }: Result,
	{ questions: asked, repeats }: Subject,
): number | undefined {
	const fewest = rule.minSamples > asked.length * repeats ? Math.ceil(rule.minSamples / repeats) : 0;
	const exact = rule.clusterBy === undefined && rule.per === undefined && repeats === 1;
	const bounded = exact ? leastBounded(rule, condition) : undefined;
	if (bounded !== undefined) return Math.max(fewest, bounded);
	if (questions !== undefined && more !== undefined) return Math.max(fewest, questions + more);
	return fewest > 0 ? fewest : undefined;
}

/** The least number of questions, each asked once, whose bound can be within the limit, where a formula says it. */
function leastBounded(
	{ metric: { estimand, better, quantile }, alpha }: Rule,
	condition: Condition,
): number | undefined {
	if (quantile !== undefined) {
		const isBounded =
			condition.kind === 'relative' || (condition.kind === 'absolute' && condition.subject === 'upper');
		return isBounded ? sampleSizeForQuantile({ q: quantile, alpha }) : undefined;
	}
	const isShareOfBad = better === 'lower' && (estimand === 'count' || estimand === 'proportion');
	if (!isShareOfBad || condition.kind !== 'absolute' || condition.subject !== 'upper') return undefined;
	const { limit } = condition;
	return limit > 0 && limit < 1 ? sampleSizeForZeroEvents({ limit, alpha }) : undefined;
}

function counted({ questions, repeats }: Subject): string {
	const set = plural(questions.length, 'question');
	return repeats === 1 ? set : `${set} asked ${plural(repeats, 'time')} each`;
}

function plural(count: number, noun: string): string {
	return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
