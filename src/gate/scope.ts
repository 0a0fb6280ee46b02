import type { Units } from '../compare/units.ts';
import type { RunFacts } from '../metrics/run-facts.ts';
import type { Metric } from '../model/metric.ts';
import type { RuleResult } from '../model/verdict.ts';
import type { Condition } from './condition.ts';
import type { Rule } from './rule.ts';

/** What is judged of the runs: all of their questions or a slice, and by which metrics. */
export interface Scope {
	readonly rule: Rule;
	/** The rule’s condition, or that of a waiver which is in force. */
	readonly condition: Condition;
	readonly candidate: RunFacts;
	readonly after: Metric;
	readonly baseline: { readonly facts: RunFacts; readonly metric: Metric } | { readonly missingRun: string };
	/** The questions, paired when there is a baseline. */
	readonly units: Units;
	/** Questions that only one of the runs asked. */
	readonly unpaired: number;
	readonly seed: number;
	/** What of each latency may be the harness’s own delay, in milliseconds. */
	readonly delay?: { readonly after: number; readonly before: number };
}

/** What a judgement comes to, besides the rule that it is of. */
export type Part = Omit<RuleResult, 'id' | 'metric' | 'check' | 'tier' | 'waiver' | 'offences' | 'slice'> & {
	/** true when there was nothing to judge. */
	readonly missing?: boolean;
	/** Of a slice: p of the hypothesis that it is within the limit. */
	readonly pBeyond?: () => number;
};

/** A judgement of what is not there. */
export function missingPart(reason: string, samples = 0): Part {
	return { outcome: 'inconclusive', method: 'none', samples, reason, missing: true };
}
