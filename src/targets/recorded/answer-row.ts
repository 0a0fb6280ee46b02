import { z } from 'zod';
import { TargetAnswer } from '../../model/evidence.ts';
import { strict } from '../../model/strict.ts';

const { output, ...reported } = TargetAnswer.shape;

/** One row of a file of answers: whose it is, and the answer or the failure in its place. */
export const AnswerRow = strict({
	id: z.string('expected the id of a question, a text').min(1),
	repeat: z.int().min(0).default(0),
	...reported,
	output: output.optional(),
	error: z.string().min(1).optional(),
	latencyMs: z.number().min(0).optional(),
}).superRefine(({ output, error }, issues) => {
	if ((output === undefined) !== (error === undefined)) return;
	const message =
		output === undefined
			? 'is missing, and so is `error`; expected the answer, or why there is none'
			: 'stands beside an `error`; expected the answer, or why there is none';
	issues.addIssue({ code: 'custom', path: ['output'], message });
});

export type AnswerRow = z.infer<typeof AnswerRow>;

const path = z.string().min(1);

/** Where a file of answers has what a row needs, by the names of ours; a dot leads into an object. */
export const Fields = strict({
	id: path.optional(),
	repeat: path.optional(),
	output: path.optional(),
	error: path.optional(),
	latencyMs: path.optional(),
	sources: path.optional(),
	model: path.optional(),
	promptVersion: path.optional(),
	inputTokens: path.optional(),
	outputTokens: path.optional(),
	costUsd: path.optional(),
	finishReason: path.optional(),
});

export type Fields = z.infer<typeof Fields>;

/** Fields of ours that stand deeper in a row than their name. */
const places: Readonly<Record<string, string>> = {
	inputTokens: 'usage.inputTokens',
	outputTokens: 'usage.outputTokens',
};
const numbers = /^(repeat|latencyMs|costUsd|firstTokenMs|retries|usage\..+)$/;

/** The row that a JSON value is to be, before it is validated: as it is, or what `fields` picks out of it. */
export function rowOf(value: unknown, fields: Fields | undefined): unknown {
	if (fields === undefined || typeof value !== 'object' || value === null) return value;
	const row: Record<string, unknown> = {};
	for (const field of Object.keys(Fields.shape) as (keyof Fields)[]) {
		const place = places[field] ?? field;
		put(row, place, valueAt(value, fields[field] ?? place));
	}
	return row;
}

/** The row that a CSV file's cells are to be: columns are paths, numbers are read, sources are parted by `|`. */
export function rowOfCells(cells: Readonly<Record<string, string>>, fields: Fields | undefined): unknown {
	const row: Record<string, unknown> = {};
	if (fields === undefined) {
		for (const [column, cell] of Object.entries(cells)) put(row, column, cellValue(column, cell));
		return row;
	}
	for (const field of Object.keys(Fields.shape) as (keyof Fields)[]) {
		const place = places[field] ?? field;
		const cell = cells[fields[field] ?? place];
		if (cell !== undefined) put(row, place, cellValue(place, cell));
	}
	return row;
}

/** What a row's key is called in the file: with the name that `fields` gives it there. */
export function nameIn(fields: Fields | undefined, path: readonly PropertyKey[]): string {
	const place = path.map(String).join('.');
	const field = Object.keys(Fields.shape).find((each) => (places[each] ?? each) === place);
	const theirs = field === undefined ? undefined : fields?.[field as keyof Fields];
	return theirs === undefined || theirs === place ? place : `${theirs} (${field} by \`fields\`)`;
}

function cellValue(place: string, cell: string): unknown {
	if (place === 'sources') return cell.split('|').map((source) => source.trim());
	if (!numbers.test(place)) return cell;
	const number = Number(cell);
	// What is no number stays as it is, to be told as such.
	return Number.isNaN(number) ? cell : number;
}

function put(row: Record<string, unknown>, place: string, value: unknown): void {
	if (value === undefined || value === null) return;
	const [key = place, ...rest] = place.split('.');
	if (rest.length === 0) row[key] = value;
	else row[key] = { ...(row[key] as object | undefined), [rest.join('.')]: value };
}

function valueAt(value: object, path: string): unknown {
	if (Object.hasOwn(value, path)) return (value as Record<string, unknown>)[path];
	let at: unknown = value;
	for (const key of path.split('.')) {
		if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
		at = (at as Record<string, unknown>)[key];
	}
	return at;
}
