import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
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

describe('AppendFile.append', () => {
	it('writes on after a write that took only a part, as of a disk that is nearly full', async () => {
		const path = join(tempFolder(), 'log');
		const file = await AppendFile.create(path);
		const handle = await open(path);
		const taken = vi.spyOn(Object.getPrototypeOf(handle), 'writev');
		const chunks = ['one', '', 'two', '\n', 'three\n'].map((text) => Buffer.from(text));
		await fc.assert(
			fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 5 }), async (lengths) => {
				const before = file.size;
				for (const length of lengths) {
					taken.mockImplementationOnce(function (this: FileHandle, rest) {
						return this.write(Buffer.concat(rest as Uint8Array[]).subarray(0, length));
					});
				}
				await file.append(chunks);
				taken.mockReset();
				expect(readFileSync(path, 'utf8').slice(before)).toBe('onetwo\nthree\n');
				expect(file.size).toBe(before + 13);
			}),
			{ numRuns: 50 },
		);
		taken.mockRestore();
		await handle.close();
		await file.close();
	});
});

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
