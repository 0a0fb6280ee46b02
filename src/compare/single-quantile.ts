import type { RunFacts } from '../metrics/run-facts.ts';
import { latencyColumn } from '../metrics/trial-values.ts';
import type { MetricInfo } from '../model/metric.ts';
import { OrderStatistics } from '../stats/order-statistics.ts';
import { clusteredQuantile, quantileBounds, quantileRanks } from '../stats/quantile-bounds.ts';
import { type Estimated, type EstimateOptions, mapBounds } from './estimate.ts';
import type { Units } from './units.ts';
import { groupsOf, trialsOf } from './values.ts';

/** Options of an estimate of one run. */
export interface SingleOptions extends EstimateOptions {
	/** How much of each latency may be the harness’s own delay: taken off, in milliseconds. */
	readonly delayMs?: number | undefined;
}

/** A quantile of the trials’ latencies, which has that value; its bounds are values that were observed. */
export function singleQuantile(
	{ quantile: q = Number.NaN }: MetricInfo,
	value: number,
	facts: RunFacts,
	units: Units,
	{ delayMs = 0 }: SingleOptions,
): Estimated {
	const latency = facts.samples?.latency;
	if (latency === undefined) return { missing: `no values of ${latencyColumn} were kept` };
	const { values, unitOf } = trialsOf(latency, units.after);
	if (values.length === 0) return { missing: 'no question has a latency' };
	const groups = groupsOf(units, unitOf);
	const late = (bound: number) => (bound === -Infinity ? bound : Math.max(0, bound - delayMs));
	const questions = units.after.length;
	if (groups === undefined) {
		const ordered = new OrderStatistics(values);
		const n = values.length;
		return {
			method: 'order-statistics',
			value,
			questions,
			bounds(alpha, times = 1) {
				const { lower, upper } = quantileRanks(q, n, alpha, times);
				return mapBounds(quantileBounds(ordered.between(lower, upper), q, n, alpha, times), late);
			},
		};
	}
	const bounds = clusteredQuantile(values, q, groups);
	return {
		method: 'order-statistics',
		value,
		questions,
		...(units.clusterOf && { clusters: units.clusters }),
		bounds: (alpha, times = 1) => mapBounds(bounds(alpha, times), late),
	};
}
