import { methodNames } from '../compare/methods.ts';
import { estimatePaired } from '../compare/paired.ts';
import { metricCatalogue } from '../metrics/catalogue.ts';
import type { Delta } from '../model/verdict.ts';
import { groupedBy, type Judged } from './judge.ts';
import type { Gate } from './rule.ts';

/** The one-sided error of each side of a 95 % interval. */
const alpha = 0.025;

/**
 * The deltas with the 95 % interval of each share and score that both runs kept the questions of, grouped where a rule
 * on that metric groups them. A run that was stopped because of what it showed is no sample: it has none.
 */
export function withIntervals(
	deltas: readonly Delta[],
	{ candidate, before, seed }: Judged,
	rules: Gate['rules'],
): Delta[] {
	if ('missingRun' in before) return [...deltas];
	const { baseline, pairs } = before;
	if ([candidate, baseline].some(({ run }) => run.curtailed !== undefined)) return [...deltas];
	const catalogue = new Map(metricCatalogue(candidate.run).map((info) => [info.name, info]));
	return deltas.map((delta) => {
		const info = catalogue.get(delta.metric);
		const isShown = info?.unit === 'score' || info?.name === 'pass_rate';
		if (info === undefined || !isShown || typeof delta.delta !== 'number') return delta;
		const sides = {
			before: { facts: baseline, metric: delta.baseline },
			after: { facts: candidate, metric: delta.candidate },
		};
		const grouping = rules.find((rule) => rule.metric.name === info.name && 'clusterBy' in rule);
		const units = grouping && !('remote' in grouping) ? groupedBy(grouping, pairs, candidate) : pairs;
		const estimate = estimatePaired(info, 'difference', sides, units, { seed });
		if ('missing' in estimate) return delta;
		const { lower, upper } = estimate.bounds(alpha);
		if (!Number.isFinite(lower) || !Number.isFinite(upper)) return delta;
		return { ...delta, interval: { lower, upper, method: methodNames[estimate.method] } };
	});
}
