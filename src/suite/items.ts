import { statSync } from 'node:fs';
import type { Locate, Problems } from '../config/problems.ts';
import { parseYaml } from '../config/yaml.ts';
import { csvRows } from '../files/csv-rows.ts';
import { LineFile } from '../files/line-file.ts';
import { readText } from '../files/read-text.ts';
import { jsonRows } from '../files/row.ts';
import { questionOf } from './csv.ts';

/** One entry of a questions file, before it is known to be a question, or what keeps it from being read. */
export type Item =
	| { readonly value: unknown; readonly locate: Locate }
	| { readonly fault: string; readonly line: number };

/** The largest questions file that is parsed as a whole, in bytes: its syntax tree takes many times as much memory. */
const maxWholeBytes = 32 * 1024 * 1024;

/**
 * The entries of a questions file (.jsonl, .csv, .yaml, .json), the same each time they are iterated. Those of a
 * .jsonl or .csv file are read anew, however many they are; the others, which have to be parsed as a whole, are held.
 */
export function itemsOf(file: string, problems: Problems): Iterable<Item> {
	if (file.endsWith('.jsonl')) return jsonRows(new LineFile(file), 'one question object a line');
	if (file.endsWith('.csv')) return csvRows(new LineFile(file), questionOf);
	if (/\.(ya?ml|json)$/.test(file)) return isTooLarge(file, problems) ? [] : yamlItems(file, problems);
	problems.add(file, undefined, 'unknown format; expected a name that ends in .jsonl, .yaml, .json or .csv');
	return [];
}

function isTooLarge(file: string, problems: Problems): boolean {
	const { size } = statSync(file);
	if (size <= maxWholeBytes) return false;
	const mebibytes = (bytes: number) => `${Math.ceil(bytes / 1024 / 1024)} MiB`;
	problems.add(
		file,
		undefined,
		`${mebibytes(size)} are too large to be parsed as a whole (at most ${mebibytes(maxWholeBytes)}); write it as .jsonl or .csv, which are read row by row`,
	);
	return true;
}

function yamlItems(file: string, problems: Problems): Item[] {
	const { value, locate } = parseYaml(readText(file, 'questions file'), file, problems);
	if (value === undefined) return [];
	if (!Array.isArray(value)) {
		if (value !== null) problems.add(file, 1, 'expected a list of questions');
		return [];
	}
	return value.map((item: unknown, index) => ({
		value: item,
		locate: (path, key) => locate([index, ...path], key),
	}));
}
