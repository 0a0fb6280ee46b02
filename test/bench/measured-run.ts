import { createReadStream, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Delivery } from '../../src/model/run.ts';
import { startCountingSink } from '../support/counting-sink.ts';
import { readJson } from '../support/stored-run.ts';
import { target } from './noop-suite.ts';
import { environment, here, node, sourceBin } from './processes.ts';

/** Questions under way at once in every measured run. */
export const concurrency = 64;

/** Longer than any backend here could take: what is outstanding at the end was lost. */
const exportTimeoutS = 600;

/** What one `spangate run` took and left behind. */
export interface MeasuredRun {
	/** From the first question to the last recorded span. */
	readonly askingSeconds: number;
	/** From the first question until every span was acknowledged; of a run that exports. */
	readonly deliveredSeconds: number | undefined;
	/** The whole process, from its start to its end, with the reading of the record for the metrics. */
	readonly processSeconds: number;
	readonly peakBytes: number;
	/** What is not there that should be; empty when every span is accounted for. */
	readonly lost: readonly string[];
}

/** A suite to run, with what its record is to hold. */
export interface Asked {
	readonly suite: string;
	readonly questions: number;
	readonly spansPerQuestion: number;
}

/** Runs `spangate run` over a suite in a process of its own, and removes its record. */
export async function measureRun(
	folder: string,
	{ suite, ...asked }: Asked,
	exporting: boolean,
): Promise<MeasuredRun> {
	const sink = exporting ? await startCountingSink('number') : undefined;
	const memoryFile = join(folder, 'peak-memory');
	const home = join(folder, 'home');
	try {
		const args = ['run', suite, '--target', target, '-j', String(concurrency), '--no-progress'];
		const export_ = sink ? ['--otlp', sink.endpoint, '--export-timeout', String(exportTimeoutS)] : [];
		const started = performance.now();
		await node(
			['--import', here('peak-memory.js'), sourceBin, ...args, ...export_],
			environment(folder, { PEAK_MEMORY_FILE: memoryFile }),
		);
		const processSeconds = (performance.now() - started) / 1000;
		const runs = join(home, 'runs');
		const record = join(runs, readdirSync(runs)[0] ?? 'no run was recorded');
		const run = readJson(join(record, 'run.json'));
		const found = {
			completed: run.completed,
			delivery: readJson(join(record, 'export.json')),
			onDisk: await countSpans(join(record, 'spans.jsonl')),
			taken: sink && (await sink.tally()).spans,
		};
		const startedAt = Date.parse(run.startedAt);
		return {
			askingSeconds: (Date.parse(run.endedAt) - startedAt) / 1000,
			// Written for the last time when the backend has acknowledged the last span.
			deliveredSeconds: sink && (statSync(join(record, 'export.json')).mtimeMs - startedAt) / 1000,
			processSeconds,
			peakBytes: Number(readFileSync(memoryFile, 'utf8')),
			lost: lostOf(asked, found),
		};
	} finally {
		await sink?.close();
		rmSync(home, { recursive: true, force: true });
	}
}

/** Where the spans of a run were found; `taken` by a sink, when it exported to one. */
export interface Found {
	readonly completed: number;
	readonly delivery: Pick<Delivery, 'ended' | 'recorded' | 'acknowledged' | 'rejected' | 'outstanding'>;
	readonly onDisk: number;
	readonly taken: number | undefined;
}

/** What is missing, or too much, of a run of so many questions. */
export function lostOf(
	{ questions, spansPerQuestion }: Omit<Asked, 'suite'>,
	{ completed, delivery, onDisk, taken }: Found,
): string[] {
	const spans = questions * spansPerQuestion + 1;
	const counts: [string, number, number][] = [
		['completed trials', completed, questions],
		['spans ended', delivery.ended, spans],
		['spans recorded', delivery.recorded, spans],
		['spans in spans.jsonl', onDisk, spans],
	];
	if (taken !== undefined) {
		counts.push(
			['spans acknowledged', delivery.acknowledged, spans],
			['spans rejected', delivery.rejected, 0],
			['spans outstanding', delivery.outstanding, 0],
			['spans that the sink counted', taken, spans],
		);
	}
	return counts
		.filter(([, count, expected]) => count !== expected)
		.map(([what, count, expected]) => `${questions} questions: ${count} ${what}, expected ${expected}`);
}

/** Counts without parsing: a record of a million questions is more than 4 GB. */
async function countSpans(file: string): Promise<number> {
	const oncePerSpan = '"startTimeUnixNano":';
	let spans = 0;
	let rest = Buffer.alloc(0);
	for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 })) {
		const text = Buffer.concat([rest, chunk]);
		for (let at = text.indexOf(oncePerSpan); at !== -1; at = text.indexOf(oncePerSpan, at + 1)) spans++;
		// A mark that a chunk's end cuts is whole in the next; a whole one does not fit into what is kept.
		rest = text.subarray(-(oncePerSpan.length - 1));
	}
	return spans;
}
