import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { fixture, Workspace } from '../support/cli.ts';

const capitals = fixture('capitals');
/** Everything of OpenTelemetry but its API, which alone does nothing and costs next to nothing. */
const sdk = /node_modules\/@opentelemetry\/(?!api\/)/;

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
	}, 30_000);

	test.each([
		['gate', '@latest'],
		['trace', '@latest', 'france'],
		['runs'],
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
});
