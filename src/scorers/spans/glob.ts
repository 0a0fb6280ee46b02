/**
 * Compiles a glob for span names and attribute texts: `*` stands for any run of characters, none included, and every
 * other character for itself, in its case. Globs for paths, as libraries offer them, would stop at the `/` of
 * `GET /users/*` and take the braces of `/users/{id}` for alternatives.
 */
export function glob(pattern: string): (text: string) => boolean {
	const [first = '', ...rest] = pattern.split('*');
	const last = rest.pop();
	if (last === undefined) return (text) => text === first;
	return (text) => {
		if (!text.startsWith(first)) return false;
		let at = first.length;
		// The earliest place for each piece leaves the most room for the next, so nothing is tried twice.
		for (const piece of rest) {
			const found = text.indexOf(piece, at);
			if (found === -1) return false;
			at = found + piece.length;
		}
		return text.length - last.length >= at && text.endsWith(last);
	};
}

/** Tells whether a glob matches every text. */
export function matchesAll(pattern: string): boolean {
	return /^\*+$/.test(pattern);
}
