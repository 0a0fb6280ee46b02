import { type FileHandle, open } from 'node:fs/promises';
import { messageOf, SpangateError } from '../errors.ts';

/** A new file that only grows; each write is whole or reported. */
export class AppendFile {
	readonly path: string;
	readonly #handle: FileHandle;
	#size = 0;

	private constructor(path: string, handle: FileHandle) {
		this.path = path;
		this.#handle = handle;
	}

	/** Creates the file; one that exists already is an error, so that no record is ever written over. */
	static async create(path: string): Promise<AppendFile> {
		return new AppendFile(path, await open(path, 'ax'));
	}

	/** Bytes written so far: where a reader may read to. */
	get size(): number {
		return this.#size;
	}

	/** Appends the chunks in order; a disk that takes no more is an `unmeasured` error. */
	async append(chunks: readonly Uint8Array[]): Promise<void> {
		const bytes = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
		let offset = 0;
		while (offset < bytes.byteLength) {
			const { bytesWritten } = await this.#handle.write(bytes, offset).catch((error) => {
				throw new SpangateError('unmeasured', `${this.path}: cannot write the record: ${messageOf(error)}`, {
					cause: error,
				});
			});
			offset += bytesWritten;
		}
		this.#size += bytes.byteLength;
	}

	async close(): Promise<void> {
		await this.#handle.close();
	}
}
