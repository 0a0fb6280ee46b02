import jStat from 'jstat';

/**
 * Φ(z), the standard normal distribution; within 1e-12 of the true value relative to it (SciPy 1.17, −37 <= z <= 8).
 * Throws a RangeError for NaN.
 */
export function normalCdf(z: number): number {
	check(!Number.isNaN(z), `z is ${z}`);
	return z < -4 ? lowerTail(-z) : jStat.normal.cdf(z, 0, 1);
}

/** jStat's tail is 1 − erf, of which nothing is left below −8: Laplace's continued fraction, A&S 26.2.14. */
function lowerTail(x: number): number {
	let fraction = x;
	for (let term = 100; term >= 1; term--) fraction = x + term / fraction;
	return Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI) / fraction;
}

/**
 * The p-quantile of the standard normal distribution, ±Infinity at p = 0 and 1; within 1e-12 of the true value relative
 * to it (SciPy 1.17, p from 1e-300 to 1 − 1e-15). Throws a RangeError unless 0 <= p <= 1.
 */
export function normalQuantile(p: number): number {
	checkProbability(p);
	if (p === 0) return -Infinity;
	if (p === 0.5) return 0;
	if (p > 0.5) return -normalQuantile(1 - p);
	if (p > 1e-5) return jStat.normal.inv(p, 0, 1);
	// Φ itself is no number to reckon with any further out.
	const far = Math.max(p, 1e-300);
	// Newton on log Φ, which is close to a parabola this far out.
	let z = -Math.sqrt(-2 * Math.log(far));
	for (let step = 0; step < 8; step++) {
		const at = normalCdf(z);
		z -= (Math.log(at / far) * at * Math.sqrt(2 * Math.PI)) / Math.exp((-z * z) / 2);
	}
	return z;
}

/**
 * Student's t distribution with `df` > 0 degrees of freedom, which need not be whole; within 3e-7 of the true value
 * relative to it (SciPy 1.17, df from 1 to 1e8, |t| <= 40). Throws a RangeError for NaN or df <= 0.
 */
export function tCdf(t: number, df: number): number {
	check(!Number.isNaN(t), `t is ${t}`);
	check(df > 0, `df is ${df}, not positive`);
	if (df === Infinity) return normalCdf(t);
	// Not jStat's own, which takes its beta at a = b = df / 2: there a large df does not converge.
	if (t * t < df) {
		const within = betaCdf((t * t) / (df + t * t), 0.5, df / 2);
		if (within < 0.75) return t < 0 ? (1 - within) / 2 : (1 + within) / 2;
	}
	const tail = t * t === Infinity ? 0 : betaCdf(df / (df + t * t), df / 2, 0.5) / 2;
	return t < 0 ? tail : 1 - tail;
}

/** Above, two terms of the expansion in 1 / df are closer than what jStat's beta gives. */
const almostNormal = 1e5;

/**
 * The p-quantile of Student's t with `df` > 0 degrees of freedom, ±Infinity at p = 0 and 1; within 1e-7 of the true value
 * relative to it (SciPy 1.17, df from 1 to 1e8, p from 1e-6). For df > 1e5 the expansion of A&S 26.7.5.
 * Throws a RangeError unless 0 <= p <= 1 and df > 0.
 */
export function tQuantile(p: number, df: number): number {
	checkProbability(p);
	check(df > 0, `df is ${df}, not positive`);
	if (p === 0) return -Infinity;
	if (p === 0.5) return 0;
	if (p > 0.5) return -tQuantile(1 - p, df);
	if (df > almostNormal) {
		const z = normalQuantile(p);
		return z + (z ** 3 + z) / (4 * df) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * df * df);
	}
	if (p > 0.25) {
		const within = betaQuantile(1 - 2 * p, 0.5, df / 2);
		return -Math.sqrt((df * within) / (1 - within));
	}
	const x = betaQuantile(2 * p, df / 2, 0.5);
	return -Math.sqrt((df * (1 - x)) / x);
}

/** Where both parameters are this large, jStat's continued fraction ends (at 100 terms) before it converges. */
const crowded = 1e4;

/**
 * I_x(a, b), the beta distribution with a, b > 0; within 6e-7 of the true value relative to it (SciPy 1.17, a + b to 1e8,
 * within 6 standard deviations of the mean). Near the mean of a beta with a, b > 1e4 by the Edgeworth series of A&S
 * 26.2.48. Throws a RangeError for NaN or a, b < 1e-9.
 */
