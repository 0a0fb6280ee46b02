import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { root } from './cli.ts';
import type { Json } from './stored-run.ts';

const { connectors } = parse(readFileSync(join(root, 'grafana/stack/jaeger.yaml'), 'utf8'));
/** Only span attributes that the stack lists become labels, so a panel that uses another finds nothing here too. */
const dimensions: ReadonlySet<string> = new Set(
	connectors.span_metrics.dimensions.map(({ name }: Json) => name),
);
const boundsMs: readonly number[] = connectors.span_metrics.histogram.explicit.buckets.map((text: string) =>
	text.endsWith('ms') ? Number.parseFloat(text) : Number.parseFloat(text) * 1_000,
);

interface Series {
	readonly attributes: readonly Json[];
	readonly bucketCounts: number[];
	count: number;
	sum: number;
}

/** Counts and times spans as the Collector's spanmetrics connector does, by the stack's own configuration of it. */
export class SpanMetrics {
	readonly #series = new Map<string, Series>();

	/** Takes an OTLP/JSON request with spans. */
	add(request: Json): void {
		for (const { scopeSpans } of request.resourceSpans ?? []) {
			for (const span of (scopeSpans ?? []).flatMap(({ spans }: Json) => spans ?? [])) this.#count(span);
		}
	}

	#count(span: Json): void {
		const attributes = [
			{ key: 'span.name', value: { stringValue: span.name } },
			...(span.attributes ?? []).filter(({ key }: Json) => dimensions.has(key)),
		];
		const key = JSON.stringify(attributes);
		const bucketCounts = new Array<number>(boundsMs.length + 1).fill(0);
		const series = this.#series.get(key) ?? { attributes, bucketCounts, count: 0, sum: 0 };
		this.#series.set(key, series);
		const ms = Number(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)) / 1e6;
		const bucket = boundsMs.findIndex((bound) => ms <= bound);
		const at = bucket === -1 ? boundsMs.length : bucket;
		series.bucketCounts[at] = (series.bucketCounts[at] ?? 0) + 1;
		series.count++;
		series.sum += ms;
	}

	/** The OTLP/JSON request with all totals as they are now, as the connector hands it to the `prometheus` exporter. */
	request(): Json {
		const timeUnixNano = `${BigInt(Date.now()) * 1_000_000n}`;
		const points = (pointOf: (series: Series) => Json) =>
			[...this.#series.values()].map((series) => ({
				attributes: series.attributes,
				timeUnixNano,
				...pointOf(series),
			}));
		const metrics = [
			{
				name: 'traces.span.metrics.calls',
				sum: { aggregationTemporality: 2, dataPoints: points(({ count }) => ({ asInt: count })) },
			},
			{
				name: 'traces.span.metrics.duration',
				unit: 'ms',
				histogram: {
					aggregationTemporality: 2,
					dataPoints: points(({ bucketCounts, count, sum }) => ({
						explicitBounds: boundsMs,
						bucketCounts,
						count,
						sum,
					})),
				},
			},
		];
		return { resourceMetrics: [{ scopeMetrics: [{ metrics }] }] };
	}
}
