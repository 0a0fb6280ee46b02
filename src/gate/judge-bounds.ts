import type { Estimated } from '../compare/estimate.ts';
import { methodLabel } from '../compare/methods.ts';
import { estimatePaired } from '../compare/paired.ts';
import { estimateSingle } from '../compare/single.ts';
import type { MetricInfo } from '../model/metric.ts';
import type { RuleResult } from '../model/verdict.ts';
import { boundedNumbers, type Limit, pBeyond } from './bounded.ts';
import type { Condition, RelativeCondition } from './condition.ts';
import { format } from './format.ts';
import { tooFew } from './judge-point.ts';
import type { Rule } from './rule.ts';
import { missingPart, type Part, type Scope } from './scope.ts';
import { aloneSentence, comparedSentence } from './sentence.ts';

type Bounded = RelativeCondition | Extract<Condition, { kind: 'absolute' }>;

/** Judges what the bounds of an estimate prove: of the metric itself, or of how it differs from the baseline’s. */
export function judgeBounds(scope: Scope, condition: Bounded): Part {
	const { rule, after, baseline } = scope;
	const { metric: info } = rule;
	const isCompared = condition.kind === 'relative';
	const found = isCompared ? compared(scope, condition) : alone(scope);
	if ('missing' in found) return missingPart(found.missing);
	const limit = limitOf(info, condition);
	const { outcome, ...numbers } = boundedNumbers(found, limit, rule.alpha);
	const sides = isCompared && 'metric' in baseline ? [after, baseline.metric] : [after];
	const n = Math.min(...sides.map((metric) => ('n' in metric ? metric.n : 0)));
	const few = tooFew(rule, n);
	const needed = neededFor(rule, n, numbers.needed);
	const { settledAs } = numbers;
	const words = { outcome, needed, settledAs, ...found.bounds(rule.alpha) };
	const reason = isCompared
		? comparedSentence(scope, condition, found.value, words)
		: aloneSentence(scope, limit, found.value, words);
	return {
		...numbers,
		...droppedOf(numbers.dropped, scope),
		...(needed !== undefined && { needed }),
		outcome: few ? 'inconclusive' : outcome,
		method: methodLabel(found.method, info),
		samples: n,
		reason: `${reason}${few ?? ''}`,
		pBeyond: () => pBeyond(found, limit),
	};
}

/** What would settle it must also be as many as the rule wants to rest on. */
function neededFor({ minSamples }: Rule, n: number, needed: number | undefined): number | undefined {
	return n < minSamples ? Math.max(minSamples - n, needed ?? 0) : needed;
}

/** Every question that is in no pair, and why. */
function droppedOf(valueless: RuleResult['dropped'], { unpaired }: Scope): Pick<RuleResult, 'dropped'> {
	if (unpaired === 0) return {};
	const why = ['asked in one of the runs only', ...(valueless === undefined ? [] : [valueless.why])].join(
		'; ',
	);
	return { dropped: { questions: unpaired + (valueless?.questions ?? 0), why } };
}

function alone({ rule, after, candidate, units, seed, delay }: Scope): Estimated {
	const { name } = rule.metric;
	if ('missing' in after) return { missing: `${name} is missing: ${after.missing}` };
	return estimateSingle(rule.metric, after, candidate, units, {
		method: rule.method,
		seed,
		delayMs: delay?.after,
	});
}

function compared(scope: Scope, condition: RelativeCondition): Estimated {
	const { rule, after, candidate, baseline, units, seed, delay } = scope;
	if ('missingRun' in baseline) return { missing: baseline.missingRun };
	const nothing = nothingWorse(rule.metric, baseline.metric, condition);
	if (nothing !== undefined) return { missing: nothing };
	return estimatePaired(
		rule.metric,
		condition.form,
		{
			before: { facts: baseline.facts, metric: baseline.metric, delayMs: delay?.before },
			after: { facts: candidate, metric: after, delayMs: delay?.after },
		},
		units,
		{ method: rule.method, seed },
	);
}

/** A baseline so bad that no candidate could be worse by the margin proves nothing. */
function nothingWorse(
	{ name, unit, better }: MetricInfo,
	before: Scope['after'],
	{ margin, form }: RelativeCondition,
): string | undefined {
	if ('missing' in before) return undefined;
	const factor = better === 'lower' ? margin : 1 / margin;
	const worst =
		form === 'ratio'
			? before.value * factor
			: better === 'lower'
				? before.value + margin
				: before.value - margin;
	const bounded = unit === 'share' || unit === 'score';
	if (better === 'lower' ? !(bounded && worst >= 1) : worst > 0) return undefined;
	return `${name} of the baseline is ${format(before.value, unit)}: within the margin nothing could be worse, so nothing is shown`;
}

/** What the bounds are held against, in the terms of the estimate. */
export function limitOf({ better }: MetricInfo, condition: Bounded): Limit {
	if (condition.kind === 'absolute') return condition;
	const { margin, form } = condition;
	if (better === 'lower') return { operator: '<=', limit: margin };
	return { operator: '>=', limit: form === 'ratio' ? 1 / margin : -margin };
}
