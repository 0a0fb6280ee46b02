import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/**
 * How to resample: `seed` fixes every draw, whatever the data; `resamples` are 2,000 unless told. With `clusterOf` (the
 * cluster of each unit, 0 … `clusters` − 1) whole clusters are drawn, each with all its units; without, single units.
 */
export interface Resampling {
	readonly seed: number;
	readonly resamples?: number | undefined;
	readonly clusterOf?: ArrayLike<number> | undefined;
	readonly clusters?: number | undefined;
}

/** How many resamples are drawn unless told: enough for the tails of α = 0.01 (Efron & Tibshirani 1993, ch. 19). */
const defaultResamples = 2000;

/** A place for the replicates of one statistic, NaN until they are computed; throws a RangeError unless there is one. */
export function emptyReplicates({ resamples = defaultResamples }: Resampling): Float64Array {
	if (!(Number.isInteger(resamples) && resamples >= 1)) throw new RangeError(`${resamples} resamples`);
	return new Float64Array(resamples).fill(Number.NaN);
}

/**
 * Calls `use` with how many times each of `drawn` units (or clusters) is in each resample, in an array that is used
 * again. Fewer than two are not resampled: every resample would be the sample, as if it were certain.
 */
export function forEachResample(
	drawn: number,
	{ seed, resamples = defaultResamples }: Resampling,
	use: (counts: Uint8Array, resample: number) => void,
): void {
	if (drawn < 2) return;
	const random = xoroshiro128plus(seed);
	// The generator's first numbers are much alike for near seeds.
	random.jump();
	// Up to 255 units no count can be above 255; for more, the odds are below 1e-500.
	const counts = new Uint8Array(drawn);
	// No unit is favoured by more than drawn / 2 ** 32, and a modulo would cost several times as much.
	const scale = drawn / 2 ** 32;
	for (let resample = 0; resample < resamples; resample++) {
		counts.fill(0);
		for (let i = 0; i < drawn; i++) {
			const unit = ((random.next() >>> 0) * scale) | 0;
			counts[unit] = (counts[unit] as number) + 1;
		}
		use(counts, resample);
	}
}

/**
 * How many units, or clusters of them, a resample draws; throws a RangeError on NaN and on columns and clusters that do
 * not fit together.
 */
export function drawnCount(
	columns: readonly ArrayLike<number>[],
	{ clusterOf, clusters }: Pick<Resampling, 'clusterOf' | 'clusters'>,
): number {
	const all = clusterOf === undefined ? columns : [...columns, clusterOf];
	const units = all[0]?.length ?? 0;
	if (all.some(({ length }) => length !== units)) throw new RangeError('columns and clusters of one length');
	for (const column of columns)
		for (let i = 0; i < units; i++) if (Number.isNaN(column[i])) throw new RangeError(`unit ${i} is NaN`);
	if (clusterOf === undefined) return units;
	if (clusters === undefined) throw new RangeError('how many clusters there are must be told');
	for (let i = 0; i < units; i++) {
		const cluster = clusterOf[i] as number;
		if (!(Number.isInteger(cluster) && cluster >= 0 && cluster < clusters))
			throw new RangeError(`unit ${i} is in cluster ${cluster} of ${clusters}`);
	}
	return clusters;
}
