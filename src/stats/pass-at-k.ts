/**
 * The unbiased estimate, from `n` trials of a question of which `c` passed, of the probability that at least one of `k`
 * passes: 1 − C(n − c, k) / C(n, k) (Chen et al. 2021, arXiv 2107.03374, §2.1). Throws a RangeError unless they are whole,
 * 0 <= c <= n and 1 <= k <= n.
 */
export function passAtK(n: number, c: number, k: number): number {
	return 1 - allOf(n, n - c, k);
}

/**
 * The unbiased estimate, from `n` trials of a question of which `c` passed, of the probability that all of `k` pass:
 * C(c, k) / C(n, k) (Yao et al. 2024, arXiv 2406.12045). Throws a RangeError unless they are whole, 0 <= c <= n and
 * 1 <= k <= n.
 */
export function passHatK(n: number, c: number, k: number): number {
	return allOf(n, c, k);
}

/** C(some, k) / C(n, k), the probability that k drawn from n are all of `some`, as a product that cannot overflow. */
function allOf(n: number, some: number, k: number): number {
	if (![n, some, k].every(Number.isInteger) || some < 0 || some > n || k < 1 || k > n)
		throw new RangeError(`${some} of ${n} trials, ${k} at a time: not countable`);
	let share = 1;
	for (let drawn = 0; drawn < k; drawn++) share *= Math.max(0, some - drawn) / (n - drawn);
	return share;
}
