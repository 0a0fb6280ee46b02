import fc from 'fast-check';
import { expect, it } from 'vitest';
import { OrderStatistics } from '../../src/stats/order-statistics.ts';
import { selectRanks } from '../../src/stats/select-ranks.ts';

/** As many as are not simply sorted. */
const n = 20_001;

/** Values with ties and failed trials, in an order of their own. */
const values = Float64Array.from({ length: n }, (_, index) => {
	const mixed = Math.imul(index, 0x9e3779b1) >>> 0;
	return mixed % 97 === 0 ? Infinity : mixed % 5_000;
});
const sorted = values.slice().sort();

it('puts whatever ranks are asked for, one after another, where a sort would', () => {
	const asked = fc.array(fc.tuple(fc.integer({ min: -5, max: n + 5 }), fc.nat(3_000)), {
		minLength: 1,
		maxLength: 6,
	});
	fc.assert(
		fc.property(asked, (ranges) => {
			const statistics = new OrderStatistics(values);
			for (const [lower, length] of ranges) {
				const found = statistics.between(lower, lower + length);
				const [from, to] = [Math.max(0, lower - 1), Math.min(n, lower + length)];
				expect(found.slice(from, Math.max(from, to))).toEqual(sorted.slice(from, Math.max(from, to)));
			}
			// Also those that were asked for before.
			const [lower, length] = ranges[0] as [number, number];
			const [from, to] = [Math.max(0, lower - 1), Math.max(0, lower - 1, Math.min(n, lower + length))];
			expect(statistics.between(1, 0).slice(from, to)).toEqual(sorted.slice(from, to));
		}),
		{ seed: 5, numRuns: 40 },
	);
});

it('keeps every value, and leaves the given ones as they are', () => {
	const given = values.slice();
	const found = new OrderStatistics(given).between(n - 10, n);
	expect(found.slice().sort()).toEqual(sorted);
	expect(given).toEqual(values);
});

it.each([1, 2, n])('finds a single rank at first, here %i', (rank) => {
	expect(new OrderStatistics(values).between(rank, rank)[rank - 1]).toBe(sorted[rank - 1]);
});

it('sorts few values at once', () => {
	expect([...new OrderStatistics(Float64Array.of(3, 1, 2)).between(1, 1)]).toEqual([1, 2, 3]);
});

it('puts a rank where its selection does', () => {
	const selected = values.slice();
	selectRanks(selected, [19_000]);
	expect(new OrderStatistics(values).between(19_000, 19_000)[18_999]).toBe(selected[18_999]);
});
