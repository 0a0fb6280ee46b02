import { isUtf8 } from 'node:buffer';
import { hash } from 'node:crypto';
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { SpangateError } from '../errors.ts';
import { notUtf8, unreadable } from './read-text.ts';

/** A line of a text file without its `\n`, numbered from 1. */
export interface Line {
	readonly text: string;
	readonly line: number;
	/** Its first byte in the file, and the one after its last. */
	readonly start: number;
	readonly end: number;
}

/** Read, hashed and decoded at once: large enough to cost little, small enough not to hold trials up. */
const blockBytes = 256 * 1024;
const lineFeed = 0x0a;

/**
 * The lines of a UTF-8 file, read block by block each time they are iterated. The first whole reading is what
 * later ones must repeat: one that meets other bytes throws a config error before it gives any of them.
 */
export class LineFile implements Iterable<Line> {
	readonly #file: string;
	readonly #what: string;
	#sealed: readonly string[] | undefined;

	/** `what` is what the file holds, in messages. */
	constructor(file: string, what = 'questions file') {
		this.#file = file;
		this.#what = what;
	}

	*[Symbol.iterator](): Generator<Line> {
		let line = 0;
		let start = 0;
		let unended: Buffer[] = [];
		for (const block of this.#blocks()) {
			const lastEnd = block.lastIndexOf(lineFeed);
			if (lastEnd !== -1) {
				const bytes = this.#whole([...unended, block.subarray(0, lastEnd)]);
				let from = 0;
				for (const text of this.#decode(bytes, line).split('\n')) {
					line += 1;
					const next = bytes.indexOf(lineFeed, from);
					const to = next === -1 ? bytes.length : next;
					yield { text, line, start: start + from, end: start + to };
					from = to + 1;
				}
				start += bytes.length + 1;
				unended = [];
			}
			// Copied, since the next block is read into the same memory.
			unended.push(Buffer.from(block.subarray(lastEnd + 1)));
		}
		const bytes = this.#whole(unended);
		const text = this.#decode(bytes, line);
		if (text !== '') yield { text, line: line + 1, start, end: start + bytes.length };
	}

	#whole(parts: readonly Buffer[]): Buffer {
		const [only] = parts;
		return parts.length === 1 && only !== undefined ? only : Buffer.concat(parts);
	}

	/** Whole lines alone are decoded, so that no character is torn at a block's end. */
	#decode(bytes: Buffer, linesBefore: number): string {
		if (!isUtf8(bytes)) throw notUtf8(`${this.#file}:${linesBefore + firstBadLine(bytes)}`, this.#what);
		try {
			const text = bytes.toString('utf8');
			return linesBefore === 0 ? text.replace(/^\uFEFF/, '') : text;
		} catch (error) {
			throw unreadable(this.#file, this.#what, error);
		}
	}

	*#blocks(): Generator<Buffer> {
		const digests: string[] = [];
		const descriptor = openRegular(this.#file, this.#what);
		try {
			const memory = Buffer.allocUnsafe(blockBytes);
			let whole = true;
			// A block that is not full is the last one, if need be an empty one, so that a file's end is hashed too.
			while (whole) {
				const block = readBlock(this.#file, this.#what, descriptor, memory);
				whole = block.length === blockBytes;
				const digest = hash('sha256', block, 'hex');
				if (this.#sealed !== undefined && this.#sealed[digests.length] !== digest)
					throw changedFile(this.#file);
				digests.push(digest);
				yield block;
			}
		} finally {
			closeSync(descriptor);
		}
		this.#sealed ??= digests;
	}
}

function firstBadLine(bytes: Buffer): number {
	for (let line = 1, from = 0; ; line++) {
		const next = bytes.indexOf(lineFeed, from);
		if (next === -1 || !isUtf8(bytes.subarray(from, next))) return line;
		from = next + 1;
	}
}

function openRegular(file: string, what: string): number {
	try {
		// Of a pipe there is one reading only, and the opening of one can wait for ever.
		if (!statSync(file).isFile()) throw new Error('it is no regular file');
		return openSync(file, 'r');
	} catch (error) {
		throw unreadable(file, what, error);
	}
}

function readBlock(file: string, what: string, descriptor: number, memory: Buffer): Buffer {
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

/** The config error of a file that is not what it was when it was checked. */
export function changedFile(file: string): SpangateError {
	return new SpangateError('config', `${file}: changed after it was checked, while it was in use`, {
		hint: 'Start again, and leave the file as it is until the run has ended.',
	});
}
