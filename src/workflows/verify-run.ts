import { setTimeout as sleep } from 'node:timers/promises';
import { pMapIterable } from 'p-map';
import type { TraceBackend } from '../backends/backend.ts';
import { SpangateError } from '../errors.ts';
import { IdTable } from '../metrics/id-table.ts';
import type { Delivery, Run } from '../model/run.ts';
import type { MissingTrace, Verification } from '../model/verification.ts';
import { readDelivery } from '../record/delivery.ts';
import { readTrials } from '../record/reader.ts';
import { SpanName } from '../telemetry/names.ts';
import { spansOf } from '../telemetry/otlp-json.ts';
import { type RecordedSpans, recordedTraces } from './recorded-traces.ts';

const requestsAtOnce = 8;
const listed = 20;
const askAgainMs = 500;

/**
 * Asks a backend for every trace that a run has recorded, and counts what it has of each. For `waitMs` from the start
 * a trace that is not whole yet is asked for again: backends take a moment to show what they acknowledged.
 */
export async function verifyRun(
	run: Run,
	folder: string,
	backend: TraceBackend,
	waitMs: number,
): Promise<Verification> {
	const deadline = performance.now() + waitMs;
	const traces = new IdTable(run.planned + 2);
	const incomplete = new IdTable(listed);
	const missing = new Map<string, Found>();
	let spans = 0;
	let found = 0;
	const look = (recorded: RecordedSpans) => findIn(backend, recorded, deadline);
	const options = { concurrency: requestsAtOnce, backpressure: 4 * requestsAtOnce };
	for await (const part of pMapIterable(recordedTraces(folder), look, options)) {
		traces.add(part.traceId);
		spans += part.recorded;
		found += part.found;
		if (part.found === part.recorded) continue;
		incomplete.add(part.traceId);
		// A trace can come in parts.
		const before = missing.get(part.traceId);
		if (before !== undefined) missing.set(part.traceId, together(before, part));
		else if (missing.size < listed) missing.set(part.traceId, part);
	}
	if (traces.size === 0) {
		throw new SpangateError('unmeasured', `${folder}: no span is recorded, so there is nothing to verify`);
	}
	const questions = new Map<string, string>();
	let unrecordedTrials = 0;
	let trials = 0;
	for await (const { traceId, questionId } of readTrials(folder)) {
		trials++;
		if (missing.has(traceId)) questions.set(traceId, questionId);
		else if (traces.indexOf(traceId) === -1) unrecordedTrials++;
	}
	const recordProblem = problemOf(run, readDelivery(folder), { trials, spans });
	return {
		backend: backend.name,
		url: backend.url,
		whole: incomplete.size === 0 && unrecordedTrials === 0 && recordProblem === undefined,
		traces: traces.size,
		spans,
		found,
		missingTraces: incomplete.size,
		missing: [...missing.values()].map(({ root, ...counts }) => ({
			...counts,
			...ownerOf(counts.traceId, root, run, questions),
		})),
		unrecordedTrials,
		...(recordProblem !== undefined && { recordProblem }),
	};
}

/** What keeps a record from being all of its run: what is not recorded, no backend was ever sent. */
function problemOf(
	{ planned, completed, endedAt, curtailed }: Run,
	delivery: Delivery | undefined,
	{ trials, spans }: { readonly trials: number; readonly spans: number },
): string | undefined {
	if (endedAt === undefined)
		return `the run never ended: ${trials} of ${planned} planned trials are recorded`;
	if (trials !== completed) return `${trials} trials are recorded, and the run ended with ${completed}`;
	if (trials !== planned - (curtailed?.saved ?? 0))
		return `${trials} of ${planned} planned trials are recorded`;
	if (delivery === undefined) return 'export.json, which counts the spans that ended, is not there';
	const { ended, recorded } = delivery;
	if (ended !== recorded) return `${recorded} of ${ended} spans that ended were recorded`;
	return spans < recorded ? `${spans} spans are in spans.jsonl, and ${recorded} were recorded` : undefined;
}

interface Found extends Pick<MissingTrace, 'traceId' | 'found' | 'recorded' | 'partial'> {
	readonly root: string | undefined;
}

async function findIn(
	backend: TraceBackend,
	{ traceId, spanIds, root }: RecordedSpans,
	deadline: number,
): Promise<Found> {
	for (;;) {
		const trace = await backend.read(traceId);
		const there = new Set<string>();
		for (const span of trace === undefined ? [] : spansOf(trace.request)) {
			if (span.traceId === traceId && spanIds.has(span.spanId)) there.add(span.spanId);
		}
		if (there.size === spanIds.size || performance.now() >= deadline) {
			const partial = there.size < spanIds.size ? trace?.partial : undefined;
			return { traceId, root, found: there.size, recorded: spanIds.size, ...(partial && { partial }) };
		}
		await sleep(Math.min(askAgainMs, Math.max(0, deadline - performance.now())));
	}
}

function together(a: Found, b: Found): Found {
	return { ...a, ...b, root: a.root ?? b.root, found: a.found + b.found, recorded: a.recorded + b.recorded };
}

function ownerOf(
	traceId: string,
	root: string | undefined,
	run: Run,
	questions: ReadonlyMap<string, string>,
): Pick<MissingTrace, 'of' | 'questionId'> {
	const questionId = questions.get(traceId);
	if (questionId !== undefined) return { of: 'question', questionId };
	if (traceId === run.traceId) return { of: 'run' };
	return { of: root === SpanName.gate ? 'gate' : 'other' };
}