export function betaCdf(x: number, a: number, b: number): number {
	checkBeta(a, b);
	check(!Number.isNaN(x), `x is ${x}`);
	if (x <= 0) return 0;
	if (x >= 1) return 1;
	const sum = a + b;
	if (Math.min(a, b) > crowded) {
		const z = (x - a / sum) / Math.sqrt((a / sum) * (b / sum / (sum + 1)));
		if (Math.abs(z) < 1.5) return edgeworth(z, a, b);
	}
	return Math.min(1, Math.max(0, jStat.beta.cdf(x, a, b)));
}

function edgeworth(z: number, a: number, b: number): number {
	const sum = a + b;
	const skewness = (2 * (b - a) * Math.sqrt(sum + 1)) / ((sum + 2) * Math.sqrt(a) * Math.sqrt(b));
	const excess = (6 * (((a - b) / a) * ((a - b) / b) * (sum + 1) - (sum + 2))) / ((sum + 2) * (sum + 3));
	const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
	return (
		normalCdf(z) -
		density *
			((skewness / 6) * (z ** 2 - 1) +
				(excess / 24) * (z ** 3 - 3 * z) +
				(skewness ** 2 / 72) * (z ** 5 - 10 * z ** 3 + 15 * z))
	);
}

/**
 * The p-quantile of the beta distribution with a, b > 0; within 2e-7 of the true value relative to it (SciPy 1.17, a + b to
 * 1e6, p from 1e-9). Throws a RangeError unless 0 <= p <= 1 and
 * a, b >= 1e-9.
 */
export function betaQuantile(p: number, a: number, b: number): number {
	checkProbability(p);
	checkBeta(a, b);
	if (p === 0 || p === 1) return p;
	if (b === 1) return p ** (1 / a);
	if (a === 1) return -Math.expm1(Math.log1p(-p) / b);
	const found = jStat.beta.inv(p, a, b);
	// jStat gives up after ten steps, wherever it is then, and its steps lose their way in a crowded middle.
	const holds = found >= 0 && Math.abs(betaCdf(found, a, b) - p) < 1e-6 * Math.min(p, 1 - p);
	return holds ? found : bisect(p, a, b);
}

function bisect(p: number, a: number, b: number): number {
	let low = 0;
	let high = 1;
	for (;;) {
		const middle = (low + high) / 2;
		if (middle <= low || middle >= high) return middle;
		if (betaCdf(middle, a, b) < p) low = middle;
		else high = middle;
	}
}

/**
 * P(X <= k) of a binomial X of `n` trials that succeed with probability `p`, by the beta distribution, so that `n` need not
 * be whole; as accurate as {@link betaCdf}. Throws a RangeError unless n > 0 and 0 <= p <= 1.
 */
export function binomialCdf(k: number, n: number, p: number): number {
	check(n > 0, `n is ${n}, not positive`);
	check(!Number.isNaN(k), `k is ${k}`);
	checkProbability(p);
	const successes = Math.floor(k);
	if (successes < 0) return 0;
	return successes >= n ? 1 : betaCdf(1 - p, n - successes, successes + 1);
}

/**
 * The smallest whole k with P(X <= k) >= `p` for a binomial X of `n` trials that succeed with probability `probability`.
 * Throws a RangeError unless n > 0 and both probabilities lie in [0, 1].
 */
export function binomialQuantile(p: number, n: number, probability: number): number {
	checkProbability(p);
	check(n > 0, `n is ${n}, not positive`);
	let low = 0;
	let high = Math.ceil(n);
	while (low < high) {
		const middle = Math.floor((low + high) / 2);
		if (binomialCdf(middle, n, probability) >= p) high = middle;
		else low = middle + 1;
	}
	return low;
}

function check(holds: boolean, message: string): void {
	if (!holds) throw new RangeError(message);
}

function checkProbability(p: number): void {
	check(p >= 0 && p <= 1, `${p} is not a probability`);
}

function checkBeta(a: number, b: number): void {
	// Nearer to 0, jStat's factors overflow.
	check(
		a >= 1e-9 && b >= 1e-9 && a + b < Infinity,
		`a = ${a}, b = ${b}: not the parameters of a beta distribution`,
	);
}
