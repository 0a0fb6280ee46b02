import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RunWriter } from '../../src/record/writer.ts';
import { Credentials } from '../../src/redaction/credentials.ts';
import { Redactor } from '../../src/redaction/redactor.ts';
import { type Receiver, startReceiver } from '../../src/telemetry/receiver.ts';
import { RunSpans } from '../../src/telemetry/run-spans.ts';
import type { TrialSpans } from '../../src/telemetry/trial-spans.ts';
import { type Json, readLines, wireSpans } from '../support/stored-run.ts';

const folder = mkdtempSync(join(tmpdir(), 'spangate-receiver-'));
const json = { 'content-type': 'application/json' };
const newTraceId = () => randomBytes(16).toString('hex');

afterAll(() => rmSync(folder, { recursive: true }));

/** A request as a stock exporter sends it, one span for each trace id. */
function request(...traceIds: string[]): Json {
	const spans = traceIds.map((traceId) => ({
		...{ traceId, spanId: randomBytes(8).toString('hex'), parentSpanId: '00f067aa0ba902b7' },
		...{ name: 'POST /answer', kind: 2, startTimeUnixNano: '1700000000000000000' },
		...{ endTimeUnixNano: '1700000000005000000', attributes: [], status: {} },
	}));
	const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'app' } }] };
	return { resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'http' }, spans }] }] };
}

