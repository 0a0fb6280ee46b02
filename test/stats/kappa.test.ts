import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalQuantile } from '../../src/stats/distributions.ts';
import { cohenKappa } from '../../src/stats/kappa.ts';
import { clopperPearson } from '../../src/stats/proportion.ts';
import { anyAlpha, expectNested } from './any-bounds.ts';
import { draws } from './draws.ts';

const alpha = 0.025;

/** Kappa by its definition alone. */
function kappaOf(table: readonly (readonly number[])[]): number {
	const n = table.flat().reduce((sum, count) => sum + count, 0);
	const rows = table.map((row) => row.reduce((sum, count) => sum + count, 0) / n);
	const columns = table.map((_, at) => table.reduce((sum, row) => sum + (row[at] ?? 0), 0) / n);
	const expected = rows.reduce((sum, share, at) => sum + share * (columns[at] ?? 0), 0);
	const observed = table.reduce((sum, row, at) => sum + (row[at] ?? 0), 0) / n;
	return (observed - expected) / (1 - expected);
}

/** Its standard error by the delta method with numeric derivatives: what Fleiss, Cohen & Everitt worked out. */
function deltaError(table: readonly (readonly number[])[]): number {
	const n = table.flat().reduce((sum, count) => sum + count, 0);
	const step = 1e-6 * n;
	let [mean, square] = [0, 0];
	for (const [i, row] of table.entries()) {
		for (const [j, count] of row.entries()) {
			const moved = (by: number) => table.map((r, y) => r.map((c, x) => (y === i && x === j ? c + by : c)));
			const slope = ((kappaOf(moved(step)) - kappaOf(moved(-step))) / (2 * step)) * n;
			mean += (slope * count) / n;
			square += (slope * slope * count) / n;
		}
	}
	return Math.sqrt((square - mean * mean) / n);
}

const tables = fc.integer({ min: 2, max: 4 }).chain((size) =>
	fc.array(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: size, maxLength: size }), {
		minLength: size,
		maxLength: size,
	}),
);

describe('Cohen’s kappa', () => {
	it('is the published one, and so is the bound of its standard error', () => {
		// Fleiss, Levin & Paik 2003, table 18.1: kappa 0.68, standard error 0.087.
		const diagnoses = [
			[75, 1, 4],
			[5, 4, 1],
			[0, 0, 10],
		];
		const found = cohenKappa(diagnoses, alpha);
		expect(found?.observed).toBeCloseTo(0.89, 10);
		expect(found?.expected).toBeCloseTo(0.66, 10);
		expect(found?.kappa).toBeCloseTo(0.6765, 4);
		expect(((found?.upper ?? 0) - (found?.kappa ?? 0)) / normalQuantile(1 - alpha)).toBeCloseTo(0.0877, 3);
	});

	it('has the bounds of its standard error or of the exact agreement, whichever is further off', () => {
		fc.assert(
			fc.property(tables, (table) => {
				const found = cohenKappa(table, alpha);
				if (found === undefined) throw new Error('no kappa');
				expect(found.kappa).toBeCloseTo(kappaOf(table), 10);
				const half = normalQuantile(1 - alpha) * deltaError(table);
				const n = table.flat().reduce((sum, count) => sum + count, 0);
				const exact = clopperPearson(found.observed * n, n, alpha);
				const at = (agreement: number) => (agreement - found.expected) / (1 - found.expected);
				expect(found.lower).toBeCloseTo(Math.max(-1, Math.min(found.kappa - half, at(exact.lower))), 5);
				expect(found.upper).toBeCloseTo(Math.min(1, Math.max(found.kappa + half, at(exact.upper))), 5);
			}),
			{ seed: 6 },
		);
	});

	it('is symmetric in both judges, and its bounds hold it and narrow with alpha', () => {
		fc.assert(
			fc.property(tables, anyAlpha, anyAlpha, (table, one, other) => {
				const found = cohenKappa(table, Math.min(one, other));
				const turned = cohenKappa(
					table.map((_, at) => table.map((row) => row[at] ?? 0)),
					Math.min(one, other),
				);
				expect(turned?.kappa).toBeCloseTo(found?.kappa ?? Number.NaN, 10);
				expect(turned?.lower).toBeCloseTo(found?.lower ?? Number.NaN, 10);
				if (found === undefined) throw new Error('no kappa');
				expectNested({ lower: -1, upper: 1 }, found);
				const wide = cohenKappa(table, Math.max(one, other));
				if (wide !== undefined) expectNested(found, wide);
			}),
			{ seed: 7 },
		);
	});

	it('of few that all agree is 1, and far from sure', () => {
		const found = cohenKappa(
			[
				[8, 0],
				[0, 2],
			],
			alpha,
		);
		expect(found).toMatchObject({ kappa: 1, upper: 1 });
		expect(found?.lower).toBeLessThan(0.1);
	});

	it('does not exist where both know one label only', () => {
		expect(
			cohenKappa(
				[
					[9, 0],
					[0, 0],
				],
				alpha,
			),
		).toBeUndefined();
	});

	it.each([
		[[[1, 2]]],
		[
			[
				[0, 0],
				[0, 0],
			],
		],
		[
			[
				[1, -1],
				[0, 1],
			],
		],
		[
			[
				[1, Number.NaN],
				[0, 1],
			],
		],
	])('refuses %j, which is no table of counts', (table) => {
		expect(() => cohenKappa(table, alpha)).toThrow(RangeError);
	});

	it.each([
		{ shares: [0.45, 0.05, 0.05, 0.45], n: 20 },
		{ shares: [0.8, 0.05, 0.05, 0.1], n: 50 },
		{ shares: [0.3, 0.2, 0.2, 0.3], n: 50 },
		{ shares: [0.93, 0.01, 0.01, 0.05], n: 200 },
		{ shares: [0.3, 0.2, 0.2, 0.3], n: 200 },
	])('misses the true one on either side as seldom as it says: $shares of $n', ({ shares, n }) => {
		const { uniform } = draws(11);
		const truth = kappaOf([shares.slice(0, 2), shares.slice(2)]);
		let [below, above, samples] = [0, 0, 0];
		for (let sample = 0; sample < 2_000; sample++) {
			const counts = [0, 0, 0, 0];
			for (let each = 0; each < n; each++) {
				const at = uniform();
				let [cell, sum] = [0, shares[0] ?? 0];
				while (at > sum && cell < 3) sum += shares[++cell] ?? 0;
				counts[cell] = (counts[cell] ?? 0) + 1;
			}
			const found = cohenKappa([counts.slice(0, 2), counts.slice(2)], alpha);
			if (found === undefined) continue;
			samples++;
			if (found.lower > truth) below++;
			if (found.upper < truth) above++;
		}
		// Three standard errors of the simulation itself above one and a half times α.
		const most = 1.5 * alpha + 3 * Math.sqrt((alpha * (1 - alpha)) / samples);
		expect(below / samples).toBeLessThan(most);
		expect(above / samples).toBeLessThan(most);
	});
});
