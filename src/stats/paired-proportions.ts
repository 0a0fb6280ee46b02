import type { Bounds } from './bounds.ts';
import { checkAlpha } from './check-alpha.ts';
import { betaCdf, normalCdf, normalQuantile } from './distributions.ts';
import { armsOf, correlationOf, moverDifference } from './mover.ts';
import { clopperPearson, nothing, wilson } from './proportion.ts';

/**
 * How `n` pairs of a baseline's and a candidate's answer differ: `gained` pairs that only the candidate passed, `lost` pairs
 * that only the baseline passed. They need not be whole.
 */
export interface Discordant {
	readonly gained: number;
	readonly lost: number;
	readonly n: number;
}

/**
 * Tango's score bounds of the difference (gained − lost) / n of two paired shares (Tango 1998, Stat. Med. 17:891). They
 * have a width without any discordant pair, too. Throws a RangeError for impossible counts or alpha outside (0, 0.5].
 */
export function tango(pairs: Discordant, alpha: number): Bounds {
	checkPairs(pairs);
	checkAlpha(alpha);
	const z = -normalQuantile(alpha);
	const { gained, lost, n } = pairs;
	return { lower: tangoLower(pairs, z), upper: -tangoLower({ gained: lost, lost: gained, n }, z) };
}

/** Where the score statistic of "the difference is Δ" is z; Δ = −1 is always rejected from above, the estimate never. */
function tangoLower(pairs: Discordant, z: number): number {
	const { gained, lost, n } = pairs;
	let low = -1;
	let high = (gained - lost) / n;
	if (z === 0) return high;
	for (;;) {
		const middle = (low + high) / 2;
		if (middle <= low || middle >= high) return low;
		const excess = gained - lost - n * middle;
		if (excess > z * Math.sqrt(n * constrainedVariance(pairs, middle))) low = middle;
		else high = middle;
	}
}

/**
 * The variance of one pair's difference under "the difference is Δ", from the maximum-likelihood estimate of the lost share
 * under that constraint, in closed form (Tango 1998, Stat. Med. 17:891). −1 <= `difference` <= 1.
 */
export function constrainedVariance({ gained, lost, n }: Discordant, difference: number): number {
	const b = -gained - lost + (2 * n - gained + lost) * difference;
	const c = -lost * difference * (1 - difference);
	const root = Math.sqrt(Math.max(0, b * b - 8 * n * c));
	// The same root twice: each form is free of cancellation where it is used.
	const share = b > 0 ? (-2 * c) / (b + root) : (root - b) / (4 * n);
	return Math.max(0, 2 * share + difference * (1 - difference));
}

/**
 * Newcombe's hybrid score bounds of the difference (gained − lost) / n of two paired shares, from their Wilson bounds and
 * the correlation φ with its continuity correction (Newcombe 1998, Stat. Med. 17:2635, method 10). The counts need not be
 * whole. Throws a RangeError for impossible counts or alpha outside (0, 0.5].
 */
export function newcombe(
	{ both, gained, lost, neither }: { both: number; gained: number; lost: number; neither: number },
	alpha: number,
): Bounds {
	const n = both + gained + lost + neither;
	checkPairs({ gained, lost, n });
	if (!(both >= 0 && neither >= 0)) throw new RangeError(`${both} and ${neither} are not counts of pairs`);
	const arms = (x: number) => armsOf(x / n, wilson(x, n, alpha));
	const product = both * neither - gained * lost;
	const corrected = product > 0 ? Math.max(0, product - n / 2) : product;
	const margins = (both + gained) * (lost + neither) * (both + lost) * (gained + neither);
	const phi = margins === 0 ? 0 : corrected / Math.sqrt(margins);
	return moverDifference(arms(both + gained), arms(both + lost), phi);
}

/** From so many pairs on, Wilson's bounds of the gained and the lost share are right within a point. */
const enoughForWilson = 60;

/**
 * Bounds of the difference (gained − lost) / n of two paired shares from those of the gained and of the lost share, by
 * {@link moverDifference} of Wilson's score bounds, below 60 pairs of Clopper and Pearson's. What no bound should be nearer
 * than: where few pairs differ, {@link tango} misses up to 9 % at α = 5 % and {@link newcombe} up to 15 %, and together with
 * these neither misses more often than α by more than a point. Throws a RangeError for impossible counts or alpha outside
 * (0, 0.5].
 */
export function gainedLostBounds(pairs: Discordant, alpha: number): Bounds {
	checkPairs(pairs);
	const { gained, lost, n } = pairs;
	const boundsBy = n < enoughForWilson ? clopperPearson : wilson;
	const arms = (x: number) => armsOf(x / n, boundsBy(x, n, alpha));
	const [g, l] = [gained / n, lost / n];
	// No pair is both gained and lost.
	const correlation = correlationOf(-g * l, g * (1 - g), l * (1 - l));
	return moverDifference(arms(gained), arms(lost), correlation);
}

/** How McNemar's test gets from the discordant pairs to a p-value. */
export type McNemarForm = 'mid-p' | 'exact' | 'asymptotic' | 'corrected';

/**
 * McNemar's test of "as many are gained as lost": its two-sided p-value and, of the forms that have one, its χ² statistic
 * with 1 degree of freedom (McNemar 1947; `corrected` with Edwards' 1948 continuity correction; `mid-p` as in Fagerland,
 * Lydersen & Laake 2013, BMC Med. Res. Methodol. 13:91). Without discordant pairs p is 1. Throws a RangeError for counts below 0.
 */
export function mcnemar(
	{ gained, lost }: Pick<Discordant, 'gained' | 'lost'>,
	form: McNemarForm,
): { statistic?: number; p: number } {
	const discordant = gained + lost;
	if (!(gained >= 0 && lost >= 0 && discordant < Infinity))
		throw new RangeError(`${gained} and ${lost} are not counts of pairs`);
	if (form === 'asymptotic' || form === 'corrected') {
		const apart = Math.max(0, Math.abs(gained - lost) - (form === 'corrected' ? 1 : 0));
		const statistic = discordant === 0 ? 0 : (apart * apart) / discordant;
		return { statistic, p: 2 * normalCdf(-Math.sqrt(statistic)) };
	}
	const fewer = Math.min(gained, lost);
	if (gained === lost || discordant < nothing) return { p: 1 };
	const atMost = betaCdf(0.5, discordant - fewer, fewer + 1);
	if (form === 'exact') return { p: Math.min(1, 2 * atMost) };
	// 2 (P(X <= fewer) − P(X = fewer) / 2), without the difference.
	const below = fewer < nothing ? 0 : betaCdf(0.5, discordant - fewer + 1, fewer);
	return { p: Math.min(1, atMost + below) };
}

function checkPairs({ gained, lost, n }: Discordant): void {
	if (!(gained >= 0 && lost >= 0 && n > 0 && n < Infinity && gained + lost <= n * (1 + 1e-12)))
		throw new RangeError(`${gained} gained and ${lost} lost of ${n} are not counts of pairs`);
}
