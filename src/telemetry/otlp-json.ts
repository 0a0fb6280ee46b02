import { z } from 'zod';
import type { EvidenceSpan } from '../model/evidence.ts';
import { field, list, Nanoseconds, Text, Uint32 } from './otlp-fields.ts';
import { Attributes, attributesOf } from './otlp-value.ts';

/*
 * OTLP/JSON: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding, messages of opentelemetry-proto 1.
 * Unknown fields are dropped and defaults left out, so that a request reads the same whichever encoding it came in
 * and `"startTimeUnixNano":` stands in a recorded line once for each span.
 */
const Id = (bytes: number) =>
	z
		.string()
		.regex(new RegExp(`^[0-9a-fA-F]{${bytes * 2}}$`), `expected ${bytes} bytes in hex`)
		.toLowerCase();
/** An id that need not be there: SDKs also write it empty, or as zeros. */
const OptionalId = (bytes: number) =>
	field(
		z.union([z.literal(''), Id(bytes)]).overwrite((id) => (/^0*$/.test(id) ? '' : id)),
		'',
	);
const Count = field(Uint32, 0);
const OptionalText = field(Text, '');

const Event = z.object({
	timeUnixNano: field(Nanoseconds, '0'),
	name: OptionalText,
	attributes: Attributes,
	droppedAttributesCount: Count,
});

const Link = z.object({
	traceId: OptionalId(16),
	spanId: OptionalId(8),
	traceState: OptionalText,
	attributes: Attributes,
	droppedAttributesCount: Count,
	flags: Count,
});

/** Never left out: lines of a record are counted and spans are judged by their times. */
const SpanTime = Nanoseconds.nullish().transform((time) => time ?? '0');

const OtlpSpan = z.object({
	traceId: Id(16),
	spanId: Id(8),
	traceState: OptionalText,
	parentSpanId: OptionalId(8),
	flags: Count,
	name: Text.nullish().transform((name) => name ?? ''),
	kind: field(z.int32(), 0),
	startTimeUnixNano: SpanTime,
	endTimeUnixNano: SpanTime,
	attributes: Attributes,
	droppedAttributesCount: Count,
	events: list(Event),
	droppedEventsCount: Count,
	links: list(Link),
	droppedLinksCount: Count,
	status: field(z.object({ code: field(z.int32(), 0), message: OptionalText })),
});

const Scope = z.object({
	name: OptionalText,
	version: OptionalText,
	attributes: Attributes,
	droppedAttributesCount: Count,
});

const EntityRef = z.object({
	schemaUrl: OptionalText,
	type: OptionalText,
	idKeys: list(Text),
	descriptionKeys: list(Text),
});

const Resource = z.object({
	attributes: Attributes,
	droppedAttributesCount: Count,
	entityRefs: list(EntityRef),
});

const ScopeSpans = z.object({ scope: field(Scope), spans: list(OtlpSpan), schemaUrl: OptionalText });
const ResourceSpans = z.object({
	resource: field(Resource),
	scopeSpans: list(ScopeSpans),
	schemaUrl: OptionalText,
});

/** A traces request of OTLP/HTTP in its JSON form: lower-case hex ids, 64-bit integers as text, bytes in base64. */
export const TraceRequest = z.object({ resourceSpans: list(ResourceSpans) });

export type EntityRef = z.infer<typeof EntityRef>;
export type OtlpSpan = z.infer<typeof OtlpSpan>;
export type TraceRequest = z.infer<typeof TraceRequest>;

/** Every span of a request, in the order in which it stands there. */
export function spansOf(request: TraceRequest): OtlpSpan[] {
	return (request.resourceSpans ?? []).flatMap(({ scopeSpans }) =>
		(scopeSpans ?? []).flatMap(({ spans }) => spans ?? []),
	);
}

/** The request with only the spans that `keep` chooses; resources and scopes left empty are dropped. */
export function filterSpans(request: TraceRequest, keep: (span: OtlpSpan) => boolean): TraceRequest {
	const resourceSpans = (request.resourceSpans ?? []).map((resource) => ({
		...resource,
		scopeSpans: (resource.scopeSpans ?? [])
			.map((scope) => ({ ...scope, spans: (scope.spans ?? []).filter(keep) }))
			.filter(({ spans }) => spans.length > 0),
	}));
	// Alone: lines of the spans file are joined as lists of these, and OTLP knows no other field here.
	return { resourceSpans: resourceSpans.filter(({ scopeSpans }) => scopeSpans.length > 0) };
}

const kinds = ['INTERNAL', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'] as const;
const statuses = ['unset', 'ok', 'error'] as const;

/** What scorers and checks see of a span that came over the wire or was read from a record. */
export function evidenceOfOtlp(span: OtlpSpan): EvidenceSpan {
	const startMs = milliseconds(span.startTimeUnixNano);
	return {
		name: span.name,
		kind: kinds[span.kind ?? 0] ?? 'INTERNAL',
		traceId: span.traceId,
		spanId: span.spanId,
		...(span.parentSpanId && { parentSpanId: span.parentSpanId }),
		startMs,
		durationMs: Number(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)) / 1e6,
		status: statuses[span.status?.code ?? 0] ?? 'unset',
		...(span.status?.message && { statusMessage: span.status.message }),
		attributes: attributesOf(span.attributes),
		events: (span.events ?? []).map((event) => ({
			name: event.name ?? '',
			timeMs: milliseconds(event.timeUnixNano ?? '0'),
			attributes: attributesOf(event.attributes),
		})),
	};
}

function milliseconds(nanoseconds: string): number {
	const exact = BigInt(nanoseconds);
	return Number(exact / 1_000_000n) + Number(exact % 1_000_000n) / 1e6;
}
