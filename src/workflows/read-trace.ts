import type { TraceBackend } from '../backends/backend.ts';
import { SpangateError } from '../errors.ts';
import type { EvidenceSpan } from '../model/evidence.ts';
import type { Trial } from '../model/trial.ts';
import { parseRecord, readSpanLines, readTrials } from '../record/reader.ts';
import { evidenceOfOtlp, TraceRequest } from '../telemetry/otlp-json.ts';

/** The instrumentation scope of spangate's own spans. */
const ownScope = 'spangate';

/** A trial of a question with all recorded spans of its trace. */
export interface QuestionTrace {
	readonly trial: Trial;
	readonly spans: readonly EvidenceSpan[];
	/** Why the backend gave less than it has, in its own words. */
	readonly partial?: string;
}

/** Every trial of a question in a run, each with its trace; a trial without spans is an `unmeasured` error. */
export async function readQuestionTraces(folder: string, questionId: string): Promise<QuestionTrace[]> {
	const trials = await trialsOf(folder, questionId);
	const spans = new Map(trials.map(({ traceId }) => [traceId, new TraceSpans()]));
	if (trials.length > 0) {
		for await (const { text } of readSpanLines(folder)) {
			// Most lines hold other questions' traces; the search costs less than parsing them.
			if (![...spans.keys()].some((traceId) => text.includes(traceId))) continue;
			const request = parseRecord(TraceRequest, text, () => `${folder}: spans.jsonl`);
			for (const [traceId, own] of spans) own.add(request, traceId);
		}
	}
	return trials.map((trial) => {
		const own = spans.get(trial.traceId)?.inOrder() ?? [];
		if (own.length === 0) {
			throw new SpangateError(
				'unmeasured',
				`${folder}: trace ${trial.traceId} of question "${questionId}" is not in spans.jsonl`,
			);
		}
		return { trial, spans: own };
	});
}

/** The same, with the spans that a backend has of each trace; one that it does not have is an `unmeasured` error. */
export async function readQuestionTracesFrom(
	backend: TraceBackend,
	{ folder, runId, questionId }: { folder: string; runId: string; questionId: string },
): Promise<QuestionTrace[]> {
	const traces: QuestionTrace[] = [];
	for (const trial of await trialsOf(folder, questionId)) {
		const found = await backend.read(trial.traceId);
		const own = new TraceSpans();
		if (found !== undefined) own.add(found.request, trial.traceId);
		const spans = own.inOrder();
		if (spans.length === 0) {
			const where = `${backend.name} at ${backend.url}`;
			throw new SpangateError(
				'unmeasured',
				`${where} has no trace ${trial.traceId} of question "${questionId}"${found?.partial ? ` (${found.partial})` : ''}`,
				{
					hint: `Send it with \`spangate export @${runId} --all --otlp URL\` (the record has it: leave out --from).`,
				},
			);
		}
		traces.push({ trial, spans, ...(found?.partial && { partial: found.partial }) });
	}
	return traces;
}

async function trialsOf(folder: string, questionId: string): Promise<Trial[]> {
	const trials: Trial[] = [];
	for await (const trial of readTrials(folder)) {
		if (trial.questionId === questionId) trials.push(trial);
	}
	return trials;
}

/** Gathers the spans of one trace: in which order its scopes stand is chance, so the app's come first. */
class TraceSpans {
	readonly #apps = new Map<string, EvidenceSpan>();
	readonly #ours = new Map<string, EvidenceSpan>();

	add({ resourceSpans }: TraceRequest, traceId: string): void {
		for (const { scopeSpans } of resourceSpans ?? []) {
			for (const { scope, spans } of scopeSpans ?? []) {
				const list = scope?.name === ownScope ? this.#ours : this.#apps;
				for (const span of spans ?? []) {
					// Delivery is at least once: a backend can have a span twice.
					if (span.traceId === traceId && !list.has(span.spanId)) list.set(span.spanId, evidenceOfOtlp(span));
				}
			}
		}
	}

	inOrder(): EvidenceSpan[] {
		return [...this.#apps.values(), ...this.#ours.values()];
	}
}
