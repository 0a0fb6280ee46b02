import type { Bounds } from './bounds.ts';
import { type Clustering, degreesFactor, independentSize } from './effective-size.ts';
import { type Arms, armsOf, correlationOf, moverDifference } from './mover.ts';
import { clopperPearson, nothing } from './proportion.ts';

/** Values without spread to speak of are worth no more than so many 0s and 1s, of which the beta distribution is sure. */
const mostWorth = 1e8;

/**
 * One-sided bounds, for any alpha and `times` as many values, of the mean of differences between −1 and 1, from its two
 * parts: the mean gain G (of what is above 0) and the mean loss L. Each has Clopper-Pearson's bounds of as many independent
 * 0s and 1s as have its standard error (Korn & Graubard, Survey Methodology 24, 1998), and G − L theirs by the square-and-add
 * method with the correlation of the parts (MOVER; Zou & Donner 2008, Stat. Med. 27:1693), as Newcombe's are of two shares. They
 * know what t does not: where a few answers fell from 1 to 0, how many more may have done so. Of groups, by the clustered
 * standard error of each part; fewer than two groups bound nothing within −1 and 1.
 */
export function gainLossBounds(
	differences: ArrayLike<number>,
	clustering?: Clustering,
): (alpha: number, times?: number) => Bounds {
	if (clustering !== undefined && clustering.clusters < 2) return () => ({ lower: -1, upper: 1 });
	const gain = partOf(differences, 1, clustering);
	const loss = partOf(differences, -1, clustering);
	// Of each question one part is 0, so that their covariance is −G · L.
	const correlation = correlationOf(-gain.mean * loss.mean, gain.variance, loss.variance);
	return (alpha, times = 1) =>
		moverDifference(partArms(gain, alpha, times), partArms(loss, alpha, times), correlation);
}

/**
 * One-sided bounds, for any alpha and `times` as many values, of the mean of values in [0, 1]: Clopper and Pearson's of as
 * many independent 0s and 1s as have its standard error (Korn & Graubard, Survey Methodology 24, 1998). Of 0s and 1s they are
 * Clopper-Pearson itself. Of groups, by the clustered standard error; fewer than two groups bound nothing within 0 and 1.
 */
export function matchedShareBounds(
	values: ArrayLike<number>,
	clustering?: Clustering,
): (alpha: number, times?: number) => Bounds {
	if (clustering !== undefined && clustering.clusters < 2) return () => ({ lower: 0, upper: 1 });
	const whole = partOf(values, 1, clustering);
	return (alpha, times = 1) => {
		const { below, above } = partArms(whole, alpha, times);
		return { lower: Math.max(0, whole.mean - below), upper: Math.min(1, whole.mean + above) };
	};
}

interface Part {
	readonly mean: number;
	readonly variance: number;
	/** How many independent 0s and 1s have its standard error. */
	readonly worth: number;
	readonly n: number;
	readonly clusters?: number;
}

function partOf(differences: ArrayLike<number>, sign: 1 | -1, clustering: Clustering | undefined): Part {
	const n = differences.length;
	let [sum, squares] = [0, 0];
	for (let at = 0; at < n; at++) {
		const value = Math.max(0, sign * (differences[at] as number));
		sum += value;
		squares += value * value;
	}
	const mean = Math.min(1, sum / n);
	const variance = Math.max(0, squares / n - mean * mean);
	const binary = mean * (1 - mean);
	if (clustering === undefined) {
		return { mean, variance, n, worth: variance > 0 && binary > 0 ? (n * binary) / variance : n };
	}
	const { clusters } = clustering;
	const values = Float64Array.from(differences, (value) => Math.max(0, sign * value));
	// Equal values of a group prove no more than one of them.
	return { mean, variance, n, clusters, worth: independentSize(values, clustering) ?? clusters };
}

/** How far Clopper and Pearson's bounds are from the mean of a part. */
function partArms({ mean, worth, n, clusters }: Part, alpha: number, times: number): Arms {
	const degrees = clusters === undefined ? 1 : degreesFactor(n, clusters, alpha);
	const size = Math.min(mostWorth, worth * degrees * times);
	// Of next to no values clopperPearson would have nothing to say.
	return armsOf(mean, size < nothing ? { lower: 0, upper: 1 } : clopperPearson(mean * size, size, alpha));
}
