import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { context, metrics } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import {
	convertLegacyHttpOptions,
	createOtlpHttpExportDelegate,
} from '@opentelemetry/otlp-exporter-base/node-http';
import type { IExportTraceServiceResponse, ISerializer } from '@opentelemetry/otlp-transformer';
import { SpangateError } from '../errors.ts';
import { type Answer, notTaken, parseAnswer, retryAfter, type Sent, taken } from './otlp-answer.ts';

/** An OTLP/JSON request and the number of spans in it. */
export interface RecordedRequest {
	readonly bytes: Uint8Array;
	readonly spans: number;
}

/** Sends recorded requests as they are, each once, over OpenTelemetry's own OTLP/HTTP transport. */
export interface Wire {
	readonly endpoint: string;
	/** Sends one request; one that is abandoned by `stop` is `failed`, though the backend may have it. */
	send(request: RecordedRequest, stop: AbortSignal): Promise<Sent>;
	close(): void;
}

/** The endpoint that the standard environment names for traces, or nothing: then nothing is ever sent. */
export function endpointFromEnvironment(
	env: Readonly<Record<string, string | undefined>>,
): string | undefined {
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

/** Reads an endpoint's URL; anything but http(s), or one that holds credentials, is a `usage` error. */
export function httpUrl(text: string): URL {
	if (/^https?:\/\//.test(text) && URL.canParse(text)) {
		const url = new URL(text);
		if (url.username === '' && url.password === '') return url;
		// The endpoint stands in the record and in messages, so it must hold no secret; nor is it told here.
		throw new SpangateError('usage', 'the OTLP/HTTP endpoint holds credentials', {
			hint: 'Give them in OTEL_EXPORTER_OTLP_HEADERS, e.g. Authorization=Basic%20<base64 of user:password>.',
		});
	}
	throw new SpangateError(
		'usage',
		`"${text}" is not an OTLP/HTTP endpoint; expected e.g. http://localhost:4318`,
	);
}

/** What is seen of one request on its way: the transport itself tells neither a status that it would try again nor Retry-After. */
interface Exchange {
	request?: ClientRequest;
	status?: number | undefined;
	retryAfterMs?: number | undefined;
	answer?: Answer;
	abandoned: boolean;
}

/**
 * Opens the transport that `exporter-trace-otlp-http` is made of: headers, TLS, compression and time-out come
 * from the standard environment. Node's own diagnostics channels tell what its result leaves out.
 */
export function openWire(endpoint: string): Wire {
	const current = new AsyncLocalStorage<Exchange>();
	const serializer: ISerializer<RecordedRequest, IExportTraceServiceResponse> = {
		serializeRequest: ({ bytes }) => bytes,
		deserializeResponse: (data) => {
			const exchange = current.getStore();
			if (exchange !== undefined) exchange.answer = parseAnswer(data);
			return {};
		},
	};
	const options = convertLegacyHttpOptions({ url: endpoint }, 'TRACES', 'v1/traces', {
		'Content-Type': 'application/json',
	});
	const delegate = createOtlpHttpExportDelegate(
		// Without a time of its own it tries once: when to try again is the exporter's decision, which knows the deadline.
		{ ...options, timeoutMillis: 0 },
		serializer,
		'otlp_http_span_exporter',
		{ name: 'span', countItems: ({ spans }: RecordedRequest) => spans },
		metrics.getMeterProvider(),
	);
	const onRequest = (message: unknown): void => {
		const exchange = current.getStore();
		if (exchange === undefined) return;
		const { request } = message as { request: ClientRequest };
		exchange.request = request;
		if (exchange.abandoned) process.nextTick(() => request.destroy());
	};
	const onResponse = (message: unknown): void => {
		const exchange = current.getStore();
		const { request, response } = message as { request: ClientRequest; response: IncomingMessage };
		if (exchange?.request !== request) return;
		exchange.status = response.statusCode;
		exchange.retryAfterMs = retryAfter(response.headers['retry-after'], Date.now());
	};
	subscribe('http.client.request.created', onRequest);
	subscribe('http.client.response.finish', onResponse);

	async function send(request: RecordedRequest, stop: AbortSignal): Promise<Sent> {
		const exchange: Exchange = { abandoned: false };
		const { promise, resolve } = Promise.withResolvers<Sent>();
		const abandon = (error: string): void => {
			exchange.abandoned = true;
			resolve({ outcome: 'failed', error });
			exchange.request?.destroy();
		};
		// Of the whole exchange: a backend that sends a byte now and then must not hold a run up.
		const limit = setTimeout(
			() => abandon(`no answer within ${options.timeoutMillis} ms`),
			options.timeoutMillis,
		);
		const stopped = (): void => abandon('stopped before an answer came');
		stop.addEventListener('abort', stopped, { once: true });
		// An instrumented HTTP client would make a span of each request, which would be sent in its turn.
		context.with(suppressTracing(context.active()), () =>
			current.run(exchange, () =>
				delegate.export(request, ({ code, error }) => {
					if (code === 0) resolve(taken(exchange.answer, request.spans));
					else {
						resolve(notTaken(error, exchange));
						exchange.request?.destroy();
					}
				}),
			),
		);
		const sent = await promise;
		clearTimeout(limit);
		stop.removeEventListener('abort', stopped);
		return sent;
	}

	return {
		endpoint,
		send,
		close() {
			unsubscribe('http.client.request.created', onRequest);
			unsubscribe('http.client.response.finish', onResponse);
		},
	};
}
