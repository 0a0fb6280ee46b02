import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { GenericContainer, type StartedTestContainer, Wait } from 'testcontainers';
import { root } from '../support/cli.ts';
import type { MetricsBridge } from '../support/metrics-bridge.ts';
import { composeFile, type Service } from './available.ts';

/** What tells that a service is ready. */
const ready: Readonly<Record<Service, readonly [path: string, port: number]>> = {
	jaeger: ['/status', 13133],
	tempo: ['/ready', 3200],
	prometheus: ['/-/ready', 9090],
	grafana: ['/api/health', 3000],
};

/** A service of docker-compose.yml by itself: its command, its environment and its files are those of the stack. */
export function serviceOf(
	service: Service,
	image: string,
	change: (config: string) => string = (config) => config,
): GenericContainer {
	const { command, environment, volumes = [] } = composeFile.services[service];
	const container = new GenericContainer(image)
		.withExposedPorts(...new Set([...portsOf(service), ready[service][1]]))
		.withWaitStrategy(Wait.forHttp(...ready[service]))
		.withEnvironment(environment ?? {});
	if (command !== undefined) container.withCommand([...command]);
	for (const volume of volumes) {
		const [from = '', target = ''] = volume.split(':');
		// Named volumes are for what should outlive a container.
		if (!from.startsWith('./')) continue;
		const source = join(root, from);
		if (statSync(source).isDirectory()) container.withCopyDirectoriesToContainer([{ source, target }]);
		else container.withCopyContentToContainer([{ content: change(readFileSync(source, 'utf8')), target }]);
	}
	return container;
}

/** A Prometheus that scrapes a bridge in this process in Jaeger's stead. */
export function prometheusOf(image: string, { port }: MetricsBridge): GenericContainer {
	return serviceOf('prometheus', image, (config) =>
		config.replaceAll('jaeger:8889', `jaeger:${port}`),
	).withExtraHosts([{ host: 'jaeger', ipAddress: 'host-gateway' }]);
}

/** The address of a container's port from here. */
export function urlOf(container: StartedTestContainer, port: number): string {
	return `http://${container.getHost()}:${container.getMappedPort(port)}`;
}

function portsOf(service: Service): number[] {
	return composeFile.services[service].ports.map((port) => Number(port.split(':').at(-1)));
}
