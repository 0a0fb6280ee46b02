import type { Outcome, RuleResult, WaiverResult } from '../model/verdict.ts';
import type { Condition } from './condition.ts';
import type { RemoteRule, Rule } from './rule.ts';
import type { Part } from './scope.ts';
import { waiverState } from './waivers.ts';

type AnyRule = Rule | RemoteRule;

/** The condition that stands in for the rule’s own at that time; nothing without a waiver in force. */
export function waivedCondition({ waiver }: AnyRule, evaluatedAt: string): Condition | undefined {
	if (waiver === undefined || waiverState(waiver, evaluatedAt) !== 'in force') return undefined;
	return waiver.condition;
}

/** The result of a rule as it is written, with its waiver; one without anything to judge fails where the rule says so. */
export function ruleResult(
	rule: AnyRule,
	{ missing, pBeyond: _, ...part }: Part,
	evaluatedAt: string,
	/** true when it passes by its waiver’s limit and not by its own. */
	used = false,
): RuleResult {
	const waiver = waiverOf(rule, evaluatedAt, used);
	const fails = missing === true && rule.onMissing === 'fail';
	const outcome: Outcome = fails ? 'fail' : part.outcome;
	const notes = [
		part.reason,
		...(fails ? ['on_missing: fail'] : []),
		...(waiver === undefined ? [] : [noteOf(waiver, rule.condition, outcome)]),
	];
	return {
		id: rule.id,
		metric: rule.metric.name,
		check: rule.condition.text,
		tier: rule.tier,
		...part,
		outcome,
		reason: notes.join('; '),
		...(waiver && { waiver }),
	};
}

function waiverOf({ waiver }: AnyRule, evaluatedAt: string, used: boolean): WaiverResult | undefined {
	if (waiver === undefined) return undefined;
	const { until, by, reason, condition } = waiver;
	return { until, by, reason, limit: condition.text, state: waiverState(waiver, evaluatedAt), used };
}

function noteOf(
	{ until, by, reason, limit, state, used }: WaiverResult,
	{ text }: Condition,
	outcome: Outcome,
): string {
	if (state === 'expired') return `the waiver by ${by} (${limit}) expired on ${until}`;
	if (used) return `${text} is not met, and waived by ${by} until ${until} (${reason}): ${limit}`;
	return outcome === 'pass'
		? `the waiver by ${by} until ${until} (${limit}) was not needed`
		: `the waiver by ${by} until ${until} (${limit}) does not cover it`;
}
