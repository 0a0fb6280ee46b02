/** One bucket of a histogram: how many samples are at most `edge` (which may be Infinity). */
export interface CumulativeBucket {
	readonly edge: number;
	readonly count: number;
}

/** Where a quantile lies: above `above` and at most `atMost`, with `estimate` by linear interpolation between them. */
export interface BucketQuantile {
	readonly above: number;
	readonly atMost: number;
	readonly estimate: number;
}

/**
 * The bucket that the q-quantile lies in, from cumulative buckets in the order of their edges whose last edge is
 * Infinity and holds every sample. The estimate is that of PromQL's `histogram_quantile`: linear, from 0 in a first
 * bucket that ends above 0, and the last finite edge for what lies above it.
 */
export function bucketQuantile(q: number, buckets: readonly CumulativeBucket[]): BucketQuantile {
	const total = buckets.at(-1)?.count ?? 0;
	const rank = q * total;
	// 0.07 · 100 is a little more than 7.
	const slack = 1e-12 * Math.max(1, total);
	const found = buckets.findIndex(({ count }) => count >= rank - slack);
	const bucket = buckets[found];
	if (bucket === undefined) return { above: -Infinity, atMost: Infinity, estimate: Number.NaN };
	const before = buckets[found - 1];
	const above = before?.edge ?? -Infinity;
	return { above, atMost: bucket.edge, estimate: estimateIn(bucket, before, rank) };
}

function estimateIn(
	{ edge, count }: CumulativeBucket,
	before: CumulativeBucket | undefined,
	rank: number,
): number {
	if (edge === Infinity) return before?.edge ?? Number.NaN;
	const from = before ?? { edge: edge > 0 ? 0 : edge, count: 0 };
	if (count === from.count) return edge;
	return (
		from.edge + (edge - from.edge) * Math.min(1, Math.max(0, (rank - from.count) / (count - from.count)))
	);
}
