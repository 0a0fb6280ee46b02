import { SpangateError } from '../errors.ts';
import type { EvidenceSpan } from '../model/evidence.ts';
import type { Trial } from '../model/trial.ts';
import { readSpanLines, readTrials } from '../record/reader.ts';
import { evidenceOfOtlp, spansOf, TraceRequest } from '../telemetry/otlp-json.ts';

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
	const spans = new Map<string, EvidenceSpan[]>(trials.map(({ traceId }) => [traceId, []]));
	if (trials.length > 0) {
		for await (const { text } of readSpanLines(folder)) {
			// Most lines hold other questions' traces; the search costs less than parsing them.
			if (![...spans.keys()].some((traceId) => text.includes(traceId))) continue;
			for (const span of spansOf(TraceRequest.parse(JSON.parse(text)))) {
				spans.get(span.traceId.toLowerCase())?.push(evidenceOfOtlp(span));
			}
		}
	}
	return trials.map((trial) => {
		const own = spans.get(trial.traceId) ?? [];
		if (own.length === 0) {
			throw new SpangateError(
				'unmeasured',
				`${folder}: trace ${trial.traceId} of question "${questionId}" is not in spans.jsonl`,
			);
		}
		return { trial, spans: own };
	});
}
