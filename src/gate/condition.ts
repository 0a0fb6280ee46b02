import type { Form } from '../compare/methods.ts';
import type { MetricInfo, Unit } from '../model/metric.ts';

/** A parsed condition of a rule; `text` is how a verdict shows it. */
export type Condition =
	| {
			readonly kind: 'absolute';
			/** The estimate, or one of its bounds. */
			readonly subject: 'value' | 'lower' | 'upper';
			readonly operator: Operator;
			/** Of a bound of a count of violations: the share of questions with one. */
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

/** A condition that compares a number of one run with a limit. */
export type AbsoluteCondition = Extract<Condition, { kind: 'absolute' }>;

/** A condition that compares a candidate with its baseline. */
export type RelativeCondition = Extract<Condition, { kind: 'relative' }>;

/** How an absolute condition compares the value with its limit. */
export type Operator = '>=' | '<=' | '>' | '<';

const number = String.raw`[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?`;
const checkPattern = new RegExp(String.raw`^\s*(\S+?)\s*(>=|<=|>|<)\s*(${number})\s*$`, 'i');
const marginPattern = new RegExp(String.raw`^\s*(${number})\s*(pp|x)?\s*$`, 'i');
const subjects = ['value', 'lower', 'upper'] as const;

/** Parses `lower >= 0.85`; gives a sentence instead when it is not such a check. */
export function parseCheck(text: string): AbsoluteCondition | string {
	const [, named, operator, limit] = checkPattern.exec(text) ?? [];
	if (named === undefined || operator === undefined || limit === undefined) {
		return `"${text}" is not a check; expected e.g. "value >= 0.85", "lower >= 0.85" or "upper <= 3500"`;
	}
	const subject = subjects.find((each) => each === named);
	if (subject === undefined) {
		return `"${text}": unknown "${named}"; expected value, or one of its bounds, lower and upper: "value ${operator} ${limit}"`;
	}
	const parsed = Number(limit);
	if (!Number.isFinite(parsed)) return `"${text}": the limit is not a finite number`;
	return {
		kind: 'absolute',
		subject,
		operator: operator as Operator,
		limit: parsed,
		text: `${subject} ${operator} ${limit}`,
	};
}

/**
 * Parses `2pp`, `1.10x` or a number in the metric's unit; gives a sentence instead when it does not fit, or when
 * nothing could be so much worse.
 */
export function parseMargin(given: string | number, unit: Unit): Condition | string {
	const [, digits, suffix] = marginPattern.exec(String(given)) ?? [];
	const value = Number(digits);
	if (digits === undefined || !Number.isFinite(value)) {
		return `"${given}" is not a margin; expected e.g. "2pp" (percentage points), "1.10x", or a number`;
	}
	const text = `non_inferior ${typeof given === 'string' ? given.trim() : given}`;
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

/** What a condition's bounds are of; undefined when it is judged without bounds: on the estimate, or on a count. */
export function formOf(condition: Condition): Form | undefined {
	switch (condition.kind) {
		case 'absolute':
			return condition.subject === 'value' ? undefined : 'single';
		case 'relative':
			return condition.form;
		case 'events':
			return undefined;
	}
}

/** Whether what a condition judges lies between 0 and 1; a bound of a count is one of the share of its questions. */
export function withinUnit({ subject }: AbsoluteCondition, { unit, estimand }: MetricInfo): boolean {
	return unit === 'share' || unit === 'score' || (subject !== 'value' && estimand === 'count');
}
