import type { Locate, Problems } from '../config/problems.ts';
import { parseYaml } from '../config/yaml.ts';
import { messageOf } from '../errors.ts';
import { csvRows } from './csv.ts';
import { LineFile } from './line-file.ts';
import { readText } from './read-text.ts';

/** One entry of a questions file, before it is known to be a question, or what keeps it from being read. */
export type Item =
	| { readonly value: unknown; readonly locate: Locate }
	| { readonly fault: string; readonly line: number };

/**
 * The entries of a questions file (.jsonl, .yaml, .json, .csv), the same each time they are iterated. Those of a
 * .jsonl file are read anew; the others, which have to be parsed as a whole, are held.
 */
export function itemsOf(file: string, problems: Problems): Iterable<Item> {
	if (file.endsWith('.jsonl')) return jsonLines(new LineFile(file));
	if (file.endsWith('.csv')) return csvRows(file, readText(file, 'questions file'), problems);
	if (/\.(ya?ml|json)$/.test(file)) return yamlItems(file, readText(file, 'questions file'), problems);
	problems.add(file, undefined, 'unknown format; expected a name that ends in .jsonl, .yaml, .json or .csv');
	return [];
}

function jsonLines(lines: LineFile): Iterable<Item> {
	return {
		*[Symbol.iterator]() {
			for (const { text, line } of lines) {
				if (text.trim() !== '') yield jsonLine(text, line);
			}
		},
	};
}

function jsonLine(text: string, line: number): Item {
	try {
		return { value: JSON.parse(text), locate: () => line };
	} catch (error) {
		return { fault: `not valid JSON: ${messageOf(error)}; expected one question object a line`, line };
	}
}

function yamlItems(file: string, text: string, problems: Problems): Item[] {
	const { value, locate } = parseYaml(text, file, problems);
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
