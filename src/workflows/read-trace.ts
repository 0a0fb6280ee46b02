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
}

/** Every trial of a question in a run, each with its trace; a trial without spans is an `unmeasured` error. */
export async function readQuestionTraces(folder: string, questionId: string): Promise<QuestionTrace[]> {
	const trials: Trial[] = [];
	for await (const trial of readTrials(folder)) {
		if (trial.questionId === questionId) trials.push(trial);
	}
	// Which spans share a request, and so in which order its scopes stand, is chance: the app's come first here.
	const [apps, ours] = [spansByTrace(trials), spansByTrace(trials)];
	if (trials.length > 0) {
		for await (const { text } of readSpanLines(folder)) {
			// Most lines hold other questions' traces; the search costs less than parsing them.
			if (![...ours.keys()].some((traceId) => text.includes(traceId))) continue;
			const request = parseRecord(TraceRequest, text, () => `${folder}: spans.jsonl`);
			for (const { scopeSpans } of request.resourceSpans ?? []) {
				for (const { scope, spans: ended } of scopeSpans ?? []) {
					const list = scope?.name === ownScope ? ours : apps;
					for (const span of ended ?? []) list.get(span.traceId)?.push(evidenceOfOtlp(span));
				}
			}
		}
	}
	return trials.map((trial) => {
		const own = [...(apps.get(trial.traceId) ?? []), ...(ours.get(trial.traceId) ?? [])];
		if (own.length === 0) {
			throw new SpangateError(
				'unmeasured',
				`${folder}: trace ${trial.traceId} of question "${questionId}" is not in spans.jsonl`,
			);
		}
		return { trial, spans: own };
	});
}

function spansByTrace(trials: readonly Trial[]): Map<string, EvidenceSpan[]> {
	return new Map(trials.map(({ traceId }) => [traceId, []]));
}
