import { createReadStream } from 'node:fs';
import { messageOf, SpangateError } from '../errors.ts';

const bytesAtOnce = 1 << 16;
const lineBreak = 0x0a;

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
	{ onTorn, onBytes }: LineEvents = {},
): AsyncGenerator<{ lines: string[]; first: number }> {
	let first = 1;
	// Joined once its line is whole: a line of many reads would else be copied as often.
	let rest: Buffer[] = [];
	try {
		for await (const chunk of createReadStream(file, { highWaterMark: bytesAtOnce })) {
			const bytes = chunk as Buffer;
			onBytes?.(bytes);
			const end = bytes.lastIndexOf(lineBreak);
			if (end < 0) {
				rest.push(bytes);
				continue;
			}
			const whole = rest.length === 0 ? bytes : Buffer.concat([...rest, bytes.subarray(0, end)]);
			const lines = whole.toString('utf8', 0, rest.length === 0 ? end : whole.length).split('\n');
			rest = end + 1 < bytes.length ? [bytes.subarray(end + 1)] : [];
			yield { lines, first };
			first += lines.length;
		}
	} catch (error) {
		throw new SpangateError('unmeasured', `${file}: cannot read the record: ${messageOf(error)}`, {
			cause: error,
		});
	}
	if (rest.length > 0) onTorn?.(first);
}
