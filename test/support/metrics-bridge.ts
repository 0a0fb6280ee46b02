import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterAll } from 'vitest';
import { SpanMetrics } from './span-metrics.ts';
import type { Json } from './stored-run.ts';

/** Takes OTLP/JSON metrics and spans and serves both for scraping, as Jaeger's spanmetrics and `prometheus` exporter do. */
export interface MetricsBridge {
	/** The base URL, as `--otlp` takes it. */
	readonly endpoint: string;
	/** Listens on every address, so that a container reaches it through its host. */
	readonly port: number;
	/** What a scrape gives now. */
	exposition(): string;
}

/** Listens on a free port until the file's tests are over. */
export async function startMetricsBridge(): Promise<MetricsBridge> {
	const families = new Map<string, Family>();
	const spans = new SpanMetrics();
	const exposition = () => [...families.values()].map(textOf).join('');
	const server = createServer(async (request, response) => {
		if (request.method === 'GET') {
			response.setHeader('content-type', 'text/plain; version=0.0.4').end(exposition());
			return;
		}
		const body = await read(request);
		if (request.url === '/v1/metrics') take(JSON.parse(body), families);
		if (request.url === '/v1/traces') {
			spans.add(JSON.parse(body));
			take(spans.request(), families);
		}
		response.setHeader('content-type', 'application/json').end('{}');
	});
	await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
	afterAll(() => {
		server.close();
		server.closeAllConnections();
	});
	const { port } = server.address() as AddressInfo;
	return { endpoint: `http://127.0.0.1:${port}`, port, exposition };
}

interface Family {
	readonly name: string;
	readonly type: 'counter' | 'gauge' | 'histogram';
	/** The newest lines of each series. */
	readonly series: Map<string, readonly string[]>;
}

async function read(request: IncomingMessage): Promise<string> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk);
	const raw = Buffer.concat(chunks);
	return (request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw).toString('utf8');
}

function take(request: Json, families: Map<string, Family>): void {
	for (const { resource, scopeMetrics } of request.resourceMetrics ?? []) {
		const job = (resource?.attributes ?? []).filter(({ key }: Json) => key === 'service.name');
		for (const metric of (scopeMetrics ?? []).flatMap((scope: Json) => scope.metrics ?? [])) {
			const data = metric.sum ?? metric.gauge ?? metric.histogram;
			const type = metric.gauge ? 'gauge' : metric.histogram ? 'histogram' : 'counter';
			if (type !== 'gauge' && data.aggregationTemporality !== 2) {
				throw new Error(`${metric.name} is not cumulative: Prometheus could not add it up`);
			}
			const name = prometheusName(metric.name, metric.unit ?? '', type);
			const family = families.get(name) ?? { name, type, series: new Map() };
			families.set(name, family);
			for (const point of data.dataPoints) {
				const labels = labelsOf(point.attributes ?? [], job);
				family.series.set(labels.join(), linesOf(family, labels, point));
			}
		}
	}
}

const unitWords: Readonly<Record<string, string>> = { s: 'seconds', ms: 'milliseconds', By: 'bytes' };

/** The Collector's translation: dots to underscores, the unit spelled out behind, `_total` behind a counter. */
export function prometheusName(name: string, unit: string, type: Family['type']): string {
	const plain = name.replaceAll(/[^A-Za-z0-9_:]/g, '_');
	const word =
		unit === '1' ? (type === 'gauge' ? 'ratio' : '') : /^\{.*\}$/.test(unit) ? '' : (unitWords[unit] ?? unit);
	const withUnit = word === '' || plain.endsWith(`_${word}`) ? plain : `${plain}_${word}`;
	return type === 'counter' && !withUnit.endsWith('_total') ? `${withUnit}_total` : withUnit;
}

function labelsOf(attributes: readonly Json[], job: readonly Json[]): string[] {
	const pairs = [
		...job.map(({ value }) => ['job', value.stringValue]),
		...attributes.map(({ key, value }) => [key.replaceAll(/[^A-Za-z0-9_]/g, '_'), Object.values(value)[0]]),
	];
	return pairs.map(([key, value]) => `${key}=${JSON.stringify(String(value))}`).sort();
}

function linesOf({ name, type }: Family, labels: readonly string[], point: Json): string[] {
	// The time at which a number was sent, not that of the scrape: so can a stale one be told.
	const time = BigInt(point.timeUnixNano) / 1_000_000n;
	const line = (suffix: string, value: unknown, extra: readonly string[] = []) =>
		`${name}${suffix}{${[...labels, ...extra].join()}} ${value} ${time}\n`;
	if (type !== 'histogram') return [line('', point.asDouble ?? point.asInt)];
	let below = 0;
	const buckets = point.bucketCounts.map((count: number | string, index: number) => {
		below += Number(count);
		return line('_bucket', below, [`le="${point.explicitBounds[index] ?? '+Inf'}"`]);
	});
	return [...buckets, line('_sum', point.sum), line('_count', point.count)];
}

function textOf({ name, type, series }: Family): string {
	return `# TYPE ${name} ${type}\n${[...series.values()].flat().join('')}`;
}
