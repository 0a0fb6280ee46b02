import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { messageOf, SpangateError } from '../errors.ts';
import { Run } from '../model/run.ts';
import { Trial } from '../model/trial.ts';
import { RecordFile } from './files.ts';

/** Reads a run's `run.json`; one that is absent or of another shape is an `unmeasured` error. */
export function readRun(folder: string): Run {
	const file = join(folder, RecordFile.run);
	let text: string;
	try {
		text = readFileSync(file, 'utf8');
	} catch (error) {
		throw new SpangateError('unmeasured', `${file}: cannot read the run: ${messageOf(error)}`, {
			cause: error,
		});
	}
	return parseRecord(Run, text, file);
}

/** The gate file that stood in the suite when the run was made, or nothing. */
export function readGateSnapshot(folder: string): { file: string; text: string } | undefined {
	const file = join(folder, RecordFile.gate);
	return existsSync(file) ? { file, text: readFileSync(file, 'utf8') } : undefined;
}

/**
 * Streams a run's trials. A last line without its line break was torn by a kill: it is left out, and its place
 * (`file:line`) told to `onTorn`; any other line that does not parse is an `unmeasured` error with its number.
 */
export async function* readTrials(
	folder: string,
	onTorn: (where: string) => void = () => {},
): AsyncGenerator<Trial> {
	const file = join(folder, RecordFile.trials);
	for await (const { text, line } of readLines(file, (torn) => onTorn(`${file}:${torn}`))) {
		yield parseRecord(Trial, text, `${file}:${line}`);
	}
}

/** Streams the lines of `spans.jsonl`, each an OTLP/JSON ExportTraceServiceRequest. */
export async function* readSpanLines(folder: string): AsyncGenerator<{ text: string; line: number }> {
	yield* readLines(join(folder, RecordFile.spans));
}

async function* readLines(
	file: string,
	onTorn: (line: number) => void = () => {},
): AsyncGenerator<{ text: string; line: number }> {
	let line = 0;
	let rest = '';
	try {
		for await (const chunk of createReadStream(file, { encoding: 'utf8' })) {
			const parts = (rest + chunk).split('\n');
			rest = parts.pop() ?? '';
			for (const text of parts) yield { text, line: ++line };
		}
		if (rest !== '') onTorn(line + 1);
	} catch (error) {
		if (error instanceof SpangateError) throw error;
		throw new SpangateError('unmeasured', `${file}: cannot read the record: ${messageOf(error)}`, {
			cause: error,
		});
	}
}

function parseRecord<Schema extends z.ZodType>(
	schema: Schema,
	text: string,
	where: string,
): z.output<Schema> {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch (error) {
		throw new SpangateError('unmeasured', `${where}: not valid JSON: ${messageOf(error)}`, { cause: error });
	}
	const parsed = schema.safeParse(value);
	if (parsed.success) return parsed.data;
	const [issue] = parsed.error.issues;
	throw new SpangateError(
		'unmeasured',
		`${where}: not a record of this version: ${issue?.path.join('.')}: ${issue?.message}`,
	);
}
