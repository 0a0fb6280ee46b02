import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { EvidenceSpan, SpanAttribute } from '../model/evidence.ts';

type HrTime = ReadableSpan['startTime'];

/** What scorers and checks see of a span that ended in this process. */
export function evidenceOfSpan(span: ReadableSpan): EvidenceSpan {
	const { traceId, spanId } = span.spanContext();
	return {
		name: span.name,
		kind: SpanKind[span.kind] as EvidenceSpan['kind'],
		traceId,
		spanId,
		...(span.parentSpanContext && { parentSpanId: span.parentSpanContext.spanId }),
		startMs: milliseconds(span.startTime),
		durationMs: milliseconds(span.duration),
		status: statusName(span.status.code),
		...(span.status.message !== undefined && { statusMessage: span.status.message }),
		attributes: span.attributes as Record<string, SpanAttribute>,
		events: span.events.map(({ name, time, attributes }) => ({
			name,
			timeMs: milliseconds(time),
			attributes: (attributes ?? {}) as Record<string, SpanAttribute>,
		})),
	};
}

function milliseconds([seconds, nanoseconds]: HrTime): number {
	return seconds * 1e3 + nanoseconds / 1e6;
}

function statusName(code: SpanStatusCode): EvidenceSpan['status'] {
	switch (code) {
		case SpanStatusCode.UNSET:
			return 'unset';
		case SpanStatusCode.OK:
			return 'ok';
		case SpanStatusCode.ERROR:
			return 'error';
	}
}
