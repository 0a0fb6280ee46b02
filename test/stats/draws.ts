import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Random numbers, uniform in (0, 1) and standard normal. */
export interface Draws {
	readonly uniform: () => number;
	readonly normal: () => number;
}

/** Seeded draws; the normal ones by Box & Muller (1958). */
export function draws(seed: number): Draws {
	const random = xoroshiro128plus(seed);
	random.jump();
	const uniform = () => ((random.next() >>> 0) + 0.5) / 2 ** 32;
	const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
	return { uniform, normal };
}

/** `n` values, each made by `make`. */
export function column(n: number, make: (index: number) => number): Float64Array {
	return Float64Array.from({ length: n }, (_, index) => make(index));
}

/** The sum of a column. */
export function sumOf(values: Float64Array): number {
	return values.reduce((sum, value) => sum + value, 0);
}
