import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GenericContainer, type StartedTestContainer, Wait } from 'testcontainers';
import { root } from '../support/cli.ts';
import type { MetricsBridge } from '../support/metrics-bridge.ts';

/** A Prometheus that scrapes a bridge in this process with the stack's own configuration. */
export function prometheusOf(image: string, bridge: MetricsBridge): GenericContainer {
	return new GenericContainer(image)
		.withExtraHosts([{ host: 'jaeger', ipAddress: 'host-gateway' }])
		.withCopyContentToContainer([{ content: configFor(bridge), target: '/etc/prometheus/config.yaml' }])
		.withCommand(['--config.file=/etc/prometheus/config.yaml', '--storage.tsdb.path=/prometheus'])
		.withExposedPorts(9090)
		.withWaitStrategy(Wait.forHttp('/-/ready', 9090));
}

/** The address of a container's port from here. */
export function urlOf(container: StartedTestContainer, port: number): string {
	return `http://${container.getHost()}:${container.getMappedPort(port)}`;
}

/** The stack's file, but for the port at which Jaeger's metrics are scraped and a shorter wait. */
function configFor({ port }: MetricsBridge): string {
	const file = readFileSync(join(root, 'grafana/stack/prometheus.yaml'), 'utf8');
	return file.replaceAll('jaeger:8889', `jaeger:${port}`);
}
