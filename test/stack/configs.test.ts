import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { Attr } from '../../src/telemetry/names.ts';

const read = (path: string) => parse(readFileSync(new URL(`../../grafana/${path}`, import.meta.url), 'utf8'));
const jaeger = read('stack/jaeger.yaml');
const tempo = read('stack/tempo.yaml');
const prometheus = read('stack/prometheus.yaml');
const { datasources } = read('provisioning/datasources/stack.yaml');
const { services } = parse(readFileSync(new URL('../../docker-compose.yml', import.meta.url), 'utf8'));

describe('jaeger.yaml', () => {
	it('uses in its pipelines what it defines, and nothing else', () => {
		const defined = {
			receivers: [...Object.keys(jaeger.receivers), ...Object.keys(jaeger.connectors)],
			processors: Object.keys(jaeger.processors),
			exporters: [...Object.keys(jaeger.exporters), ...Object.keys(jaeger.connectors)],
		};
		const used = { receivers: new Set(), processors: new Set(), exporters: new Set() };
		for (const pipeline of Object.values<Record<keyof typeof used, string[]>>(jaeger.service.pipelines)) {
			for (const kind of ['receivers', 'processors', 'exporters'] as const) {
				for (const name of pipeline[kind]) {
					used[kind].add(name);
				}
			}
		}
		expect([...used.receivers].toSorted()).toEqual(defined.receivers.toSorted());
		expect([...used.processors].toSorted()).toEqual(defined.processors.toSorted());
		expect([...used.exporters].toSorted()).toEqual(defined.exporters.toSorted());
		expect(jaeger.service.extensions.toSorted()).toEqual(Object.keys(jaeger.extensions).toSorted());
	});

	it('keeps spans, sends them on to Tempo and makes metrics of them', () => {
		expect(jaeger.service.pipelines.traces.exporters.toSorted()).toEqual([
			'jaeger_storage_exporter',
			'otlp_http/tempo',
			'span_metrics',
		]);
		expect(jaeger.service.pipelines.metrics.receivers.toSorted()).toEqual(['otlp', 'span_metrics']);
	});

	it('labels span metrics by what a run is compared by, and never by question', () => {
		const names = jaeger.connectors.span_metrics.dimensions.map(({ name }: { name: string }) => name);
		expect(names.toSorted()).toEqual(
			[Attr.suiteName, Attr.target, Attr.runId, Attr.passed, Attr.policyStatus, Attr.safetyStatus].toSorted(),
		);
	});

	it('shows a number as old as it is', () => {
		expect(jaeger.exporters.prometheus.send_timestamps).toBe(true);
		expect(prometheus.scrape_configs[0]).toMatchObject({ honor_timestamps: true, honor_labels: true });
	});
});

describe('tempo.yaml', () => {
	it('cuts no prompt, drops no trace and hides no new span', () => {
		expect(tempo.distributor.max_attribute_bytes).toBeGreaterThanOrEqual(1 << 20);
		expect(tempo.overrides.defaults.global.max_bytes_per_trace).toBeGreaterThan(5_000_000);
		expect(tempo.overrides.defaults.ingestion.max_traces_per_user).toBe(0);
		expect(tempo.query_frontend.query_end_cutoff).toBe('0s');
		expect(tempo.overrides.defaults.metrics_generator.ingestion_time_range_slack).toBe('1h');
		expect(tempo.overrides.defaults.read.left_pad_trace_ids).toBe(true);
	});
});

describe('the addresses inside the stack', () => {
	const endpoints = [
		['Tempo, from Jaeger', jaeger.exporters['otlp_http/tempo'].endpoint],
		['Prometheus, from Jaeger', jaeger.extensions.jaeger_storage.metric_backends.metrics.prometheus.endpoint],
		...prometheus.scrape_configs.map(({ job_name, static_configs }: never) => [
			`the scrape ${job_name}`,
			`http://${(static_configs as { targets: string[] }[])[0]?.targets[0]}`,
		]),
		...datasources.map(({ name, url }: { name: string; url: string }) => [`data source ${name}`, url]),
	] as [string, string][];
	const listens: Record<string, string[]> = {
		jaeger: [
			jaeger.extensions.jaeger_query.http.endpoint,
			jaeger.exporters.prometheus.endpoint,
			`:${jaeger.service.telemetry.metrics.readers[0].pull.exporter.prometheus.port}`,
		],
		tempo: [tempo.distributor.receivers.otlp.protocols.http.endpoint, `:${tempo.server.http_listen_port}`],
		prometheus: [':9090'],
	};

	it.each(endpoints)('%s is where that service listens', (_, url) => {
		const { hostname, port } = new URL(url);
		expect(Object.keys(services)).toContain(hostname);
		expect(
			listens[hostname]?.some((address) => address.endsWith(`:${port}`)),
			url,
		).toBe(true);
	});
});

describe('the data sources', () => {
	it('have the uids that links and dashboards name', () => {
		expect(datasources.map(({ uid, type }: { uid: string; type: string }) => [uid, type])).toEqual([
			['prometheus', 'prometheus'],
			['tempo', 'tempo'],
			['jaeger', 'jaeger'],
		]);
	});

	it('lead from a metric to its trace and from a trace to its metrics', () => {
		const [metrics, ...traces] = datasources;
		const uids = datasources.map(({ uid }: { uid: string }) => uid);
		const [first] = metrics.jsonData.exemplarTraceIdDestinations;
		// The label under which the Collector's exporter writes an exemplar's trace.
		expect(first).toMatchObject({ name: 'trace_id', datasourceUid: 'tempo' });
		for (const { jsonData } of traces) {
			expect(uids).toContain(jsonData.tracesToMetrics.datasourceUid);
			expect(jsonData.tracesToMetrics.queries).not.toEqual([]);
			for (const { query } of jsonData.tracesToMetrics.queries) {
				expect(query).toContain('$$__tags');
			}
		}
	});
});
