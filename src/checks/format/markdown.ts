/** What a reader of plain text would stumble over, by its mark in CommonMark and GitHub's tables. */
const marks: Readonly<Record<string, RegExp>> = {
	heading: /^ {0,3}#{1,6} +\S/m,
	'code fence': /^ {0,3}(?:`{3,}|~{3,})/m,
	list: /^ {0,3}(?:[*+-]|\d{1,9}[.)]) +\S/m,
	quote: /^ {0,3}> ?\S/m,
	table: /^ {0,3}\|? *:?-{2,}:? *\|[ :|-]*$/m,
	link: /!?\[[^\]\n]+\]\([^)\s]+(?: "[^"\n]*")?\)/,
	emphasis: /(?<![\p{L}\p{N}*_])(\*\*|__|\*|_)(?=[\p{L}\p{N}])[^\n*_]*[\p{L}\p{N}.!?]\1(?![\p{L}\p{N}*_])/u,
	code: /`[^`\n]+`/,
};

/** Gives the kinds of Markdown that a text holds. */
export function markdownIn(text: string): string[] {
	return Object.entries(marks).flatMap(([kind, mark]) => (mark.test(text) ? [kind] : []));
}

/** Tells whether a code fence is opened and not closed: a fence closes with as many of its marks, and nothing else. */
export function openFence(text: string): boolean {
	let open: string | undefined;
	for (const line of text.split('\n')) {
		const [, fence, rest = ''] = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line.trimEnd()) ?? [];
		if (fence === undefined) continue;
		if (open === undefined) open = fence;
		else if (fence[0] === open[0] && fence.length >= open.length && rest.trim() === '') open = undefined;
	}
	return open !== undefined;
}
