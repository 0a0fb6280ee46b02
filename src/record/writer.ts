import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, SpangateError } from '../errors.ts';
import type { Delivery, Run } from '../model/run.ts';
import type { Trial } from '../model/trial.ts';
import { AppendFile } from './append-file.ts';
import { RecordFile } from './files.ts';

/** The snapshots that let a verdict be made again after the suite's files changed. */
export interface Snapshots {
	readonly suite: unknown;
	readonly gate: string | undefined;
}

interface Pending {
	spans: Uint8Array[];
	trials: Uint8Array[];
	done: PromiseWithResolvers<void>;
}

/**
 * Writes one run's folder. Lines that come while a write is under way go out together with the next one,
 * spans before trials, so that a trial's line is never on disk without its spans.
 */
export class RunWriter {
	readonly folder: string;
	readonly #spans: AppendFile;
	readonly #trials: AppendFile;
	#pending: Pending = newPending();
	#draining: Promise<void> | undefined;
	/** Why nothing more is written: what follows a failed write could stand on disk without its spans. */
	#broken: { readonly error: unknown } | undefined;

	private constructor(folder: string, spans: AppendFile, trials: AppendFile) {
		this.folder = folder;
		this.#spans = spans;
		this.#trials = trials;
	}

	/** Makes the folder and its two logs; a folder that exists already, or cannot be made, is an error. */
	static async create(folder: string): Promise<RunWriter> {
		try {
			mkdirSync(join(folder, '..'), { recursive: true });
			mkdirSync(folder);
		} catch (error) {
			throw new SpangateError('unmeasured', `${folder}: cannot make the run's folder: ${messageOf(error)}`, {
				hint: 'SPANGATE_HOME names the folder that holds all records.',
				cause: error,
			});
		}
		const spans = await AppendFile.create(join(folder, RecordFile.spans));
		const trials = await AppendFile.create(join(folder, RecordFile.trials));
		return new RunWriter(folder, spans, trials);
	}

	/** Writes the run's first state and the snapshots, before any trial. */
	begin(run: Run, snapshots: Snapshots): void {
		writeJson(join(this.folder, RecordFile.run), run);
		writeJson(join(this.folder, RecordFile.suite), snapshots.suite);
		if (snapshots.gate !== undefined) writeFileSync(join(this.folder, RecordFile.gate), snapshots.gate);
	}

	/** Bytes of spans on disk. */
	get spansSize(): number {
		return this.#spans.size;
	}

	/** Appends one OTLP/JSON request (without its line break); resolves when it is written. */
	appendSpans(request: Uint8Array): Promise<void> {
		this.#pending.spans.push(request, lineBreak);
		return this.#written();
	}

	/** Appends a trial; resolves when it, and all spans appended before it, are written. */
	appendTrial(trial: Trial): Promise<void> {
		this.#pending.trials.push(Buffer.from(`${JSON.stringify(trial)}\n`));
		return this.#written();
	}

	#written(): Promise<void> {
		const { promise } = this.#pending.done;
		this.#draining ??= this.#drain();
		return promise;
	}

	async #drain(): Promise<void> {
		// One turn of the loop gathers what this turn still brings.
		await new Promise(setImmediate);
		while (this.#pending.spans.length > 0 || this.#pending.trials.length > 0) {
			const batch = this.#pending;
			this.#pending = newPending();
			try {
				if (this.#broken) throw this.#broken.error;
				if (batch.spans.length > 0) await this.#spans.append(batch.spans);
				if (batch.trials.length > 0) await this.#trials.append(batch.trials);
				batch.done.resolve();
			} catch (error) {
				this.#broken ??= { error };
				batch.done.reject(error);
			}
		}
		this.#draining = undefined;
	}

	/** Writes the run's final state; spans may still follow (the gate's own), trials not. */
	end(run: Run): void {
		writeJson(join(this.folder, RecordFile.run), run);
	}

	/** Closes the logs and leaves the record as it is; more than once is fine. */
	async release(): Promise<void> {
		await this.#draining;
		await this.#spans.close();
		await this.#trials.close();
	}

	/** Closes the logs and writes what became of the spans. */
	async close(delivery: Delivery): Promise<void> {
		await this.release();
		writeJson(join(this.folder, RecordFile.delivery), delivery);
	}
}

/** Writes a JSON file whole or not at all: beside its place first, then moved there. */
export function writeJson(file: string, value: unknown): void {
	writeFileSync(`${file}.tmp`, `${JSON.stringify(value, undefined, '\t')}\n`);
	renameSync(`${file}.tmp`, file);
}

const lineBreak = Buffer.from('\n');

function newPending(): Pending {
	const done = Promise.withResolvers<void>();
	// A rejection reaches everyone who awaits an append; nobody else has to listen.
	done.promise.catch(() => {});
	return { spans: [], trials: [], done };
}
