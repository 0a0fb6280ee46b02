import { z } from 'zod';
import type { Question } from './question.ts';
import { strict } from './strict.ts';

const count = z.int().min(0);

/** Token counts of one answer, as the target reports them; the last two are parts of the first two. */
const Usage = strict({
	inputTokens: count,
	outputTokens: count,
	cachedInputTokens: count.optional(),
	reasoningTokens: count.optional(),
});

/** What a target returns; strict, so that a misspelt field is a failed trial and not a lost number. */
export const TargetAnswer = strict({
	output: z.string(),
	sources: z.array(z.string()).optional().describe('Ids of the documents that the answer cites'),
	model: z.string().min(1).optional(),
	promptVersion: z.string().min(1).optional(),
	usage: Usage.optional(),
	costUsd: z.number().min(0).optional(),
	finishReason: z.string().min(1).optional().describe('`stop`, `length`, `refusal`, `content_filter`, …'),
	responseId: z.string().min(1).optional().describe('What the provider calls this answer'),
	firstTokenMs: z.number().min(0).optional().describe('Until the first token of a stream, in milliseconds'),
});

/**
 * An answer as it is recorded: what the target returned and how long it took, in milliseconds; without `latencyMs` that
 * is not known, as of an answer that was collected elsewhere and not timed.
 */
export const Answer = TargetAnswer.extend({
	latencyMs: z.number().min(0).optional(),
	costMissing: z.string().min(1).optional().describe('Why the suite’s `prices` give it no cost'),
	cached: z.literal(true).optional().describe('It was taken from the cache, so its latency says nothing'),
	retries: z
		.int()
		.min(1)
		.optional()
		.describe('How often it was asked once more; the latency is of the last time'),
});

export type TargetAnswer = z.infer<typeof TargetAnswer>;
export type Answer = z.infer<typeof Answer>;

/** The value of a span’s attribute, as OTLP can carry it. */
export type SpanAttribute = string | number | boolean | readonly (string | number | boolean)[];

/** One ended span as scorers and checks see it: hex ids, times in milliseconds since the epoch. */
export interface EvidenceSpan {
	readonly name: string;
	readonly kind: 'INTERNAL' | 'SERVER' | 'CLIENT' | 'PRODUCER' | 'CONSUMER';
	readonly traceId: string;
	readonly spanId: string;
	readonly parentSpanId?: string;
	readonly startMs: number;
	readonly durationMs: number;
	readonly status: 'unset' | 'ok' | 'error';
	readonly statusMessage?: string;
	readonly attributes: Readonly<Record<string, SpanAttribute>>;
	readonly events: readonly {
		readonly name: string;
		readonly timeMs: number;
		readonly attributes: Readonly<Record<string, SpanAttribute>>;
	}[];
}

/** The only input of scorers and checks: the question, its answer, and the spans below its root. */
export interface Evidence {
	readonly question: Question;
	readonly answer: Answer;
	readonly spans: readonly EvidenceSpan[];
}
