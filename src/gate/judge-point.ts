import { estimateSingle } from '../compare/single.ts';
import type { Condition, Operator } from './condition.ts';
import { format } from './format.ts';
import { satisfies } from './limit.ts';
import type { Rule } from './rule.ts';
import { missingPart, type Part, type Scope } from './scope.ts';

type PointCondition = Extract<Condition, { kind: 'absolute' | 'events' }>;

/** Judges a metric’s own value: a limit on it, or on a count of events. */
export function judgePoint(scope: Scope, condition: PointCondition): Part {
	const isEvents = condition.kind === 'events';
	const operator: Operator = isEvents ? '<=' : condition.operator;
	const { limit } = condition;
	const { rule, after } = scope;
	const { name, unit } = rule.metric;
	const method = isEvents ? 'count' : 'point estimate';
	if ('missing' in after) {
		// A count that is incomplete can only grow: a limit that it already broke is broken.
		if (after.atLeast !== undefined && operator === '<=' && after.atLeast > limit) {
			const reason = `${name}: at least ${format(after.atLeast, unit)}, ${format(limit, unit)} allowed`;
			return { outcome: 'fail', method, samples: 0, observed: after.atLeast, limit, reason };
		}
		return { ...missingPart(`${name} is missing: ${after.missing}`), limit };
	}
	const few = tooFew(rule, after.n);
	const holds = satisfies(after.value, operator, limit);
	const shown = format(after.value, unit);
	const wanted = `${operator} ${format(limit, unit)}`;
	const by = format(Math.abs(after.value - limit), unit);
	const side = operator.startsWith('<') ? 'over' : 'short of';
	// More samples cannot take back a violation that was counted.
	const broken = !holds && unit === 'violations' && side === 'over';
	const rate = isEvents ? rateNote(scope, holds) : '';
	return {
		outcome: few && !broken ? 'inconclusive' : holds ? 'pass' : 'fail',
		method,
		observed: after.value,
		...(isEvents ? {} : boundsOf(scope)),
		limit,
		samples: after.n,
		reason: holds
			? `${name} is ${shown} (${wanted})${rate}${few ?? ''}`
			: `${name} is ${shown}, ${by} ${side} the limit (${wanted})${rate}${few ?? ''}`,
	};
}

/** How sure the value is, beside a limit that does not ask for it. */
function boundsOf(scope: Scope): Pick<Part, 'lower' | 'upper' | 'alpha' | 'questions'> {
	const { rule, candidate, after, units, seed, delay } = scope;
	if (candidate.samples === undefined || rule.metric.estimand === 'count') return {};
	// Resampling would be a great deal of work for bounds that do not decide.
	const method = rule.metric.estimand === 'ratio' ? 'delta' : undefined;
	const options = { seed, delayMs: delay?.after, method } as const;
	const estimate = estimateSingle(rule.metric, after, candidate, units, options);
	if ('missing' in estimate) return {};
	const { lower, upper } = estimate.bounds(rule.alpha);
	return {
		...(Number.isFinite(lower) && { lower }),
		...(Number.isFinite(upper) && { upper }),
		alpha: rule.alpha,
		questions: estimate.questions,
	};
}

/** In how many questions events were, and what a count within its limit proves of their rate. */
function rateNote({ rule, candidate, after, units, seed }: Scope, holds: boolean): string {
	if (candidate.samples === undefined) return '';
	const rate = estimateSingle(rule.metric, after, candidate, units, { seed });
	if ('missing' in rate) return '';
	const { questions, value } = rate;
	const hit = Math.round(value * questions);
	const where = `in ${hit === 0 ? '' : `${hit} of `}${questions} ${questions === 1 ? 'question' : 'questions'}`;
	if (!holds) return `, ${where}`;
	const { upper } = rate.bounds(rule.alpha);
	return `; ${where}, so the rate is at most ${format(upper, 'share')}`;
}

/** What keeps a rule from being decided on so few trials. */
export function tooFew({ minSamples }: Rule, n: number): string | undefined {
	return n < minSamples ? `; only ${n} sample(s), ${minSamples} needed` : undefined;
}
