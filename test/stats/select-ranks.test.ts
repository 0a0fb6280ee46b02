import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { selectRanks } from '../../src/stats/select-ranks.ts';

describe('selectRanks', () => {
	it('puts each rank asked for where a sort would, and loses no value', () => {
		const values = fc.array(fc.oneof(fc.integer({ min: 0, max: 9 }), fc.double({ noNaN: true })), {
			minLength: 1,
			maxLength: 2000,
		});
		const ranks = fc.array(fc.integer({ min: 1, max: 2000 }), { maxLength: 9 });
		fc.assert(
			fc.property(values, ranks, (given, wanted) => {
				const sorted = Float64Array.from(given).sort();
				const selected = Float64Array.from(given);
				selectRanks(selected, wanted);
				const there = wanted.filter((rank) => rank <= given.length);
				expect(there.map((rank) => selected[rank - 1])).toEqual(there.map((rank) => sorted[rank - 1]));
				expect(selected.sort()).toEqual(sorted);
			}),
			{ seed: 5, numRuns: 200 },
		);
	});

	it('passes over the ranks that bounds have where there is no bound', () => {
		const values = Float64Array.of(3, 1, 2);
		selectRanks(values, [0, -4, 4, 1]);
		expect(values[0]).toBe(1);
	});

	it('puts failed trials last, and has no place for NaN', () => {
		const values = Float64Array.of(Infinity, 5, Infinity, 1);
		selectRanks(values, [3, 2]);
		expect([...values.subarray(1, 3)]).toEqual([5, Infinity]);
		expect(() => selectRanks(Float64Array.of(1, Number.NaN, 2), [1])).toThrow(RangeError);
	});
});
