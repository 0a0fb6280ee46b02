import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { Workspace } from '../support/cli.ts';
import { type Behaviour, startSink } from '../support/otlp-sink.ts';
import { storeSpans } from '../support/spans-file.ts';

const megabyte = 1024 * 1024;
const script = fileURLToPath(new URL('export-memory.ts', import.meta.url));
const run = promisify(execFile);

async function memoryOf(lines: number, behave: (request: number) => Behaviour, timeoutMs: number) {
	const sink = await startSink(behave);
	const perLine = 25;
	const folder = storeSpans(new Workspace().home, { lines, perLine, text: 'x'.repeat(4_000) });
	const file = join(folder, 'spans.jsonl');
	const args = [script, file, `${sink.endpoint}/v1/traces`, `${lines * perLine}`, `${timeoutMs}`];
	const { stdout } = await run(process.execPath, args);
	const seen: { rss: number; heap: number; acknowledged: number; outstanding: number } = JSON.parse(stdout);
	return { ...seen, fileBytes: statSync(file).size, spans: lines * perLine };
}

describe('memory does not grow with the spans that wait', { timeout: 60_000, concurrent: true }, () => {
	test.each<[string, (request: number) => Behaviour]>([
		['dead', () => ({ status: 503 })],
		['mute', () => 'hang'],
		['slow', () => ({ takeAfterMs: 250 })],
	])('for a backend that is %s', async (_, behave) => {
		const small = await memoryOf(50, behave, 1_500);
		const big = await memoryOf(800, behave, 1_500);
		expect(big.fileBytes).toBeGreaterThan(75 * megabyte);
		expect(big.acknowledged + big.outstanding).toBe(big.spans);
		expect(big.outstanding).toBeGreaterThan(0);
		expect(big.rss - small.rss).toBeLessThan(50 * megabyte);
		expect(big.heap - small.heap).toBeLessThan(20 * megabyte);
	});

	test('for one that takes all there is', async () => {
		// Enough of both that the buffers which wait for the garbage collector are as many.
		const small = await memoryOf(300, () => 'take', 60_000);
		const big = await memoryOf(1_200, () => 'take', 60_000);
		expect([small.outstanding, big.outstanding]).toEqual([0, 0]);
		expect(big.heap - small.heap).toBeLessThan(20 * megabyte);
		expect(big.rss - small.rss).toBeLessThan(50 * megabyte);
	});
});
