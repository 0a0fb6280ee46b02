import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bootstrapSums, jackknifeOfInfluence, jackknifeSums } from '../../src/stats/bootstrap.ts';
import { percentileBounds } from '../../src/stats/replicate-bounds.ts';
import { forEachResample } from '../../src/stats/resampling.ts';
import { column, draws, sumOf } from './draws.ts';

const ratio = (sums: Float64Array) => (sums[0] as number) / (sums[1] as number);
const logRatio = (sums: Float64Array) => Math.log(sums[0] as number) - Math.log(sums[1] as number);
const positive = fc.double({ min: 1e-3, max: 1e3, noNaN: true });
const pairs = fc.array(fc.tuple(positive, positive), { minLength: 2, maxLength: 60 });
const seed = 3;

describe('forEachResample', () => {
	it('draws as many units as there are, each as likely, and independently', () => {
		const units = 10;
		const resamples = 20_000;
		const perUnit = new Float64Array(units);
		let pairsSeen = 0;
		forEachResample(units, { seed, resamples }, (counts) => {
			expect(counts.reduce((sum, count) => sum + count, 0)).toBe(units);
			counts.forEach((count, unit) => {
				perUnit[unit] = (perUnit[unit] as number) + count;
				pairsSeen += count * (count - 1);
			});
		});
		// Binomial(10, 0.1) a resample: mean 1, variance 0.9, E[k(k − 1)] 0.9.
		for (const drawn of perUnit)
			expect(Math.abs(drawn / resamples - 1)).toBeLessThan(4 * Math.sqrt(0.9 / resamples));
		expect(pairsSeen / resamples / units).toBeCloseTo(0.9, 1);
	});

	it('draws nothing alike for near seeds', () => {
		const values = column(40, (index) => index);
		const of = (other: number) => bootstrapSums([values], (sums) => sums[0] as number, { seed: other });
		const [one, two] = [of(1), of(2)];
		const centre = (series: Float64Array) => series.map((value) => value - sumOf(series) / series.length);
		const [a, b] = [centre(one), centre(two)];
		const dot = (x: Float64Array, y: Float64Array) => sumOf(x.map((value, i) => value * (y[i] as number)));
		// The first draw, too: of two units, a quarter of the seeds draws the first one twice.
		const firsts = column(1000, (other) => {
			let drawn = 0;
			forEachResample(2, { seed: other, resamples: 1 }, (counts) => {
				drawn = counts[0] as number;
			});
			return drawn;
		});
		expect(firsts.filter((drawn) => drawn === 2).length / 1000).toBeCloseTo(0.25, 1);
		expect(firsts.filter((drawn) => drawn === 1).length / 1000).toBeCloseTo(0.5, 1);
		expect(Math.abs(dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b)))).toBeLessThan(4 / Math.sqrt(2000));
	});
});

