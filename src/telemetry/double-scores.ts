import { Attr } from './names.ts';

const literal = (name: string) => name.replaceAll('.', '\\.');
/** Inside a string every quote has a backslash before it: no recorded text can look like this. */
const wholeScore = new RegExp(
	`("key":"(?:${literal(Attr.score(''))}[^"]*|${literal(Attr.evaluationScore)})","value":\\{")intValue`,
	'g',
);

/**
 * The same OTLP/JSON request with every score as `doubleValue`. The SDK sends a whole number as `intValue`, and a
 * backend that keeps the types apart (Tempo) would find no score of exactly 0 or 1 by `< 0.5` or `>= 0.8`.
 */
export function withDoubleScores(request: Uint8Array): Uint8Array {
	// One character a byte, whatever the text is: three times faster than to look through the bytes.
	const text = Buffer.from(request.buffer, request.byteOffset, request.byteLength).toString('latin1');
	return Buffer.from(text.replace(wholeScore, '$1doubleValue'), 'latin1');
}
