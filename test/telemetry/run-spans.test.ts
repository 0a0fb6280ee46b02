import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { RunWriter } from '../../src/record/writer.ts';
import { Credentials } from '../../src/redaction/credentials.ts';
import { Redactor } from '../../src/redaction/redactor.ts';
import { RunSpans } from '../../src/telemetry/run-spans.ts';
import type { SpanWait, TrialSpans } from '../../src/telemetry/trial-spans.ts';
import { type AppSpan, appRequest } from '../runner/app-request.ts';
import { tempFolder, trial } from '../support/records.ts';
import { readLines, type WireSpan, wireSpans } from '../support/stored-run.ts';

const newTraceId = () => randomBytes(16).toString('hex');
const callerId = 'c'.repeat(16);
const long = 600_000;

/** A run on disk that takes spans of apps. */
async function openRun() {
	const writer = await RunWriter.create(join(tempFolder(), 'run-1'));
	const spans = new RunSpans(writer, new Redactor('full', new Credentials()));
	onTestFinished(async () => {
		await spans.flush();
		await writer.release();
	});
	return {
		spans,
		/** A trial under way, with the trace that its app continues. */
		begin(traceId = newTraceId()) {
			const own = spans.open();
			spans.expect(traceId, own);
			return { traceId, own, end: () => end(spans, own, traceId) };
		},
		async onDisk(): Promise<WireSpan[]> {
			await spans.flush();
			return readLines(join(writer.folder, 'spans.jsonl')).flatMap(wireSpans);
		},
	};
}

async function end(spans: RunSpans, own: TrialSpans, traceId: string): Promise<string[]> {
	const evidence = own.close()();
	await spans.commit({ ...trial(), traceId }, own);
	return evidence.map(({ name }) => name);
}

const span = (traceId: string, parts: Partial<AppSpan> = {}): AppSpan => ({
	traceId,
	parentSpanId: callerId,
	...parts,
});

describe('spans of apps in other processes', () => {
	test('join the trial under way that has their trace', async () => {
		const run = await openRun();
		const [one, two] = [run.begin(), run.begin()];
		const request = appRequest(span(one.traceId, { name: 'a' }), span(two.traceId, { name: 'b' }));
		expect(run.spans.addRequest(request)).toBe(2);
		expect([await one.end(), await two.end()]).toEqual([['a'], ['b']]);
		expect((await run.onDisk()).map(({ name }) => name)).toEqual(['a', 'b']);
		expect(run.spans.counts).toEqual({ ended: 2, recorded: 2, late: 0 });
	});

	test('that are sent again are recorded once and are evidence once, but each time ours', async () => {
		const run = await openRun();
		const { traceId, end } = run.begin();
		const [first, second] = [
			span(traceId, { spanId: '1'.repeat(16) }),
			span(traceId, { spanId: '2'.repeat(16) }),
		];
		expect(run.spans.addRequest(appRequest(first))).toBe(1);
		// What an exporter sends again can hold more than before, and the same span twice.
		expect(run.spans.addRequest(appRequest(first, second, second))).toBe(3);
		expect(await end()).toHaveLength(2);
		expect(run.spans.addRequest(appRequest(first, second))).toBe(2);
		const recorded = await run.onDisk();
		expect(recorded.map(({ spanId }) => spanId)).toEqual([first.spanId, second.spanId]);
		expect(recorded.filter(({ attributes }) => 'spangate.late' in attributes)).toEqual([]);
		expect(run.spans.counts).toEqual({ ended: 2, recorded: 2, late: 0 });
	});

	test('that come when the evidence is taken are flagged as late, beside what they bore', async () => {
		const run = await openRun();
		const { traceId, own, end } = run.begin();
		const attributes = [{ key: 'http.route', value: { stringValue: '/answer' } }];
		run.spans.addRequest(appRequest(span(traceId, { name: 'in time' })));
		const evidence = own.close();
		// A scorer is still at work.
		run.spans.addRequest(appRequest(span(traceId, { name: 'late', attributes })));
		expect(evidence().map(({ name }) => name)).toEqual(['in time']);
		await end();
		const after = appRequest(span(traceId, { name: 'later' }));
		run.spans.addRequest(after);
		run.spans.addRequest(after);
		const recorded = await run.onDisk();
		expect(recorded.map(({ name, attributes: of }) => [name, of])).toEqual([
			['in time', {}],
			['late', { 'http.route': '/answer', 'spangate.late': true }],
			['later', { 'spangate.late': true }],
		]);
		expect(run.spans.counts).toEqual({ ended: 3, recorded: 3, late: 2 });
	});

	test('of no trial of the run are not its own', async () => {
		const run = await openRun();
		const { traceId } = run.begin();
		expect(run.spans.addRequest(appRequest(span(newTraceId())))).toBe(0);
		expect(run.spans.addRequest(appRequest(span(newTraceId()), span(traceId)))).toBe(1);
		expect((await run.onDisk()).map(({ traceId: id }) => id)).toEqual([traceId]);
	});

	test('are known for ten thousand trials after theirs', async () => {
		const run = await openRun();
		const first = run.begin();
		const second = run.begin();
		await Promise.all([first.end(), second.end()]);
		for (let count = 0; count < 9_999; count++) {
			const traceId = count.toString(16).padStart(32, '0');
			void run.begin(traceId).end();
		}
		expect(run.spans.addRequest(appRequest(span(first.traceId)))).toBe(0);
		expect(run.spans.addRequest(appRequest(span(second.traceId)))).toBe(1);
	});
});

