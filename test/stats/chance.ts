import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

const logFactorials = [0];

/** ln n! of a whole n. */
export function logFactorial(n: number): number {
	for (let next = logFactorials.length; next <= n; next++)
		logFactorials.push((logFactorials[next - 1] as number) + Math.log(next));
	return logFactorials[n] as number;
}

/** The probability of exactly `k` of `n` by its definition, without any of the distributions under test. */
export function binomial(k: number, n: number, p: number): number {
	if (p <= 0 || p >= 1) return k === (p <= 0 ? 0 : n) ? 1 : 0;
	const ways = logFactorial(n) - logFactorial(k) - logFactorial(n - k);
	return Math.exp(ways + k * Math.log(p) + (n - k) * Math.log1p(-p));
}

const generator = xoroshiro128plus(42);
const share = () => uniformFloat64(generator);

/** The sum of `shape` exponential waits. */
function gamma(shape: number): number {
	let product = 1;
	for (let wait = 0; wait < shape; wait++) product *= 1 - share();
	return -Math.log(product);
}

/** Seeded draws: a share in [0, 1), and a beta with whole parameters. */
export const random = {
	share,
	beta(a: number, b: number): number {
		const part = gamma(a);
		return part / (part + gamma(b));
	},
};
