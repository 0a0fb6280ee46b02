import { spansOf, TraceRequest } from '../telemetry/otlp-json.ts';
import {
	type BackendAddress,
	type BackendTrace,
	getFrom,
	isObject,
	objectIn,
	type TraceBackend,
	unexpected,
	wordsOf,
} from './backend.ts';

/**
 * Tempo's trace API (`GET /api/v2/traces/{id}`, tempo/pkg/tempopb/tempo.proto `TraceByIDResponse` as protobuf JSON):
 * base64 ids and names of enum values under `trace`; a trace that it does not have is an empty one.
 */
export function tempoTraces(address: BackendAddress): TraceBackend {
	return {
		name: address.name,
		url: address.url,
		async read(traceId): Promise<BackendTrace | undefined> {
			const path = `/api/v2/traces/${traceId}`;
			const answer = await getFrom(address, path);
			// Hidden by an access policy: Tempo says so without a word. Other servers have words for a wrong path.
			if (answer.status === 404 && answer.text === '') return undefined;
			if (answer.status !== 200) throw unexpected(address, path, answer);
			const body = objectIn(answer);
			if (!isTempos(body)) throw unexpected(address, path, answer, 'not an answer of Tempo’s trace API v2');
			const parsed = TraceRequest.safeParse(otlpOf(body.trace ?? {}));
			if (!parsed.success) {
				const [issue] = parsed.error.issues;
				throw unexpected(
					address,
					path,
					{ ...answer, text: '' },
					`${issue?.path.join('.')}: ${issue?.message}`,
				);
			}
			const partial =
				body.status === 'PARTIAL' && wordsOf(address.secrets, String(body.message || 'the trace is partial'));
			if (spansOf(parsed.data).length === 0 && !partial) return undefined;
			return { request: parsed.data, ...(partial && { partial }) };
		},
	};
}

/** true for a `TraceByIDResponse`, in which any field can be left out, the trace too when it is not there. */
function isTempos(body: Json | undefined): body is Json {
	if (body === undefined) return false;
	return (
		isObject(body.trace) || Object.keys(body).every((key) => ['metrics', 'status', 'message'].includes(key))
	);
}

type Json = Readonly<Record<string, unknown>>;

const kinds = new Map(
	['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'].map((name, number) => [
		`SPAN_KIND_${name}`,
		number,
	]),
);
const statusCodes = new Map(['UNSET', 'OK', 'ERROR'].map((name, number) => [`STATUS_CODE_${name}`, number]));

/** OTLP's own JSON form of a trace in protobuf JSON: hex ids and numbers of enum values. */
function otlpOf(trace: unknown): unknown {
	return each(trace, 'resourceSpans', (resource) =>
		each(resource, 'scopeSpans', (scope) =>
			each(scope, 'spans', (span) =>
				each(
					{
						...span,
						...hexIds(span),
						kind: numberOf(kinds, span.kind),
						...(isObject(span.status) && {
							status: { ...span.status, code: numberOf(statusCodes, span.status.code) },
						}),
					},
					'links',
					(link) => ({ ...link, ...hexIds(link) }),
				),
			),
		),
	);
}

/** The object with its list of that name changed item by item; what is no list of objects is left for the schema to refuse. */
function each(value: unknown, list: string, change: (item: Json) => unknown): unknown {
	if (!isObject(value) || !Array.isArray(value[list])) return value;
	return { ...value, [list]: value[list].map((item: unknown) => (isObject(item) ? change(item) : item)) };
}

function hexIds(span: Json): Json {
	const ids = Object.entries({ traceId: 16, spanId: 8, parentSpanId: 8 });
	return Object.fromEntries(
		ids.filter(([name]) => span[name] !== undefined).map(([name, bytes]) => [name, hexOf(span[name], bytes)]),
	);
}

function hexOf(id: unknown, bytes: number): unknown {
	if (typeof id !== 'string' || id === '') return id;
	// Leading zeros of an id can be left out in storage.
	return Buffer.from(id, 'base64')
		.toString('hex')
		.padStart(bytes * 2, '0');
}

function numberOf(names: ReadonlyMap<string, number>, value: unknown): unknown {
	return typeof value === 'string' ? (names.get(value) ?? value) : value;
}
