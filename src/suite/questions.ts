import { CsvError, parse as parseCsv } from 'csv-parse/sync';
import type { Locate, Problems } from '../config/problems.ts';
import { parseYaml } from '../config/yaml.ts';
import { messageOf } from '../errors.ts';
import { Question } from '../model/question.ts';
import { readText } from './read-text.ts';

/** A question and the line that it starts on. */
export interface PlacedQuestion {
	readonly question: Question;
	readonly line: number | undefined;
}

interface RawItem {
	readonly value: unknown;
	readonly locate: Locate;
}

/** Reads a golden set (.jsonl, .yaml, .json, .csv); what is wrong with it goes to `problems`, line by line. */
export function readQuestions(file: string, problems: Problems): PlacedQuestion[] {
	const text = readText(file, 'questions file');
	const before = problems.count;
	const placed: PlacedQuestion[] = [];
	const firstLineById = new Map<string, number | undefined>();
	for (const item of rawItems(file, text, problems)) {
		const parsed = Question.safeParse(item.value);
		if (!parsed.success) {
			problems.addZod(file, parsed.error, item.locate);
			continue;
		}
		const line = item.locate([]);
		const { id } = parsed.data;
		if (firstLineById.has(id)) {
			problems.add(file, line, `duplicate question id "${id}", first used on line ${firstLineById.get(id)}`);
			continue;
		}
		firstLineById.set(id, line);
		placed.push({ question: parsed.data, line });
	}
	if (placed.length === 0 && problems.count === before) {
		problems.add(file, undefined, 'holds no question; a golden set needs at least one');
	}
	return placed;
}

function* rawItems(file: string, text: string, problems: Problems): Generator<RawItem> {
	if (file.endsWith('.jsonl')) yield* jsonLines(file, text, problems);
	else if (file.endsWith('.csv')) yield* csvRows(file, text, problems);
	else if (/\.(ya?ml|json)$/.test(file)) yield* yamlItems(file, text, problems);
	else
		problems.add(
			file,
			undefined,
			'unknown format; expected a name that ends in .jsonl, .yaml, .json or .csv',
		);
}

function* jsonLines(file: string, text: string, problems: Problems): Generator<RawItem> {
	let line = 0;
	for (const row of text.split('\n')) {
		line++;
		if (row.trim() === '') continue;
		const here = line;
		try {
			yield { value: JSON.parse(row), locate: () => here };
		} catch (error) {
			problems.add(file, here, `not valid JSON: ${messageOf(error)}; expected one question object a line`);
		}
	}
}

function* yamlItems(file: string, text: string, problems: Problems): Generator<RawItem> {
	const { value, locate } = parseYaml(text, file, problems);
	if (value === undefined) return;
	if (!Array.isArray(value)) {
		if (value !== null) problems.add(file, 1, 'expected a list of questions');
		return;
	}
	for (const [index, item] of value.entries()) {
		yield { value: item, locate: (path, key) => locate([index, ...path], key) };
	}
}

/** Columns are paths of keys (`expected.terms`, `tags.topic`); a list's items are separated by `|`. */
function* csvRows(file: string, text: string, problems: Problems): Generator<RawItem> {
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
		return;
	}
	if (repeated !== undefined) {
		problems.add(file, 1, `the column "${repeated}" stands twice; expected each column once`);
		return;
	}
	for (const { record, info, raw } of rows) {
		// `info.lines` is the line of the row's end, and `raw` holds the blank lines before it.
		const line = info.lines - (raw.trim().split('\n').length - 1);
		yield { value: fromColumns(record), locate: () => line };
	}
}

const listColumns = new Set(['expected.terms', 'expected.sources', 'policies', 'skip']);

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
	if (column === 'threshold' || column.startsWith('threshold.')) return Number(cell);
	return cell;
}
