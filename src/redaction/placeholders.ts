import { createHmac, randomBytes } from 'node:crypto';

const letters = 26;
const markLength = 10;

/** What kind of thing a placeholder stands for. */
export type PlaceholderKind = 'secret' | 'pii';

/** A new key for the placeholders of a measurement. */
export function newRedactionKey(): Buffer {
	return randomBytes(32);
}

/**
 * Writes what stands for a secret or a personal datum: `[pii:email#kqzvtnbwpd]`, the same for the same value under
 * one key. Without the key the mark says nothing of the value: who has a list of all phone numbers cannot try them.
 * It is of letters alone, so that it never reads as a number or a token itself.
 */
export class Placeholders {
	readonly #key: Buffer;

	constructor(key: Buffer) {
		this.#key = key;
	}

	of(kind: PlaceholderKind, type: string, value: string): string {
		const digest = createHmac('sha256', this.#key).update(`${kind}:${type}\n${value}`).digest();
		let mark = '';
		for (let at = 0; at < markLength; at++) {
			mark += String.fromCharCode(97 + (digest.readUInt16BE(at * 2) % letters));
		}
		return `[${kind}:${type}#${mark}]`;
	}
}
