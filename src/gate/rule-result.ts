import type { Outcome, RuleResult, WaiverResult } from '../model/verdict.ts';
import type { Condition } from './condition.ts';
import type { RemoteRule, Rule } from './rule.ts';
import type { Part } from './scope.ts';
import { waiverState } from './waivers.ts';

type AnyRule = Rule | RemoteRule;

/** The condition that holds at that time: the rule’s own, or its waiver’s while that is in force. */
export function conditionAt(rule: AnyRule, evaluatedAt: string): Condition {
	const { waiver } = rule;
	return waiver !== undefined && waiverState(waiver, evaluatedAt) === 'in force'
		? waiver.condition
		: rule.condition;
}

/** The result of a rule as it is written, with its waiver; one without anything to judge fails where the rule says so. */
export function ruleResult(
	rule: AnyRule,
	{ missing, pBeyond: _, ...part }: Part,
	evaluatedAt: string,
): RuleResult {
	const waiver = waiverOf(rule, evaluatedAt);
	const fails = missing === true && rule.onMissing === 'fail';
	const outcome: Outcome = fails ? 'fail' : part.outcome;
	const notes = [
		part.reason,
		...(fails ? ['on_missing: fail'] : []),
		...(waiver === undefined ? [] : [noteOf(waiver)]),
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

function waiverOf({ waiver }: AnyRule, evaluatedAt: string): WaiverResult | undefined {
	if (waiver === undefined) return undefined;
	const { until, by, reason, condition } = waiver;
	return { until, by, reason, limit: condition.text, state: waiverState(waiver, evaluatedAt) };
}

function noteOf({ until, by, reason, limit, state }: WaiverResult): string {
	return state === 'in force'
		? `waived by ${by} until ${until} (${reason}): ${limit}`
		: `the waiver by ${by} (${limit}) expired on ${until}`;
}
