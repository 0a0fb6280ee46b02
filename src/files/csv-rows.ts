import { parse } from 'csv-parse/sync';
import { messageOf } from '../errors.ts';
import type { Line, LineFile } from './line-file.ts';
import type { Row } from './row.ts';

/** A row's cells by the names of their columns; an empty cell is none. */
export type Cells = Readonly<Record<string, string>>;

/** Parsed at once: enough to cost little a row, and not so much as to be felt. */
const rowsAtOnce = 500;
const bytesAtOnce = 1024 * 1024;
/** A row that goes on for longer has a quote that is never closed. */
const maxRowBytes = 16 * 1024 * 1024;

/** The text of a row, of several lines when a quoted cell is, and its place. */
type RowText = Line;

/**
 * The rows of a CSV file with a header (RFC 4180), read anew each time they are iterated and never held as a whole:
 * `toValue` makes each of its cells by column. What is no CSV is told by its line, and ends the file.
 */
export function csvRows(lines: LineFile, toValue: (cells: Cells) => unknown): Iterable<Row> {
	return {
		*[Symbol.iterator]() {
			let columns: readonly string[] | undefined;
			for (const texts of batches(rowTexts(lines))) {
				const first = columns === undefined ? texts.shift() : undefined;
				if (first !== undefined) {
					const header = headerOf(first);
					if ('fault' in header) return yield header;
					columns = header.columns;
				}
				for (const row of rowsOf(texts, columns ?? [], toValue)) {
					yield row;
					if ('fault' in row) return;
				}
			}
		},
	};
}

/** The column names of a header, or why there are none. */
function headerOf({
	text,
	line,
}: RowText): { readonly columns: readonly string[] } | { readonly fault: string; readonly line: number } {
	const parsed = parseTexts([text]);
	if ('fault' in parsed) return { ...parsed, line };
	const [columns = []] = parsed.cells;
	const repeated = columns.find((name, index) => columns.indexOf(name) !== index);
	if (repeated === undefined) return { columns };
	return { fault: `the column "${repeated}" stands twice; expected each column once`, line };
}

/** The cells of one row's text, or why there are none. */
export function csvRow(
	text: string,
	columns: readonly string[],
): { readonly cells: Cells } | { readonly fault: string } {
	const parsed = parseTexts([text]);
	if ('fault' in parsed) return parsed;
	return named(parsed.cells[0] ?? [], columns);
}

/** The columns of a CSV file’s header; none when it cannot be read, which its rows tell. */
export function csvColumns(lines: LineFile): readonly string[] {
	for (const first of rowTexts(lines)) {
		const header = headerOf(first);
		return 'fault' in header ? [] : header.columns;
	}
	return [];
}

function* rowsOf(
	texts: readonly RowText[],
	columns: readonly string[],
	toValue: (cells: Cells) => unknown,
): Generator<Row> {
	const whole = parseTexts(texts.map(({ text }) => text));
	for (const [index, { text, line, start, end }] of texts.entries()) {
		// Of a batch in which one is wrong each is read by itself, so that the wrong one is told by its line.
		const row =
			'fault' in whole || whole.cells.length !== texts.length
				? csvRow(text, columns)
				: named(whole.cells[index] ?? [], columns);
		if ('fault' in row) return yield { fault: row.fault, line };
		yield { value: toValue(row.cells), locate: () => line, line, text, start, end };
	}
}

function named(
	cells: readonly string[],
	columns: readonly string[],
): { readonly cells: Cells } | { readonly fault: string } {
	if (cells.length !== columns.length) {
		return { fault: `not valid CSV: the header has ${columns.length} columns, got ${cells.length} cells` };
	}
	const filled: Record<string, string> = {};
	for (const [index, cell] of cells.entries()) if (cell !== '') filled[columns[index] as string] = cell;
	return { cells: filled };
}

function parseTexts(
	texts: readonly string[],
): { readonly cells: readonly (readonly string[])[] } | { readonly fault: string } {
	try {
		const text = texts.join('\n');
		const cells = parse(text, { relax_column_count: true, record_delimiter: ['\r\n', '\n'], trim: true });
		return { cells };
	} catch (error) {
		// It counts the lines of what it was given, which are not those of the file.
		return { fault: `not valid CSV: ${messageOf(error).replace(/ (at|on) line \d+/, '')}` };
	}
}

/** Lines put together to rows: one ends where as many quotes were opened as closed. Blank ones are left out. */
function* rowTexts(lines: LineFile): Generator<RowText> {
	let open: RowText | undefined;
	for (const line of lines) {
		if (open === undefined && line.text.trim() === '') continue;
		const so: RowText =
			open === undefined ? line : { ...open, text: `${open.text}\n${line.text}`, end: line.end };
		const odd = hasOddQuotes(line.text);
		const isOpen = open === undefined ? odd : !odd;
		open = isOpen ? so : undefined;
		if (!isOpen) yield so;
		else if (so.end - so.start > maxRowBytes) break;
	}
	// Its quote is never closed, as the parser will say.
	if (open !== undefined) yield open;
}

function hasOddQuotes(text: string): boolean {
	let odd = false;
	for (let at = text.indexOf('"'); at !== -1; at = text.indexOf('"', at + 1)) odd = !odd;
	return odd;
}

function* batches(texts: Iterable<RowText>): Generator<RowText[]> {
	let batch: RowText[] = [];
	let bytes = 0;
	for (const text of texts) {
		batch.push(text);
		bytes += text.end - text.start;
		if (batch.length < rowsAtOnce && bytes < bytesAtOnce) continue;
		yield batch;
		batch = [];
		bytes = 0;
	}
	if (batch.length > 0) yield batch;
}
