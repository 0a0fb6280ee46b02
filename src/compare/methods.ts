import type { MetricInfo } from '../model/metric.ts';

/** Every method by which bounds can be computed, as a gate file names it, with its textbook name. */
export const methodNames = {
	'clopper-pearson': 'Clopper-Pearson',
	wilson: 'Wilson score',
	t: 'Student t',
	'order-statistics': 'order statistics',
	tango: 'Tango score',
	newcombe: 'Newcombe hybrid score',
	'paired-t': 'paired t',
	'sign-flip': 'sign-flip permutation',
	bootstrap: 'BCa bootstrap',
	delta: 'delta method',
} as const;

/** A method’s name in a gate file. */
export type MethodName = keyof typeof methodNames;

/** A method’s textbook name for a kind of metric. */
export function methodLabel(method: MethodName, { estimand }: Pick<MetricInfo, 'estimand'>): string {
	return method === 'bootstrap' && estimand === 'quantile' ? 'percentile bootstrap' : methodNames[method];
}

/** What is estimated: the metric of one run, or how two runs differ in it, or their ratio. */
export type Form = 'single' | 'difference' | 'ratio';

const single: Record<MetricInfo['estimand'], readonly MethodName[]> = {
	proportion: ['clopper-pearson', 'wilson', 't'],
	count: ['clopper-pearson', 'wilson'],
	mean: ['t', 'bootstrap'],
	total: ['t', 'bootstrap'],
	quantile: ['order-statistics'],
	ratio: ['bootstrap', 'delta'],
};

const difference: Record<MetricInfo['estimand'], readonly MethodName[]> = {
	proportion: ['tango', 'newcombe', 'paired-t', 'bootstrap'],
	count: ['paired-t', 'bootstrap'],
	mean: ['paired-t', 'sign-flip', 'bootstrap'],
	total: ['paired-t', 'bootstrap'],
	quantile: ['bootstrap', 'delta'],
	ratio: ['bootstrap', 'delta'],
};

/** The methods that take each question for itself, so that none of them can allow for groups of questions. */
export const ungrouped: ReadonlySet<MethodName> = new Set(['tango', 'newcombe', 'sign-flip']);

/** The methods that fit what is estimated; the first is the one that is used unless the data ask for another. */
export function methodsFor({ estimand }: Pick<MetricInfo, 'estimand'>, form: Form): readonly MethodName[] {
	if (form === 'ratio') return ['bootstrap', 'delta'];
	return form === 'single' ? single[estimand] : difference[estimand];
}
