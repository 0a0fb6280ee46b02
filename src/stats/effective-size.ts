import { clusteredError } from './clusters.ts';
import { tQuantile } from './distributions.ts';

/** Which group each value belongs to, by numbers from 0, and how many groups there are. */
export interface Clustering {
	readonly clusterOf: ArrayLike<number>;
	readonly clusters: number;
}

/**
 * How many independent 0s and 1s tell as much about their mean as these grouped values in [0, 1] do: as many as have its
 * clustered standard error, and no more than n over Kish's design effect 1 + (m − 1)ρ, m = Σmᵢ² / n, with the intraclass
 * correlation ρ of all groups by analysis of variance (Kish, Survey Sampling, 1965, § 5.4; Donner 1986, Int. Statist. Rev.
 * 54:67). Of few groups that differ from the rest the standard error knows the sizes of those alone, and would be too sure
 * when they happen to be small. Nothing where no group differs from another.
 */
export function independentSize(
	values: ArrayLike<number>,
	{ clusterOf, clusters }: Clustering,
): number | undefined {
	const n = values.length;
	const sums = new Float64Array(clusters);
	const sizes = new Float64Array(clusters);
	let [sum, squares] = [0, 0];
	for (let at = 0; at < n; at++) {
		const value = values[at] as number;
		const group = clusterOf[at] as number;
		sum += value;
		squares += value * value;
		sums[group] = (sums[group] as number) + value;
		sizes[group] = (sizes[group] as number) + 1;
	}
	const mean = sum / n;
	const binary = mean * (1 - mean);
	const variance = squares / n - mean * mean;
	const residuals = Float64Array.from(values, (value) => value - mean);
	const { se } = clusteredError(residuals, clusterOf, clusters);
	if (!(se > 0 && binary > 0 && variance > 0)) return undefined;
	const alone = (n * binary) / variance;
	return Math.min(
		(n * binary) / ((n - 1) * se * se),
		alone / designEffect({ sums, sizes, squares, mean, n }),
	);
}

interface Groups {
	readonly sums: Float64Array;
	readonly sizes: Float64Array;
	/** Of all values. */
	readonly squares: number;
	readonly mean: number;
	readonly n: number;
}

function designEffect({ sums, sizes, squares, mean, n }: Groups): number {
	const clusters = sizes.length;
	let [between, within, pairs] = [0, squares, 0];
	for (const [group, size] of sizes.entries()) {
		if (size === 0) continue;
		const groupMean = (sums[group] as number) / size;
		between += size * (groupMean - mean) ** 2;
		within -= size * groupMean * groupMean;
		pairs += size * size;
	}
	// Every value a group of its own: nothing goes together.
	if (pairs <= n) return 1;
	const betweenMean = between / (clusters - 1);
	const withinMean = Math.max(0, within) / (n - clusters);
	const usualSize = (n - pairs / n) / (clusters - 1);
	const correlation = (betweenMean - withinMean) / (betweenMean + (usualSize - 1) * withinMean);
	return 1 + (pairs / n - 1) * Math.min(1, Math.max(0, correlation));
}

/**
 * How many independent values so many grouped ones are worth for the share of 1s among them: {@link independentSize}, times
 * the squared ratio of the t quantiles with n − 1 and G − 1 degrees of freedom (Korn & Graubard, Survey Methodology 24,
 * 1998); never more than n, G where all values are equal and show no effect, and 0 where there are fewer than two groups,
 * which show nothing.
 */
export function effectiveSize(indicators: ArrayLike<number>, clustering: Clustering, alpha: number): number {
	const n = indicators.length;
	if (clustering.clusters < 2) return 0;
	const size = independentSize(indicators, clustering);
	return size === undefined
		? clustering.clusters
		: Math.min(n, size * degreesFactor(n, clustering.clusters, alpha));
}

/**
 * What a number of independent values is to be multiplied by for bounds that know no t: the squared ratio of the t quantiles
 * with n − 1 and G − 1 degrees of freedom (Korn & Graubard 1998).
 */
export function degreesFactor(n: number, clusters: number, alpha: number): number {
	// Quantiles of α, not of 1 − α, which is 1 for a tiny one; those of 0.5 are 0, those of next to nothing infinite.
	const ratio = tQuantile(alpha, n - 1) / tQuantile(alpha, clusters - 1);
	return Number.isNaN(ratio) ? 1 : ratio ** 2;
}
