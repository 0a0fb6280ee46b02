/** Which items of a first list go with which of a second, by index; each goes with at most one. */
export type Pairs = ReadonlyMap<number, number>;

type Fits<First, Second> = (first: First, second: Second) => boolean;

/** The longest pairing in which both lists keep their order (the longest common subsequence). */
export function inOrderPairs<First, Second>(
	firsts: readonly First[],
	seconds: readonly Second[],
	fits: Fits<First, Second>,
): Pairs {
	// lengths[i][j]: the longest from the i-th of the first and the j-th of the second on.
	const lengths = Array.from({ length: firsts.length + 1 }, () => new Uint32Array(seconds.length + 1));
	const at = (i: number, j: number) => lengths[i]?.[j] ?? 0;
	for (const [i, first] of [...firsts.entries()].reverse()) {
		const row = lengths[i] ?? [];
		for (const [j, second] of [...seconds.entries()].reverse()) {
			row[j] = fits(first, second) ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
		}
	}
	const pairs = new Map<number, number>();
	let j = 0;
	for (const i of firsts.keys()) {
		while (j < seconds.length && at(i, j + 1) === at(i, j)) j++;
		// Without this first the rest is shorter, and without the second too: they belong together.
		if (at(i + 1, j) < at(i, j)) pairs.set(i, j++);
	}
	return pairs;
}

/** A largest pairing in any order (augmenting paths: H. W. Kuhn, The Hungarian method, 1955). */
export function anyOrderPairs<First, Second>(
	firsts: readonly First[],
	seconds: readonly Second[],
	fits: Fits<First, Second>,
): Pairs {
	const takenBy = new Map<number, number>();
	const place = (i: number, first: First, tried: Set<number>): boolean => {
		for (const [j, second] of seconds.entries()) {
			if (tried.has(j) || !fits(first, second)) continue;
			tried.add(j);
			const holder = takenBy.get(j);
			if (holder === undefined || place(holder, firsts[holder] as First, tried)) {
				takenBy.set(j, i);
				return true;
			}
		}
		return false;
	};
	for (const [i, first] of firsts.entries()) place(i, first, new Set());
	return new Map([...takenBy].map(([j, i]) => [i, j]));
}
