import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { eventually, Workspace } from '../support/cli.ts';
import { type Behaviour, type Sink, startSink } from '../support/otlp-sink.ts';
import { deliveryOf, recordedIds, storeSpans } from '../support/spans-file.ts';

/** More spans than go into one request, so that several are under way at once. */
const lines = 400;
const perLine = 25;
const spans = lines * perLine;

function stored(shape: { lines: number; perLine: number } = { lines, perLine }) {
	const workspace = new Workspace();
	const folder = storeSpans(workspace.home, shape);
	const send = (endpoint: string, ...flags: string[]) =>
		workspace.inProcess(['export', '@run-1', '--otlp', endpoint, ...flags]);
	return { folder, send };
}

function expectAllOnce(sink: Sink, folder: string): void {
	expect([...sink.counts().keys()].sort()).toEqual(recordedIds(folder).sort());
	expect(sink.taken).toHaveLength(sink.counts().size);
	expect(deliveryOf(folder)).toMatchObject({
		recorded: spans,
		acknowledged: spans,
		rejected: 0,
		outstanding: 0,
	});
}

describe('a backend with faults gets every span', { timeout: 60_000, concurrent: true }, () => {
	/** What the first requests meet; all that follow are taken. */
	const atFirst = (faulty: number, behaviour: Behaviour) => (request: number) =>
		request < faulty ? behaviour : 'take';

	test.each<[string, (request: number) => Behaviour]>([
		['overloaded', atFirst(6, { status: 503 })],
		['asking for patience, in seconds', atFirst(1, { status: 429, headers: { 'retry-after': '1' } })],
		['hanging up without an answer', atFirst(6, 'hang up')],
		['set up wrongly', atFirst(6, { status: 401, body: 'who are you?' })],
		['answering with a web page', atFirst(6, { status: 200, body: '<html>' })],
		['overloaded every other time', (request) => (request % 2 === 0 ? { status: 503 } : 'take')],
		['slow', () => ({ takeAfterMs: 100 })],
	])('%s: once', async (_, behave) => {
		const sink = await startSink(behave);
		const { folder, send } = stored();
		const { code } = await send(sink.endpoint);
		expect(code).toBe(0);
		expectAllOnce(sink, folder);
		expect(deliveryOf(folder)).not.toHaveProperty('error');
	});

	test('taking one request a second: once', async () => {
		let free = 0;
		const sink = await startSink(() => {
			free = Math.max(Date.now(), free) + 1_000;
			return { takeAfterMs: free - Date.now() };
		});
		const { folder, send } = stored({ lines: 1_500, perLine: 1 });
		expect((await send(sink.endpoint)).code).toBe(0);
		expect(sink.requests.length).toBeGreaterThan(2);
		expect([...sink.counts().keys()].sort()).toEqual(recordedIds(folder).sort());
		expect(sink.taken).toHaveLength(1_500);
	});

	test('dying in the middle and coming back: none is lost, and twice are only those whose answer was', async () => {
		const sink = await startSink((request) => (request < 4 ? 'take' : { takeAfterMs: 50 }));
		const { folder, send } = stored();
		const sending = send(sink.endpoint);
		await eventually(() => sink.requests.length >= 6);
		await sink.down();
		await sleep(600);
		await sink.up();
		expect((await sending).code).toBe(0);
		expect([...sink.counts().keys()].sort()).toEqual(recordedIds(folder).sort());
		// At most the requests that were under way when it died.
		const twice = sink.taken.length - sink.counts().size;
		expect(twice).toBeLessThanOrEqual(4 * 512);
		expect(deliveryOf(folder)).toMatchObject({ acknowledged: spans, outstanding: 0 });
	});

	test('breaking off in the middle of its answers: those are no acknowledgement, and are sent again', async () => {
		const sink = await startSink((request) => (request < 3 ? 'take and tear' : 'take'));
		const { folder, send } = stored();
		expect((await send(sink.endpoint)).code).toBe(0);
		expect([...sink.counts().keys()].sort()).toEqual(recordedIds(folder).sort());
		const torn = sink.requests.slice(0, 3).reduce((sum, request) => sum + request.spans.length, 0);
		expect(torn).toBeGreaterThan(0);
		expect(sink.taken.length - spans).toBe(torn);
		expect(deliveryOf(folder)).toMatchObject({ acknowledged: spans, outstanding: 0 });
	});

	test('that asks for more patience than a request may take is left alone for so long', async () => {
		const seconds = 12;
		const patience: Behaviour = { status: 503, headers: { 'retry-after': `${seconds}` } };
		const sink = await startSink((request) => (request === 0 ? patience : 'take'));
		const { folder, send } = stored({ lines: 1, perLine: 5 });
		expect((await send(sink.endpoint)).code).toBe(0);
		expect(sink.requests).toHaveLength(2);
		const [first, second] = sink.requests;
		expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(seconds * 1_000 - 50);
		expect(deliveryOf(folder)).toMatchObject({ acknowledged: 5, outstanding: 0 });
	});

	test('that names a date to come back at is left alone until then', async () => {
		const until = Math.ceil(Date.now() / 1_000) * 1_000 + 2_000;
		const headers = { 'retry-after': new Date(until).toUTCString() };
		const sink = await startSink((request) => (request === 0 ? { status: 429, headers } : 'take'));
		const { send } = stored({ lines: 1, perLine: 5 });
		expect((await send(sink.endpoint)).code).toBe(0);
		expect(sink.requests[1]?.at).toBeGreaterThanOrEqual(until - 50);
	});
});

