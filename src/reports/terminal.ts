import cliTruncate from 'cli-truncate';
import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';

/** What a coloured text means to its reader. */
export type Style = 'good' | 'bad' | 'unsure' | 'dim' | 'bold';

/** How a terminal report may look: its width, and what colours a text (nothing where there is no colour). */
export interface Terminal {
	readonly columns: number;
	readonly paint: (style: Style, text: string) => string;
}

/** Printable ASCII, one column a character: the first look at Unicode's tables costs as much as a whole report. */
const plain = /^[ -~]*$/;

/** The columns that a text takes on a terminal, its colours left out. */
export function widthOf(text: string): number {
	return plain.test(text) ? text.length : stringWidth(text);
}

/** The text's beginning that takes at most `width` columns, ended by `…` when something was cut. */
export function clip(text: string, width: number): string {
	return cliTruncate(text, width);
}

/** What moves a terminal's cursor or turns its text around: control characters, line ends, bidi overrides. */
const moving = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;

/** A text from outside on one line, without the characters that could move a terminal's cursor. */
export function printable(text: string): string {
	return text.replace(moving, ' ');
}

/** A text from outside with its lines kept, each printable. */
export function printableLines(text: string): string {
	return text.split(/\r?\n/).map(printable).join('\n');
}

/** The text in lines of at most `width` columns, broken between words, and inside one that is wider. */
export function linesOf(text: string, width: number): string[] {
	if (text.length <= width && plain.test(text) && text === text.trim()) return [text];
	return wrapAnsi(text, Math.max(1, width), { hard: true, trim: true }).split('\n');
}

/** Wraps words at the terminal's width, every line behind `indent`. */
export function wrap(text: string, { columns }: Terminal, indent = ''): string {
	return linesOf(text, columns - indent.length)
		.map((each) => `${indent}${each}`)
		.join('\n');
}
