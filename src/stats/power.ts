import { checkAlpha } from './check-alpha.ts';
import { normalCdf, normalQuantile } from './distributions.ts';
import { constrainedVariance } from './paired-proportions.ts';

/** The error that a test may make where there is nothing to find, and whether it is that of one side or of both. */
export interface Level {
	readonly alpha: number;
	/** 1 unless given. */
	readonly sides?: 1 | 2;
}

/**
 * How many questions a mean needs so that a true distance of `effect` from the limit is found with probability `power`, where
 * one question's value (or difference) has the standard deviation `sd`: ((z_α + z_β) sd / effect)² rounded up, the normal
 * formula (Miller 2024, arXiv 2411.00640, §5). At least 2. Throws a RangeError for effect or sd <= 0 and alpha outside
 * (0, 0.5] or power outside [0.5, 1).
 */
export function sampleSizeForMean({
	effect,
	sd,
	power,
	...level
}: Level & { effect: number; sd: number; power: number }): number {
	check(positive(effect) && positive(sd), `an effect of ${effect} with sd ${sd}`);
	return roundUp((detectableMean({ sd, n: 1, power, ...level }) / effect) ** 2, 2);
}

/** The power to find a true distance of `effect` from the limit with `n` questions: see {@link sampleSizeForMean}. */
export function powerOfMean({
	effect,
	sd,
	n,
	...level
}: Level & { effect: number; sd: number; n: number }): number {
	check(positive(effect) && positive(sd) && positive(n), `an effect of ${effect} with sd ${sd}, n ${n}`);
	return normalCdf((effect * Math.sqrt(n)) / sd - critical(level));
}

/** The smallest true distance from the limit that `n` questions find with `power`: see {@link sampleSizeForMean}. */
export function detectableMean({
	sd,
	n,
	power,
	...level
}: Level & { sd: number; n: number; power: number }): number {
	check(sd >= 0 && sd < Infinity && positive(n), `sd ${sd}, n ${n}`);
	return ((critical(level) + reserve(power)) * sd) / Math.sqrt(n);
}

/**
 * The standard deviation of one question's mean over `repeats` trials: √(between + within / repeats), of the variances
 * between questions and within a question (Miller 2024, arXiv 2411.00640, §3.1). Throws a RangeError for negative variances
 * or repeats < 1.
 */
export function sdOfRepeats({
	between,
	within,
	repeats,
}: {
	between: number;
	within: number;
	repeats: number;
}): number {
	check(between >= 0 && within >= 0 && repeats >= 1, `variances ${between}, ${within}, repeats ${repeats}`);
	return Math.sqrt(between + within / repeats);
}

/** The shares of pairs that only the candidate and only the baseline passes, and the margin that is allowed for a loss. */
export interface PairsPlan {
	readonly gained: number;
	readonly lost: number;
	/** 0 unless given: the candidate must be better. */
	readonly margin?: number;
}

/**
 * How many pairs Tango's lower bound needs to lie above −`margin` with probability `power`:
 * ((z_α √v₀ + z_β √v₁) / (gained − lost + margin))² rounded up, v₀ the variance constrained to the margin, v₁ that of the
 * plan (Liu et al. 2002, Stat. Med. 21:231; with margin 0 it is Connor 1987, Biometrics 43:207). Infinity where the plan is no
 * better than the margin. Without any discordant pair this is the least n that proves the margin. Throws a RangeError for
 * impossible shares, alpha or power.
 */
export function sampleSizeForPairs({ power, ...plan }: PairsPlan & Level & { power: number }): number {
	const { distance, underLimit, planned } = spread(plan);
	if (distance <= 0) return Infinity;
	return roundUp(((critical(plan) * underLimit + reserve(power) * planned) / distance) ** 2);
}

/** The power of `n` pairs: see {@link sampleSizeForPairs}. */
export function powerOfPairs({ n, ...plan }: PairsPlan & Level & { n: number }): number {
	check(positive(n), `n ${n}`);
	const { distance, underLimit, planned } = spread(plan);
	const ahead = distance * Math.sqrt(n) - critical(plan) * underLimit;
	if (planned === 0) return ahead >= 0 ? 1 : 0;
	return normalCdf(ahead / planned);
}

/**
 * The smallest margin that `n` pairs prove with probability `power`, by bisection on {@link sampleSizeForPairs}; 1 where
 * none does.
 */
export function detectableMargin({
	n,
	power,
	...plan
}: Omit<PairsPlan, 'margin'> & Level & { n: number; power: number }): number {
	check(positive(n), `n ${n}`);
	let low = 0;
	let high = 1;
	while (high - low > 1e-12) {
		const margin = (low + high) / 2;
		if (sampleSizeForPairs({ ...plan, margin, power }) <= n) high = margin;
		else low = margin;
	}
	return high;
}

function spread({ gained, lost, margin = 0 }: PairsPlan) {
	check(gained >= 0 && lost >= 0 && gained + lost <= 1, `shares of ${gained} gained and ${lost} lost`);
	check(margin >= 0 && margin <= 1, `a margin of ${margin}`);
	const difference = gained - lost;
	return {
		distance: difference + margin,
		underLimit: Math.sqrt(constrainedVariance({ gained, lost, n: 1 }, -margin)),
		planned: Math.sqrt(Math.max(0, gained + lost - difference ** 2)),
	};
}

/**
 * The least n of which no event at all proves a rate of `limit` at most: the least with 1 − α^(1/n) <= limit
 * (Clopper-Pearson; about 3 / limit at α 0.05: Hanley & Lippman-Hand 1983). Throws a RangeError unless 0 < limit < 1.
 */
export function sampleSizeForZeroEvents({ limit, alpha }: { limit: number; alpha: number }): number {
	checkAlpha(alpha);
	check(limit > 0 && limit < 1, `a limit of ${limit}`);
	return roundUp(Math.log(alpha) / Math.log1p(-limit));
}

/**
 * The least n of which the largest value bounds the q-quantile from above: the least with q^n <= α (Conover 1999, Practical
 * Nonparametric Statistics); its smallest bounds the (1 − q)-quantile from below. Throws a RangeError unless 0 < q < 1.
 */
export function sampleSizeForQuantile({ q, alpha }: { q: number; alpha: number }): number {
	checkAlpha(alpha);
	check(q > 0 && q < 1, `a quantile of ${q}`);
	return roundUp(Math.log(alpha) / Math.log(q));
}

function critical({ alpha, sides = 1 }: Level): number {
	checkAlpha(alpha);
	return normalQuantile(1 - alpha / sides);
}

function reserve(power: number): number {
	check(power >= 0.5 && power < 1, `a power of ${power}, which is not in [0.5, 1)`);
	return normalQuantile(power);
}

function positive(value: number): boolean {
	return value > 0 && value < Infinity;
}

function roundUp(n: number, least = 1): number {
	return Math.max(least, Math.ceil(n * (1 - 1e-12)));
}

function check(holds: boolean, message: string): void {
	if (!holds) throw new RangeError(`no power for ${message}`);
}
