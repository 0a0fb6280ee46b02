import { hash } from 'node:crypto';
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { SpangateError } from '../errors.ts';
import { unreadable } from './read-text.ts';

/** A line of a text file without its `\n`, numbered from 1. */
export interface Line {
	readonly text: string;
	readonly line: number;
}

/** Read, hashed and decoded at once: large enough to cost little, small enough not to hold trials up. */
const blockBytes = 256 * 1024;
const lineFeed = 0x0a;
const what = 'questions file';

/**
 * The lines of a UTF-8 file, read block by block each time they are iterated. The first whole reading is what
 * later ones must repeat: one that meets other bytes throws a config error before it gives any of them.
 */
export class LineFile implements Iterable<Line> {
	readonly #file: string;
	#sealed: readonly string[] | undefined;

	constructor(file: string) {
		this.#file = file;
	}

	*[Symbol.iterator](): Generator<Line> {
		let line = 0;
		let unended: Buffer[] = [];
		for (const block of this.#blocks()) {
			const end = block.lastIndexOf(lineFeed);
			if (end !== -1) {
				for (const text of this.#decode([...unended, block.subarray(0, end)], line).split('\n')) {
					line += 1;
					yield { text, line };
				}
				unended = [];
			}
			// Copied, since the next block is read into the same memory.
			unended.push(Buffer.from(block.subarray(end + 1)));
		}
		const text = this.#decode(unended, line);
		if (text !== '') yield { text, line: line + 1 };
	}

	/** Whole lines alone are decoded, so that no character is torn at a block's end. */
	#decode(parts: readonly Buffer[], linesBefore: number): string {
		try {
			const text = Buffer.concat(parts).toString('utf8');
			return linesBefore === 0 ? text.replace(/^\uFEFF/, '') : text;
		} catch (error) {
			throw unreadable(this.#file, what, error);
		}
	}

	*#blocks(): Generator<Buffer> {
		const digests: string[] = [];
		const descriptor = openRegular(this.#file);
		try {
			const memory = Buffer.allocUnsafe(blockBytes);
			let whole = true;
			// A block that is not full is the last one, if need be an empty one, so that a file's end is hashed too.
			while (whole) {
				const block = readBlock(this.#file, descriptor, memory);
				whole = block.length === blockBytes;
				const digest = hash('sha256', block, 'hex');
				if (this.#sealed !== undefined && this.#sealed[digests.length] !== digest) throw changed(this.#file);
				digests.push(digest);
				yield block;
			}
		} finally {
			closeSync(descriptor);
		}
		this.#sealed ??= digests;
	}
}

function openRegular(file: string): number {
	try {
		// Of a pipe there is one reading only, and the opening of one can wait for ever.
		if (!statSync(file).isFile()) throw new Error('it is no regular file');
		return openSync(file, 'r');
	} catch (error) {
		throw unreadable(file, what, error);
	}
}

function readBlock(file: string, descriptor: number, memory: Buffer): Buffer {
	try {
		let length = 0;
		while (length < memory.length) {
			const bytes = readSync(descriptor, memory, length, memory.length - length, null);
			if (bytes === 0) break;
			length += bytes;
		}
		return memory.subarray(0, length);
	} catch (error) {
		throw unreadable(file, what, error);
	}
}

function changed(file: string): SpangateError {
	return new SpangateError('config', `${file}: changed after it was checked, while it was in use`, {
		hint: 'Start again, and leave the questions as they are until the run has ended.',
	});
}
