import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DockerComposeEnvironment, type StartedDockerComposeEnvironment, Wait } from 'testcontainers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually, root, Workspace } from '../support/cli.ts';
import { askPrometheus } from './ask-prometheus.ts';
import { availableStack, composeFile, describeWith, type Service } from './available.ts';
import { grafanaTests } from './grafana-tests.ts';
import { jaegerTests } from './jaeger-tests.ts';
import { urlOf } from './stack-containers.ts';
import { compareSupport, told } from './support-pair.ts';
import { tempoTests } from './tempo-tests.ts';
import type { Sent } from './trace-tests.ts';

describeWith('the whole stack, as docker-compose.yml starts it', await availableStack(), () => {
	const workspace = new Workspace();
	const folder = mkdtempSync(join(tmpdir(), 'spangate-stack-'));
	let stack: StartedDockerComposeEnvironment;
	let sent: Sent;
	const url = (service: Service, port: number) => urlOf(stack.getContainer(`${service}-1`), port);

	beforeAll(async () => {
		// The same file but for the ports on this side: a stack in use may have taken them, and where the tests run
		// in a container themselves, loopback is not the engine's.
		const file = join(folder, 'docker-compose.yml');
		const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
		writeFileSync(file, text.replaceAll(/"127\.0\.0\.1:\d+:(\d+)"/g, '"$1"'));
		const environment = new DockerComposeEnvironment(root, file)
			.withClientOptions({ composeOptions: ['--project-directory', root] })
			.withStartupTimeout(180_000);
		for (const service of Object.keys(composeFile.services)) {
			environment.withWaitStrategy(`${service}-1`, Wait.forHealthCheck());
		}
		stack = await environment.up();
		sent = { workspace, pair: await compareSupport(workspace, url('jaeger', 4318)) };
	}, 300_000);

	afterAll(async () => {
		await stack?.down({ removeVolumes: true });
		rmSync(folder, { recursive: true });
	}, 120_000);

	const now = () => sent;
	describe('Jaeger', () => jaegerTests(now, () => url('jaeger', 16686)));
	describe('Tempo', () => tempoTests(now, () => url('tempo', 3200)));
	describe('Grafana', () =>
		grafanaTests(
			now,
			() => url('grafana', 3000),
			() => true,
		));

	test('Prometheus has the verdict, and the gate asks it and Tempo in one go', async () => {
		const { candidate } = sent.pair;
		const prometheus = url('prometheus', 9090);
		const verdict = `spangate_verdict{spangate_run_id="${candidate}"}`;
		await eventually(async () => (await askPrometheus(prometheus, { query: verdict })).length > 0);
		const ofRun = `{ name = "question" && span.spangate.run.id = "${candidate}" }`;
		const gate = workspace.write(
			'both.yaml',
			`rules:
  - id: verdict
    prometheus: { value: '${verdict}', total: 'sum(spangate_trials_total{spangate_run_id="${candidate}"})', min_total: 30 }
    check: "value <= -1"
  - id: questions
    tempo: { value: '${ofRun} | count_over_time()', count: '${ofRun} | count_over_time()', min_count: 30, window: 30m }
    check: "value >= ${sent.pair.stored(candidate).trials.length}"
`,
		);
		const at = ['--at', new Date().toISOString(), '--gate', gate];
		const asked = ['--prometheus', prometheus, '--tempo', url('tempo', 3200)];
		const done = await workspace.inProcess(['gate', `@${candidate}`, ...at, ...asked]);
		expect(done.code, told(done)).toBe(0);
	});
});
