import { readdirSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Delivery, schemaVersion } from '../../src/model/run.ts';
import { readDelivery, writeDelivery } from '../../src/record/delivery.ts';
import { readWholeLines, splitLines } from '../../src/record/whole-lines.ts';
import { tempFolder, write } from '../support/records.ts';

const delivery: Delivery = {
	schemaVersion,
	ended: 5,
	recorded: 4,
	endpoint: 'http://localhost:4318/v1/traces',
	acknowledged: 2,
	rejected: 1,
	outstanding: 1,
	acknowledgedBytes: 300,
	late: 0,
	runBytes: 400,
	runRejected: 1,
	error: 'no room',
};

describe('export.json', () => {
	it('gives back what was written, and nothing where nothing was', () => {
		const folder = tempFolder();
		expect(readDelivery(folder)).toBeUndefined();
		writeDelivery(folder, delivery);
		expect(readDelivery(folder)).toEqual(delivery);
		writeDelivery(folder, { ...delivery, acknowledged: 3, outstanding: 0 });
		expect(readDelivery(folder)).toMatchObject({ acknowledged: 3, outstanding: 0 });
		expect(readdirSync(folder)).toEqual(['export.json']);
	});

	it.each([
		['half of it', '{"schemaVersion":1,'],
		['a count that is none', JSON.stringify({ ...delivery, acknowledged: -1 })],
		['a field that nobody knows', JSON.stringify({ ...delivery, sent: 1 })],
		['another version', JSON.stringify({ ...delivery, schemaVersion: 2 })],
	])('%s is no record of delivery', (_, text) => {
		const folder = write(tempFolder(), { 'export.json': text });
		expect(() => readDelivery(folder)).toThrow(/export\.json: not (valid JSON|a record of this version)/);
	});
});

describe('readWholeLines', () => {
	it('gives every whole line once and in order, however long, and no torn one', async () => {
		const length = fc.oneof(
			fc.integer({ min: 0, max: 50 }),
			fc.constantFrom(1_048_574, 1_048_575, 2_500_000),
		);
		const file = join(tempFolder(), 'lines');
		await fc.assert(
			fc.asyncProperty(
				fc.array(length, { maxLength: 6 }),
				fc.integer({ min: 0, max: 9 }),
				async (lengths, torn) => {
					const lines = lengths.map((size, index) => `${index % 10}`.repeat(size));
					writeFileSync(file, lines.map((line) => `${line}\n`).join('') + 'x'.repeat(torn));
					const handle = await open(file, 'r');
					try {
						const { size } = await handle.stat();
						const found: string[] = [];
						let at = 0;
						for (;;) {
							const text = await readWholeLines(handle, at, size, 1024 * 1024);
							if (text.length === 0) break;
							at += text.length;
							found.push(...[...splitLines(text)].map((line) => line.toString()));
						}
						expect(found.map((line) => line.length)).toEqual(lengths);
						expect(found.join() === lines.join()).toBe(true);
						expect(size - at).toBe(torn);
					} finally {
						await handle.close();
					}
				},
			),
			{ numRuns: 30 },
		);
	});
});
