import { statSync } from 'node:fs';
import { extname } from 'node:path';
import type { Problems } from '../config/problems.ts';
import { parseYaml } from '../config/yaml.ts';
import { SpangateError } from '../errors.ts';
import { csvColumns, csvRows } from '../files/csv-rows.ts';
import { LineFile } from '../files/line-file.ts';
import { readText, unreadable } from '../files/read-text.ts';
import { jsonRows, type Row } from '../files/row.ts';
import type { LeftOut } from './left-out.ts';
import { readPromptfoo, readPromptfooTests } from './promptfoo.ts';
import { casesOf, type Grading, inspect, openAiEvals, type Reader, rowsOfPairs } from './samples.ts';
import type { Source } from './source.ts';

/** What a file can be taken for; without one it is told by its name and its first item. */
export const formats = ['promptfoo', 'csv', 'jsonl', 'openai-evals', 'inspect'] as const;
/** One of them. */
export type Format = (typeof formats)[number];

const readers: Readonly<Record<Exclude<Format, 'promptfoo'>, Reader>> = {
	csv: rowsOfPairs,
	jsonl: rowsOfPairs,
	'openai-evals': openAiEvals,
	inspect,
};

interface Reading {
	readonly format: Format | undefined;
	readonly grading: Grading;
	readonly problems: Problems;
	readonly left: LeftOut;
}

/** What a message calls it. */
const what = 'file to import';

/** Opens a file that is to be imported; what is wrong with it goes to `problems`, of its rows when they are iterated. */
export function openSource(file: string, reading: Reading): Source {
	const { problems, left, grading } = reading;
	assertFile(file);
	const type = extname(file).toLowerCase();
	const lines = new LineFile(file, what);
	switch (type) {
		case '.yaml':
		case '.yml':
			return readPromptfoo(file, problems, left);
		case '.csv': {
			const isTests = csvColumns(lines).some((name) => name.startsWith('__'));
			if (isTests || reading.format === 'promptfoo') return readPromptfooTests(file, problems, left);
			const reader = readerOf(reading.format ?? 'csv');
			const rows = csvRows(lines, (cells) => cells);
			return { kind: reader.kind, cases: casesOf(file, rows, reader, { grading, problems, left }) };
		}
		case '.jsonl': {
			const rows = jsonRows(lines, 'one object a line');
			const format = reading.format ?? formatOf(firstOf(rows));
			if (format === 'promptfoo') return readPromptfooTests(file, problems, left);
			const reader = readerOf(format);
			return { kind: reader.kind, cases: casesOf(file, rows, reader, { grading, problems, left }) };
		}
		case '.json': {
			const { value, locate } = parseYaml(readText(file, what), file, problems);
			if (value === undefined) return { kind: 'JSON', cases: [] };
			if (!Array.isArray(value)) return readPromptfoo(file, problems, left);
			const reader = readerOf(reading.format ?? formatOf(value[0]));
			const rows = value.map((each: unknown, index): Row => {
				const line = locate([index]) ?? 1;
				return { value: each, locate: () => line, line, text: '', start: 0, end: 0 };
			});
			return { kind: reader.kind, cases: casesOf(file, rows, reader, { grading, problems, left }) };
		}
		default:
			problems.add(
				file,
				undefined,
				'unknown format; expected a name that ends in .yaml, .json, .jsonl or .csv',
			);
			return { kind: 'an unknown format', cases: [] };
	}
}

/** Told before its name is: of a folder, or of a file that is not there, the ending says nothing. */
function assertFile(file: string): void {
	let isFolder: boolean;
	try {
		isFolder = statSync(file).isDirectory();
	} catch (error) {
		throw unreadable(file, what, error);
	}
	if (isFolder) {
		throw new SpangateError('config', `${file}: cannot read the ${what}: it is a folder`, {
			hint: 'Name the file in it, e.g. promptfooconfig.yaml.',
		});
	}
}

function readerOf(format: Format): Reader {
	return format === 'promptfoo' ? rowsOfPairs : readers[format];
}

function firstOf(rows: Iterable<Row>): unknown {
	for (const row of rows) return 'value' in row ? row.value : undefined;
	return undefined;
}

function formatOf(first: unknown): Format {
	const has = (key: string) => typeof first === 'object' && first !== null && Object.hasOwn(first, key);
	if (has('vars') || has('assert')) return 'promptfoo';
	if (has('input') && has('ideal')) return 'openai-evals';
	return has('input') && (has('target') || has('choices')) ? 'inspect' : 'jsonl';
}
