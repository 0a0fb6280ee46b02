import type { Bounds } from './bounds.ts';
import { checkAlpha } from './check-alpha.ts';
import { betaQuantile, normalQuantile } from './distributions.ts';

/**
 * Wilson's score bounds of the share x / n (Wilson 1927; Newcombe 1998, Stat. Med. 17:857, method 3). `x` and `n` need not
 * be whole. For display: near 0 and 1 a one-sided bound misses more often than α. Throws a RangeError unless
 * 0 <= x <= n, n > 0, 0 < alpha <= 0.5.
 */
export function wilson(x: number, n: number, alpha: number): Bounds {
	checkShare(x, n, alpha);
	const z = -normalQuantile(alpha);
	const half = z * Math.sqrt((x * (n - x)) / n + (z * z) / 4);
	const middle = x + (z * z) / 2;
	const total = n + z * z;
	return {
		lower: x === 0 ? 0 : (middle - half) / total,
		upper: x === n ? 1 : Math.min(1, (middle + half) / total),
	};
}

/** A part of a count that no bound can tell from 0. */
export const nothing = 1e-9;

/**
 * Clopper and Pearson's exact bounds of the share x / n, by the beta distribution (Clopper & Pearson 1934; Newcombe 1998,
 * Stat. Med. 17:857, method 5): each is missed with probability α at most, whatever the true share. `x` and `n` need not be
 * whole. Throws a RangeError unless 0 <= x <= n, n > 0, 0 < alpha <= 0.5.
 */
export function clopperPearson(x: number, n: number, alpha: number): Bounds {
	checkShare(x, n, alpha);
	return {
		lower: x < nothing ? 0 : betaQuantile(alpha, x, n - x + 1),
		upper: n - x < nothing ? 1 : betaQuantile(1 - alpha, x + 1, n - x),
	};
}

function checkShare(x: number, n: number, alpha: number): void {
	if (!(n > 0 && n < Infinity && x >= 0 && x <= n)) throw new RangeError(`${x} of ${n} is not a share`);
	checkAlpha(alpha);
}
