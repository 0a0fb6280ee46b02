import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppendFile } from '../../src/record/append-file.ts';
import { tempFolder } from '../support/records.ts';

/** Cuts the file to so many bytes, goes on with it, and gives what is in it then. */
async function cutAndReopen(path: string, whole: Buffer, length: number) {
	writeFileSync(path, whole);
	truncateSync(path, length);
	const { file, torn } = await AppendFile.reopen(path);
	const { size } = file;
	await file.append([Buffer.from('next\n')]);
	const after = file.size;
	await file.close();
	return { torn, size, after, content: readFileSync(path) };
}

describe('AppendFile.reopen', () => {
	it('cuts what follows the last line break, at whatever byte a kill tore it', async () => {
		const path = join(tempFolder(), 'log');
		const whole = Buffer.from('{"a":1}\n\n{"b":"äh… 🚶"}\n{"c":"é"}\n');
		for (let length = 0; length <= whole.length; length++) {
			const kept = whole.subarray(0, length).lastIndexOf(0x0a) + 1;
			const { torn, size, after, content } = await cutAndReopen(path, whole, length);
			expect(torn).toBe(kept < length);
			expect(size).toBe(kept);
			expect(content).toEqual(Buffer.concat([whole.subarray(0, kept), Buffer.from('next\n')]));
			expect(after).toBe(content.byteLength);
		}
	});

	it('finds the last line break however long the torn line is', async () => {
		const path = join(tempFolder(), 'log');
		const block = 64 * 1024;
		const near = fc.integer({ min: -2, max: 2 });
		const length = fc.tuple(fc.integer({ min: 0, max: 3 }), near).map(([n, d]) => Math.max(0, n * block + d));
		await fc.assert(
			fc.asyncProperty(length, length, async (before, behind) => {
				const whole = Buffer.concat([
					Buffer.alloc(before, 'x'),
					Buffer.from('\n'),
					Buffer.alloc(behind, 'y'),
				]);
				const { torn, size } = await cutAndReopen(path, whole, whole.length);
				expect(torn).toBe(behind > 0);
				expect(size).toBe(before + 1);
			}),
			{ numRuns: 40 },
		);
	});

	it('makes no file that was not there', async () => {
		const path = join(tempFolder(), 'log');
		await expect(AppendFile.reopen(path)).rejects.toMatchObject({ code: 'unmeasured' });
		expect(existsSync(path)).toBe(false);
	});
});