describe('what a backend does not take is accounted for', { timeout: 60_000, concurrent: true }, () => {
	test('it is gone: all is outstanding, and a later export sends it', async () => {
		const sink = await startSink();
		await sink.down();
		const { folder, send } = stored();
		const failed = await send(sink.endpoint, '--export-timeout', '1');
		expect(failed.code).toBe(4);
		expect(failed.stdout).toContain('0 acknowledged, 0 rejected, 10000 outstanding at ');
		expect(deliveryOf(folder).error).toContain('ECONNREFUSED');
		await sink.up();
		expect((await send(sink.endpoint)).code).toBe(0);
		expectAllOnce(sink, folder);
	});

	test('it never answers: all is outstanding', async () => {
		const sink = await startSink(() => 'hang');
		const { folder, send } = stored();
		expect((await send(sink.endpoint, '--export-timeout', '1')).code).toBe(4);
		expect(deliveryOf(folder)).toMatchObject({ acknowledged: 0, outstanding: spans });
		expect(deliveryOf(folder).error).toBe('no answer came in time');
	});

	test('it wants to be left alone for longer than there is time: the wait is not sat out', async () => {
		const sink = await startSink(() => ({ status: 429, headers: { 'retry-after': '3600' } }));
		const { folder, send } = stored({ lines: 1, perLine: 5 });
		// The test's own time-out is shorter.
		expect((await send(sink.endpoint, '--export-timeout', '600')).code).toBe(4);
		expect(deliveryOf(folder)).toMatchObject({ outstanding: 5, error: 'HTTP 429, try again after 3600 s' });
	});

	test('it stops answering in the middle: what is counted as acknowledged was, and the rest is sent later', async () => {
		const sink = await startSink((request) => (request < 5 ? 'take' : 'hang'));
		const { folder, send } = stored();
		expect((await send(sink.endpoint, '--export-timeout', '1')).code).toBe(4);
		const { acknowledged } = deliveryOf(folder);
		expect(acknowledged).toBeGreaterThan(0);
		expect(acknowledged).toBeLessThanOrEqual(sink.taken.length);
		const rest = await startSink();
		// Another endpoint: it has nothing yet. The first one's count is gone with it.
		expect((await send(rest.endpoint)).code).toBe(0);
		expectAllOnce(rest, folder);
	});

	test('it refuses one line of many: that one alone is rejected, with the reason', async () => {
		const poison = '00000000000000000000000000000133';
		const sink = await startSink((_, received) =>
			received.spans.some(({ traceId }) => traceId === poison)
				? { status: 400, body: '{"message":"no such attribute"}' }
				: 'take',
		);
		const { folder, send } = stored();
		expect((await send(sink.endpoint)).code).toBe(4);
		expect(deliveryOf(folder)).toMatchObject({
			acknowledged: spans - perLine,
			rejected: perLine,
			runRejected: perLine,
			outstanding: 0,
			error: 'HTTP 400: no such attribute',
		});
		expect(sink.taken).toHaveLength(spans - perLine);
		expect(sink.counts().size).toBe(spans - perLine);
	});

	test.each([
		{ status: 413 },
		// What the Collector's receiver answers to a body above its limit.
		{ status: 400, body: '{"code":3,"message":"http: request body too large"}' },
	])(
		'$status for its size: a single span that is too large is rejected, the others are not',
		async (tooLarge) => {
			const big = '00000000000000000000000000000133';
			const limit = 20_000;
			const sink = await startSink((_, received) =>
				received.bytes > limit || received.spans.some(({ traceId }) => traceId === big) ? tooLarge : 'take',
			);
			const { folder, send } = stored({ lines: 40, perLine: 100 });
			expect((await send(sink.endpoint)).code).toBe(4);
			expect(deliveryOf(folder)).toMatchObject({ acknowledged: 3_999, rejected: 1, outstanding: 0 });
			expect(deliveryOf(folder).error).toMatch(new RegExp(`^HTTP ${tooLarge.status}`));
			expect(new Set(recordedIds(folder)).size - sink.counts().size).toBe(1);
			expect(sink.taken).toHaveLength(3_999);
		},
	);

	test('it takes a part of each request: the rest is rejected', async () => {
		const sink = await startSink(() => ({ reject: 3 }));
		const { folder, send } = stored();
		expect((await send(sink.endpoint)).code).toBe(4);
		const rejected = 3 * sink.requests.length;
		expect(deliveryOf(folder)).toMatchObject({
			rejected,
			acknowledged: spans - rejected,
			error: 'no room',
		});
		expect(sink.taken).toHaveLength(spans - rejected);
	});
});
