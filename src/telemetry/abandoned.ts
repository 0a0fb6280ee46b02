import { ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, type Tracer, trace } from '@opentelemetry/api';
import { Attr, SpanName } from './names.ts';
import { evidenceOfOtlp, type OtlpSpan } from './otlp-json.ts';
import type { RunSpans } from './run-spans.ts';
import type { Sdk } from './sdk.ts';

const message = 'the process was killed before the trial ended; the question is asked again';

/** The recorded spans of a trace that no finished trial has: what a kill left of one, or none of a trial's at all. */
export class UnfinishedTrace {
	readonly #ids = new Set<string>();
	/** When the first span below it started, in milliseconds since 1970, by the parent's id. */
	readonly #parents = new Map<string, number>();
	#rootId: string | undefined;
	#marked = false;
	#startMs = Number.POSITIVE_INFINITY;
	#endMs = 0;

	add(span: OtlpSpan): void {
		const { spanId, parentSpanId, startMs, durationMs, attributes } = evidenceOfOtlp(span);
		this.#ids.add(spanId);
		if (parentSpanId !== undefined) {
			this.#parents.set(parentSpanId, Math.min(startMs, this.#parents.get(parentSpanId) ?? startMs));
		} else if (isTrialRoot(span)) this.#rootId = spanId;
		if (attributes[Attr.abandoned] === true) this.#marked = true;
		this.#startMs = Math.min(this.#startMs, startMs);
		this.#endMs = Math.max(this.#endMs, startMs + durationMs);
	}

	/**
	 * Marks the trace as abandoned when it is a trial's and bears no mark yet; gives whether it is one. Spans that
	 * never ended are recorded now, with their own ids and the first as the root, so that those below hang in no void.
	 */
	mark(traceId: string, runId: string, sdk: Sdk, spans: RunSpans): boolean {
		const missing = [...this.#parents].filter(([id]) => !this.#ids.has(id)).sort(([, a], [, b]) => a - b);
		const rootId = this.#rootId ?? missing[0]?.[0];
		if (rootId === undefined) return false;
		if (this.#marked) return true;
		const context = spans.enter(ROOT_CONTEXT);
		const belowRoot = trace.setSpanContext(context, {
			traceId,
			spanId: rootId,
			traceFlags: TraceFlags.SAMPLED,
		});
		const attributes = { [Attr.runId]: runId, [Attr.abandoned]: true, [Attr.errorType]: 'abandoned' };
		const record = (tracer: Tracer, startMs: number, root: boolean) => {
			const options = { kind: SpanKind.INTERNAL, attributes, startTime: new Date(startMs), root };
			const [name, parent] = root ? [SpanName.question, context] : [SpanName.abandoned, belowRoot];
			const span = tracer.startSpan(name, options, parent);
			span.setStatus({ code: SpanStatusCode.ERROR, message });
			span.end(new Date(this.#endMs));
			return span;
		};
		for (const [spanId, startMs] of missing) {
			sdk.startWithIds({ traceId, spanId }, (tracer) => record(tracer, startMs, spanId === rootId));
		}
		if (this.#rootId !== undefined) record(sdk.tracer, this.#startMs, false);
		return true;
	}
}

/** true for the root span of a trial that ended: an app may call a span of its own `question`, too. */
export function isTrialRoot({ name, parentSpanId, attributes }: OtlpSpan): boolean {
	return name === SpanName.question && !parentSpanId && hasKey(attributes, Attr.runId);
}

/** true for a span that came after its trial was over. */
export function isLate({ attributes }: OtlpSpan): boolean {
	return hasKey(attributes, Attr.late);
}

function hasKey(attributes: OtlpSpan['attributes'], key: string): boolean {
	return attributes?.some((attribute) => attribute?.key === key) ?? false;
}
