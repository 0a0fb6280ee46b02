import { describe, expect, it } from 'vitest';
import { bootstrapSums, jackknifeSums } from '../../src/stats/bootstrap.ts';
import { bootstrapQuantiles } from '../../src/stats/bootstrap-quantiles.ts';
import type { Bounds } from '../../src/stats/bounds.ts';
import {
	type Linearized,
	linearized,
	quantileInfluence,
	ratioInfluence,
	sparsityRanks,
} from '../../src/stats/linearized.ts';
import { meanBounds, summarize } from '../../src/stats/mean.ts';
import { nearestRank } from '../../src/stats/quantile.ts';
import { bcaBounds, percentileBounds } from '../../src/stats/replicate-bounds.ts';
import { selectRanks } from '../../src/stats/select-ranks.ts';
import { column, draws, sumOf } from './draws.ts';

const nothing = { lower: -Infinity, upper: Infinity };
const alpha = 0.05;

function linearizedBounds(given: Linearized & { readonly alpha: number; readonly times?: number }): Bounds {
	return linearized(given)(given.alpha, given.times);
}

describe('linearized', () => {
	const { normal } = draws(1);
	const values = column(40, () => normal());
	const { n, mean, sd } = summarize(values);
	const influence = values.map((value) => value - mean);

	it('of a mean are those of Student', () => {
		const { lower, upper } = linearizedBounds({ estimate: mean, influence, alpha });
		const student = meanBounds({ n, mean, sd }, alpha);
		expect(lower).toBeCloseTo(student.lower, 12);
		expect(upper).toBeCloseTo(student.upper, 12);
	});

	it('with a cluster for every unit are those without clusters', () => {
		const plain = linearizedBounds({ estimate: mean, influence, alpha });
		const clusterOf = column(n, (index) => index);
		const own = linearizedBounds({ estimate: mean, influence, alpha, clusterOf, clusters: n });
		expect(own.lower).toBeCloseTo(plain.lower, 12);
		expect(own.upper).toBeCloseTo(plain.upper, 12);
	});

	it('of members that are all alike are those of one a cluster', () => {
		const thrice = column(3 * n, (index) => influence[index % n] as number);
		const clusterOf = column(3 * n, (index) => index % n);
		const clustered = linearizedBounds({ estimate: 0, influence: thrice, alpha, clusterOf, clusters: n });
		expect(clustered.upper).toBeCloseTo(linearizedBounds({ estimate: 0, influence, alpha }).upper, 12);
	});

	it('do not hang on where influence values are centred, which those of a quantile are nearly', () => {
		for (const clustering of [{}, { clusterOf: column(n, (index) => index % 8), clusters: 8 }]) {
			const { upper } = linearizedBounds({ estimate: mean, influence, alpha, ...clustering });
			const shifted = influence.map((value) => value + 0.3);
			const other = linearizedBounds({ estimate: mean, influence: shifted, alpha, ...clustering });
			expect(other.upper).toBeCloseTo(upper, 12);
		}
	});

	it('of times as many units are those of that many', () => {
		const fourfold = column(4 * n, (index) => influence[index % n] as number);
		const { upper } = linearizedBounds({ estimate: 0, influence, alpha, times: 4 });
		const real = linearizedBounds({ estimate: 0, influence: fourfold, alpha }).upper;
		// The real ones divide by 4n − 1, the imagined ones by n − 1.
		expect(upper / real).toBeCloseTo(Math.sqrt((4 * n - 1) / (4 * (n - 1))), 12);
	});

	it('narrow as alpha grows, to the estimate at 0.5, and move and scale with it', () => {
		const at = (level: number) => linearizedBounds({ estimate: 2, influence, alpha: level });
		expect(at(0.01).upper).toBeGreaterThan(at(0.05).upper);
		expect(at(0.5)).toEqual({ lower: 2, upper: 2 });
		const { lower, upper } = linearizedBounds({
			estimate: -4,
			influence: influence.map((value) => value * -2),
			alpha: 0.05,
		});
		expect([-lower / 2, -upper / 2]).toEqual([at(0.05).upper, at(0.05).lower]);
	});

	it('do not exist where something is not known', () => {
		for (const given of [[], [1], [1, Number.NaN], [1, Infinity], [-Infinity, Infinity]])
			expect(linearizedBounds({ estimate: 1, influence: given, alpha })).toEqual(nothing);
		for (const estimate of [Number.NaN, Infinity])
			expect(linearizedBounds({ estimate, influence, alpha })).toEqual(nothing);
		const one = { clusterOf: new Float64Array(n), clusters: 1 };
		for (const times of [1, 10])
			expect(linearizedBounds({ estimate: 1, influence, alpha, times, ...one })).toEqual(nothing);
		expect(linearizedBounds({ estimate: 1, influence, alpha, times: 0.02 })).toEqual(nothing);
		expect(() => linearizedBounds({ estimate: 1, influence, alpha: 0 })).toThrow(RangeError);
		for (const times of [Number.NaN, 0, -1, Infinity])
			expect(() => linearizedBounds({ estimate: 1, influence, alpha, times })).toThrow(RangeError);
	});
});

