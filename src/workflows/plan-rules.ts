import type { Gate, Rule } from '../gate/rule.ts';
import type { MetricInfo } from '../model/metric.ts';
import type { RulePlan } from '../model/power-plan.ts';
import type { Aim } from './margin-sizes.ts';
import type { Basis } from './plan-basis.ts';

/** The rules of a gate that bounds decide on this metric, or on the count that it is the rate of. */
export function rulesOn({ rules }: Pick<Gate, 'rules'>, metric: MetricInfo): Rule[] {
	return rules.filter((rule): rule is Rule => {
		if ('remote' in rule) return false;
		const { condition } = rule;
		const isBounded =
			condition.kind === 'relative' || (condition.kind === 'absolute' && condition.subject !== 'value');
		const { name, estimand, concern, check } = rule.metric;
		const isRate = estimand === 'count' && concern === metric.concern && check === metric.check;
		return isBounded && (name === metric.name || isRate);
	});
}

/** What rules are planned by: the values of the run, the pairs that it makes with its baseline, and that one's mean. */
export interface RuleBases {
	readonly metric: MetricInfo;
	readonly single: Basis;
	readonly paired?: Basis | undefined;
	readonly baselineMean?: number | undefined;
	/** How often each question was asked. */
	readonly repeats: number;
}

/** Plans a rule of the gate with its own margin or limit and its own alpha. */
export function planRule(rule: Rule, bases: RuleBases, power: Aim['power']): RulePlan {
	const { condition, alpha, per } = rule;
	const shown = { id: rule.id, condition: condition.text, alpha, ...(per !== undefined && { per }) };
	const found = distanceOf(rule, bases);
	if ('problem' in found) return { ...shown, ...found };
	const { basis, change } = found;
	if (basis.untold) return { ...shown, problem: 'nothing varied, so there is nothing to plan with' };
	const sizes = basis.sizes({ alpha, power });
	const questions = Math.max(sizes.questionsFor(change), Math.ceil(rule.minSamples / bases.repeats));
	return {
		...shown,
		method: sizes.method,
		...(!basis.paired && { value: basis.mean }),
		...(Number.isFinite(questions) && { questions }),
		...(basis.provided === undefined && per === undefined && { chance: sizes.chance(change, basis.n) }),
		...(basis.provided !== undefined && { provided: basis.provided }),
	};
}

/** How much worse than this value a margin allows; one that is a ratio says how many times worse. */
export function changeOf(
	form: 'difference' | 'ratio',
	margin: number,
	{ better }: Pick<MetricInfo, 'better'>,
	value: number,
): number {
	if (form === 'difference') return margin;
	return better === 'lower' ? value * (margin - 1) : value * (1 - 1 / margin);
}

/** What a rule is planned by, and how far what is to be shown lies from its limit. */
function distanceOf(
	{ condition }: Rule,
	{ metric, single, paired, baselineMean }: RuleBases,
): { basis: Basis; change: number } | { problem: string } {
	if (condition.kind === 'events') return { problem: 'it is judged by a count' };
	if (condition.kind === 'relative') {
		if (paired === undefined || baselineMean === undefined) {
			return { problem: 'it compares two runs, and this plan has one' };
		}
		if (metric.estimand === 'total' && condition.form === 'difference') {
			return { problem: 'a sum grows with the number of questions' };
		}
		const change = changeOf(condition.form, condition.margin, metric, baselineMean);
		return change > 0
			? { basis: paired, change }
			: { problem: 'no number of questions rules out every change' };
	}
	if (metric.estimand === 'total') return { problem: 'a sum grows with the number of questions' };
	const { operator, limit } = condition;
	const change = operator.startsWith('>') ? single.mean - limit : limit - single.mean;
	return change > 1e-12
		? { basis: single, change }
		: { problem: 'the value of the run is not within the limit' };
}
