import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Bounds } from './bounds.ts';
import { checkAlpha } from './check-alpha.ts';
import { noNarrowerThanEqual, type Range } from './mean.ts';

/** Up to this many differences other than 0, a p-value counts all 2^n flips. */
const exactUpTo = 20;

/** How many flips are drawn when not all are counted. */
const drawn = 10_000;

/**
 * The one-sided p-value of "the mean difference is above 0", by flipping signs: the share of flips whose sum is at least the
 * observed one (Fisher 1935, The Design of Experiments, §21). `exact` over all flips for up to 20 differences other than 0,
 * otherwise over `flips` seeded ones and the observed: (1 + hits) / (1 + flips) (Phipson & Smyth 2010). The order of the
 * differences does not matter. Throws a RangeError without any or for one that is not finite.
 */
export function signFlip(
	differences: ArrayLike<number>,
	{ seed, flips = drawn }: { seed: number; flips?: number },
): { p: number; exact: boolean } {
	const sorted = ascending(differences);
	const nonzero = sorted.filter((difference) => difference !== 0);
	const slack = slackOf(nonzero);
	if (nonzero.length <= exactUpTo) {
		const hits = countUpTo(subsetSums(nonzero.subarray(0, 10)), subsetSums(nonzero.subarray(10)), slack);
		return { p: hits / 2 ** nonzero.length, exact: true };
	}
	// The flipped sum is at least the observed one where what was flipped sums to 0 at most.
	const { sums } = randomSubsets(nonzero, seed, flips);
	const hits = sums.reduce((count, sum) => count + (sum <= slack ? 1 : 0), 0);
	return { p: (1 + hits) / (1 + flips), exact: false };
}

/**
 * Bounds of the mean difference, by inverting {@link signFlip} over shifts of all differences: they are order statistics of
 * the means of the flipped subsets (Hartigan 1969, J. Am. Statist. Ass. 64:1303), of all subsets of up to 13 differences,
 * otherwise of 10,000 seeded ones. They hold where the differences lie symmetrically about their centre, and nearly for
 * large n. Infinite where 2^−n > alpha. With a `range` of the mean they are no narrower than equal differences would allow
 * and do not leave it: see {@link noNarrowerThanEqual}. Neither the order of the differences nor which run is which matters.
 * Throws as {@link signFlip} does, and for alpha outside (0, 0.5].
 */
export function signFlipBounds(
	differences: ArrayLike<number>,
	alpha: number,
	seed: number,
	range: Range = { min: -Infinity, max: Infinity },
): Bounds {
	checkAlpha(alpha);
	const sorted = ascending(differences);
	const n = sorted.length;
	const mean = sorted.reduce((sum, difference) => sum + difference, 0) / n;
	// The same subsets of the runs swapped, or the bounds would not be mirrored.
	const swapped = leansDown(sorted);
	const { lower, upper } = hartigan(swapped ? sorted.map((difference) => -difference).reverse() : sorted, {
		alpha,
		seed,
	});
	const bounds = swapped ? { lower: -upper, upper: -lower } : { lower, upper };
	const around = { lower: Math.min(bounds.lower, mean), upper: Math.max(bounds.upper, mean) };
	return noNarrowerThanEqual(around, { n, mean }, alpha, range);
}

function hartigan(sorted: Float64Array, { alpha, seed }: { alpha: number; seed: number }): Bounds {
	const n = sorted.length;
	const all = 2 ** n <= drawn;
	const { sums, counts } = all
		? { sums: subsetSums(sorted), counts: subsetSums(new Float64Array(n).fill(1)) }
		: randomSubsets(sorted, seed, drawn);
	// A shift is rejected when the subset means up to it, and the observed flip, are a share of alpha at most.
	const means = sums
		.map((sum, index) => sum / (counts[index] as number))
		.filter((mean) => !Number.isNaN(mean))
		.sort();
	const flips = all ? 2 ** n : drawn + 1;
	// A drawn flip of nothing repeats the observed one, which no shift can tell from it.
	const rank = Math.floor(alpha * flips * (1 + 1e-12)) - (flips - 1 - means.length);
	if (rank < 1) return { lower: -Infinity, upper: Infinity };
	return { lower: means[rank - 1] as number, upper: means[means.length - rank] as number };
}

/** Whether, of the differences in ascending order, those further from 0 are the negative ones: never so of both signs. */
function leansDown(sorted: Float64Array): boolean {
	const n = sorted.length;
	const apart = sorted.findIndex((difference, index) => difference !== -(sorted[n - 1 - index] as number));
	return apart >= 0 && (sorted[apart] as number) < -(sorted[n - 1 - apart] as number);
}

function ascending(differences: ArrayLike<number>): Float64Array {
	const sorted = Float64Array.from(differences).sort();
	if (sorted.length === 0 || !sorted.every(Number.isFinite))
		throw new RangeError(`no signs to flip of ${sorted.length} differences, or not all are numbers`);
	return sorted;
}

/** What rounding can make of a sum that is 0. */
function slackOf(values: Float64Array): number {
	return 1e-12 * values.reduce((sum, value) => sum + Math.abs(value), 0);
}

/** The sum of each of the 2^n subsets of the values; bit i of a sum's index says whether value i is in it. */
function subsetSums(values: Float64Array): Float64Array {
	const sums = new Float64Array(2 ** values.length);
	for (const [bit, value] of values.entries())
		for (let subset = 0; subset < 2 ** bit; subset++)
			sums[2 ** bit + subset] = (sums[subset] as number) + value;
	return sums;
}

/** How many pairs of a value of each have a sum of `limit` at most. */
function countUpTo(some: Float64Array, others: Float64Array, limit: number): number {
	some.sort();
	others.sort();
	let fitting = others.length;
	let pairs = 0;
	for (const value of some) {
		while (fitting > 0 && value + (others[fitting - 1] as number) > limit) fitting--;
		pairs += fitting;
	}
	return pairs;
}

/** The sums and sizes of `count` random subsets of the values, eight values at a time. */
function randomSubsets(
	values: Float64Array,
	seed: number,
	count: number,
): { sums: Float64Array; counts: Float64Array } {
	const random = xoroshiro128plus(seed);
	const sums = new Float64Array(count);
	const counts = new Float64Array(count);
	const sizes = subsetSums(new Float64Array(8).fill(1));
	for (let from = 0; from < values.length; from += 32) {
		const tables = [0, 8, 16, 24].map((offset) => {
			const part = new Float64Array(8);
			part.set(values.subarray(from + offset, Math.min(values.length, from + offset + 8)));
			const present = 2 ** Math.max(0, Math.min(8, values.length - from - offset)) - 1;
			return { part: subsetSums(part), present };
		});
		for (let subset = 0; subset < count; subset++) {
			let bits = random.next();
			for (const { part, present } of tables) {
				const chosen = bits & present;
				sums[subset] = (sums[subset] as number) + (part[chosen] as number);
				counts[subset] = (counts[subset] as number) + (sizes[chosen] as number);
				bits >>>= 8;
			}
		}
	}
	return { sums, counts };
}
