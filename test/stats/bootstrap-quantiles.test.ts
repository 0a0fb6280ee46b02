import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bootstrapQuantiles } from '../../src/stats/bootstrap-quantiles.ts';
import { nearestRank } from '../../src/stats/quantile.ts';
import { percentileBounds } from '../../src/stats/replicate-bounds.ts';
import { forEachResample } from '../../src/stats/resampling.ts';
import { column } from './draws.ts';

const latency = fc.oneof(
	fc.integer({ min: 0, max: 5 }),
	fc.double({ min: 0, max: 1e4, noNaN: true }),
	fc.constant(Infinity),
);
const pairs = fc.array(fc.tuple(latency, latency), { minLength: 2, maxLength: 40 });
const percent = fc.integer({ min: 1, max: 100 });
const columnsOf = (drawn: readonly (readonly [number, number])[]) => [
	drawn.map(([first]) => first),
	drawn.map(([, second]) => second),
];
const seed = 3;
const resamples = 30;

/** Each resample written out, sorted, and looked up. */
function written(
	values: readonly number[],
	q: number,
	clusterOf: ArrayLike<number>,
	drawn: number,
): number[] {
	const quantiles: number[] = [];
	forEachResample(drawn, { seed, resamples }, (counts) => {
		const resample = values.flatMap((value, unit) =>
			new Array<number>(counts[clusterOf[unit] as number] as number).fill(value),
		);
		quantiles.push(resample.length === 0 ? Number.NaN : nearestRank(Float64Array.from(resample).sort(), q));
	});
	return quantiles;
}

describe('bootstrapQuantiles', () => {
	it('finds what each resample, written out and sorted, has at the rank', () => {
		fc.assert(
			fc.property(pairs, percent, (drawn, p) => {
				const columns = columnsOf(drawn);
				const own = column(drawn.length, (index) => index);
				const found = bootstrapQuantiles(columns, p / 100, { seed, resamples });
				expect(found.map((replicates) => [...replicates])).toEqual(
					columns.map((values) => written(values, p / 100, own, drawn.length)),
				);
			}),
			{ seed: 5, numRuns: 150 },
		);
	});

	it('does so for clusters of unlike size, an empty one among them', () => {
		fc.assert(
			fc.property(pairs, percent, fc.integer({ min: 2, max: 6 }), (drawn, p, clusters) => {
				const columns = columnsOf(drawn);
				const clusterOf = column(drawn.length, (index) => (index * index) % (clusters - 1));
				const found = bootstrapQuantiles(columns, p / 100, { seed, resamples, clusterOf, clusters });
				expect(found.map((replicates) => [...replicates])).toEqual(
					columns.map((values) => written(values, p / 100, clusterOf, clusters)),
				);
			}),
			{ seed: 5, numRuns: 150 },
		);
	});

	it('pairs the columns: equal ones stay equal, swapped ones mirror the log ratio exactly', () => {
		const [a, b] = [column(50, (index) => 1 + index ** 1.5), column(50, (index) => 90 - index)];
		const [one, same] = bootstrapQuantiles([a, a], 0.9, { seed });
		expect(one).toEqual(same);
		const bounds = (columns: Float64Array[]) => {
			const [first, second] = bootstrapQuantiles(columns, 0.9, { seed }) as [Float64Array, Float64Array];
			const logs = first.map((value, r) => Math.log(value) - Math.log(second[r] as number));
			return percentileBounds(logs, 0.05, 50);
		};
		const [there, back] = [bounds([a, b]), bounds([b, a])];
		expect([-back.upper, -back.lower]).toEqual([there.lower, there.upper]);
	});

	it('moves with any increasing change of scale', () => {
		const values = column(60, (index) => (index * 37) % 61);
		const [plain] = bootstrapQuantiles([values], 0.95, { seed });
		const [logs] = bootstrapQuantiles([values.map(Math.log1p)], 0.95, { seed });
		expect(logs).toEqual(plain?.map(Math.log1p));
	});

	it('that may be failed trials bound nothing from above', () => {
		// 4 of 100 failed: p95 is one of them in a third of the resamples.
		const values = column(100, (index) => (index < 4 ? Infinity : index));
		const [found] = bootstrapQuantiles([values], 0.95, { seed }) as [Float64Array];
		const { lower, upper } = percentileBounds(found, 0.05, 100);
		expect(upper).toBe(Infinity);
		expect(lower).toBeGreaterThan(80);
		// Of two runs that fail alike no ratio is known.
		const ratios = found.map((value) => Math.log(value) - Math.log(value));
		expect(percentileBounds(ratios, 0.05, 100)).toEqual({ lower: -Infinity, upper: Infinity });
	});

	it('of one unit or cluster knows nothing, and refuses what does not fit', () => {
		expect(bootstrapQuantiles([[5]], 0.5, { seed })[0]?.every(Number.isNaN)).toBe(true);
		const one = { clusterOf: [0, 0], clusters: 1 };
		expect(bootstrapQuantiles([[5, 6]], 0.5, { seed, ...one })[0]?.every(Number.isNaN)).toBe(true);
		expect(() => bootstrapQuantiles([[1, 2]], 0, { seed })).toThrow(RangeError);
		expect(() => bootstrapQuantiles([[1, 2]], 1.01, { seed })).toThrow(RangeError);
		expect(() => bootstrapQuantiles([[1, Number.NaN]], 0.5, { seed })).toThrow(RangeError);
		expect(() => bootstrapQuantiles([[1, 2], [1]], 0.5, { seed })).toThrow(RangeError);
	});
});
