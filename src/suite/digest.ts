import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** `sha256:<hex>` of a text's UTF-8 bytes. */
export function digestOfText(text: string): string {
	return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/** `sha256:<hex>` of a JSON value in RFC 8785 canonical form, so that the order of keys does not matter. */
export function digestOfJson(value: unknown): string {
	return digestOfText(canonicalize(value) ?? '');
}

/** The digest of a sequence of JSON values, none of which is held: each one's RFC 8785 form, a line each, in order. */
export class SequenceDigest {
	readonly #hash = createHash('sha256');

	/** Adds a value; throws when it has no canonical form, such as a text that holds half a character. */
	add(value: unknown): void {
		// The form holds no line break of its own, so no two sequences are written alike.
		this.#hash.update(`${canonicalize(value)}\n`);
	}

	/** `sha256:<hex>` of all that was added; nothing can be added after. */
	end(): string {
		return `sha256:${this.#hash.digest('hex')}`;
	}
}
