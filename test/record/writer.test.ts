import { appendFileSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { Trial } from '../../src/model/trial.ts';
import { AppendFile } from '../../src/record/append-file.ts';
import { readGateSnapshot, readRun, readSpanLines, readTrials } from '../../src/record/reader.ts';
import { RunWriter } from '../../src/record/writer.ts';
import { run, tempFolder, trial, write } from '../support/records.ts';

const snapshots = { suite: { name: 'unit' }, gate: 'rules: []\n' };

const opened: RunWriter[] = [];
afterEach(() => Promise.allSettled(opened.splice(0).map((writer) => writer.release())));

async function newWriter(): Promise<RunWriter> {
	const writer = await RunWriter.create(join(tempFolder(), 'runs', 'run-1'));
	opened.push(writer);
	return writer;
}

function spanLine(of: Trial): Uint8Array {
	return Buffer.from(JSON.stringify({ resourceSpans: [], note: of.traceId }));
}

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
	const list: Item[] = [];
	for await (const item of items) list.push(item);
	return list;
}

describe('RunWriter', () => {
	it('writes what the reader gives back, byte for byte where bytes matter', async () => {
		const writer = await newWriter();
		const { endedAt: _later, ...begun } = run({ completed: 0, planned: 2 });
		writer.begin(begun, snapshots);
		expect(readRun(writer.folder)).toEqual(begun);
		const trials = [
			trial({ question: 'eins\n"zwei" \u2028 😀' }),
			trial({ question: 'q2', failed: true }),
			trial({
				question: 'q3',
				scores: { a: 'errored', b: 'skipped', c: 1 / 3 },
				findings: { pii: 'violated' },
			}),
		];
		for (const each of trials) {
			void writer.appendSpans(spanLine(each));
			await writer.appendTrial(each);
		}
		const ended = run({ planned: 3, completed: 3 });
		writer.update(ended);
		await writer.release();

		expect(readRun(writer.folder)).toEqual(ended);
		expect(await all(readTrials(writer.folder))).toEqual(trials);
		expect(readGateSnapshot(writer.folder)).toEqual({
			file: join(writer.folder, 'gate.yaml'),
			text: snapshots.gate,
		});
		expect((await all(readSpanLines(writer.folder))).map(({ text }) => text)).toEqual(
			trials.map((each) => Buffer.from(spanLine(each)).toString()),
		);
		expect(JSON.parse(readFileSync(join(writer.folder, 'suite.json'), 'utf8'))).toEqual(snapshots.suite);
		expect(writer.spansSize).toBe(readFileSync(join(writer.folder, 'spans.jsonl')).byteLength);
		expect(readdirSync(writer.folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
	});

	it('keeps no gate snapshot of a suite without a gate', async () => {
		const writer = await newWriter();
		writer.begin(run(), { suite: {}, gate: undefined });
		await writer.release();
		expect(readGateSnapshot(writer.folder)).toBeUndefined();
	});

	it('never writes over a record', async () => {
		const writer = await newWriter();
		await writer.appendTrial(trial());
		await expect(RunWriter.create(writer.folder)).rejects.toThrow(/EEXIST/);
		const existing = join(write(tempFolder(), { log: 'kept' }), 'log');
		await expect(AppendFile.create(existing)).rejects.toThrow(/EEXIST/);
		expect(readFileSync(existing, 'utf8')).toBe('kept');
		await writer.release();
	});

	it('has a trial on disk only after its spans, however appends interleave', async () => {
		const step = fc.record({ spansPerTrial: fc.integer({ min: 1, max: 4 }), awaited: fc.boolean() });
		await fc.assert(
			fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
				const writer = await newWriter();
				const file = (name: string) => readFileSync(join(writer.folder, name), 'utf8');
				const spansOf = new Map(steps.map(({ spansPerTrial }, index) => [`q${index}`, spansPerTrial]));
				let looks = 0;
				// Trials are read first: what they need must stand in the spans already.
				const look = () => {
					looks++;
					const lines = file('trials.jsonl').split('\n').slice(0, -1);
					const spans = file('spans.jsonl');
					for (const line of lines) {
						const { questionId } = JSON.parse(line) as Trial;
						const found = spans.split('\n').filter((text) => text === `{"of":"${questionId}"}`).length;
						expect(found).toBe(spansOf.get(questionId));
					}
					return lines.length;
				};
				let done = false;
				const watching = (async () => {
					while (!done) {
						look();
						await new Promise(setImmediate);
					}
				})();
				const writes: Promise<void>[] = [];
				for (const [index, { spansPerTrial, awaited }] of steps.entries()) {
					for (let count = 0; count < spansPerTrial; count++) {
						writes.push(writer.appendSpans(Buffer.from(`{"of":"q${index}"}`)));
					}
					const written = writer.appendTrial(trial({ question: `q${index}` }));
					writes.push(written);
					if (!awaited) continue;
					await written;
					expect(look()).toBe(index + 1);
				}
				await Promise.all(writes);
				done = true;
				await watching;
				expect(look()).toBe(steps.length);
				expect(looks).toBeGreaterThan(1);
				await writer.release();
			}),
			{ numRuns: 40 },
		);
	});

	it('writes nothing more after a write failed, since a trial could stand without its spans', async () => {
		const writer = await newWriter();
		await writer.appendTrial(trial({ question: 'before' }));
		const broken = 'no bytes' as unknown as Uint8Array;
		await expect(writer.appendSpans(broken)).rejects.toThrow();
		await expect(writer.appendTrial(trial({ question: 'after' }))).rejects.toThrow();
		await writer.release();
		const trials = await all(readTrials(writer.folder));
		expect(trials.map(({ questionId }) => questionId)).toEqual(['before']);
	});

	it('refuses appends after it was closed, as an unmeasured error', async () => {
		const writer = await newWriter();
		await writer.release();
		await expect(writer.appendTrial(trial())).rejects.toMatchObject({ code: 'unmeasured' });
	});

	it('goes on after the last whole line of both logs, and names those that were torn', async () => {
		const begun = await newWriter();
		void begun.appendSpans(spanLine(trial({ question: 'q1' })));
		await begun.appendTrial(trial({ question: 'q1' }));
		await begun.release();
		const file = (name: string) => join(begun.folder, name);
		appendFileSync(file('spans.jsonl'), '{"resourceSpans":[');
		const { writer, torn } = await RunWriter.reopen(begun.folder);
		opened.push(writer);
		expect(torn).toEqual([file('spans.jsonl')]);
		void writer.appendSpans(spanLine(trial({ question: 'q2' })));
		await writer.appendTrial(trial({ question: 'q2' }));
		const trials = await all(readTrials(begun.folder));
		expect(trials.map(({ questionId }) => questionId)).toEqual(['q1', 'q2']);
		expect(await all(readSpanLines(begun.folder))).toHaveLength(2);
		expect(writer.spansSize).toBe(readFileSync(file('spans.jsonl')).byteLength);
	});

	it('does not go on with a record that lacks a log', async () => {
		const begun = await newWriter();
		await begun.release();
		rmSync(join(begun.folder, 'trials.jsonl'));
		await expect(RunWriter.reopen(begun.folder)).rejects.toMatchObject({
			code: 'unmeasured',
			message: expect.stringContaining('trials.jsonl: cannot go on with the record'),
		});
		expect(readdirSync(begun.folder)).toEqual(['spans.jsonl']);
	});
});