describe('the receiver of apps’ spans', () => {
	let receiver: Receiver;
	let runs: RunSpans[];
	let writers: RunWriter[];

	beforeEach(async () => {
		writers = await Promise.all([1, 2].map(() => RunWriter.create(join(folder, newTraceId()))));
		runs = writers.map((writer) => new RunSpans(writer, new Redactor('full', new Credentials())));
		receiver = await startReceiver(runs);
	});

	afterEach(async () => {
		await receiver.close();
		for (const run of runs) await run.flush();
		for (const writer of writers) await writer.release();
	});

	/** A trial of that run, under way, with this trace. */
	function openTrial(run: number, traceId: string): TrialSpans {
		const spans = runs[run] as RunSpans;
		const trial = spans.open();
		spans.expect(traceId, trial);
		return trial;
	}

	async function post(
		body: string | Uint8Array<ArrayBuffer>,
		headers: Record<string, string> = json,
		path = '/v1/traces',
	) {
		const response = await fetch(receiver.endpoint + path, { method: 'POST', headers, body });
		return { status: response.status, body: (await response.json()) as Json };
	}

	/** The trace ids that stand in the run's record. */
	async function recorded(run: number): Promise<string[]> {
		await runs[run]?.flush();
		const file = join(writers[run]?.folder ?? '', 'spans.jsonl');
		return readLines(file)
			.flatMap(wireSpans)
			.map(({ traceId }) => traceId);
	}

	test('takes JSON into the run whose trial has the trace', async () => {
		const [one, two] = [newTraceId(), newTraceId()];
		const trial = openTrial(0, one);
		openTrial(1, two);
		expect(await post(JSON.stringify(request(one, two, two)))).toEqual({ status: 200, body: {} });
		await expect.poll(() => recorded(0)).toEqual([one]);
		await expect.poll(() => recorded(1)).toEqual([two, two]);
		expect(runs.map(({ counts }) => counts)).toEqual([
			{ ended: 1, recorded: 1, late: 0 },
			{ ended: 2, recorded: 2, late: 0 },
		]);
		expect(trial.close()()).toMatchObject([
			{ name: 'POST /answer', kind: 'SERVER', durationMs: 5, parentSpanId: '00f067aa0ba902b7' },
		]);
		expect(receiver.unknownSpans()).toBe(0);
	});

	test('takes gzip, upper-case ids and a charset', async () => {
		const traceId = newTraceId();
		const trial = openTrial(0, traceId);
		const body = gzipSync(JSON.stringify(request(traceId.toUpperCase())));
		const headers = { 'content-type': 'application/json; charset=utf-8', 'content-encoding': 'gzip' };
		expect(await post(body, headers)).toEqual({ status: 200, body: {} });
		expect(trial.close()()).toMatchObject([{ traceId }]);
		await expect.poll(() => recorded(0)).toEqual([traceId]);
	});

	test('wakes the trial that waits for the app’s server span', async () => {
		const traceId = newTraceId();
		const trial = openTrial(0, traceId);
		// Without the span this would take longer than the test may.
		const waiting = trial.settled('00f067aa0ba902b7', { quietMs: 1, timeoutMs: 600_000 });
		await post(JSON.stringify(request(traceId)));
		expect(await waiting).toBe(true);
	});

	test('answers 500 when a run cannot take what came, and stays up', async () => {
		await receiver.close();
		let broken = true;
		const addRequest = () => {
			if (broken) throw new Error('the run is broken');
			return 1;
		};
		receiver = await startReceiver([{ addRequest }]);
		const body = JSON.stringify(request(newTraceId()));
		expect(await post(body)).toMatchObject({
			status: 500,
			body: { message: expect.stringContaining('broken') },
		});
		expect(receiver.lastRefusal()).toContain('500');
		broken = false;
		expect(await post(body)).toEqual({ status: 200, body: {} });
	});

	test('rejects spans of traces that no trial under way has, and counts them', async () => {
		const traceId = newTraceId();
		openTrial(1, traceId);
		const first = await post(JSON.stringify(request(traceId, newTraceId(), newTraceId())));
		expect(first).toEqual({
			status: 200,
			body: {
				partialSuccess: { rejectedSpans: '2', errorMessage: expect.stringContaining('no running trial') },
			},
		});
		expect(receiver.unknownSpans()).toBe(2);
		await post(JSON.stringify(request(newTraceId())));
		expect(receiver.unknownSpans()).toBe(3);
		await expect.poll(() => recorded(1)).toEqual([traceId]);
	});

	test('rejects, and counts, what comes before there is any run', async () => {
		await receiver.close();
		receiver = await startReceiver([]);
		const { body } = await post(JSON.stringify(request(newTraceId())));
		expect(body).toMatchObject({ partialSuccess: { rejectedSpans: '1' } });
		expect(receiver.unknownSpans()).toBe(1);
	});

	test('takes a request without spans', async () => {
		expect(await post('{}')).toEqual({ status: 200, body: {} });
	});

	test.each(['text/plain', 'application/jsonp', 'application/x-www-form-urlencoded', ''])(
		'answers 415 to "%s" and names what it takes',
		async (type) => {
			const { status, body } = await post('\n', { 'content-type': type });
			expect(status).toBe(415);
			expect(body.message).toContain('OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf');
			expect(receiver.lastRefusal()).toContain('415');
		},
	);

	test.each([
		['what is not JSON', 'resourceSpans'],
		['an empty body', ''],
		['an id of the wrong length', JSON.stringify(request('abc'))],
		['an id of zeros in base64', JSON.stringify(request('AAAAAAAAAAAAAAAAAAAAAA=='))],
		['a list for an object', '[]'],
		['a span without times', '{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"0"}]}]}]}'],
	])('answers 400 to %s', async (_, body) => {
		const answered = await post(body);
		expect(answered.status).toBe(400);
		expect(answered.body.message).not.toBe('');
		expect(receiver.unknownSpans()).toBe(0);
	});

	test('answers 400 to broken gzip', async () => {
		expect((await post('not gzip', { ...json, 'content-encoding': 'gzip' })).status).toBe(400);
	});

	test('answers 413 to a body that is too large, packed or not', async () => {
		const large = Buffer.alloc(17 * 1024 * 1024, ' ');
		expect((await post(large)).status).toBe(413);
		expect((await post(gzipSync(large), { ...json, 'content-encoding': 'gzip' })).status).toBe(413);
	});

	test('answers 404 and 405 to anything else, and stays up', async () => {
		expect((await post('{}', json, '/v1/traces/x')).status).toBe(404);
		expect(receiver.lastRefusal()).toContain('404');
		for (const method of ['GET', 'PUT', 'HEAD', 'OPTIONS']) {
			const got = await fetch(`${receiver.endpoint}/v1/traces`, { method });
			expect(got.status).toBe(405);
			expect(got.headers.get('allow')).toBe('POST');
			await got.arrayBuffer();
		}
		expect((await post('{}', json, '/v1/traces?x=1')).status).toBe(200);
	});

	test('refuses metrics and logs, which is no loss of spans', async () => {
		expect((await post('{}', json, '/v1/metrics')).status).toBe(404);
		expect((await post('{}', json, '/v1/logs')).status).toBe(404);
		expect(receiver.lastRefusal()).toBeUndefined();
	});
});
