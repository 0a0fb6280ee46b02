import type { MetricInfo, Unit } from '../model/metric.ts';

/** A parsed condition of a rule; `text` is how a verdict shows it. */
export type Condition =
	| {
			readonly kind: 'absolute';
			/** The estimate, or one of its bounds. */
			readonly subject: 'value' | 'lower' | 'upper';
			readonly operator: Operator;
			readonly limit: number;
			readonly text: string;
	  }
	| {
			readonly kind: 'relative';
			readonly margin: number;
			readonly form: 'difference' | 'ratio';
			readonly text: string;
	  }
	| { readonly kind: 'events'; readonly limit: number; readonly text: string };

/** How an absolute condition compares the value with its limit. */
export type Operator = '>=' | '<=' | '>' | '<';

const number = String.raw`[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?`;
const checkPattern = new RegExp(String.raw`^\s*(\S+?)\s*(>=|<=|>|<)\s*(${number})\s*$`, 'i');
const marginPattern = new RegExp(String.raw`^\s*(${number})\s*(pp|x)?\s*$`, 'i');

/** Parses `value >= 0.85`; gives a sentence instead when it is not such a check. */
export function parseCheck(text: string): Condition | string {
	const [, subject, operator, limit] = checkPattern.exec(text) ?? [];
	if (subject === undefined || operator === undefined || limit === undefined) {
		return `"${text}" is not a check; expected e.g. "value >= 0.85" or "value <= 3500"`;
	}
	if (subject === 'lower' || subject === 'upper') {
		return `"${text}": bounds are not computed by this version of spangate; expected "value ${operator} ${limit}"`;
	}
	if (subject !== 'value') return `"${text}": unknown "${subject}"; expected "value ${operator} ${limit}"`;
	const parsed = Number(limit);
	if (!Number.isFinite(parsed)) return `"${text}": the limit is not a finite number`;
	return {
		kind: 'absolute',
		subject: 'value',
		operator: operator as Operator,
		limit: parsed,
		text: `value ${operator} ${limit}`,
	};
}

/**
 * Why a check stops nothing bad, or nothing: it faces the wrong way, or no value could break it (no metric is
 * below 0, no share or score above 1).
 * A rule that cannot go red is a mistake, and it would look like a pass.
 */
export function neverFails(condition: Condition, { unit, better }: MetricInfo): string | undefined {
	if (condition.kind !== 'absolute') return undefined;
	const { operator, limit, text } = condition;
	if (operator.startsWith(better === 'lower' ? '>' : '<')) {
		return `"${text}" would pass the worse values: of this metric, ${better} is better`;
	}
	// What is better higher is a share or a score; what is better lower may have no upper end.
	const bounded = unit === 'share' || unit === 'score';
	const always =
		(operator === '>=' && limit <= 0) ||
		(operator === '>' && limit < 0) ||
		(bounded && operator === '<=' && limit >= 1) ||
		(bounded && operator === '<' && limit > 1);
	return always ? `"${text}" can never fail: the metric lies between 0 and 1` : undefined;
}

/** Parses `2pp`, `1.10x` or a number in the metric's unit; gives a sentence instead when it does not fit. */
export function parseMargin(given: string | number, unit: Unit): Condition | string {
	const [, digits, suffix] = marginPattern.exec(String(given)) ?? [];
	const value = Number(digits);
	if (digits === undefined || !Number.isFinite(value)) {
		return `"${given}" is not a margin; expected e.g. "2pp" (percentage points), "1.10x", or a number`;
	}
	const text = `non_inferior ${given}`;
	if (suffix?.toLowerCase() === 'x') {
		if (value < 1)
			return `"${given}": a ratio margin says how many times worse is still fine, so it is at least 1x`;
		return { kind: 'relative', form: 'ratio', margin: value, text };
	}
	if (value < 0) return `"${given}": a margin is not negative`;
	const bounded = unit === 'share' || unit === 'score';
	if (suffix !== undefined && !bounded)
		return `"${given}": percentage points fit shares and scores, not ${unit}`;
	const margin = suffix === undefined ? value : value / 100;
	if (bounded && margin >= 1)
		return `"${given}" would allow a fall from 1 to 0; expected less than 100pp, e.g. "2pp" or 0.02`;
	return { kind: 'relative', form: 'difference', margin, text };
}

/** The condition that at most `limit` violations occurred. */
export function eventsCondition(limit: number, unit: Unit): Condition | string {
	if (unit !== 'violations') return `max_events counts violations, and this metric is in ${unit}`;
	return { kind: 'events', limit, text: `max_events ${limit}` };
}
