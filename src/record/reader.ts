import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf, SpangateError } from '../errors.ts';
import { Run } from '../model/run.ts';
import { Trial } from '../model/trial.ts';
import { RecordFile } from './files.ts';
import { readLineBatches } from './lines.ts';

/** Reads a run's `run.json`; one that is absent or of another shape is an `unmeasured` error. */
export function readRun(folder: string): Run {
	return readRecord(Run, join(folder, RecordFile.run));
}

/** The gate file that stood in the suite when the run was made, or nothing. */
export function readGateSnapshot(folder: string): { file: string; text: string } | undefined {
	const file = join(folder, RecordFile.gate);
	return existsSync(file) ? { file, text: readFileSync(file, 'utf8') } : undefined;
}

/** How many bytes of trials a run has; 0 where nobody can tell, which who reads them will find. */
export function trialsSize(folder: string): number {
	try {
		return statSync(join(folder, RecordFile.trials)).size;
	} catch {
		return 0;
	}
}

/** What a reader of trials is told beside them. */
export interface TrialEvents {
	/** The place (`file:line`) of a last line without its line break: a kill tore it, and it is left out. */
	readonly onTorn?: (where: string) => void;
	/** Every byte of the file in order, torn ones too. */
	readonly onBytes?: (bytes: Uint8Array) => void;
}

/**
 * Streams a run's trials, some hundred at once: as many as one read completed. Any line that does not parse, but
 * for a torn last one, is an `unmeasured` error with its number.
 */
export async function* readTrialBatches(
	folder: string,
	{ onTorn, onBytes }: TrialEvents = {},
): AsyncGenerator<Trial[]> {
	const file = join(folder, RecordFile.trials);
	const torn = onTorn && ((line: number) => onTorn(`${file}:${line}`));
	let schema: typeof Trial = Trial;
	for await (const { lines, first } of readLineBatches(file, { onTorn: torn, onBytes })) {
		yield lines.map((text, index) => parseRecord(schema, text, () => `${file}:${first + index}`));
		// Compiling takes as long as it saves in some thousand trials: a record of one batch does without.
		schema = compiledTrial();
	}
}

let compiled: typeof Trial | undefined;

/** The same schema as code of its own, which takes a sixth of the time. */
function compiledTrial(): typeof Trial {
	compiled ??= z.compile(Trial);
	return compiled;
}

/** Streams a run's trials one by one, as `readTrialBatches` does. */
export async function* readTrials(
	folder: string,
	onTorn: (where: string) => void = () => {},
): AsyncGenerator<Trial> {
	for await (const batch of readTrialBatches(folder, { onTorn })) yield* batch;
}

/** Streams the lines of `spans.jsonl`, each an OTLP/JSON ExportTraceServiceRequest. */
export async function* readSpanLines(folder: string): AsyncGenerator<{ text: string; line: number }> {
	for await (const { lines, first } of readLineBatches(join(folder, RecordFile.spans))) {
		for (const [index, text] of lines.entries()) yield { text, line: first + index };
	}
}

/** Reads a file that holds one JSON record; one that is absent or of another shape is an `unmeasured` error. */
export function readRecord<Schema extends z.ZodType>(schema: Schema, file: string): z.output<Schema> {
	let text: string;
	try {
		text = readFileSync(file, 'utf8');
	} catch (error) {
		throw new SpangateError('unmeasured', `${file}: cannot read the record: ${messageOf(error)}`, {
			cause: error,
		});
	}
	return parseRecord(schema, text, () => file);
}

/** Parses one JSON record; one that is no JSON, or of another shape, is an `unmeasured` error that names `where`. */
export function parseRecord<Schema extends z.ZodType>(
	schema: Schema,
	text: string,
	where: () => string,
): z.output<Schema> {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch (error) {
		throw new SpangateError('unmeasured', `${where()}: not valid JSON: ${messageOf(error)}`, {
			cause: error,
		});
	}
	const parsed = schema.safeParse(value);
	if (parsed.success) return parsed.data;
	const [issue] = parsed.error.issues;
	throw new SpangateError(
		'unmeasured',
		`${where()}: not a record of this version: ${issue?.path.join('.')}: ${issue?.message}`,
	);
}
