import { Network, type StartedNetwork, type StartedTestContainer } from 'testcontainers';
import { afterAll, beforeAll } from 'vitest';
import { Workspace } from '../support/cli.ts';
import { startMetricsBridge } from '../support/metrics-bridge.ts';
import { available, describeWith } from './available.ts';
import { grafanaTests } from './grafana-tests.ts';
import { prometheusOf, serviceOf, urlOf } from './stack-containers.ts';
import { compareSupport } from './support-pair.ts';
import type { Sent } from './trace-tests.ts';

describeWith('Grafana in a container', await available('grafana', 'prometheus'), (images) => {
	const workspace = new Workspace();
	const started: StartedTestContainer[] = [];
	let network: StartedNetwork | undefined;
	let grafana: StartedTestContainer;
	let sent: Sent;

	beforeAll(async () => {
		const bridge = await startMetricsBridge();
		network = await new Network().start();
		const prometheus = prometheusOf(images.prometheus, bridge)
			.withNetwork(network)
			.withNetworkAliases('prometheus');
		started.push(await prometheus.start());
		grafana = await serviceOf('grafana', images.grafana).withNetwork(network).start();
		started.push(grafana);
		sent = { workspace, pair: await compareSupport(workspace, bridge.endpoint) };
	}, 240_000);

	afterAll(async () => {
		for (const container of started) await container.stop();
		await network?.stop();
	});

	grafanaTests(
		() => sent,
		() => urlOf(grafana, 3000),
		(query) => query.datasource === 'prometheus',
	);
});
