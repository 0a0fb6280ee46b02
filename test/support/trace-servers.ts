import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { answerHttp, type HttpAnswers } from './http-answers.ts';
import type { Json } from './stored-run.ts';

/** Traces in OTLP/JSON by trace id, as a backend keeps them: resources and scopes split at will. */
export type StoredTraces = Map<string, Json[]>;

/** What a run's spans file holds, by trace: what a backend has after a whole export. */
export function tracesOf(folder: string): StoredTraces {
	const traces: StoredTraces = new Map();
	for (const line of readFileSync(join(folder, 'spans.jsonl'), 'utf8').split('\n')) {
		if (line === '') continue;
		for (const { resource, scopeSpans } of JSON.parse(line).resourceSpans) {
			for (const { scope, spans } of scopeSpans) {
				for (const span of spans) {
					const kept = traces.get(span.traceId) ?? [];
					kept.push({ resource, scopeSpans: [{ scope, spans: [span] }] });
					traces.set(span.traceId, kept);
				}
			}
		}
	}
	return traces;
}

/** The kinds of backend that traces are read back from, with the flag that names each. */
export const traceServers = { jaeger: serveJaeger, tempo: serveTempo } as const;

/** Serves traces as Jaeger 2's `/api/v3/traces/{id}` does. */
function serveJaeger(traces: StoredTraces): Promise<HttpAnswers> {
	return answerHttp(({ url }) => {
		const [, id = ''] = /^\/api\/v3\/traces\/([0-9a-f]{32})\?raw_traces=true$/.exec(url ?? '') ?? [];
		const resourceSpans = traces.get(id);
		if (resourceSpans !== undefined) return { body: JSON.stringify({ result: { resourceSpans } }) };
		return { status: 404, body: '{"error":{"httpCode":404,"message":"No traces found"}}\n' };
	});
}

/** Serves traces as Tempo's `/api/v2/traces/{id}` does, in protobuf JSON. */
function serveTempo(traces: StoredTraces): Promise<HttpAnswers> {
	return answerHttp(({ url }) => {
		const [, id] = /^\/api\/v2\/traces\/([0-9a-f]{32})$/.exec(url ?? '') ?? [];
		if (id === undefined) return { status: 404, body: '404 page not found\n' };
		const resourceSpans = traces.get(id);
		const trace = resourceSpans ? { resourceSpans: resourceSpans.map(protobufJson) } : {};
		return { body: JSON.stringify({ trace, metrics: { inspectedBytes: '1' } }) };
	});
}

const kinds = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];
const codes = ['UNSET', 'OK', 'ERROR'];

function protobufJson(resource: Json): Json {
	const scopeSpans = resource.scopeSpans.map((scope: Json) => ({
		...scope,
		spans: scope.spans.map((span: Json) => ({
			...withBase64(span),
			kind: `SPAN_KIND_${kinds[span.kind ?? 0]}`,
			status: { ...span.status, code: `STATUS_CODE_${codes[span.status?.code ?? 0]}` },
			links: span.links?.map(withBase64),
		})),
	}));
	return { ...resource, scopeSpans };
}

function withBase64(span: Json): Json {
	const base64 = (hex: string | undefined) => hex && Buffer.from(hex, 'hex').toString('base64');
	return {
		...span,
		traceId: base64(span.traceId),
		spanId: base64(span.spanId),
		parentSpanId: base64(span.parentSpanId),
	};
}
