import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, SpangateError } from '../errors.ts';
import type { Delivery } from '../model/run.ts';
import { readDelivery, writeDelivery } from '../record/delivery.ts';
import { RecordFile } from '../record/files.ts';
import { lockRun } from '../record/lock.ts';
import { readWholeLines } from '../record/whole-lines.ts';
import { countSpans } from '../telemetry/count-spans.ts';
import { Exporter } from '../telemetry/exporter.ts';

const bytesAtOnce = 1024 * 1024;

/** Where a stored run's spans are sent, and how long is waited for the backend. */
export interface ExportOptions {
	/** The URL of the traces signal. */
	readonly endpoint: string;
	/** Send what was acknowledged before, too. */
	readonly all: boolean;
	/** Makes of a backend's words what may be told. */
	readonly told: (text: string) => string;
	/** Given up after this time without an acknowledgement. */
	readonly timeoutMs: number;
	/** Aborted when the user wants no longer to wait. */
	readonly interrupt: AbortSignal;
	/** Told the byte where a last line begins that a kill tore: it is left out. */
	readonly onTorn: (where: string) => void;
}

/**
 * Sends what is outstanding of a stored run at an endpoint, and keeps `export.json` up to date meanwhile; another
 * endpoint than the last one has acknowledged nothing yet. Delivery is at least once: spans whose answer was lost
 * before, and with `all` every one, can be twice at the backend.
 */
export async function exportRun(folder: string, options: ExportOptions): Promise<Delivery> {
	const unlock = lockRun(folder);
	try {
		return await send(folder, options);
	} finally {
		unlock();
	}
}

async function send(folder: string, options: ExportOptions): Promise<Delivery> {
	const { endpoint, all, timeoutMs, interrupt, onTorn, told } = options;
	const stored = readDelivery(folder);
	const from = stored?.endpoint === endpoint && !all ? stored : undefined;
	const file = join(folder, RecordFile.spans);
	const whole = await measureLines(file, from);
	if (whole.torn) onTorn(`${file}: byte ${whole.bytes}`);
	// What a killed run last said of itself can be older than what is on disk.
	const ended = Math.max(stored?.ended ?? 0, whole.spans);
	const counts = { ended, recorded: whole.spans, late: stored?.late ?? 0 };
	const exporter = new Exporter(file, endpoint, () => whole.bytes, { from, runBytes: stored?.runBytes });
	// What one backend has is not forgotten for another that took nothing.
	const elsewhere = stored !== undefined && stored.endpoint !== endpoint && stored.acknowledgedBytes > 0;
	const save = (delivery: Delivery) => {
		if (elsewhere && delivery.acknowledgedBytes === 0) return;
		const metricsEndpoint = stored?.metricsEndpoint;
		writeDelivery(folder, { ...delivery, ...(metricsEndpoint !== undefined && { metricsEndpoint }) });
	};
	const tell = (delivery: Delivery): Delivery =>
		delivery.error === undefined ? delivery : { ...delivery, error: told(delivery.error) };
	exporter.onProgress = () => save(tell(exporter.delivery(counts)));
	exporter.onProgress();
	for (let before = -1; before < exporter.acknowledgedBytes && !interrupt.aborted; ) {
		before = exporter.acknowledgedBytes;
		if (await exporter.drain(Date.now() + timeoutMs, interrupt)) break;
	}
	const delivery = tell(await exporter.finish(() => counts, 0));
	save(delivery);
	return delivery;
}

/** How far the spans file goes in whole lines and how many spans these hold; `from` must fit to it. */
async function measureLines(
	path: string,
	from: Delivery | undefined,
): Promise<{ bytes: number; spans: number; torn: boolean }> {
	const file = await openSpans(path);
	try {
		const { size } = await file.stat();
		const done = from?.acknowledgedBytes ?? 0;
		const before = await countUpTo(file, 0, Math.min(done, size));
		if (before.end !== done || before.spans !== (from?.acknowledged ?? 0) + (from?.rejected ?? 0)) {
			throw new SpangateError(
				'unmeasured',
				`${path}: ${RecordFile.delivery} says that its first ${done} bytes were delivered, and they are not what it counts`,
				{ hint: 'The file was changed since; --all sends every span again.' },
			);
		}
		const after = await countUpTo(file, before.end, size);
		return { bytes: after.end, spans: before.spans + after.spans, torn: after.end < size };
	} finally {
		await file.close();
	}
}

async function openSpans(path: string): Promise<FileHandle> {
	try {
		return await open(path, 'r');
	} catch (error) {
		throw new SpangateError('unmeasured', `${path}: cannot read the record: ${messageOf(error)}`, {
			cause: error,
		});
	}
}

async function countUpTo(
	file: FileHandle,
	from: number,
	to: number,
): Promise<{ end: number; spans: number }> {
	let end = from;
	let spans = 0;
	for (;;) {
		const lines = await readWholeLines(file, end, to, bytesAtOnce);
		if (lines.length === 0) return { end, spans };
		end += lines.length;
		spans += countSpans(lines);
	}
}
