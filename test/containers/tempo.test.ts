import type { StartedTestContainer } from 'testcontainers';
import { afterAll, beforeAll } from 'vitest';
import { Workspace } from '../support/cli.ts';
import { available, describeWith } from './available.ts';
import { serviceOf, urlOf } from './stack-containers.ts';
import { compareSupport } from './support-pair.ts';
import { tempoTests } from './tempo-tests.ts';
import type { Sent } from './trace-tests.ts';

describeWith('Tempo in a container', await available('tempo'), (images) => {
	const workspace = new Workspace();
	let container: StartedTestContainer;
	let sent: Sent;

	beforeAll(async () => {
		// In the stack, Jaeger alone sends to it.
		container = await serviceOf('tempo', images.tempo).withExposedPorts(4318).start();
		sent = { workspace, pair: await compareSupport(workspace, urlOf(container, 4318)) };
	}, 240_000);

	afterAll(() => container?.stop());

	tempoTests(
		() => sent,
		() => urlOf(container, 3200),
	);
});
