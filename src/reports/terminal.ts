import Table from 'cli-table3';

export type Style = 'good' | 'bad' | 'unsure' | 'dim' | 'bold';

/** How a terminal report may look: its width, and what colours a text (nothing where there is no colour). */
export interface Terminal {
	readonly columns: number;
	readonly paint: (style: Style, text: string) => string;
}

/** A column of a table; the flexible one takes the room that is left and wraps in it. */
export interface Column {
	readonly title: string;
	readonly align?: 'left' | 'right';
	readonly flexible?: boolean;
}

const gap = '  ';
const noBorder = Object.fromEntries(
	[
		...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'],
		...['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'],
	].map((name) => [name, '']),
);

// biome-ignore lint/suspicious/noControlCharactersInRegex: an SGR escape begins with one
const escapes = /\u001b\[[0-9;]*m/g;

/** The columns that a text takes on a terminal, its colours left out. */
export function widthOf(text: string): number {
	return [...text.replace(escapes, '')].length;
}

/** A text from outside on one line, without the control characters that could move a terminal's cursor. */
export function printable(text: string): string {
	return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
}

/** A table without borders that fits the terminal. */
export function table(
	columns: readonly Column[],
	rows: readonly (readonly string[])[],
	terminal: Terminal,
): string {
	const head = columns.map(({ title }) => terminal.paint('dim', title));
	const natural = columns.map((_, index) =>
		Math.max(...[head, ...rows].map((row) => widthOf(row[index] ?? ''))),
	);
	const flexible = columns.findIndex((column) => column.flexible);
	const others = natural.filter((_, index) => index !== flexible).reduce((sum, width) => sum + width, 0);
	const room = terminal.columns - others - gap.length * (columns.length - 1);
	const widths = natural.map((width, index) =>
		index === flexible ? Math.max(16, Math.min(width, room)) : width,
	);
	const made = new Table({
		head,
		colWidths: widths,
		colAligns: columns.map(({ align }) => align ?? 'left'),
		wordWrap: true,
		chars: { ...noBorder, middle: gap },
		style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
	});
	made.push(...rows.map((row) => [...row]));
	return made
		.toString()
		.split('\n')
		.map((line) => line.trimEnd())
		.join('\n');
}

/** Wraps words at the terminal's width, every line behind `indent`. */
export function wrap(text: string, { columns }: Terminal, indent = ''): string {
	const lines: string[] = [];
	let line = '';
	for (const word of text.split(' ')) {
		const next = line === '' ? word : `${line} ${word}`;
		if (line !== '' && indent.length + widthOf(next) > columns) {
			lines.push(line);
			line = word;
		} else line = next;
	}
	return [...lines, line].map((each) => `${indent}${each}`).join('\n');
}
