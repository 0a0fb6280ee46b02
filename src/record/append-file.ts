import { type FileHandle, open } from 'node:fs/promises';
import { messageOf, SpangateError } from '../errors.ts';

const bytesAtOnce = 64 * 1024;
const lineBreak = 0x0a;

/** A file that only grows; each write is whole or reported. */
export class AppendFile {
	readonly path: string;
	readonly #handle: FileHandle;
	#size: number;

	private constructor(path: string, handle: FileHandle, size: number) {
		this.path = path;
		this.#handle = handle;
		this.#size = size;
	}

	/** Creates the file; one that exists already is an error, so that no record is ever written over. */
	static async create(path: string): Promise<AppendFile> {
		return new AppendFile(path, await open(path, 'ax'), 0);
	}

	/**
	 * Opens a file to go on after its last whole line; what a kill tore off behind that is cut, and `torn` says so.
	 * One that is missing or cannot be changed is an `unmeasured` error.
	 */
	static async reopen(path: string): Promise<{ file: AppendFile; torn: boolean }> {
		try {
			const { size, whole } = await cutTornLine(path);
			return { file: new AppendFile(path, await open(path, 'a'), whole), torn: whole < size };
		} catch (error) {
			throw new SpangateError('unmeasured', `${path}: cannot go on with the record: ${messageOf(error)}`, {
				cause: error,
			});
		}
	}

	/** Bytes written so far: where a reader may read to. */
	get size(): number {
		return this.#size;
	}

	/** Appends the chunks in order; a disk that takes no more is an `unmeasured` error. */
	async append(chunks: readonly Uint8Array[]): Promise<void> {
		let rest = chunks;
		while (rest.length > 0) {
			const { bytesWritten } = await this.#handle.writev(rest).catch((error) => {
				throw new SpangateError('unmeasured', `${this.path}: cannot write the record: ${messageOf(error)}`, {
					cause: error,
				});
			});
			rest = after(rest, bytesWritten);
		}
		this.#size += chunks.reduce((sum, { byteLength }) => sum + byteLength, 0);
	}

	async close(): Promise<void> {
		await this.#handle.close();
	}
}

/** What is left of the chunks behind their first bytes. */
function after(chunks: readonly Uint8Array[], bytes: number): readonly Uint8Array[] {
	let skipped = bytes;
	for (const [index, chunk] of chunks.entries()) {
		if (skipped < chunk.byteLength) return [chunk.subarray(skipped), ...chunks.slice(index + 1)];
		skipped -= chunk.byteLength;
	}
	return [];
}

async function cutTornLine(path: string): Promise<{ size: number; whole: number }> {
	// Not for appending: a file that is missing must not be made.
	const handle = await open(path, 'r+');
	try {
		const { size } = await handle.stat();
		const whole = await endOfLastLine(handle, size);
		if (whole < size) await handle.truncate(whole);
		return { size, whole };
	} finally {
		await handle.close();
	}
}

/** Where the last line that has its line break ends, read from the end of the file backwards. */
async function endOfLastLine(handle: FileHandle, size: number): Promise<number> {
	for (let end = size; end > 0; ) {
		const start = Math.max(0, end - bytesAtOnce);
		const { buffer, bytesRead } = await handle.read(Buffer.alloc(end - start), 0, end - start, start);
		const last = buffer.subarray(0, bytesRead).lastIndexOf(lineBreak);
		if (last >= 0) return start + last + 1;
		end = start;
	}
	return 0;
}