describe('a trial that waits for its app’s spans', () => {
	/** Waits with these times, and tells when that is over. */
	async function waiting(wait: SpanWait) {
		const run = await openRun();
		const { traceId, own } = run.begin();
		const told: boolean[] = [];
		const over = own.settled(callerId, wait).then((came) => told.push(came));
		const send = (parts: Partial<AppSpan>) => run.spans.addRequest(appRequest(span(traceId, parts)));
		const child = { parentSpanId: 'd'.repeat(16) };
		return { send, child, over, told, settle: () => new Promise((resolve) => setTimeout(resolve, 30)) };
	}

	test('goes on when the app’s root came and the quiet time is over', async () => {
		const { send, over, told } = await waiting({ quietMs: 1, timeoutMs: long });
		send({ name: 'root' });
		await over;
		expect(told).toEqual([true]);
	});

	test('does not go on by other spans, however long it is quiet after them', async () => {
		const { send, child, over, told, settle } = await waiting({ quietMs: 0, timeoutMs: long });
		send(child);
		await settle();
		send(child);
		await settle();
		expect(told).toEqual([]);
		send({ name: 'root' });
		await over;
		expect(told).toEqual([true]);
	});

	test('counts the quiet time from the last span on', async () => {
		// Would be over after the first half second, if not for what comes until then.
		const { send, child, over, told, settle } = await waiting({ quietMs: 500, timeoutMs: long });
		send({ name: 'root' });
		for (let step = 0; step < 20; step++) {
			await settle();
			send(child);
		}
		expect(told).toEqual([]);
		await over;
		expect(told).toEqual([true]);
	});

	test('takes a root that came before the wait began', async () => {
		const run = await openRun();
		const { traceId, own } = run.begin();
		run.spans.addRequest(appRequest(span(traceId)));
		expect(await own.settled(callerId, { quietMs: 0, timeoutMs: long })).toBe(true);
	});

	test('goes on at the ceiling, with nothing', async () => {
		const { over, told } = await waiting({ quietMs: 0, timeoutMs: 5 });
		await over;
		expect(told).toEqual([false]);
	});

	test('goes on at the ceiling with what came below a gateway that sends none', async () => {
		const { send, child, over, told } = await waiting({ quietMs: 0, timeoutMs: 50 });
		send(child);
		await over;
		expect(told).toEqual([true]);
	});

	test('goes on at the ceiling though spans still come', async () => {
		const { send, over, told } = await waiting({ quietMs: long, timeoutMs: 50 });
		send({ name: 'root' });
		await over;
		expect(told).toEqual([true]);
	});
});
