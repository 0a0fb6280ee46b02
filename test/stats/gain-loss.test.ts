import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tQuantile } from '../../src/stats/distributions.ts';
import { gainLossBounds } from '../../src/stats/gain-loss.ts';
import { meanBounds, summarize } from '../../src/stats/mean.ts';
import { clopperPearson } from '../../src/stats/proportion.ts';
import { anyAlpha, expectNested } from './any-bounds.ts';
import { expectRelative } from './within.ts';

const differences = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 });
const fallen = (count: number, n: number) =>
	Float64Array.from({ length: n }, (_, at) => (at < count ? -1 : 0));

describe('bounds of gains and losses', () => {
	it.each([
		[0, 60],
		[1, 200],
		[12, 500],
	])(
		'where %i of %i answers fell and none rose allow for as many as Clopper-Pearson does, and may rise',
		(count, n) => {
			const { lower, upper } = gainLossBounds(fallen(count, n))(0.05);
			const lost = clopperPearson(count, n, 0.05);
			const gained = clopperPearson(0, n, 0.05).upper;
			const share = count / n;
			// Square and add by hand, since nothing correlates with gains that there are none of.
			expectRelative(lower, -lost.upper, 1e-9);
			expectRelative(upper, -share + Math.hypot(gained, share - lost.lower), 1e-9);
		},
	);

	it('are near t’s for many small differences', () => {
		const values = Float64Array.from({ length: 2000 }, (_, at) => 0.2 * Math.sin(at * at) - 0.01);
		const t = meanBounds(summarize(values), 0.05);
		const found = gainLossBounds(values)(0.05);
		expect(Math.abs(found.lower - t.lower)).toBeLessThan(0.0003);
		expect(Math.abs(found.upper - t.upper)).toBeLessThan(0.0003);
	});

	it('of groups of equal values are those of one value each, by t with as many degrees of freedom', () => {
		const values = Float64Array.from({ length: 60 }, (_, at) => (at < 15 ? -1 : at < 18 ? 1 : 0));
		const clusterOf = Uint32Array.from({ length: 180 }, (_, at) => Math.floor(at / 3));
		const thrice = Float64Array.from(clusterOf, (group) => values[group] as number);
		const alone = gainLossBounds(values)(0.05);
		const grouped = gainLossBounds(thrice, { clusterOf, clusters: 60 })(0.05);
		expectNested(grouped, alone);
		expect(alone.lower - grouped.lower).toBeLessThan(0.003);
		expect(grouped.upper - alone.upper).toBeLessThan(0.003);
	});

	it('of equal differences of less than 1 are no certainty: each is worth one 0 or 1', () => {
		const { lower, upper } = gainLossBounds(new Float64Array(30).fill(0.5))(0.05);
		const half = clopperPearson(15, 30, 0.05);
		const none = clopperPearson(0, 30, 0.05).upper;
		expectRelative(lower, 0.5 - Math.hypot(0.5 - half.lower, none), 1e-9);
		expectRelative(upper, half.upper, 1e-9);
	});

	it('of groups that are all alike are those of one value a group', () => {
		const clusterOf = Uint32Array.from({ length: 60 }, (_, at) => Math.floor(at / 3));
		const grouped = gainLossBounds(new Float64Array(60).fill(-1), { clusterOf, clusters: 20 })(0.05);
		const degrees = (tQuantile(0.95, 59) / tQuantile(0.95, 19)) ** 2;
		const worth = 20 * degrees;
		const [lost, gained] = [clopperPearson(worth, worth, 0.05).lower, clopperPearson(0, worth, 0.05).upper];
		expect(grouped.lower).toBe(-1);
		expectRelative(grouped.upper, -1 + Math.hypot(gained, 1 - lost), 1e-9);
	});

	it('of two groups are within the range, and of one the whole range', () => {
		const two = gainLossBounds([1, 1, 0, 0], { clusterOf: [0, 0, 1, 1], clusters: 2 })(0.05);
		expect(two.upper).toBeCloseTo(1, 12);
		expect(two.lower).toBeGreaterThan(-1);
		const bounds = gainLossBounds([0.1, 0, -0.2], { clusterOf: [0, 0, 0], clusters: 1 });
		expect(bounds(0.05)).toEqual({ lower: -1, upper: 1 });
	});

	it('hold the mean, are mirrored by the runs swapped, and narrow with alpha and with more questions', () => {
		fc.assert(
			fc.property(
				differences,
				anyAlpha,
				anyAlpha,
				fc.double({ min: 1, max: 50, noNaN: true }),
				(values, a, b, times) => {
					const bounds = gainLossBounds(values);
					const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
					const [small, large] = [Math.min(a, b), Math.max(a, b)];
					expectNested(bounds(small), bounds(large));
					expectNested(bounds(large), { lower: mean, upper: mean });
					if (large < 0.3) expectNested(bounds(large), bounds(large, times));
					const { lower, upper } = gainLossBounds(values.map((value) => -value))(small);
					expectRelative(lower, -bounds(small).upper, 1e-9);
					expectRelative(upper, -bounds(small).lower, 1e-9);
				},
			),
		);
	});
});
