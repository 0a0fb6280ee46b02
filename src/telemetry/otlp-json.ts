import { z } from 'zod';
import type { EvidenceSpan, SpanAttribute } from '../model/evidence.ts';

/*
 * OTLP/JSON: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 * (hex ids, 64-bit integers as strings or numbers, unknown fields ignored).
 */
const Id = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-fA-F]{${bytes * 2}}$`));
// Nanoseconds since 1970 are past the safe integers, and some SDKs write them as numbers all the same.
const Int64 = z.union([z.string().regex(/^\d+$/), z.number().min(0).refine(Number.isInteger)]);

interface AnyValue {
	stringValue?: string | undefined;
	boolValue?: boolean | undefined;
	intValue?: string | number | undefined;
	doubleValue?: number | string | null | undefined;
	arrayValue?: { values?: AnyValue[] | undefined } | undefined;
}
const AnyValue: z.ZodType<AnyValue> = z.lazy(() =>
	z.looseObject({
		stringValue: z.string().optional(),
		boolValue: z.boolean().optional(),
		intValue: z.union([z.string(), z.number()]).optional(),
		doubleValue: z.union([z.number(), z.string(), z.null()]).optional(),
		arrayValue: z.looseObject({ values: z.array(AnyValue).optional() }).optional(),
	}),
);
const Attributes = z.array(z.looseObject({ key: z.string(), value: AnyValue.optional() })).optional();

const OtlpSpan = z.looseObject({
	traceId: Id(16),
	spanId: Id(8),
	parentSpanId: z.union([Id(8), z.literal('')]).optional(),
	name: z.string().default(''),
	kind: z.int().optional(),
	startTimeUnixNano: Int64,
	endTimeUnixNano: Int64,
	attributes: Attributes,
	events: z
		.array(
			z.looseObject({ name: z.string().optional(), timeUnixNano: Int64.optional(), attributes: Attributes }),
		)
		.optional(),
	status: z.looseObject({ code: z.int().optional(), message: z.string().optional() }).optional(),
});

const ScopeSpans = z.looseObject({ spans: z.array(OtlpSpan).optional() });
const ResourceSpans = z.looseObject({ scopeSpans: z.array(ScopeSpans).optional() });

/** A traces request of OTLP/HTTP in its JSON form. */
export const TraceRequest = z.looseObject({ resourceSpans: z.array(ResourceSpans).optional() });

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
	return { ...request, resourceSpans: resourceSpans.filter(({ scopeSpans }) => scopeSpans.length > 0) };
}

const kinds = ['INTERNAL', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'] as const;
const statuses = ['unset', 'ok', 'error'] as const;

/** What scorers and checks see of a span that came over the wire or was read from a record. */
export function evidenceOfOtlp(span: OtlpSpan): EvidenceSpan {
	const startMs = milliseconds(span.startTimeUnixNano);
	return {
		name: span.name,
		kind: kinds[span.kind ?? 0] ?? 'INTERNAL',
		traceId: span.traceId.toLowerCase(),
		spanId: span.spanId.toLowerCase(),
		...(span.parentSpanId && { parentSpanId: span.parentSpanId.toLowerCase() }),
		startMs,
		durationMs: Number(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)) / 1e6,
		status: statuses[span.status?.code ?? 0] ?? 'unset',
		...(span.status?.message && { statusMessage: span.status.message }),
		attributes: attributesOf(span.attributes),
		events: (span.events ?? []).map((event) => ({
			name: event.name ?? '',
			timeMs: milliseconds(event.timeUnixNano ?? 0),
			attributes: attributesOf(event.attributes),
		})),
	};
}

function milliseconds(nanoseconds: string | number): number {
	const exact = BigInt(nanoseconds);
	return Number(exact / 1_000_000n) + Number(exact % 1_000_000n) / 1e6;
}

function attributesOf(list: z.infer<typeof Attributes>): Record<string, SpanAttribute> {
	const attributes: Record<string, SpanAttribute> = {};
	for (const { key, value } of list ?? []) {
		const plain = value === undefined ? undefined : plainValue(value);
		if (plain !== undefined) attributes[key] = plain;
	}
	return attributes;
}

function plainValue(value: AnyValue): SpanAttribute | undefined {
	if (value.stringValue !== undefined) return value.stringValue;
	if (value.boolValue !== undefined) return value.boolValue;
	if (value.intValue !== undefined) return Number(value.intValue);
	// JSON has no NaN: the SDK writes null.
	if (value.doubleValue !== undefined)
		return value.doubleValue === null ? Number.NaN : Number(value.doubleValue);
	if (value.arrayValue !== undefined) {
		const items = (value.arrayValue.values ?? []).map(plainValue);
		return items.filter((item) => item !== undefined && !Array.isArray(item)) as (
			| string
			| number
			| boolean
		)[];
	}
	return undefined;
}
