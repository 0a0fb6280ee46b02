import type { MetricInfo } from '../model/metric.ts';
import { type AbsoluteCondition, type Condition, withinUnit } from './condition.ts';
import { satisfies } from './limit.ts';

/**
 * Why a check stops nothing bad, or nothing, or everything: it faces the wrong way, its bound says nothing where
 * the data are few, or no number could break it (or keep it).
 * A rule that cannot go red is a mistake, and it would look like a pass.
 */
export function checkFault(condition: Condition, metric: MetricInfo): string | undefined {
	if (condition.kind !== 'absolute') return undefined;
	const { operator, text } = condition;
	const { better } = metric;
	if (operator.startsWith(better === 'lower' ? '>' : '<')) {
		return `"${text}" would pass the worse values: of this metric, ${better} is better; expected ${wayOut(condition, metric)}`;
	}
	const unsure = unsureFault(condition, wayOut(condition, metric));
	if (unsure !== undefined || condition.subject === 'value') return unsure ?? valueFault(condition, metric);
	// What has no upper end is better lower, and can exceed any limit.
	return withinUnit(condition, metric) ? boundFault(condition, ...boundOf(condition, metric)) : undefined;
}

/** The same of a check on a backend's answer, of which only the bounds of a share are known to lie in [0, 1]. */
export function remoteCheckFault(condition: AbsoluteCondition): string | undefined {
	const { subject, operator, limit } = condition;
	if (subject === 'value') return undefined;
	const fix = `"${operator.startsWith('<') ? 'upper' : 'lower'} ${operator} ${limit}"`;
	return unsureFault(condition, fix) ?? boundFault(condition, 'a bound of a share');
}

function unsureFault({ subject, operator, text }: AbsoluteCondition, fix: string): string | undefined {
	if (subject !== (operator.startsWith('<') ? 'lower' : 'upper')) return undefined;
	return `"${text}" would pass when the data cannot tell: the fewer they are, the ${
		subject === 'lower' ? 'lower' : 'higher'
	} this bound; expected ${fix}`;
}

function valueFault(condition: AbsoluteCondition, metric: MetricInfo): string | undefined {
	const { operator, limit, text } = condition;
	const most = withinUnit(condition, metric) ? 1 : Infinity;
	const always = satisfies(operator.startsWith('>') ? 0 : most, operator, limit);
	if (!always) return undefined;
	const fix = operator.startsWith('>') ? 'above 0' : 'below 1';
	return `"${text}" can never fail: the metric lies between 0 and 1; expected a limit ${fix}`;
}

/** What a bound is one of, and what else could be meant. */
function boundOf({ operator, limit }: AbsoluteCondition, { estimand }: MetricInfo): [string, string?] {
	if (estimand !== 'count') return ['a bound of the metric'];
	return [
		'a bound of a count is one of the share of questions with a violation, which',
		`, e.g. "upper < 0.025" (the share), or "value ${operator} ${limit}" (the count)`,
	];
}

/** A bound only reaches an end of [0, 1], so no data put the whole interval beyond a limit that lies there. */
function boundFault(
	{ operator, limit, text }: AbsoluteCondition,
	what: string,
	instead = '',
): string | undefined {
	const under = operator.startsWith('<');
	const fix = `expected a limit above 0 and below 1${instead}`;
	if (satisfies(under ? 1 : 0, operator, limit) || (under ? limit >= 1 : limit <= 0))
		return `"${text}" can never fail: ${what} lies between 0 and 1; ${fix}`;
	if (under ? limit <= 0 : limit >= 1)
		return `"${text}" can never pass: no number of questions shows that; ${fix}`;
	return undefined;
}

/** The checks that do what a wrong one was meant for: on the bound that says how sure one is, or on the estimate. */
function wayOut({ operator, limit }: AbsoluteCondition, { better, estimand }: MetricInfo): string {
	const turned = `${better === 'lower' ? '<' : '>'}${operator.slice(1)}`;
	const estimate = `"value ${turned} ${limit}"`;
	if (estimand === 'count')
		return `${estimate} (the count) or e.g. "upper < 0.025" (the share of questions with one)`;
	return `${estimate} (as measured) or "${better === 'lower' ? 'upper' : 'lower'} ${turned} ${limit}" (sure of it)`;
}
