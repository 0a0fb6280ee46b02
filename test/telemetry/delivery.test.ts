import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { type Finished, fixture, runIds, Workspace } from '../support/cli.ts';
import { type Behaviour, type Sink, startSink } from '../support/otlp-sink.ts';
import { idOf, readStoredRun, type StoredRun, type WireSpan } from '../support/stored-run.ts';

const capitals = fixture('capitals');

interface Delivered {
	readonly workspace: Workspace;
	readonly compared: Finished;
	readonly runs: readonly StoredRun[];
}

async function compareTo(endpoint: string, env: Record<string, string> = {}, wait = 30): Promise<Delivered> {
	const workspace = new Workspace();
	const args = ['compare', capitals, '--json', '--otlp', endpoint, '--export-timeout', `${wait}`];
	const compared = await workspace.spangate(args, { env });
	return { workspace, compared, runs: runIds(compared).map((id) => readStoredRun(workspace.home, id)) };
}

/** Whatever became of the spans: the verdict stands, the record is whole, and it alone gives the same bytes again. */
async function expectUnchanged({ workspace, compared, runs }: Delivered): Promise<void> {
	expect(compared.code).toBe(0);
	expect(JSON.parse(compared.stdout).verdict.outcome).toBe('DEPLOY');
	for (const { spans, delivery } of runs) {
		expect(delivery).toMatchObject({ ended: spans.length, recorded: spans.length });
		expect(delivery.acknowledged + delivery.rejected + delivery.outstanding).toBe(delivery.recorded);
	}
	const { stdout } = await workspace.inProcess(['gate', '@latest', '--json']);
	expect(stdout).toBe(compared.stdout);
}

function sumOf(
	runs: readonly StoredRun[],
	count: 'recorded' | 'acknowledged' | 'rejected' | 'outstanding',
): number {
	return runs.reduce((sum, { delivery }) => sum + delivery[count], 0);
}

/** All of a span that is compared, with its 64-bit numbers. */
function asText(span: WireSpan): string {
	return JSON.stringify(span, (_, value) => (typeof value === 'bigint' ? `${value}` : value));
}

function expectEachTakenOnce(sink: Sink, runs: readonly StoredRun[]): void {
	expect([...sink.counts().keys()].sort()).toEqual(runs.flatMap(({ spans }) => spans.map(idOf)).sort());
	expect(sink.taken).toHaveLength(sink.counts().size);
}

