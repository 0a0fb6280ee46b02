import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { fixture, Workspace } from '../support/cli.ts';

const capitals = fixture('capitals');
/** Everything of OpenTelemetry but its API, which alone does nothing and costs next to nothing. */
const sdk = /node_modules\/@opentelemetry\/(?!api\/)/;
/** Of ours: sdk-node loads the stock exporter of metrics whether or not it is used. */
const metricsExporter = /\/src\/telemetry\/(metrics|instruments)\.ts$/;

describe('what only reads records or suites does not load the OpenTelemetry SDK', {
	timeout: 60_000,
	concurrent: true,
}, () => {
	const workspace = new Workspace();
	let logs = 0;

	async function loadedBy(args: readonly string[]): Promise<{ code: number | null; modules: string[] }> {
		logs += 1;
		const log = workspace.write(`loaded-${logs}`, '');
		const nodeArgs = ['--import', fixture('record-imports.js')];
		const { code } = await workspace.spangate(args, { nodeArgs, env: { LOADED_LOG: log } });
		return { code, modules: readFileSync(log, 'utf8').trim().split('\n') };
	}

	beforeAll(async () => {
		// The recorder sees the SDK where it is loaded, so its silence elsewhere means something.
		const { code, modules } = await loadedBy(['compare', capitals]);
		expect(code).toBe(0);
		expect(modules.filter((url) => sdk.test(url))).not.toEqual([]);
		// Nobody is to be sent metrics, so what sends them is not loaded.
		expect(modules.filter((url) => metricsExporter.test(url))).toEqual([]);
	}, 30_000);

	test.each([
		['gate', '@latest'],
		['gate', '--self-test', capitals],
		['trace', '@latest', 'france'],
		['runs'],
		['history', 'capitals'],
		['power', 'capitals'],
		['thresholds', capitals],
		['validate', capitals],
		['--help'],
		['--version'],
	])('%s %s', async (...args) => {
		const { code, modules } = await loadedBy(args);
		expect(code).toBe(0);
		expect(modules.some((url) => url.endsWith('/src/cli.ts'))).toBe(true);
		expect(modules.filter((url) => sdk.test(url))).toEqual([]);
	});

	test('what sends metrics is loaded where they have an endpoint', async () => {
		const { code, modules } = await loadedBy([
			...['run', capitals, '--target', 'baseline'],
			...['--otlp', 'http://127.0.0.1:1', '--export-timeout', '0.1'],
		]);
		expect(code).toBe(0);
		expect(modules.filter((url) => metricsExporter.test(url))).toHaveLength(2);
	});

	test.each([['validate'], ['gate', '--self-test'], ['thresholds']])(
		'%s of a suite that asks models loads nothing that asks them',
		async (...args) => {
			const { code, modules } = await loadedBy([...args, fixture('echo')]);
			expect(code).toBe(0);
			expect(modules.some((url) => url.endsWith('/src/targets/openai.ts'))).toBe(true);
			expect(modules.filter((url) => /node_modules\/(openai|undici|cockatiel|limiter)\//.test(url))).toEqual(
				[],
			);
		},
	);

	test('--version loads no package at all', async () => {
		const { modules } = await loadedBy(['--version']);
		expect(modules.some((url) => url.endsWith('/src/version.ts'))).toBe(true);
		expect(modules.filter((url) => url.includes('/node_modules/'))).toEqual([]);
	});

	test('--help loads no command, and what reads a command line at most', async () => {
		const { modules } = await loadedBy(['--help']);
		expect(modules.some((url) => url.includes('/node_modules/yargs/'))).toBe(true);
		const heavy = /\/src\/(model|record|gate|reports|suite|workflows)\/|node_modules\/(zod|yaml)\//;
		expect(modules.filter((url) => heavy.test(url))).toEqual([]);
		const { modules: ofGate } = await loadedBy(['gate', '@latest']);
		expect(ofGate.filter((url) => heavy.test(url))).not.toEqual([]);
	});
});
