import type { Locate } from '../config/problems.ts';
import { messageOf } from '../errors.ts';
import type { LineFile } from './line-file.ts';

/** A row of a file: its value and where it stands, or what keeps it from being read. */
export type Row =
	| {
			readonly value: unknown;
			readonly locate: Locate;
			readonly line: number;
			/** As it stands in the file, from its first byte to the one after its last. */
			readonly text: string;
			readonly start: number;
			readonly end: number;
	  }
	| { readonly fault: string; readonly line: number };

/** The JSON values of a file with one a line, read anew each time they are iterated; blank lines are none. */
export function jsonRows(lines: LineFile, what: string): Iterable<Row> {
	return {
		*[Symbol.iterator]() {
			for (const { text, line, start, end } of lines) {
				if (text.trim() === '') continue;
				const read = jsonRow(text, what);
				yield 'fault' in read
					? { fault: read.fault, line }
					: { value: read.value, locate: () => line, line, text, start, end };
			}
		},
	};
}

/** The value of one line of JSON, or why there is none; `what` says what it was to hold. */
export function jsonRow(
	text: string,
	what: string,
): { readonly value: unknown } | { readonly fault: string } {
	try {
		return { value: JSON.parse(text) };
	} catch (error) {
		return { fault: `not valid JSON: ${messageOf(error)}; expected ${what}` };
	}
}
