/** The body of an instant metrics query's answer as Tempo's jsonpb writes it, which leaves out what is zero. */
export function instantSeries(
	...series: readonly (readonly [labels: readonly object[], value: number])[]
): string {
	return JSON.stringify({
		series: series.map(([labels, value]) => ({
			...(labels.length > 0 && { labels }),
			...(value !== 0 && { value: Number.isFinite(value) ? value : String(value) }),
		})),
		metrics: { inspectedTraces: 3, inspectedBytes: '1841', completedJobs: 1, totalJobs: 1 },
	});
}

/** The label of a bucket of `histogram_over_time`. */
export function bucketLabel(edge: number): object[] {
	return [{ key: '__bucket', value: { doubleValue: edge } }];
}
