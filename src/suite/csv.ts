import type { Cells } from '../files/csv-rows.ts';

const listColumns = new Set(['expected.terms', 'expected.sources', 'policies', 'skip']);

/** Columns whose cells are numbers; those of `threshold` are named by their scorer. */
const numberColumns = new Set([
	...['threshold', 'pass.threshold', 'expected.number', 'expected.maxLatencyMs', 'expected.maxCostUsd'],
]);

/**
 * A CSV row's cells as a question to be: columns are paths of keys (`expected.terms`, `tags.topic`), and a list's
 * items are separated by `|`.
 */
export function questionOf(cells: Cells): unknown {
	const question: Record<string, unknown> = {};
	for (const [column, cell] of Object.entries(cells)) {
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
