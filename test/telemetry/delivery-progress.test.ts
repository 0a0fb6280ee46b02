import { appendFileSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Delivery } from '../../src/model/run.ts';
import { Exporter } from '../../src/telemetry/exporter.ts';
import { Workspace } from '../support/cli.ts';
import { type Behaviour, startSink } from '../support/otlp-sink.ts';
import { requestJson, spanJson, storeSpans } from '../support/spans-file.ts';

const far = () => Date.now() + 3_600_000;
const hour = 3_600_000;

/** A spans file that grows, and its exporter to a sink. */
async function growing(
	behave: (request: number) => Behaviour = () => 'take',
	{ lines = 0, from }: { lines?: number; from?: Delivery } = {},
) {
	const sink = await startSink((request) => behave(request));
	const file = join(storeSpans(new Workspace().home, { lines, perLine: 1 }), 'spans.jsonl');
	let size = statSync(file).size;
	let recorded = lines;
	const exporter = new Exporter(file, `${sink.endpoint}/v1/traces`, () => size, { from });
	const counts = () => ({ ended: recorded, recorded });
	return {
		sink,
		exporter,
		counts,
		size: () => size,
		record(spans: number) {
			const json = Array.from({ length: spans }, () => spanJson(++recorded));
			appendFileSync(file, `${requestJson(json)}\n`);
			size = readFileSync(file).byteLength;
			exporter.notify();
		},
	};
}

describe('an exporter', { timeout: 60_000, concurrent: true }, () => {
	test('drains what is on disk and goes on with what comes later', async () => {
		const { sink, exporter, counts, record } = await growing();
		record(3);
		expect(await exporter.drain(far())).toBe(true);
		expect(sink.taken).toHaveLength(3);
		record(2);
		expect(await exporter.drain(far())).toBe(true);
		expect(sink.taken).toHaveLength(5);
		record(1);
		expect(await exporter.finish(counts, hour)).toMatchObject({
			recorded: 6,
			acknowledged: 6,
			outstanding: 0,
		});
		expect(sink.counts().size).toBe(6);
		expect(sink.taken).toHaveLength(6);
	});

	test('sends what it was told of without being asked to drain', async () => {
		const { sink, exporter, counts, record } = await growing();
		record(2);
		while (sink.taken.length < 2) await new Promise((resolve) => setTimeout(resolve, 10));
		expect(await exporter.finish(counts, hour)).toMatchObject({ acknowledged: 2 });
	});

	test('with nothing to send ends at once', async () => {
		const { sink, exporter, counts } = await growing();
		expect(await exporter.drain(far())).toBe(true);
		const delivery = await exporter.finish(counts, hour);
		expect(delivery).toMatchObject({ recorded: 0, acknowledged: 0, outstanding: 0 });
		expect(delivery).not.toHaveProperty('error');
		expect(sink.requests).toEqual([]);
	});

	test('gives a drain up at its deadline, and can deliver all the same', async () => {
		let mute = true;
		const { sink, exporter, counts, record } = await growing(() => (mute ? { status: 503 } : 'take'));
		record(3);
		expect(await exporter.drain(Date.now() + 300)).toBe(false);
		expect(exporter.delivery(counts())).toMatchObject({ acknowledged: 0, outstanding: 3, error: 'HTTP 503' });
		mute = false;
		const delivery = await exporter.finish(counts, hour);
		expect(delivery).toMatchObject({ acknowledged: 3, outstanding: 0 });
		expect(delivery).not.toHaveProperty('error');
		expect(sink.taken).toHaveLength(3);
	});

	test.each([
		['is told to before it waits', 0],
		['is told to while it waits', 200],
	])('waits a moment longer and no more when it %s', async (_, afterMs) => {
		const { exporter, counts, record } = await growing(() => 'hang');
		record(3);
		const interrupt = new AbortController();
		if (afterMs === 0) interrupt.abort();
		else setTimeout(() => interrupt.abort(), afterMs);
		// Were the signal not heard, the test's time-out would end this.
		expect(await exporter.drain(far(), interrupt.signal)).toBe(false);
		expect(await exporter.finish(counts, hour, interrupt.signal)).toMatchObject({ outstanding: 3 });
	});

	test('tells the run’s own spans from what follows its mark', async () => {
		const reject: Behaviour = { reject: 1 };
		const { sink, exporter, counts, record, size } = await growing((request) =>
			request === 0 ? 'take' : reject,
		);
		record(3);
		const runBytes = size();
		exporter.mark();
		record(1);
		expect(await exporter.finish(counts, hour)).toMatchObject({
			runBytes,
			runRejected: 0,
			rejected: 1,
			acknowledged: 3,
			error: 'no room',
		});
		expect(sink.requests.map(({ spans }) => spans.length)).toEqual([3, 1]);
	});

	test('counts a rejected span of the run as such before there is a mark', async () => {
		const { exporter, counts, record } = await growing(() => ({ reject: 1 }));
		record(3);
		expect(await exporter.drain(far())).toBe(true);
		exporter.mark();
		expect(await exporter.finish(counts, hour)).toMatchObject({
			runRejected: 1,
			rejected: 1,
			acknowledged: 2,
		});
	});

	test('goes on from what was stored, with its counts', async () => {
		const first = await growing((request) => (request === 0 ? { reject: 2 } : 'take'), { lines: 5 });
		const stored = await first.exporter.finish(first.counts, hour);
		expect(stored).toMatchObject({ acknowledged: 3, rejected: 2, runRejected: 2, error: 'no room' });
		const second = await growing(() => 'take', { lines: 5, from: stored });
		second.record(4);
		expect(await second.exporter.finish(second.counts, hour)).toMatchObject({
			recorded: 9,
			acknowledged: 7,
			rejected: 2,
			runRejected: 2,
			outstanding: 0,
			error: 'no room',
		});
		expect(second.sink.taken).toHaveLength(4);
	});

	test('says when there is progress to write down, and never more than was taken', async () => {
		const { sink, exporter, counts, record } = await growing((request) => (request === 0 ? 'take' : 'hang'));
		const told = new Promise<Delivery>((resolve) => {
			exporter.onProgress = () => resolve(exporter.delivery(counts()));
		});
		record(3);
		expect(await exporter.drain(far())).toBe(true);
		record(2);
		const delivery = await told;
		expect(delivery).toMatchObject({ acknowledged: 3, recorded: 5, outstanding: 2 });
		expect(delivery.acknowledged).toBe(sink.taken.length);
		await exporter.finish(counts, 0);
	});

	test('says why, when the file is not what it was told', async () => {
		const sink = await startSink();
		const file = join(storeSpans(new Workspace().home, { lines: 1, perLine: 1 }), 'spans.jsonl');
		const exporter = new Exporter(file, `${sink.endpoint}/v1/traces`, () => 10);
		const delivery = await exporter.finish(() => ({ ended: 1, recorded: 1 }), hour);
		expect(delivery).toMatchObject({ acknowledged: 0, outstanding: 1 });
		expect(delivery.error).toContain('no whole line');
	});
});
