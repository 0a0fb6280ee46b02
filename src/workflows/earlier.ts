import { join } from 'node:path';
import { SpangateError } from '../errors.ts';
import { IdTable } from '../metrics/id-table.ts';
import type { Delivery, Run } from '../model/run.ts';
import type { Trial } from '../model/trial.ts';
import { readDelivery } from '../record/delivery.ts';
import { RecordFile } from '../record/files.ts';
import { parseRecord, readSpanLines, readTrials } from '../record/reader.ts';
import { isLate, isTrialRoot, UnfinishedTrace } from '../telemetry/abandoned.ts';
import { spansOf, TraceRequest } from '../telemetry/otlp-json.ts';

/** What the record of an unfinished run holds. */
export interface Earlier {
	/** Finished trials, by `doneKey`. */
	readonly done: IdTable;
	readonly spans: { readonly recorded: number; readonly late: number };
	/** true when the run's own span ended and is recorded. */
	readonly runSpanEnded: boolean;
	/** Traces that no finished trial has, by their id. */
	readonly unfinished: ReadonlyMap<string, UnfinishedTrace>;
	/** What `export.json` says was sent; nothing when the spans file is not the one that it counts. */
	readonly delivery: Delivery | undefined;
}

/** Names a trial within its run. */
export function doneKey(repeat: number, questionId: string): string {
	return `${repeat} ${questionId}`;
}

/**
 * Reads what an unfinished run did, each finished trial to `onTrial` as well; its files end with whole lines. A
 * finished trial whose trace is not recorded is an `unmeasured` error: no kill loses that, so the files were changed.
 */
export async function readEarlier(
	folder: string,
	run: Run,
	onTrial: (trial: Trial) => void,
): Promise<Earlier> {
	const done = new IdTable(0);
	const finished = new IdTable(0);
	for await (const trial of readTrials(folder)) {
		done.add(doneKey(trial.repeat, trial.questionId));
		finished.add(trial.traceId);
		onTrial(trial);
	}
	const delivery = readDelivery(folder);
	const { acknowledgedBytes: delivered = 0, acknowledged = 0, rejected = 0 } = delivery ?? {};
	let deliveredSpans = 0;
	let bytes = 0;
	let recorded = 0;
	let late = 0;
	let roots = 0;
	let runSpanEnded = false;
	const unfinished = new Map<string, UnfinishedTrace>();
	const file = join(folder, RecordFile.spans);
	for await (const { text, line } of readSpanLines(folder)) {
		for (const span of spansOf(parseRecord(TraceRequest, text, () => `${file}:${line}`))) {
			recorded++;
			if (isLate(span)) late++;
			if (span.traceId === run.traceId) {
				if (span.spanId === run.spanId) runSpanEnded = true;
				continue;
			}
			if (finished.indexOf(span.traceId) >= 0) {
				if (isTrialRoot(span)) roots++;
				continue;
			}
			let trace = unfinished.get(span.traceId);
			if (trace === undefined) {
				trace = new UnfinishedTrace();
				unfinished.set(span.traceId, trace);
			}
			trace.add(span);
		}
		bytes += Buffer.byteLength(text) + 1;
		if (bytes === delivered) deliveredSpans = recorded;
	}
	if (roots < finished.size) {
		throw new SpangateError(
			'unmeasured',
			`${file}: the traces of ${finished.size - roots} of ${finished.size} finished trials are not in it`,
			{ hint: 'The record was changed or damaged; measure anew.' },
		);
	}
	const fits = deliveredSpans === acknowledged + rejected && delivered <= bytes;
	return {
		done,
		spans: { recorded, late },
		runSpanEnded,
		unfinished,
		delivery: fits ? delivery : undefined,
	};
}
