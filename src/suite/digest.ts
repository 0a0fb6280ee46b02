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
