import type { StartedTestContainer } from 'testcontainers';
import { afterAll, beforeAll } from 'vitest';
import { Workspace } from '../support/cli.ts';
import { available, describeWith } from './available.ts';
import { jaegerTests } from './jaeger-tests.ts';
import { serviceOf, urlOf } from './stack-containers.ts';
import { compareSupport } from './support-pair.ts';
import type { Sent } from './trace-tests.ts';

describeWith('Jaeger in a container', await available('jaeger'), (images) => {
	const workspace = new Workspace();
	let container: StartedTestContainer;
	let sent: Sent;

	beforeAll(async () => {
		container = await serviceOf('jaeger', images.jaeger).start();
		sent = { workspace, pair: await compareSupport(workspace, urlOf(container, 4318)) };
	}, 240_000);

	afterAll(() => container?.stop());

	jaegerTests(
		() => sent,
		() => urlOf(container, 16686),
	);
});
