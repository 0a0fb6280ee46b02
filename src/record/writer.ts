import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, SpangateError } from '../errors.ts';
import type { Run } from '../model/run.ts';
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
	trials: string[];
	done: PromiseWithResolvers<void>;
}

/** What may wait for the disk, in bytes (characters, for trials), before nothing more should be started. */
const maxPending = 1024 * 1024;

/**
 * Writes one run's folder. Lines that come while a write is under way go out together with the next one,
 * spans before trials, so that a trial's line is never on disk without its spans.
 */
export class RunWriter {
	readonly folder: string;
	readonly #spans: AppendFile;
	readonly #trials: AppendFile;
	#pending: Pending = newPending();
	#pendingSize = 0;
	#room: PromiseWithResolvers<void> | undefined;
	#draining: Promise<void> | undefined;
	/** Called before each write, for what belongs on disk before the trials that wait: it may append more. */
	beforeWrite: (() => void) | undefined;
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
		const trials = await AppendFile.create(join(folder, RecordFile.trials)).catch(closing(spans));
		return new RunWriter(folder, spans, trials);
	}

	/** Opens the logs of a run that did not end, to go on with; `torn` names the files whose last line a kill tore. */
	static async reopen(folder: string): Promise<{ writer: RunWriter; torn: string[] }> {
		const spans = await AppendFile.reopen(join(folder, RecordFile.spans));
		const trials = await AppendFile.reopen(join(folder, RecordFile.trials)).catch(closing(spans.file));
		const torn = [spans, trials].filter((each) => each.torn).map(({ file }) => file.path);
		return { writer: new RunWriter(folder, spans.file, trials.file), torn };
	}

	/** Writes the snapshots and the run's first state, before any trial; a folder with a run.json has all of them. */
	begin(run: Run, snapshots: Snapshots): void {
		writeJson(join(this.folder, RecordFile.suite), snapshots.suite);
		if (snapshots.gate !== undefined) writeFileSync(join(this.folder, RecordFile.gate), snapshots.gate);
		writeJson(join(this.folder, RecordFile.run), run);
	}

	/** Bytes of spans on disk. */
	get spansSize(): number {
		return this.#spans.size;
	}

	/**
	 * Nothing, or, when so much waits for the disk that nothing more should be started, the moment when it may again;
	 * rejects when a write has failed.
	 */
	get room(): Promise<void> | undefined {
		if (this.#broken !== undefined) return Promise.reject(this.#broken.error);
		if (this.#pendingSize <= maxPending) return undefined;
		this.#room ??= Promise.withResolvers();
		return this.#room.promise;
	}

	/** Appends one OTLP/JSON request (without its line break); resolves when it is written. */
	appendSpans(request: Uint8Array): Promise<void> {
		this.#pending.spans.push(request, lineBreak);
		this.#pendingSize += request.byteLength;
		return this.#written();
	}

	/** Appends a trial; resolves when it, and all spans appended before it, are written. */
	appendTrial(trial: Trial): Promise<void> {
		const line = `${JSON.stringify(trial)}\n`;
		this.#pending.trials.push(line);
		this.#pendingSize += line.length;
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
			this.#prepare();
			const batch = this.#pending;
			this.#pending = newPending();
			this.#pendingSize = 0;
			// While these are written, others are made.
			this.#room?.resolve();
			this.#room = undefined;
			try {
				if (this.#broken) throw this.#broken.error;
				if (batch.spans.length > 0) await this.#spans.append(batch.spans);
				if (batch.trials.length > 0) await this.#trials.append([Buffer.from(batch.trials.join(''))]);
				batch.done.resolve();
			} catch (error) {
				this.#broken ??= { error };
				batch.done.reject(error);
			}
		}
		this.#draining = undefined;
	}

	#prepare(): void {
		try {
			this.beforeWrite?.();
		} catch (error) {
			this.#broken ??= { error };
		}
	}

	/** Writes the run's state anew: its end, after which spans may follow (the gate's own), trials not; or its going on. */
	update(run: Run): void {
		writeJson(join(this.folder, RecordFile.run), run);
	}

	/** Closes the logs and leaves the record as it is; more than once is fine. */
	async release(): Promise<void> {
		await this.#draining;
		await this.#spans.close();
		await this.#trials.close();
	}
}

/** Writes a JSON file whole or not at all: beside its place first, then moved there. */
export function writeJson(file: string, value: unknown): void {
	writeFileSync(`${file}.tmp`, `${JSON.stringify(value, undefined, '\t')}\n`);
	renameSync(`${file}.tmp`, file);
}

const lineBreak = Buffer.from('\n');

/** Passes an error on when the file that was opened before is closed. */
function closing(file: AppendFile): (error: unknown) => Promise<never> {
	return async (error) => {
		await file.close();
		throw error;
	};
}

function newPending(): Pending {
	const done = Promise.withResolvers<void>();
	// A rejection reaches everyone who awaits an append; nobody else has to listen.
	done.promise.catch(() => {});
	return { spans: [], trials: [], done };
}
