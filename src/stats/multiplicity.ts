/** Holm's step-down adjusted p-values (Holm 1979, Scand. J. Statist. 6:65), in the order given: the family-wise error. */
export function holm(ps: readonly number[]): number[] {
	const order = ascending(ps);
	const adjusted: number[] = new Array(ps.length);
	let largest = 0;
	for (const [rank, index] of order.entries()) {
		largest = Math.max(largest, Math.min(1, (ps.length - rank) * (ps[index] as number)));
		adjusted[index] = largest;
	}
	return adjusted;
}

/**
 * Benjamini and Hochberg's step-up adjusted p-values (1995, J. R. Statist. Soc. B 57:289), in the order given: the false
 * discovery rate.
 */
export function benjaminiHochberg(ps: readonly number[]): number[] {
	const order = ascending(ps);
	const adjusted: number[] = new Array(ps.length);
	let smallest = 1;
	for (const [rank, index] of [...order.entries()].reverse()) {
		smallest = Math.min(smallest, (ps[index] as number) * (ps.length / (rank + 1)));
		adjusted[index] = smallest;
	}
	return adjusted;
}

function ascending(ps: readonly number[]): number[] {
	for (const p of ps) if (!(p >= 0 && p <= 1)) throw new RangeError(`${p} is not a p-value`);
	return ps.map((_, index) => index).sort((one, other) => (ps[one] as number) - (ps[other] as number));
}
