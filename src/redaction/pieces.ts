const pieceLength = 32 * 1024;
/** How far back a place to cut is looked for, and how far around a piece what stands there is seen. */
const reach = 4 * 1024;
const keyBegins = '-----BEGIN';
const keyEnds = '-----END';

/** A piece of a text, and what of the text is looked into to tell what stands in it. */
export interface Piece {
	readonly from: number;
	readonly to: number;
	/** The piece with what stands around it, where there is more: what names a credential may stand before the cut. */
	readonly seen: string;
	/** Where in the text that begins. */
	readonly seenFrom: number;
}

/**
 * A text in pieces of about 32,000 characters, which together are the text: the detectors' time grows with the length
 * of what they look into. No number, no token and no private key is cut, as far as there is another place to cut.
 */
export function* pieces(text: string): Generator<Piece> {
	let from = 0;
	while (text.length - from > pieceLength) {
		const to = beforeKey(text, from, lastBreak(text, from + pieceLength));
		yield piece(text, from, to);
		from = to;
	}
	yield piece(text, from, text.length);
}

function piece(text: string, from: number, to: number): Piece {
	const seenFrom = Math.max(0, from - reach);
	return { from, to, seen: text.slice(seenFrom, to + reach), seenFrom };
}

/** Behind the last character that is neither part of a token nor stands beside a digit. */
function lastBreak(text: string, until: number): number {
	for (let at = until; at > until - reach; at--) {
		const isBetween = !/[\w+/=.~@-]/.test(text.charAt(at - 1)) && !isSurrogate(text, at);
		if (isBetween && !/\d/.test(text.charAt(at - 2)) && !/[\d+]/.test(text.charAt(at))) return at;
	}
	return isSurrogate(text, until) ? until - 1 : until;
}

/** A place inside of a pair would make two broken characters of one. */
function isSurrogate(text: string, at: number): boolean {
	return /[\udc00-\udfff]/.test(text.charAt(at));
}

function beforeKey(text: string, from: number, to: number): number {
	const begins = text.lastIndexOf(keyBegins, to);
	const isOpen = begins > from && text.lastIndexOf(keyEnds, to) < begins;
	return isOpen ? begins : to;
}
