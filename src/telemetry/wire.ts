import { metrics } from '@opentelemetry/api';
import {
	convertLegacyHttpOptions,
	createOtlpHttpExportDelegate,
} from '@opentelemetry/otlp-exporter-base/node-http';
import type { IExportTraceServiceResponse, ISerializer } from '@opentelemetry/otlp-transformer';
import { messageOf, SpangateError } from '../errors.ts';

/** A recorded OTLP/JSON request and the number of spans in it. */
export interface RecordedRequest {
	readonly bytes: Uint8Array;
	readonly spans: number;
}

/** What became of one request: taken (but for `rejected` spans), refused for good, or not delivered for now. */
type Sent =
	| { readonly outcome: 'acknowledged'; readonly rejected: number; readonly error?: string }
	| { readonly outcome: 'refused'; readonly error: string }
	| { readonly outcome: 'failed'; readonly error: string };

/** Sends recorded requests as they are, over OpenTelemetry's own OTLP/HTTP transport. */
export interface Wire {
	readonly endpoint: string;
	send(request: RecordedRequest): Promise<Sent>;
	close(): Promise<void>;
}

/** The endpoint that the standard environment names for traces, or nothing: then nothing is ever sent. */
export function endpointFromEnvironment(env: NodeJS.ProcessEnv): string | undefined {
	const traces = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT;
	if (traces) return httpUrl(traces).href;
	return env.OTEL_EXPORTER_OTLP_ENDPOINT ? tracesUrl(env.OTEL_EXPORTER_OTLP_ENDPOINT) : undefined;
}

/** A base URL as `--otlp` takes it, with the path of the traces signal (kept when it is there already). */
export function tracesUrl(base: string): string {
	const url = httpUrl(base);
	if (!url.pathname.endsWith('/v1/traces')) url.pathname = `${url.pathname.replace(/\/$/, '')}/v1/traces`;
	return url.href;
}

function httpUrl(text: string): URL {
	if (/^https?:\/\//.test(text) && URL.canParse(text)) return new URL(text);
	throw new SpangateError(
		'usage',
		`"${text}" is not an OTLP/HTTP endpoint; expected e.g. http://localhost:4318`,
	);
}

type Answer = IExportTraceServiceResponse & { readonly unreadable?: string };

/** Refusals of the request itself, which no later try could mend; other 4xx are the set-up's fault. */
const refusedForGood = new Set([400, 413, 422]);

/**
 * Opens the transport that `exporter-trace-otlp-http` is made of: headers, TLS, compression and time-out come
 * from the standard environment, 429/502/503/504 are tried again there and Retry-After is kept.
 */
export function openWire(endpoint: string): Wire {
	let answer: Answer | undefined;
	const serializer: ISerializer<RecordedRequest, IExportTraceServiceResponse> = {
		serializeRequest: ({ bytes }) => bytes,
		// The delegate calls this and then, in the same turn, the request's own callback, which reads `answer`.
		deserializeResponse: (data) => {
			answer = parseAnswer(data);
			return {};
		},
	};
	const options = convertLegacyHttpOptions({ url: endpoint }, 'TRACES', 'v1/traces', {
		'Content-Type': 'application/json',
	});
	const delegate = createOtlpHttpExportDelegate(
		options,
		serializer,
		'otlp_http_span_exporter',
		{ name: 'span', countItems: ({ spans }: RecordedRequest) => spans },
		metrics.getMeterProvider(),
	);
	return {
		endpoint,
		send: (request) =>
			new Promise((resolve) => {
				delegate.export(request, ({ code, error }) => {
					const mine = answer;
					answer = undefined;
					resolve(code === 0 ? taken(mine, request) : notTaken(error));
				});
			}),
		close: () => delegate.shutdown(),
	};
}

/** Any web server can answer 200; only an OTLP answer (or none at all) acknowledges spans. */
function parseAnswer(data: Uint8Array): Answer {
	const text = Buffer.from(data).toString('utf8');
	if (text === '') return {};
	try {
		const parsed: unknown = JSON.parse(text);
		// Strict: an error object, or a list, acknowledges nothing.
		const known = isRecord(parsed) && Object.keys(parsed).every((key) => key === 'partialSuccess');
		if (known && (parsed.partialSuccess === undefined || isRecord(parsed.partialSuccess))) return parsed;
	} catch {
		// No JSON: as unreadable as any other text.
	}
	return { unreadable: text.slice(0, 80) };
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function taken(answer: Answer | undefined, request: RecordedRequest): Sent {
	if (answer === undefined) {
		return { outcome: 'failed', error: 'the connection broke in the middle of the answer' };
	}
	const { partialSuccess, unreadable } = answer;
	if (unreadable !== undefined) {
		return {
			outcome: 'failed',
			error: `the endpoint answered 200 with a body that is not OTLP/JSON: ${unreadable}`,
		};
	}
	const told = Number(partialSuccess?.rejectedSpans ?? 0);
	const rejected = Number.isSafeInteger(told) && told >= 0 ? Math.min(told, request.spans) : request.spans;
	const error = partialSuccess?.errorMessage;
	return { outcome: 'acknowledged', rejected, ...(error && { error }) };
}

function notTaken(error: Error | undefined): Sent {
	const code = error !== undefined && 'code' in error ? error.code : undefined;
	const text =
		typeof code === 'number' ? `HTTP ${code} ${messageOf(error)}` : messageOf(error ?? 'no answer');
	return {
		outcome: typeof code === 'number' && refusedForGood.has(code) ? 'refused' : 'failed',
		error: text,
	};
}
