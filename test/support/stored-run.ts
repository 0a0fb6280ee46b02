import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A span of `spans.jsonl` or of a sink, read without any of spangate's own code. */
export interface WireSpan {
	readonly traceId: string;
	readonly spanId: string;
	readonly parentSpanId: string | undefined;
	readonly name: string;
	readonly kind: number;
	readonly startNs: bigint;
	readonly endNs: bigint;
	readonly attributes: Readonly<Record<string, unknown>>;
	readonly events: readonly {
		readonly name: string;
		readonly attributes: Readonly<Record<string, unknown>>;
	}[];
	readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
	readonly status: { readonly code?: number; readonly message?: string };
	readonly resource: Readonly<Record<string, unknown>>;
	readonly scope: { readonly name: string; readonly version?: string };
}

/** A run's folder as it stands on disk. */
export interface StoredRun {
	readonly folder: string;
	readonly run: Json;
	readonly trials: readonly Json[];
	readonly spans: readonly WireSpan[];
	readonly delivery: Json;
}

// biome-ignore lint/suspicious/noExplicitAny: what a program wrote is looked at, not trusted
export type Json = any;

export function readStoredRun(home: string, id: string | undefined): StoredRun {
	const folder = join(home, 'runs', id ?? 'no run id was told');
	return {
		folder,
		run: readJson(join(folder, 'run.json')),
		trials: readLines(join(folder, 'trials.jsonl')),
		spans: readLines(join(folder, 'spans.jsonl')).flatMap(wireSpans),
		delivery: readJson(join(folder, 'export.json')),
	};
}

export function readJson(file: string): Json {
	return JSON.parse(readFileSync(file, 'utf8'));
}

export function readLines(file: string): Json[] {
	const lines = readFileSync(file, 'utf8').split('\n');
	return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
}

/** Every span of an OTLP/JSON `ExportTraceServiceRequest`. */
export function wireSpans(request: Json): WireSpan[] {
	return (request.resourceSpans ?? []).flatMap((resource: Json) =>
		(resource.scopeSpans ?? []).flatMap((scope: Json) =>
			(scope.spans ?? []).map((span: Json) => wireSpan(span, resource.resource, scope.scope)),
		),
	);
}

/** `traceId/spanId`, which no two spans share. */
export function idOf({ traceId, spanId }: Pick<WireSpan, 'traceId' | 'spanId'>): string {
	return `${traceId}/${spanId}`;
}

function wireSpan(span: Json, resource: Json, scope: Json): WireSpan {
	return {
		traceId: span.traceId,
		spanId: span.spanId,
		parentSpanId: span.parentSpanId || undefined,
		name: span.name,
		kind: span.kind,
		startNs: BigInt(span.startTimeUnixNano),
		endNs: BigInt(span.endTimeUnixNano),
		attributes: attributesOf(span.attributes),
		events: (span.events ?? []).map((event: Json) => ({
			name: event.name,
			attributes: attributesOf(event.attributes),
		})),
		links: span.links ?? [],
		status: span.status ?? {},
		resource: attributesOf(resource?.attributes),
		scope: { name: scope?.name ?? '', ...(scope?.version && { version: scope.version }) },
	};
}

/** The attributes of a span, a data point or a resource, as plain values. */
export function attributesOf(list: Json[] | undefined): Record<string, unknown> {
	return Object.fromEntries((list ?? []).map(({ key, value }) => [key, plain(value)]));
}

function plain(value: Json): unknown {
	if ('arrayValue' in value) return (value.arrayValue.values ?? []).map(plain);
	if ('intValue' in value || 'doubleValue' in value) return Number(value.intValue ?? value.doubleValue);
	return value.stringValue ?? value.boolValue;
}