describe('bootstrapSums', () => {
	it('gives the exact distribution of two values', () => {
		const means = bootstrapSums([[0, 1]], (sums) => (sums[0] as number) / 2, { seed, resamples: 10_000 });
		const share = (value: number) => means.filter((mean) => mean === value).length / means.length;
		expect(share(0)).toBeCloseTo(0.25, 1);
		expect(share(0.5)).toBeCloseTo(0.5, 1);
		expect(share(1)).toBeCloseTo(0.25, 1);
		expect(new Set(means)).toEqual(new Set([0, 0.5, 1]));
	});

	it('spreads as the plug-in standard error of a mean', () => {
		const { normal } = draws(2);
		const values = column(50, () => normal());
		const mean = sumOf(values) / 50;
		const plugIn = Math.sqrt(sumOf(values.map((value) => (value - mean) ** 2)) / 50 / 50);
		const means = bootstrapSums([values], (sums) => (sums[0] as number) / 50, { seed, resamples: 20_000 });
		const spread = Math.sqrt(sumOf(means.map((value) => (value - mean) ** 2)) / means.length);
		expect(Math.abs(spread / plugIn - 1)).toBeLessThan(0.03);
	});

	it('comes out the same for the same seed and otherwise for another', () => {
		const of = (other: number) =>
			bootstrapSums([[1, 2, 4, 8, 16]], (sums) => sums[0] as number, { seed: other });
		expect(of(9)).toEqual(of(9));
		expect(of(9)).not.toEqual(of(10));
		expect(of(9)).toHaveLength(2000);
	});

	it('swapped columns mirror the percentile bounds of the log ratio, exactly', () => {
		fc.assert(
			fc.property(pairs, (drawn) => {
				const [a, b] = [drawn.map(([first]) => first), drawn.map(([, second]) => second)];
				const of = (columns: number[][]) =>
					percentileBounds(bootstrapSums(columns, logRatio, { seed, resamples: 400 }), 0.05, drawn.length);
				const [there, back] = [of([a, b]), of([b, a])];
				expect([-back.upper, -back.lower]).toEqual([there.lower, there.upper]);
			}),
			{ seed: 5, numRuns: 40 },
		);
	});

	it('scales with its values, exactly for a power of two', () => {
		const values = [3, 1, 4, 1, 5, 9, 2, 6];
		const of = (column: number[]) => bootstrapSums([column], (sums) => (sums[0] as number) / 8, { seed });
		expect(of(values.map((value) => value * 4))).toEqual(of(values).map((mean) => mean * 4));
		expect(of(values.map((value) => value + 16))).toEqual(of(values).map((mean) => mean + 16));
	});

	it('of one cluster a unit is that without clusters, and of whole clusters that of their sums', () => {
		fc.assert(
			fc.property(pairs, (drawn) => {
				const columns = [0, 1].map((which) => drawn.map((pair) => pair[which] as number));
				const n = drawn.length;
				const options = { seed, resamples: 50 };
				const plain = bootstrapSums(columns, ratio, options);
				const own = { clusterOf: column(n, (index) => index), clusters: n };
				expect(bootstrapSums(columns, ratio, { ...options, ...own })).toEqual(plain);
				const thrice = columns.map((values) => column(3 * n, (index) => values[index % n] as number));
				const threefold = { clusterOf: column(3 * n, (index) => index % n), clusters: n };
				const clustered = bootstrapSums(thrice, ratio, { ...options, ...threefold });
				clustered.forEach((value, r) => {
					expect(value / (plain[r] as number)).toBeCloseTo(1, 12);
				});
			}),
			{ seed: 5, numRuns: 40 },
		);
	});

	it('hangs on the order of units by its draws alone: the bounds agree within what 20,000 resamples leave', () => {
		const { normal } = draws(4);
		const values = column(100, () => Math.exp(normal()));
		const of = (given: Float64Array) => {
			const means = bootstrapSums([given], (sums) => (sums[0] as number) / 100, { seed, resamples: 20_000 });
			return percentileBounds(means, 0.05, 100);
		};
		const [one, other] = [of(values), of(values.slice().reverse())];
		const width = one.upper - one.lower;
		expect(Math.abs(one.lower - other.lower) / width).toBeLessThan(0.02);
		expect(Math.abs(one.upper - other.upper) / width).toBeLessThan(0.02);
	});

	it('of one unit or cluster knows nothing', () => {
		const nothing = { lower: -Infinity, upper: Infinity };
		const one = bootstrapSums([[5], [2]], ratio, { seed });
		expect(one.every(Number.isNaN)).toBe(true);
		expect(percentileBounds(one, 0.05, 1)).toEqual(nothing);
		const cluster = { clusterOf: [0, 0, 0], clusters: 1 };
		expect(bootstrapSums([[1, 2, 3]], (sums) => sums[0] as number, { seed, ...cluster })).toEqual(
			new Float64Array(2000).fill(Number.NaN),
		);
	});

	it('without a denominator has no bounds', () => {
		const never = bootstrapSums([new Float64Array(30), new Float64Array(30)], ratio, { seed });
		expect(percentileBounds(never, 0.05, 30)).toEqual({ lower: -Infinity, upper: Infinity });
		// One success of 30 is left out of a third of the resamples.
		const once = column(30, (index) => (index === 0 ? 1 : 0));
		const rare = percentileBounds(
			bootstrapSums([new Float64Array(30).fill(2), once], ratio, { seed }),
			0.05,
			30,
		);
		expect(rare.upper).toBe(Infinity);
		expect(rare.lower).toBeGreaterThan(0);
	});

	it('refuses what does not fit together', () => {
		const of = (columns: number[][], options: object = {}) =>
			bootstrapSums(columns, ratio, { seed, ...options });
		expect(() => of([[1, 2], [1]])).toThrow(RangeError);
		expect(() =>
			of([
				[1, 2],
				[1, Number.NaN],
			]),
		).toThrow(/unit 1 is NaN/);
		expect(() => of([[1, 2]], { clusterOf: [0, 1, 1], clusters: 2 })).toThrow(RangeError);
		expect(() => of([[1, 2]], { clusterOf: [0, 2], clusters: 2 })).toThrow(/cluster 2 of 2/);
		expect(() => of([[1, 2]], { clusterOf: [0, 1] })).toThrow(RangeError);
		expect(() => of([[1, 2]], { resamples: 0 })).toThrow(RangeError);
	});
});

describe('jackknifeSums', () => {
	it('leaves out one unit, or one cluster, at a time', () => {
		const [a, b] = [
			[1, 2, 3, 4],
			[2, 2, 2, 10],
		] as const;
		expect([...jackknifeSums([a, b], ratio)]).toEqual([9 / 14, 8 / 14, 7 / 14, 6 / 6]);
		const clusters = { clusterOf: [0, 1, 1, 0], clusters: 2 };
		expect([...jackknifeSums([a, b], ratio, clusters)]).toEqual([5 / 4, 5 / 12]);
	});

	it('is infinite where only one unit has a denominator', () => {
		expect([
			...jackknifeSums(
				[
					[1, 1],
					[0, 1],
				],
				ratio,
			),
		]).toEqual([1, Infinity]);
	});
});

describe('jackknifeOfInfluence', () => {
	it('has the shape of the jackknife of a mean', () => {
		const values = [1, 2, 6];
		const left = jackknifeSums([values], (sums) => (sums[0] as number) / 2);
		const shape = jackknifeOfInfluence(values.map((value) => value - 3));
		expect([...shape]).toEqual([...left].map((mean) => 2 * (mean - 3)));
		expect([...jackknifeOfInfluence([1, 2, 6], { clusterOf: [0, 1, 0], clusters: 2 })]).toEqual([-7, -2]);
	});
});
