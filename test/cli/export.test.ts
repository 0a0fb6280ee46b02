import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fixture, runIds, Workspace } from '../support/cli.ts';
import { startSink } from '../support/otlp-sink.ts';
import { deliveryOf, recordedIds, spanJson, storeSpans } from '../support/spans-file.ts';
import { readStoredRun } from '../support/stored-run.ts';

function stored(shape = { lines: 30, perLine: 2 }) {
	const workspace = new Workspace();
	const folder = storeSpans(workspace.home, shape);
	const send = (...args: string[]) => workspace.inProcess(['export', '@run-1', ...args]);
	return { workspace, folder, send };
}

describe('spangate export', { timeout: 60_000 }, () => {
	test('sends what a run made without a backend has recorded, and prints one line', async () => {
		const sink = await startSink();
		const workspace = new Workspace();
		const ran = await workspace.spangate(['run', fixture('capitals'), '--target', 'baseline']);
		const [id] = runIds(ran);
		const exported = await workspace.inProcess(['export', '@latest', '--otlp', sink.endpoint]);
		expect(exported.code).toBe(0);
		const { spans, delivery, folder } = readStoredRun(workspace.home, id);
		const count = spans.length;
		expect(exported.stdout).toBe(
			`spans: ${count} ended, ${count} recorded, ${count} acknowledged, 0 rejected, 0 outstanding at ${sink.endpoint}/v1/traces\n`,
		);
		expect([...sink.counts().keys()].sort()).toEqual(recordedIds(folder).sort());
		expect(delivery).toMatchObject({ acknowledged: count, outstanding: 0 });
		expect(delivery.acknowledgedBytes).toBe(readFileSync(join(folder, 'spans.jsonl')).byteLength);
	});

	test('sends nothing that the same endpoint has, unless all is asked for', async () => {
		const sink = await startSink();
		const { folder, send } = stored();
		expect((await send('--otlp', sink.endpoint)).code).toBe(0);
		expect(sink.taken).toHaveLength(60);
		expect((await send('--otlp', sink.endpoint)).code).toBe(0);
		expect(sink.taken).toHaveLength(60);
		appendFileSync(join(folder, 'spans.jsonl'), `${oneMore(61)}\n`);
		const { stdout } = await send('--otlp', sink.endpoint, '--json');
		expect(JSON.parse(stdout)).toEqual(deliveryOf(folder));
		expect(deliveryOf(folder)).toMatchObject({ recorded: 61, acknowledged: 61 });
		expect(sink.taken).toHaveLength(61);
		expect((await send('--otlp', sink.endpoint, '--all')).code).toBe(0);
		expect(sink.taken).toHaveLength(122);
		expect(deliveryOf(folder)).toMatchObject({ recorded: 61, acknowledged: 61 });
	});

	test('is named at the end of a run whose backend did not take all, and not where it did', async () => {
		const workspace = new Workspace();
		const run = (endpoint: string, ...rest: string[]) => {
			const args = ['run', fixture('capitals'), '--target', 'baseline', '-n', '2', '--otlp', endpoint];
			return workspace.spangate([...args, ...rest]);
		};
		const owing = await run('http://127.0.0.1:9', '--export-timeout', '0.3');
		expect(owing.code).toBe(0);
		const [id] = runIds(owing);
		expect(owing.stderr).toContain(`send them with: spangate export @${id}\n`);
		const sink = await startSink();
		expect((await workspace.inProcess(['export', `@${id}`, '--otlp', sink.endpoint])).code).toBe(0);
		const taken = await run(sink.endpoint);
		expect(taken.stderr).toContain('0 outstanding at');
		expect(taken.stderr).not.toContain('send them with');
	});

	test('does not forget what one endpoint has for another that takes nothing', async () => {
		const sink = await startSink();
		const { folder, send } = stored();
		expect((await send('--otlp', sink.endpoint)).code).toBe(0);
		const before = deliveryOf(folder);
		const { code, stdout } = await send('--otlp', 'http://127.0.0.1:9', '--export-timeout', '0.3');
		expect(code).toBe(4);
		expect(stdout).toContain('60 outstanding at http://127.0.0.1:9/v1/traces');
		expect(deliveryOf(folder)).toEqual(before);
		const other = await startSink();
		expect((await send('--otlp', other.endpoint)).code).toBe(0);
		expect(deliveryOf(folder)).toMatchObject({ endpoint: `${other.endpoint}/v1/traces`, acknowledged: 60 });
	});

	test('takes the endpoint from the standard environment, and asks for one that is missing', async () => {
		const sink = await startSink();
		const { workspace, folder, send } = stored();
		const nowhere = await send();
		expect(nowhere.code).toBe(2);
		expect(nowhere.stderr).toContain('--otlp');
		expect(nowhere.stderr).toContain('OTEL_EXPORTER_OTLP_ENDPOINT');
		expect(existsSync(join(folder, 'export.json'))).toBe(false);
		const env = { OTEL_EXPORTER_OTLP_ENDPOINT: sink.endpoint };
		expect((await workspace.inProcess(['export', 'run-1'], env)).code).toBe(0);
		expect(deliveryOf(folder).endpoint).toBe(`${sink.endpoint}/v1/traces`);
		expect(sink.taken).toHaveLength(60);
	});

	test('leaves out a line that a kill tore, and says so', async () => {
		const sink = await startSink();
		const { folder, send } = stored();
		const file = join(folder, 'spans.jsonl');
		const whole = readFileSync(file).byteLength;
		appendFileSync(file, oneMore(61).slice(0, 100));
		const { code, stderr } = await send('--otlp', sink.endpoint);
		expect(code).toBe(0);
		expect(stderr).toContain(`spans.jsonl: byte ${whole}: the last line was torn`);
		expect(deliveryOf(folder)).toMatchObject({ recorded: 60, acknowledged: 60, acknowledgedBytes: whole });
		expect(sink.taken).toHaveLength(60);
	});

	test('refuses to go on where the spans are not those that were acknowledged', async () => {
		const sink = await startSink();
		const { folder, send } = stored();
		expect((await send('--otlp', sink.endpoint)).code).toBe(0);
		const file = join(folder, 'spans.jsonl');
		writeFileSync(file, readFileSync(file).subarray(0, 1_000));
		const { code, stderr } = await send('--otlp', sink.endpoint);
		expect(code).toBe(4);
		expect(stderr).toContain('export.json');
		expect(stderr).toContain('--all');
		writeFileSync(join(folder, 'export.json'), '{"schemaVersion":1}');
		expect((await send('--otlp', sink.endpoint)).stderr).toContain('export.json: not a record');
	});

	test('tells rejected spans of the run from those of its gate', async () => {
		const { folder, send } = stored();
		const file = join(folder, 'spans.jsonl');
		const first = await startSink(() => ({ status: 400 }));
		expect((await send('--otlp', first.endpoint)).code).toBe(4);
		const runBytes = readFileSync(file).byteLength;
		writeFileSync(join(folder, 'export.json'), JSON.stringify({ ...deliveryOf(folder), runBytes }));
		appendFileSync(file, `${oneMore(61)}\n`);
		// The gate's span goes in a request of its own, so that what becomes of it can be told.
		const sink = await startSink((_, { spans }) => (spans.length === 1 ? { status: 400 } : 'take'));
		expect((await send('--otlp', sink.endpoint)).code).toBe(4);
		expect(sink.requests.map(({ spans }) => spans.length).sort()).toEqual([1, 60]);
		expect(deliveryOf(folder)).toMatchObject({ acknowledged: 60, rejected: 1, runRejected: 0, runBytes });
	});

	test('killed in the middle goes on from the last acknowledged place that it wrote down', async () => {
		let slow = true;
		const sink = await startSink(() => (slow ? { takeAfterMs: 400 } : 'take'));
		const { workspace, folder } = stored({ lines: 600, perLine: 20 });
		const command = workspace.start(['export', '@run-1', '--otlp', sink.endpoint]);
		const isBegun = () => existsSync(join(folder, 'export.json')) && deliveryOf(folder).acknowledged > 0;
		await command.until(isBegun);
		command.signal('SIGKILL');
		await command.finished;
		const before = deliveryOf(folder);
		// Never more than was acknowledged.
		expect(before.acknowledged).toBeLessThanOrEqual(sink.taken.length);
		expect(before.outstanding).toBeGreaterThan(0);
		slow = false;
		const sentBefore = sink.taken.length;
		const resumed = await workspace.inProcess(['export', '@run-1', '--otlp', sink.endpoint]);
		expect(resumed.code).toBe(0);
		expect([...sink.counts().keys()].sort()).toEqual(recordedIds(folder).sort());
		expect(sink.taken.length - sentBefore).toBe(before.outstanding);
		expect(deliveryOf(folder)).toMatchObject({ acknowledged: 12_000, outstanding: 0 });
	});

	test('interrupted while it waits ends soon, with what was acknowledged', async () => {
		const sink = await startSink(() => 'hang');
		const { workspace, folder } = stored();
		const command = workspace.start([
			'export',
			'@run-1',
			'--otlp',
			sink.endpoint,
			'--export-timeout',
			'3600',
		]);
		await command.until(() => sink.requests.length > 0);
		command.signal('SIGINT');
		const { code, stdout, stderr } = await command.finished;
		expect(code).toBe(130);
		expect(stderr).toContain('Interrupted');
		expect(stdout).toContain('0 acknowledged, 0 rejected, 60 outstanding');
		expect(deliveryOf(folder)).toMatchObject({ acknowledged: 0, outstanding: 60 });
	});

	test('does not load the OpenTelemetry SDK', async () => {
		const sink = await startSink();
		const { workspace } = stored();
		const log = workspace.write('loaded', '');
		const { code } = await workspace.spangate(['export', '@run-1', '--otlp', sink.endpoint], {
			nodeArgs: ['--import', fixture('record-imports.js')],
			env: { LOADED_LOG: log },
		});
		expect(code).toBe(0);
		const modules = readFileSync(log, 'utf8').trim().split('\n');
		expect(modules.some((url) => url.includes('/@opentelemetry/otlp-exporter-base/'))).toBe(true);
		expect(modules.filter((url) => /\/@opentelemetry\/(sdk-|resources\/)/.test(url))).toEqual([]);
	});
});

function oneMore(index: number): string {
	return JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [spanJson(index)] }] }] });
}
