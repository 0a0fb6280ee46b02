import { randomBytes } from 'node:crypto';
import { type SpanContext, SpanKind } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';

/** What the serializers of OpenTelemetry read of an ended span. */
export type SdkSpan = Omit<ReadableSpan, 'duration' | 'ended' | 'resource'> & {
	readonly resource: Pick<ReadableSpan['resource'], 'attributes' | 'schemaUrl'>;
};

const plain: Omit<SdkSpan, 'spanContext'> = {
	name: 'POST /answer',
	kind: SpanKind.SERVER,
	startTime: [1_700_000_000, 0],
	endTime: [1_700_000_000, 5_000_000],
	status: { code: 0 },
	attributes: { 'http.route': '/answer', 'llm.tokens': 300, 'llm.cost': 0.25, tags: ['a', 'b'] },
	links: [],
	events: [{ time: [1_700_000_000, 1_000_000], name: 'cache.miss', attributes: { key: 'k' } }],
	resource: { attributes: { 'service.name': 'app' } },
	instrumentationScope: { name: 'http', version: '1.0.0' },
	droppedAttributesCount: 0,
	droppedEventsCount: 0,
	droppedLinksCount: 0,
};

/** A span as the SDK hands it to a serializer. */
export function sdkSpan(span: Partial<SdkSpan> = {}, context: Partial<SpanContext> = {}): ReadableSpan {
	const spanContext = {
		traceId: randomBytes(16).toString('hex'),
		spanId: randomBytes(8).toString('hex'),
		traceFlags: 1,
		...context,
	};
	return { ...plain, ...span, spanContext: () => spanContext } as ReadableSpan;
}
