import { type Context, createContextKey } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { LinkedContext } from './linked-context.ts';

const keeperKey = createContextKey('spangate span keeper');

/** Who takes the spans that start in a context, when they end: a run, or one of its trials. */
export interface SpanKeeper {
	add(span: ReadableSpan): void;
	/** true when a span that ends now comes after its trial was over. */
	readonly late: boolean;
}

/** The keeper of a context's spans. */
export function keeperOf(context: Context): SpanKeeper | undefined {
	return context.getValue(keeperKey) as SpanKeeper | undefined;
}

/** A context whose spans, and theirs, go to this keeper. */
export function withKeeper(context: Context, keeper: SpanKeeper): Context {
	return new LinkedContext(context, keeperKey, keeper);
}
