import { maxDepth, maxParts } from './request-limits.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });
const [quote, backslash] = [0x22, 0x5c];
const opening = new Set([0x5b, 0x7b]);
const closing = new Set([0x5d, 0x7d]);

/**
 * JSON in UTF-8 of bounded depth and number of objects and lists; throws for anything else. Measured before it is
 * parsed: 16 MB of `{}` are half a gigabyte of objects, and what is deep overflows the stack of whoever walks it.
 */
export function parseBoundedJson(bytes: Uint8Array): unknown {
	let depth = 0;
	let parts = 0;
	let inString = false;
	for (let at = 0; at < bytes.length; at++) {
		const byte = bytes[at] as number;
		if (inString) {
			if (byte === backslash) at++;
			else if (byte === quote) inString = false;
		} else if (byte === quote) {
			inString = true;
		} else if (opening.has(byte)) {
			if (++depth > maxDepth) throw new Error(`objects and lists nested deeper than ${maxDepth}`);
			if (++parts > maxParts) throw new Error(`more than ${maxParts} objects and lists`);
		} else if (closing.has(byte)) {
			depth--;
		}
	}
	return JSON.parse(decode(bytes));
}

function decode(bytes: Uint8Array): string {
	try {
		return utf8.decode(bytes);
	} catch {
		throw new Error('the bytes are not UTF-8');
	}
}