describe('what becomes of the spans at the backend', { timeout: 60_000, concurrent: true }, () => {
	test('one that is overloaded at first gets every span once', async () => {
		const sink = await startSink((request) => (request < 3 ? { status: 503 } : 'take'));
		const delivered = await compareTo(sink.endpoint);
		expect(sink.requests.length).toBeGreaterThan(3);
		expectEachTakenOnce(sink, delivered.runs);
		expect(sumOf(delivered.runs, 'acknowledged')).toBe(sumOf(delivered.runs, 'recorded'));
		await expectUnchanged(delivered);
	});

	test('one that asks for patience is asked again', async () => {
		const patience: Behaviour = { status: 429, headers: { 'retry-after': '0' } };
		const sink = await startSink((request) => (request === 0 ? patience : 'take'));
		const delivered = await compareTo(sink.endpoint);
		expectEachTakenOnce(sink, delivered.runs);
		await expectUnchanged(delivered);
	});

	test('one that is down leaves every span outstanding', async () => {
		// Port 1 is privileged and belongs to a service that nobody runs.
		const delivered = await compareTo('http://127.0.0.1:1', {}, 2);
		expect(sumOf(delivered.runs, 'outstanding')).toBe(sumOf(delivered.runs, 'recorded'));
		for (const { delivery } of delivered.runs) expect(delivery.error).toContain('ECONNREFUSED');
		expect(delivered.compared.stderr).toMatch(
			/0 acknowledged, 0 rejected, [1-9]\d* outstanding at http:.*; last error: ./,
		);
		await expectUnchanged(delivered);
	});

	test('one that never answers leaves every span outstanding, and the command ends', async () => {
		const sink = await startSink(() => 'hang');
		const delivered = await compareTo(sink.endpoint, {}, 2);
		expect(sink.requests.length).toBeGreaterThan(0);
		expect(sumOf(delivered.runs, 'outstanding')).toBe(sumOf(delivered.runs, 'recorded'));
		await expectUnchanged(delivered);
	});

	test('one that stays overloaded leaves every span outstanding', async () => {
		const sink = await startSink(() => ({ status: 503 }));
		const delivered = await compareTo(sink.endpoint, {}, 2);
		expect(sumOf(delivered.runs, 'outstanding')).toBe(sumOf(delivered.runs, 'recorded'));
		for (const { delivery } of delivered.runs) expect(delivery.error).toContain('HTTP 503');
		await expectUnchanged(delivered);
	});

	test('one that refuses the requests for good has rejected every span', async () => {
		const sink = await startSink(() => ({ status: 400, body: '{"message":"no"}' }));
		const delivered = await compareTo(sink.endpoint);
		expect(sumOf(delivered.runs, 'rejected')).toBe(sumOf(delivered.runs, 'recorded'));
		for (const { delivery } of delivered.runs) expect(delivery.error).toBe('HTTP 400: no');
		await expectUnchanged(delivered);
	});

	test('one with a small limit gets the same spans in smaller requests', async () => {
		const limit = 6;
		const tooLarge: Behaviour = { status: 413, body: '{"code":3,"message":"too large"}' };
		const sink = await startSink((_, { spans }) => (spans.length > limit ? tooLarge : 'take'));
		const delivered = await compareTo(sink.endpoint);
		expect(sink.requests.some(({ spans }) => spans.length > limit)).toBe(true);
		expectEachTakenOnce(sink, delivered.runs);
		expect(sink.taken.map(asText).sort()).toEqual(
			delivered.runs.flatMap(({ spans }) => spans.map(asText)).sort(),
		);
		expect(sumOf(delivered.runs, 'acknowledged')).toBe(sumOf(delivered.runs, 'recorded'));
		await expectUnchanged(delivered);
	});

	test('one that is down at the start gets every span once when it comes up', async () => {
		const sink = await startSink();
		await sink.down();
		const delivering = compareTo(sink.endpoint);
		await sleep(2_000);
		await sink.up();
		const delivered = await delivering;
		expectEachTakenOnce(sink, delivered.runs);
		expect(sumOf(delivered.runs, 'acknowledged')).toBe(sumOf(delivered.runs, 'recorded'));
		// A failure that was made good is not told as if something were amiss.
		for (const { delivery } of delivered.runs) expect(delivery).not.toHaveProperty('error');
		await expectUnchanged(delivered);
	});

	test('a partial success is counted span by span', async () => {
		const sink = await startSink((request) => (request % 2 === 0 ? { reject: 2 } : 'take'));
		const delivered = await compareTo(sink.endpoint);
		const rejected = sink.requests
			.filter((_, request) => request % 2 === 0)
			.reduce((sum, { spans }) => sum + Math.min(2, spans.length), 0);
		expect(rejected).toBeGreaterThan(0);
		expect(sumOf(delivered.runs, 'rejected')).toBe(rejected);
		expect(sumOf(delivered.runs, 'acknowledged')).toBe(sink.taken.length);
		expect(sumOf(delivered.runs, 'outstanding')).toBe(0);
		expect(delivered.compared.stderr).toContain('no room');
		await expectUnchanged(delivered);
	});

	test.each([
		['a web page', '<html>hello</html>'],
		['a senseless number of rejected spans', '{"partialSuccess":{"rejectedSpans":"-5"}}'],
	])('%s with status 200 acknowledges nothing', async (_, body) => {
		const sink = await startSink(() => ({ status: 200, body }));
		const delivered = await compareTo(sink.endpoint, {}, 2);
		expect(sumOf(delivered.runs, 'acknowledged')).toBe(0);
		await expectUnchanged(delivered);
	});

	test('requests are compressed where the standard environment says so', async () => {
		const sink = await startSink();
		const delivered = await compareTo(sink.endpoint, { OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip' });
		expect(new Set(sink.requests.map(({ headers }) => headers['content-encoding']))).toEqual(
			new Set(['gzip']),
		);
		expectEachTakenOnce(sink, delivered.runs);
	});
});

describe('where the spans are sent', { timeout: 60_000, concurrent: true }, () => {
	async function runWith(env: Record<string, string>, ...args: string[]) {
		const workspace = new Workspace();
		const ran = await workspace.spangate(['run', capitals, '--target', 'baseline', ...args], { env });
		return { ran, workspace, stored: () => readStoredRun(workspace.home, runIds(ran)[0]) };
	}

	test('to OTEL_EXPORTER_OTLP_ENDPOINT, with the path of the signal behind its own', async () => {
		const sink = await startSink();
		const { stored } = await runWith({ OTEL_EXPORTER_OTLP_ENDPOINT: `${sink.endpoint}/tenant/` });
		expect(new Set(sink.requests.map(({ path }) => path))).toEqual(new Set(['/tenant/v1/traces']));
		expectEachTakenOnce(sink, [stored()]);
	});

	test('to OTEL_EXPORTER_OTLP_TRACES_ENDPOINT as it stands, before the general one', async () => {
		const [sink, general] = await Promise.all([startSink(), startSink()]);
		const { stored } = await runWith({
			OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${sink.endpoint}/my/spans`,
			OTEL_EXPORTER_OTLP_ENDPOINT: general.endpoint,
		});
		expect(new Set(sink.requests.map(({ path }) => path))).toEqual(new Set(['/my/spans']));
		expectEachTakenOnce(sink, [stored()]);
		expect(general.requests).toEqual([]);
	});

	test('to --otlp before the environment', async () => {
		const [sink, other] = await Promise.all([startSink(), startSink()]);
		const { stored } = await runWith(
			{ OTEL_EXPORTER_OTLP_ENDPOINT: other.endpoint },
			'--otlp',
			sink.endpoint,
		);
		expectEachTakenOnce(sink, [stored()]);
		expect(other.requests).toEqual([]);
	});

	test('with the headers, the service name and the resource attributes of the standard environment', async () => {
		const sink = await startSink();
		const { stored } = await runWith({
			OTEL_EXPORTER_OTLP_ENDPOINT: sink.endpoint,
			OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20abc,x-tenant=blue',
			OTEL_SERVICE_NAME: 'nightly-evals',
			OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=staging,team=support',
		});
		for (const { headers } of sink.requests) {
			expect(headers).toMatchObject({ authorization: 'Bearer abc', 'x-tenant': 'blue' });
		}
		for (const { resource } of [...sink.taken, ...stored().spans]) {
			expect(resource).toMatchObject({
				'service.name': 'nightly-evals',
				'deployment.environment.name': 'staging',
				team: 'support',
			});
		}
	});

	test('nowhere without an endpoint, whichever exporters the environment asks for', async () => {
		const workspace = new Workspace();
		const log = workspace.write('connected', '');
		const connecting = (env: Record<string, string>) =>
			workspace.spangate(['run', capitals, '--target', 'baseline', '--export-timeout', '1'], {
				nodeArgs: ['--import', fixture('record-connections.js')],
				env: { CONNECTED_LOG: log, ...env },
			});
		const silent = await connecting({
			OTEL_TRACES_EXPORTER: 'otlp',
			OTEL_METRICS_EXPORTER: 'otlp',
			OTEL_LOGS_EXPORTER: 'otlp',
		});
		expect(silent.code).toBe(0);
		expect(readFileSync(log, 'utf8')).toBe('');
		const { delivery, spans } = readStoredRun(workspace.home, runIds(silent)[0]);
		expect(delivery).not.toHaveProperty('endpoint');
		expect(delivery).toMatchObject({ recorded: spans.length, acknowledged: 0, outstanding: spans.length });
		// The recorder would have seen a connection.
		await connecting({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' });
		expect(readFileSync(log, 'utf8')).toContain('connection');
	});
});
