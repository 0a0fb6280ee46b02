import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GenericContainer, type StartedTestContainer, Wait } from 'testcontainers';
import { root } from '../support/cli.ts';
import type { MetricsBridge } from '../support/metrics-bridge.ts';
import type { Json } from '../support/stored-run.ts';
import type { Service } from './available.ts';

/** A Prometheus that scrapes a bridge in this process in Jaeger's stead, else with the stack's own configuration. */
export function prometheusOf(image: string, bridge: MetricsBridge): GenericContainer {
	return new GenericContainer(image)
		.withExtraHosts([{ host: 'jaeger', ipAddress: 'host-gateway' }])
		.withCopyContentToContainer([
			{
				content: configOf('prometheus').replaceAll('jaeger:8889', `jaeger:${bridge.port}`),
				target: '/etc/prometheus/config.yaml',
			},
		])
		.withCommand(['--config.file=/etc/prometheus/config.yaml', '--storage.tsdb.path=/prometheus'])
		.withExposedPorts(9090)
		.withWaitStrategy(Wait.forHttp('/-/ready', 9090));
}

/** A Jaeger with the stack's own configuration; what it would pass on to a Tempo waits. */
export function jaegerOf(image: string): GenericContainer {
	return new GenericContainer(image)
		.withCopyContentToContainer([{ content: configOf('jaeger'), target: '/etc/jaeger/config.yaml' }])
		.withCommand(['--config', '/etc/jaeger/config.yaml'])
		.withExposedPorts(4318, 13133, 16686)
		.withWaitStrategy(Wait.forHttp('/status', 13133));
}

/** A Tempo with the stack's own configuration. */
export function tempoOf(image: string): GenericContainer {
	return new GenericContainer(image)
		.withCopyContentToContainer([{ content: configOf('tempo'), target: '/etc/tempo/config.yaml' }])
		.withCommand(['-target=all', '-config.file=/etc/tempo/config.yaml'])
		.withExposedPorts(3200, 4318)
		.withWaitStrategy(Wait.forHttp('/ready', 3200));
}

/** The address of a container's port from here. */
export function urlOf(container: StartedTestContainer, port: number): string {
	return `http://${container.getHost()}:${container.getMappedPort(port)}`;
}

function configOf(service: Service): string {
	return readFileSync(join(root, `grafana/stack/${service}.yaml`), 'utf8');
}

/** One series of an answer, with its newest value. */
export interface Series {
	readonly labels: Readonly<Record<string, string>>;
	readonly value: number;
}

/** Asks over Prometheus' API: at one time, or over a range when `start`, `end` and `step` are given; a refusal is an error. */
export async function askPrometheus(url: string, query: Readonly<Record<string, string>>): Promise<Series[]> {
	const path = 'step' in query ? 'query_range' : 'query';
	const response = await fetch(`${url}/api/v1/${path}?${new URLSearchParams(query)}`);
	const { status, data, error }: Json = await response.json();
	if (status !== 'success') throw new Error(`${query.query}: ${error}`);
	return data.result.map(({ metric, value, values }: Json) => ({
		labels: metric,
		value: Number((value ?? values.at(-1))[1]),
	}));
}

/** The values of some series by one of their labels. */
export function labelled(series: readonly Series[], label: string): Record<string, number> {
	return Object.fromEntries(series.map(({ labels, value }) => [labels[label] ?? '', value]));
}
