import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bounds } from '../../src/stats/bounds.ts';
import { tQuantile } from '../../src/stats/distributions.ts';
import { fieller } from '../../src/stats/fieller.ts';
import { meanBounds, skewness, summarize } from '../../src/stats/mean.ts';
import { anyAlpha, expectNested } from './any-bounds.ts';
import { draws } from './draws.ts';
import { expectRelative } from './within.ts';

function boundsOf(
	x: readonly number[],
	y: readonly number[],
	grouping: { clusterOf?: readonly number[]; clusters?: number } = {},
) {
	const means = [summarize(x).mean, summarize(y).mean] as const;
	const residuals = [x.map((value) => value - means[0]), y.map((value) => value - means[1])] as const;
	return fieller({ means, residuals, ...grouping });
}

const positive = fc.double({ min: 0.01, max: 100, noNaN: true });
const pairs = fc.array(fc.tuple(positive, positive), { minLength: 3, maxLength: 40 });
const unzip = (all: readonly (readonly [number, number])[]) =>
	[all.map(([x]) => x), all.map(([, y]) => y)] as const;

describe('Fieller’s bounds', () => {
	it('are the roots of the quadratic where nothing is skewed', () => {
		// Each deviation with its opposite: x − r·y has no skewness for any r.
		const off = [
			[3, 1],
			[-3, -1],
			[1, -2],
			[-1, 2],
			[4, 3],
			[-4, -3],
		] as const;
		const [x, y] = [off.map(([a]) => 20 + a), off.map(([, b]) => 10 + b)];
		const t = tQuantile(0.95, 5);
		const moment = (i: 0 | 1, j: 0 | 1) => off.reduce((sum, each) => sum + each[i] * each[j], 0) / 5 / 6;
		// (20 − 10r)² = t² (s_xx − 2r s_xy + r² s_yy)
		const a = 100 - t * t * moment(1, 1);
		const b = -400 + 2 * t * t * moment(0, 1);
		const c = 400 - t * t * moment(0, 0);
		const root = Math.sqrt(b * b - 4 * a * c);
		const { lower, upper } = boundsOf(x, y)(0.05);
		expectRelative(lower, (-b - root) / (2 * a), 1e-9);
		expectRelative(upper, (-b + root) / (2 * a), 1e-9);
	});

	it('end where the bound of the mean of x − r·y, corrected for its skewness, is 0', () => {
		fc.assert(
			fc.property(pairs, fc.constantFrom(0.01, 0.05, 0.2), (all, alpha) => {
				const [x, y] = unzip(all);
				const { lower, upper } = boundsOf(x, y)(alpha);
				for (const [ratio, side] of [
					[lower, 'lower'],
					[upper, 'upper'],
				] as const) {
					if (ratio === 0 || ratio === Infinity) continue;
					const differences = x.map((value, at) => value - ratio * (y[at] as number));
					const summary = summarize(differences);
					const bounds = meanBounds({ ...summary, skew: skewness(differences, summary) }, alpha);
					expect(Math.abs(bounds[side])).toBeLessThan(1e-6 * summarize(x).mean);
				}
			}),
		);
	});

	it('have no end above where the second mean may be 0, and none below where the first may be', () => {
		const rare = [0, 0, 0, 0, 0, 0, 0, 5];
		const even = [1, 1.1, 0.9, 1, 1.05, 0.95, 1, 1];
		expect(boundsOf(even, rare)(0.05).upper).toBe(Infinity);
		expect(boundsOf(rare, even)(0.05).lower).toBe(0);
	});

	it('bound nothing by one unit, by one cluster, or by a mean of 0', () => {
		const nothing = { lower: 0, upper: Infinity };
		expect(boundsOf([2], [1])(0.05)).toEqual(nothing);
		expect(boundsOf([2, 3], [1, 1], { clusterOf: [0, 0], clusters: 1 })(0.05)).toEqual(nothing);
		expect(boundsOf([0, 0], [1, 2])(0.05)).toEqual(nothing);
		expect(boundsOf([1, 2], [0, 0])(0.05)).toEqual(nothing);
	});

	it('are as good of numbers that are tiny or huge', () => {
		const [x, y] = [
			[3, 5, 4, 8, 2],
			[2, 4, 4, 5, 2],
		];
		const { lower, upper } = boundsOf(x, y)(0.05);
		for (const scale of [1e-130, 1e130]) {
			const scaled = boundsOf(
				x.map((value) => value * scale),
				y.map((value) => value * scale),
			)(0.05);
			expectRelative(scaled.lower, lower, 1e-9);
			expectRelative(scaled.upper, upper, 1e-9);
		}
	});

	it('of clusters that are copies of one unit are those of the units', () => {
		const [x, y] = [
			[3, 5, 4, 8, 2],
			[2, 4, 4, 5, 2],
		];
		const thrice = (values: readonly number[]) => values.flatMap((value) => [value, value, value]);
		const clusterOf = x.flatMap((_, at) => [at, at, at]);
		const grouped = boundsOf(thrice(x), thrice(y), { clusterOf, clusters: 5 })(0.05);
		const alone = boundsOf(x, y)(0.05);
		expectRelative(grouped.lower, alone.lower, 1e-9);
		expectRelative(grouped.upper, alone.upper, 1e-9);
	});

	it('hold the ratio, and narrow with alpha and with more units', () => {
		fc.assert(
			fc.property(
				pairs,
				anyAlpha,
				anyAlpha,
				fc.double({ min: 1, max: 50, noNaN: true }),
				(all, a, b, times) => {
					const [x, y] = unzip(all);
					const bounds = boundsOf(x, y);
					const ratio = summarize(x).mean / summarize(y).mean;
					const [small, large] = [Math.min(a, b), Math.max(a, b)];
					const widened = ({ lower, upper }: Bounds) => ({
						lower: lower * (1 - 1e-9),
						upper: upper * (1 + 1e-9),
					});
					expectNested(widened(bounds(small)), bounds(large));
					expectNested(widened(bounds(large)), { lower: ratio, upper: ratio });
					expectNested(widened(bounds(large)), bounds(large, times));
				},
			),
		);
	});

	it('miss no more often than α, within a point, where one question in ten costs ten times as much', () => {
		const { uniform, normal } = draws(5);
		const releases = 4000;
		for (const n of [20, 60]) {
			let [lower, upper] = [0, 0];
			for (let release = 0; release < releases; release++) {
				const dear = Array.from({ length: n }, () => (uniform() < 0.1 ? 10 : 1));
				const costs = () => dear.map((each) => each * Math.exp(0.6 * normal()));
				const bounds = boundsOf(costs(), costs())(0.05);
				if (bounds.lower > 1) lower += 1 / releases;
				if (bounds.upper < 1) upper += 1 / releases;
			}
			expect(lower).toBeLessThan(0.06);
			expect(upper).toBeLessThan(0.06);
		}
	});
});
