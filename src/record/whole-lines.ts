import type { FileHandle } from 'node:fs/promises';

const lineBreak = 0x0a;

/**
 * Reads whole lines from byte `from` on, as many as end within `atOnce` bytes (a longer line comes alone), never past
 * byte `to`; empty when no line ends before that.
 */
export async function readWholeLines(
	file: FileHandle,
	from: number,
	to: number,
	atOnce: number,
): Promise<Buffer> {
	const available = to - from;
	for (let length = Math.min(atOnce, available); length > 0; length = Math.min(length * 2, available)) {
		const buffer = Buffer.allocUnsafe(length);
		const bytesRead = await readFully(file, buffer, from);
		const end = buffer.subarray(0, bytesRead).lastIndexOf(lineBreak) + 1;
		if (end > 0) return buffer.subarray(0, end);
		if (length === available || bytesRead < length) break;
	}
	return Buffer.alloc(0);
}

/** The lines of a text that ends with a line break, each without its own. */
export function* splitLines(text: Buffer): Generator<Buffer> {
	for (let start = 0; start < text.length; ) {
		const end = text.indexOf(lineBreak, start);
		yield text.subarray(start, end);
		start = end + 1;
	}
}

async function readFully(file: FileHandle, buffer: Buffer, from: number): Promise<number> {
	let filled = 0;
	while (filled < buffer.length) {
		const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, from + filled);
		if (bytesRead === 0) break;
		filled += bytesRead;
	}
	return filled;
}