describe('ratioInfluence', () => {
	it('is the derivative by the weight of a unit, and sums to 0', () => {
		const [a, b] = [
			[3, 1, 4, 1],
			[2, 7, 1, 8],
		] as const;
		const influence = ratioInfluence(a, b);
		expect(sumOf(influence)).toBeCloseTo(0, 12);
		const ratioWhen = (unit: number, weight: number) =>
			(9 + weight * (a[unit] as number)) / (18 + weight * (b[unit] as number));
		influence.forEach((value, unit) => {
			const slope = (ratioWhen(unit, 1e-6) - ratioWhen(unit, -1e-6)) / 2e-6;
			expect(value / 4).toBeCloseTo(slope, 8);
		});
	});

	it('without a denominator bounds nothing', () => {
		const influence = ratioInfluence([1, 2, 3], [0, 0, 0]);
		expect(linearizedBounds({ estimate: Infinity, influence, alpha })).toEqual(nothing);
		expect(linearizedBounds({ estimate: 0, influence, alpha })).toEqual(nothing);
		expect(() => ratioInfluence([1, 2], [1])).toThrow(RangeError);
	});
});

describe('quantileInfluence', () => {
	it.each([
		// √(q(1 − q)) / φ(z_q): √(π / 2), and 0.2179 / 0.1031.
		[0.5, 1.2533],
		[0.95, 2.1132],
		[0.99, 3.7331],
	])('has the spread that the %d-quantile of a normal sample has: %d', (q, expected) => {
		const { normal } = draws(8);
		const values = column(200_000, () => normal());
		const { sd } = summarize(quantileInfluence(values, values.slice().sort(), q));
		// A spacing of so many order statistics is itself known to 1 / √.
		const { lower, upper } = sparsityRanks(q, values.length);
		expect(Math.abs(sd / expected - 1)).toBeLessThan(0.01 + 3 / Math.sqrt(upper - lower));
	});

	it('is one step, down to the quantile itself, of the spacing around it', () => {
		const rising = column(100, (index) => 3 * index);
		const influence = quantileInfluence(rising, rising, 0.5);
		// One in a hundred is worth 3: the sparsity is 300.
		expect([...influence.subarray(48, 52)]).toEqual([-150, -150, 150, 150]);
	});

	it('needs no more than the ranks it names', () => {
		const { normal } = draws(9);
		const values = column(1000, () => normal());
		const { lower, upper } = sparsityRanks(0.9, 1000);
		const selected = values.slice();
		selectRanks(selected, [lower, 900, upper]);
		expect(quantileInfluence(values, selected, 0.9)).toEqual(
			quantileInfluence(values, values.slice().sort(), 0.9),
		);
	});

	it('reaches as far as Hall and Sheather, and no less far than a 95 % interval', () => {
		// n = 1000, q = 0.5: n^(2/3) · (1.96² · 1.5 · φ(0)²)^(1/3) = 100 · 0.9716 = 97.2; 1.96 √250 = 31.0.
		expect(sparsityRanks(0.5, 1000)).toEqual({ lower: 402, upper: 598 });
		// n = 1000, q = 0.99: 100 · 0.0703 = 7.03; 1.96 √9.9 = 6.2.
		expect(sparsityRanks(0.99, 1000)).toEqual({ lower: 982, upper: 998 });
		// n = 4400, q = 0.999: Hall and Sheather 3.98; 1.96 √4.3956 = 4.11, which is beyond the last.
		expect(sparsityRanks(0.999, 4400)).toEqual({ lower: 4391, upper: 4401 });
	});

	it('of too few values, or of failed trials, bounds nothing', () => {
		const bounds = (values: Float64Array, n = values.length) => {
			const sorted = values.filter(Number.isFinite).sort();
			return linearizedBounds({ estimate: 1, influence: quantileInfluence(values, sorted, 0.95, n), alpha });
		};
		const rising = (n: number) => column(n, (index) => index);
		expect(bounds(rising(60))).toEqual(nothing);
		expect(bounds(rising(1))).toEqual(nothing);
		expect(bounds(rising(2))).toEqual(nothing);
		expect(bounds(rising(1000)).upper).toBeLessThan(Infinity);
		const failing = (share: number) => rising(1000).map((value) => (value < 1000 * share ? Infinity : value));
		expect(bounds(failing(0.03))).toEqual(nothing);
		expect(bounds(failing(0.06))).toEqual(nothing);
		expect(bounds(failing(0.01)).upper).toBeLessThan(Infinity);
		const marked = rising(1000).map((value) => (value < 60 ? Infinity : value));
		expect(
			linearizedBounds({
				estimate: 1,
				influence: quantileInfluence(marked, marked.slice().sort(), 0.95),
				alpha,
			}),
		).toEqual(nothing);
		expect(() => quantileInfluence([1, 2], [1, 2], 1)).toThrow(RangeError);
	});

	it('has no width only where order statistics have none: a tie at the quantile', () => {
		const tied = new Float64Array(1000).fill(7);
		const influence = quantileInfluence(tied, tied, 0.5);
		expect(linearizedBounds({ estimate: 7, influence, alpha })).toEqual({ lower: 7, upper: 7 });
	});
});

