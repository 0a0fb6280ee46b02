import { attributesOf, type Json } from './stored-run.ts';

/** One data point of an OTLP/JSON metrics request, read without any of spangate's own code. */
export interface MetricPoint {
	readonly name: string;
	readonly unit: string;
	readonly kind: 'counter' | 'gauge' | 'histogram';
	readonly attributes: Readonly<Record<string, unknown>>;
	readonly resource: Readonly<Record<string, unknown>>;
	readonly scope: string;
	/** Of a counter or a gauge; NaN for a histogram. */
	readonly value: number;
	readonly count: number;
	readonly sum: number;
	readonly buckets: readonly number[];
	readonly bounds: readonly number[];
}

/** Every data point of an `ExportMetricsServiceRequest`; a sum that is no cumulative counter is an error. */
export function metricPoints(request: Json): MetricPoint[] {
	return (request.resourceMetrics ?? []).flatMap(({ resource, scopeMetrics }: Json) =>
		scopeMetrics.flatMap(({ scope, metrics }: Json) =>
			metrics.flatMap((metric: Json) => {
				const { sum, gauge, histogram } = metric;
				const cumulative = 2;
				if (sum && !(sum.isMonotonic && sum.aggregationTemporality === cumulative)) {
					throw new Error(`${metric.name} is no cumulative counter`);
				}
				if (histogram && histogram.aggregationTemporality !== cumulative) {
					throw new Error(`${metric.name} is no cumulative histogram`);
				}
				const data = sum ?? gauge ?? histogram;
				const kind = sum ? 'counter' : gauge ? 'gauge' : 'histogram';
				return data.dataPoints.map((point: Json) => ({
					name: metric.name,
					unit: metric.unit,
					kind,
					attributes: attributesOf(point.attributes),
					resource: attributesOf(resource.attributes),
					scope: scope.name,
					value: Number(point.asInt ?? point.asDouble),
					count: Number(point.count),
					sum: point.sum,
					buckets: (point.bucketCounts ?? []).map(Number),
					bounds: point.explicitBounds ?? [],
				}));
			}),
		),
	);
}
