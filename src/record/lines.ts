import { type FileHandle, open } from 'node:fs/promises';
import { messageOf, SpangateError } from '../errors.ts';
import { readWholeLines } from './whole-lines.ts';

const bytesAtOnce = 128 * 1024;

/** What a reader of lines is told beside them. */
export interface LineEvents {
	/** The number of a last line without its line break: a kill tore it, and it is left out. */
	readonly onTorn?: ((line: number) => void) | undefined;
	/** Every byte of the file in order, torn ones too. */
	readonly onBytes?: ((bytes: Uint8Array) => void) | undefined;
}

/**
 * Streams a file's lines in batches, each with the number of its first line; a batch is what one read completed.
 * A file that cannot be read is an `unmeasured` error.
 */
export async function* readLineBatches(
	file: string,
	events: LineEvents = {},
): AsyncGenerator<{ lines: string[]; first: number }> {
	try {
		const handle = await open(file, 'r');
		try {
			yield* batchesOf(handle, events);
		} finally {
			await handle.close();
		}
	} catch (error) {
		throw new SpangateError('unmeasured', `${file}: cannot read the record: ${messageOf(error)}`, {
			cause: error,
		});
	}
}

async function* batchesOf(handle: FileHandle, { onTorn, onBytes }: LineEvents) {
	const { size } = await handle.stat();
	let at = 0;
	let first = 1;
	const read = () => {
		const reading = readWholeLines(handle, at, size, bytesAtOnce);
		// A failure is thrown where it is waited for; a reader that stops early waits for nothing.
		reading.catch(() => {});
		return reading;
	};
	let reading = read();
	for (;;) {
		const text = await reading;
		if (text.length === 0) break;
		at += text.length;
		// Goes on while these lines are worked on.
		reading = read();
		onBytes?.(text);
		const lines = text.toString('utf8', 0, text.length - 1).split('\n');
		yield { lines, first };
		first += lines.length;
	}
	if (at === size) return;
	onTorn?.(first);
	const stream = handle.createReadStream({ start: at, end: size - 1, autoClose: false });
	for await (const bytes of stream) onBytes?.(bytes);
}