describe('at 20,000 questions, where one takes over from the other, the delta method and the bootstrap agree', {
	timeout: 60_000,
}, () => {
	const n = 20_000;
	const { normal, uniform } = draws(6);
	const shared = column(n, () => normal());
	const baseline = shared.map((z) => 1000 * Math.exp(0.5 * z + 0.4 * normal()));
	const candidate = shared.map((z) => 1030 * Math.exp(0.5 * z + 0.4 * normal()));
	const passed = column(n, () => (uniform() < 0.85 ? 1 : 0));
	const clusterOf = column(n, (index) => index % 2000);
	const seed = 1;

	/** The most that a bound is off, as a share of the interval's width. */
	function apart(one: Bounds, other: Bounds): number {
		const width = one.upper - one.lower;
		return Math.max(Math.abs(one.lower - other.lower), Math.abs(one.upper - other.upper)) / width;
	}

	it.each([
		['questions', {}],
		['clusters', { clusterOf, clusters: 2000 }],
	])('on a mean and on a ratio of sums, by %s', (_, clustering) => {
		for (const columns of [
			[baseline, new Float64Array(n).fill(1)],
			[baseline, passed],
		] as const) {
			const ratio = (sums: Float64Array) => (sums[0] as number) / (sums[1] as number);
			const estimate = sumOf(columns[0]) / sumOf(columns[1]);
			const replicates = bootstrapSums(columns, ratio, { seed, ...clustering });
			const bootstrap = bcaBounds(replicates, estimate, jackknifeSums(columns, ratio, clustering), alpha);
			const influence = ratioInfluence(columns[0], columns[1]);
			const delta = linearizedBounds({ estimate, influence, alpha, ...clustering });
			expect(apart(delta, bootstrap)).toBeLessThan(0.05);
		}
	});

	// 104 order statistics tell the sparsity at p99, and 314 at p95: neither method knows the width any better.
	it.each([
		[0.5, 0.1],
		[0.9, 0.1],
		[0.95, 0.1],
		[0.99, 0.2],
	])('on the log ratio of two p-quantiles, p = %d, within %d of the width', (q, share) => {
		const [b, c] = bootstrapQuantiles([baseline, candidate], q, { seed }) as [Float64Array, Float64Array];
		const logs = c.map((value, r) => Math.log(value) - Math.log(b[r] as number));
		const bootstrap = percentileBounds(logs, alpha, n);
		const [below, above] = [baseline, candidate].map((values) => values.slice().sort()) as [
			Float64Array,
			Float64Array,
		];
		const [from, to] = [nearestRank(below, q), nearestRank(above, q)];
		const ofBaseline = quantileInfluence(baseline, below, q);
		const influence = quantileInfluence(candidate, above, q).map(
			(value, i) => value / to - (ofBaseline[i] as number) / from,
		);
		const delta = linearizedBounds({ estimate: Math.log(to) - Math.log(from), influence, alpha });
		expect(apart(delta, bootstrap)).toBeLessThan(share);
	});
});
