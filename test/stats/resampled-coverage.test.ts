import { describe, expect, it } from 'vitest';
import { bootstrapSums, jackknifeSums } from '../../src/stats/bootstrap.ts';
import { bootstrapQuantiles } from '../../src/stats/bootstrap-quantiles.ts';
import type { Bounds } from '../../src/stats/bounds.ts';
import { clusteredQuantile } from '../../src/stats/quantile-bounds.ts';
import { bcaBounds, percentileBounds } from '../../src/stats/replicate-bounds.ts';
import { column, type Draws, draws, sumOf } from './draws.ts';

const alpha = 0.05;
const resamples = 999;

/** How often each bound of a sample misses the truth. */
function missRates(
	samples: number,
	truth: number,
	boundsOf: (random: Draws, seed: number) => Bounds,
): [number, number] {
	const random = draws(20);
	let [below, above] = [0, 0];
	for (let seed = 1; seed <= samples; seed++) {
		const { lower, upper } = boundsOf(random, seed);
		if (lower > truth) below++;
		if (upper < truth) above++;
	}
	return [below / samples, above / samples];
}

/** Within a point of alpha, and two standard errors of the simulation. */
function expectNear(rates: readonly number[], samples: number, isConservative = false): void {
	const slack = 0.01 + 2 * Math.sqrt((alpha * (1 - alpha)) / samples);
	for (const rate of rates) {
		expect(rate).toBeLessThan(alpha + slack);
		expect(rate).toBeGreaterThan(isConservative ? 0.005 : alpha - slack);
	}
}

/** Costs and passes of two equal runs, alike within a question. */
function twoRuns(n: number, { normal, uniform }: Draws): Float64Array[] {
	const columns = [0, 1, 2, 3].map(() => new Float64Array(n));
	for (let i = 0; i < n; i++) {
		const [cost, ease] = [normal(), uniform()];
		columns.forEach((values, which) => {
			const isCost = which % 2 === 0;
			const passed = (uniform() < 0.6 ? ease : uniform()) < 0.85;
			values[i] = isCost ? Math.exp(0.5 * cost + 0.5 * normal()) : Number(passed);
		});
	}
	return columns;
}

// Simulations share two cores with other tests.
const patience = { timeout: 60_000 };

describe('BCa bounds miss with probability alpha, to a point', patience, () => {
	const of = (sums: Float64Array, at: number) => (sums[at] as number) / (sums[at + 1] as number);
	const bounds = (
		columns: Float64Array[],
		statistic: (sums: Float64Array) => number,
		seed: number,
		clustering: { clusterOf?: Float64Array; clusters?: number } = {},
	) => {
		const replicates = bootstrapSums(columns, statistic, { seed, resamples, ...clustering });
		const estimate = statistic(Float64Array.from(columns, sumOf));
		return bcaBounds(replicates, estimate, jackknifeSums(columns, statistic, clustering), alpha);
	};

	it.each([
		[60, 1500],
		[200, 1000],
	])('for the log ratio of two runs’ costs per success, n = %d, in %d samples', (n, samples) => {
		const logRatio = (sums: Float64Array) => Math.log(of(sums, 2)) - Math.log(of(sums, 0));
		const rates = missRates(samples, 0, (random, seed) => bounds(twoRuns(n, random), logRatio, seed));
		expectNear(rates, samples);
	});

	it('for a cost per success over 50 clusters of 10', () => {
		const clusters = 50;
		const clusterOf = column(500, (index) => index % clusters);
		const ratio = (sums: Float64Array) => of(sums, 0);
		const rates = missRates(1500, Math.exp(0.1) / 0.85, ({ normal, uniform }, seed) => {
			const shared = column(clusters, () => normal());
			const cost = column(500, (i) => Math.exp(0.2 * (shared[i % clusters] as number) + 0.4 * normal()));
			const passed = column(500, () => Number(uniform() < 0.85));
			return bounds([cost, passed], ratio, seed, { clusterOf, clusters });
		});
		expectNear(rates, 1500);
	});
});

describe(
	'percentile bounds of the log ratio of two quantiles miss with probability alpha or less',
	patience,
	() => {
		const logRatioBounds = (columns: Float64Array[], q: number, seed: number) => {
			const [before, after] = bootstrapQuantiles(columns, q, { seed, resamples }) as [
				Float64Array,
				Float64Array,
			];
			const logs = after.map((value, r) => Math.log(value) - Math.log(before[r] as number));
			return percentileBounds(logs, alpha, (columns[0] as Float64Array).length);
		};

		it.each([
			[0.5, 60, 1500, 'apart'],
			[0.95, 200, 1000, 'apart'],
			[0.95, 200, 800, 'tied to a tenth of the median'],
			[0.95, 1000, 300, 'apart'],
		])('the %d-quantile of n = %d, in %d samples, values %s', (q, n, samples, ties) => {
			const round =
				ties === 'apart' ? (value: number) => value : (value: number) => Math.ceil(value * 10) / 10;
			const rates = missRates(samples, 0, ({ normal }, seed) => {
				const shared = column(n, () => normal());
				const run = () => shared.map((z) => round(Math.exp(0.5 * z + 0.4 * normal())));
				return logRatioBounds([run(), run()], q, seed);
			});
			expectNear(rates, samples, true);
		});
	},
);

describe('clustered bounds of a quantile miss with probability alpha or less', patience, () => {
	it.each([
		[0.5, 0, 20],
		[0.5, 0, 50],
		[0.95, 1.6448536, 200],
	])('the %d-quantile, %d, over %d clusters of 10', (q, truth, clusters) => {
		const n = clusters * 10;
		const clusterOf = column(n, (index) => index % clusters);
		const rates = missRates(1500, truth, ({ normal }) => {
			const shared = column(clusters, () => normal());
			const values = column(n, (i) => 0.6 * (shared[i % clusters] as number) + 0.8 * normal());
			return clusteredQuantile(values, q, { clusterOf, clusters })(alpha);
		});
		expectNear(rates, 1500, true);
	});

	it('has no upper bound of a p95 in fewer than 59 clusters, however many are in each', () => {
		const upper = (clusters: number) => {
			const values = column(20 * clusters, (index) => 100 + (index % 20));
			const clusterOf = column(20 * clusters, (index) => index % clusters);
			return clusteredQuantile(values, 0.95, { clusterOf, clusters })(alpha).upper;
		};
		expect([upper(6), upper(58)]).toEqual([Infinity, Infinity]);
		expect(upper(59)).toBeLessThan(Infinity);
	});
});
