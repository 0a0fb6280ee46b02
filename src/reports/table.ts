import { linesOf, type Terminal, widthOf } from './terminal.ts';

/** A column of a table; the flexible one takes the room that is left and wraps in it. */
export interface Column {
	readonly title: string;
	readonly align?: 'left' | 'right';
	readonly flexible?: boolean;
}

/** A column that shows rows of one kind. */
export interface RowColumn<Row> extends Column {
	readonly cell: (row: Row) => string;
	/** What of a flexible cell must stand on one line; unless given, nothing. */
	readonly whole?: (row: Row) => string;
	/** Its place among those that are left out where the terminal is narrow; never, unless given. */
	readonly dropped?: number;
}

const gap = '  ';
/** The flexible column's least width, as long as the others fit beside it. */
const narrow = 16;

/** A table without borders that is never wider than the terminal. */
export function table(
	columns: readonly Column[],
	rows: readonly (readonly string[])[],
	terminal: Terminal,
): string {
	const head = columns.map(({ title }) => terminal.paint('dim', title));
	const widths = columnWidths(columns, [head, ...rows], terminal);
	return [head, ...rows].flatMap((row) => rowLines(row, columns, widths)).join('\n');
}

/** Leaves out columns, the least needed first, until no cell must be broken, and says which. */
export function columnsThatFit<Row>(
	all: readonly RowColumn<Row>[],
	rows: readonly Row[],
	terminal: Terminal,
): { columns: readonly RowColumn<Row>[]; missing: readonly RowColumn<Row>[] } {
	const widest = (title: string, texts: readonly string[]) => Math.max(widthOf(title), ...texts.map(widthOf));
	const widthIn = ({ title, flexible, cell, whole }: RowColumn<Row>) => {
		const full = widest(title, rows.map(cell));
		return flexible ? Math.max(Math.min(full, narrow), widest(title, whole ? rows.map(whole) : [])) : full;
	};
	const widths = new Map(all.map((column) => [column, widthIn(column)]));
	let columns = all;
	const width = () => columns.reduce((sum, each) => sum + (widths.get(each) ?? 0) + gap.length, -gap.length);
	const droppable = all
		.filter(({ dropped }) => dropped !== undefined)
		.sort((a, b) => (a.dropped ?? 0) - (b.dropped ?? 0));
	for (const each of droppable) {
		if (width() <= terminal.columns) break;
		columns = columns.filter((column) => column !== each);
	}
	return { columns, missing: all.filter((column) => !columns.includes(column)) };
}

function rowLines(row: readonly string[], columns: readonly Column[], widths: readonly number[]): string[] {
	const cells = columns.map((_, index) => linesOf(row[index] ?? '', widths[index] ?? 1));
	const height = Math.max(...cells.map((lines) => lines.length));
	return Array.from({ length: height }, (_, line) =>
		columns
			.map(({ align }, index) => {
				const text = cells[index]?.[line] ?? '';
				const padding = ' '.repeat(Math.max(0, (widths[index] ?? 0) - widthOf(text)));
				return align === 'right' ? `${padding}${text}` : `${text}${padding}`;
			})
			.join(gap)
			.trimEnd(),
	);
}

/** The flexible column gives way first, down to `narrow`; then whichever is widest. */
function columnWidths(
	columns: readonly Column[],
	rows: readonly (readonly string[])[],
	terminal: Terminal,
): number[] {
	const widths = columns.map((_, index) => Math.max(1, ...rows.map((row) => widthOf(row[index] ?? ''))));
	const room = terminal.columns - gap.length * (columns.length - 1);
	const excess = () => widths.reduce((sum, width) => sum + width, 0) - room;
	const flexible = columns.findIndex((column) => column.flexible);
	const width = widths[flexible];
	if (width !== undefined && excess() > 0) {
		widths[flexible] = Math.min(width, Math.max(narrow, width - excess()));
	}
	while (excess() > 0 && Math.max(...widths) > 2) {
		const widest = widths.indexOf(Math.max(...widths));
		widths[widest] = (widths[widest] ?? 0) - 1;
	}
	return widths;
}
