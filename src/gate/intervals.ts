import { methodNames } from '../compare/methods.ts';
import { estimatePaired } from '../compare/paired.ts';
import { inOrderOfIds } from '../compare/units.ts';
import { metricCatalogue } from '../metrics/catalogue.ts';
import type { Delta } from '../model/verdict.ts';
import type { Judged } from './judge.ts';

/** The one-sided error of each side of a 95 % interval. */
const alpha = 0.025;

/** The deltas with the 95 % interval of each share and score that both runs kept the questions of. */
export function withIntervals(deltas: readonly Delta[], { candidate, before, seed }: Judged): Delta[] {
	if ('missingRun' in before) return [...deltas];
	const { baseline, pairing } = before;
	const units = inOrderOfIds(pairing, candidate);
	const catalogue = new Map(metricCatalogue(candidate.run).map((info) => [info.name, info]));
	return deltas.map((delta) => {
		const info = catalogue.get(delta.metric);
		const isShown = info?.unit === 'score' || info?.name === 'pass_rate';
		if (info === undefined || !isShown || typeof delta.delta !== 'number') return delta;
		const sides = {
			before: { facts: baseline, metric: delta.baseline },
			after: { facts: candidate, metric: delta.candidate },
		};
		const estimate = estimatePaired(info, 'difference', sides, units, { seed });
		if ('missing' in estimate) return delta;
		const { lower, upper } = estimate.bounds(alpha);
		if (!Number.isFinite(lower) || !Number.isFinite(upper)) return delta;
		return { ...delta, interval: { lower, upper, method: methodNames[estimate.method] } };
	});
}
