import { hash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { parsing } from '../../config/issue-words.ts';
import type { Problems } from '../../config/problems.ts';
import { csvColumns, csvRow, csvRows } from '../../files/csv-rows.ts';
import { changedFile, LineFile } from '../../files/line-file.ts';
import { jsonRow, jsonRows, type Row } from '../../files/row.ts';
import { AnswerIndex } from './answer-index.ts';
import { AnswerRow, type Fields, nameIn, rowOf, rowOfCells } from './answer-row.ts';

const what = 'file of answers';
const wanted = 'one answer object a line';

/** How a file's rows are read, all of them and one again. */
interface Format {
	readonly rows: Iterable<Row>;
	parse(text: string): unknown;
}

/**
 * A file of answers by the ids of their questions: read through once, to check each row and to note where it stands;
 * then each answer is read when it is asked for, so that a million of them are not held.
 */
export class AnswerFile {
	readonly #file: string;
	readonly #fields: Fields | undefined;
	readonly #format: Format;
	readonly #index = new AnswerIndex();
	readonly #descriptor: number;
	#closed = false;

	private constructor(file: string, fields: Fields | undefined) {
		this.#file = file;
		this.#fields = fields;
		const lines = new LineFile(file, what);
		this.#format = file.endsWith('.csv') ? csvFormat(lines, fields) : jsonFormat(lines, fields);
		this.#descriptor = openSync(file, 'r');
	}

	/** Reads a file through; what is wrong with a row goes to `problems`, by its line. */
	static read(file: string, fields: Fields | undefined, problems: Problems): AnswerFile {
		const answers = new AnswerFile(file, fields);
		try {
			for (const row of answers.#format.rows) answers.#note(row, problems);
			return answers;
		} catch (error) {
			answers.close();
			throw error;
		}
	}

	/** Adds each question and repeat that the file has no answer to. */
	addMissing(
		{
			questions,
			repeats,
		}: { readonly questions: Iterable<{ readonly id: string }>; readonly repeats: number },
		problems: Problems,
	): void {
		for (let repeat = 0; repeat < repeats; repeat++) {
			for (const { id } of questions) {
				if (this.#index.mayHold(keyOf(id, repeat))) continue;
				const which = repeats === 1 ? '' : ` in repeat ${repeat} (of 0 to ${repeats - 1})`;
				problems.add(
					this.#file,
					undefined,
					`no answer to question "${id}"${which}; expected a row with its \`id\`${repeat === 0 ? '' : ` and \`repeat\`: ${repeat}`}`,
				);
			}
		}
	}

	/** The row that answers a question; throws when there is none, or the file is no longer what it was. */
	answerTo(id: string, repeat: number): Omit<AnswerRow, 'id' | 'repeat'> {
		for (const place of this.#index.places(keyOf(id, repeat))) {
			const { id: itsId, repeat: itsRepeat, ...answer } = this.#row(place);
			// Two keys can have one hash.
			if (itsId === id && itsRepeat === repeat) return answer;
		}
		throw new Error(`${this.#file}: no answer to question "${id}" in repeat ${repeat}`);
	}

	close(): void {
		if (!this.#closed) closeSync(this.#descriptor);
		this.#closed = true;
	}

	#note(row: Row, problems: Problems): void {
		if ('fault' in row) {
			problems.add(this.#file, row.line, row.fault);
			return;
		}
		const parsed = AnswerRow.safeParse(row.value, parsing);
		if (!parsed.success) {
			problems.addZod(this.#file, parsed.error, row.locate, [], (path) => nameIn(this.#fields, path));
			return;
		}
		const { id, repeat } = parsed.data;
		const key = keyOf(id, repeat);
		for (const place of this.#index.places(key)) {
			const other = this.#row(place);
			if (other.id !== id || other.repeat !== repeat) continue;
			problems.add(
				this.#file,
				row.line,
				`a second answer to question "${id}" in repeat ${repeat}, after the one on line ${place.line}; expected one (answers of several repeats have \`repeat\`: 0, 1, …)`,
			);
			return;
		}
		this.#index.add(key, { start: row.start, end: row.end, line: row.line, digest: digestOf(row.text) });
	}

	#row({ start, end, digest }: { start: number; end: number; digest: number }): AnswerRow {
		const bytes = Buffer.allocUnsafe(end - start);
		let length = 0;
		while (length < bytes.length) {
			const read = readSync(this.#descriptor, bytes, length, bytes.length - length, start + length);
			if (read === 0) throw changedFile(this.#file);
			length += read;
		}
		const text = start === 0 ? bytes.toString('utf8').replace(/^\uFEFF/, '') : bytes.toString('utf8');
		if (digestOf(text) !== digest) throw changedFile(this.#file);
		return AnswerRow.parse(this.#format.parse(text));
	}
}

function jsonFormat(lines: LineFile, fields: Fields | undefined): Format {
	const rows = jsonRows(lines, wanted);
	const toRow = (row: Row): Row => ('fault' in row ? row : { ...row, value: rowOf(row.value, fields) });
	return {
		rows: rowsOf(rows, toRow),
		parse: (text) => rowOf(valueIn(jsonRow(text, wanted)), fields),
	};
}

function csvFormat(lines: LineFile, fields: Fields | undefined): Format {
	const columns = csvColumns(lines);
	return {
		rows: csvRows(lines, (cells) => rowOfCells(cells, fields)),
		parse(text) {
			const row = csvRow(text, columns);
			return 'fault' in row ? undefined : rowOfCells(row.cells, fields);
		},
	};
}

function* rowsOf(rows: Iterable<Row>, toRow: (row: Row) => Row): Generator<Row> {
	for (const row of rows) yield toRow(row);
}

function valueIn(read: ReturnType<typeof jsonRow>): unknown {
	return 'value' in read ? read.value : undefined;
}

function keyOf(id: string, repeat: number): number {
	// The first 52 bits of a sha256, which a number holds exactly.
	return Number.parseInt(hash('sha256', `${repeat} ${id}`, 'hex').slice(0, 13), 16);
}

function digestOf(text: string): number {
	return Number.parseInt(hash('sha256', text, 'hex').slice(0, 8), 16);
}
