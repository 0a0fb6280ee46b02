import { CsvError, parse as parseCsv } from 'csv-parse/sync';
import type { Locate, Problems } from '../config/problems.ts';
import { messageOf } from '../errors.ts';

/**
 * A CSV file's rows as questions to be, each with its place; what is no CSV becomes a problem and gives none.
 * Columns are paths of keys (`expected.terms`, `tags.topic`); a list's items are separated by `|`.
 */
export function csvRows(
	file: string,
	text: string,
	problems: Problems,
): { value: unknown; locate: Locate }[] {
	let rows: { record: Record<string, string>; info: { lines: number }; raw: string }[];
	let repeated: string | undefined;
	const columns = (names: string[]) => {
		repeated = names.find((name, index) => names.indexOf(name) !== index);
		return names;
	};
	try {
		rows = parseCsv(text, { columns, info: true, raw: true, skip_empty_lines: true, trim: true });
	} catch (error) {
		const line = error instanceof CsvError && typeof error.lines === 'number' ? error.lines : undefined;
		problems.add(file, line, `not valid CSV: ${messageOf(error)}`);
		return [];
	}
	if (repeated !== undefined) {
		problems.add(file, 1, `the column "${repeated}" stands twice; expected each column once`);
		return [];
	}
	return rows.map(({ record, info, raw }) => {
		// `info.lines` is the line of the row's end, and `raw` holds the blank lines before it.
		const line = info.lines - (raw.trim().split('\n').length - 1);
		return { value: fromColumns(record), locate: () => line };
	});
}

const listColumns = new Set(['expected.terms', 'expected.sources', 'policies', 'skip']);

/** Columns whose cells are numbers; those of `threshold` are named by their scorer. */
const numberColumns = new Set([
	...['threshold', 'pass.threshold', 'expected.number', 'expected.maxLatencyMs', 'expected.maxCostUsd'],
]);

function fromColumns(record: Record<string, string>): unknown {
	const question: Record<string, unknown> = {};
	for (const [column, cell] of Object.entries(record)) {
		if (cell === '') continue;
		const [key = column, ...rest] = column.split('.');
		const value = cellValue(column, cell);
		if (rest.length === 0) question[key] = value;
		else question[key] = { ...(question[key] as object | undefined), [rest.join('.')]: value };
	}
	return question;
}

function cellValue(column: string, cell: string): unknown {
	if (listColumns.has(column)) return cell.split('|').map((item) => item.trim());
	if (column === 'mustRefuse') return cell === 'true' ? true : cell === 'false' ? false : cell;
	if (numberColumns.has(column) || column.startsWith('threshold.')) return Number(cell);
	return cell;
}
