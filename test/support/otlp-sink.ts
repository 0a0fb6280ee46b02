import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterAll } from 'vitest';
import { type MetricPoint, metricPoints } from './metric-points.ts';
import { idOf, type Json, type WireSpan, wireSpans } from './stored-run.ts';

/**
 * How the sink answers a request: take it (at once, or after a while), take it and break off in the middle of the
 * answer, take all but some spans, refuse it, hang up without an answer, or never answer.
 */
export type Behaviour =
	| 'take'
	| 'take and tear'
	| 'hang up'
	| 'hang'
	| { readonly takeAfterMs: number }
	| { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
	| { readonly reject: number };

export interface SinkRequest {
	readonly path: string;
	readonly headers: IncomingMessage['headers'];
	readonly spans: readonly WireSpan[];
	/** The body as it came, without any compression. */
	readonly text: string;
	/** The body's length before any compression. */
	readonly bytes: number;
	/** When it had come, in milliseconds since 1970. */
	readonly at: number;
}

/** A request to the metrics signal. */
export interface MetricsRequest {
	readonly path: string;
	readonly headers: IncomingMessage['headers'];
	/** The body as it came, without any compression. */
	readonly text: string;
	readonly points: readonly MetricPoint[];
}

/** A backend on a real socket that counts what it took; it knows OTLP/HTTP JSON and nothing of spangate. */
export interface Sink {
	/** The base URL, as `--otlp` takes it. */
	readonly endpoint: string;
	/** Every request with spans that came, whatever became of it. */
	readonly requests: readonly SinkRequest[];
	/** Every request with metrics that came, whatever became of it. */
	readonly metrics: readonly MetricsRequest[];
	/** The spans that were taken, in their order. */
	readonly taken: readonly WireSpan[];
	/** How often each span was taken, by `traceId/spanId`. */
	counts(): ReadonlyMap<string, number>;
	/** Refuses connections and breaks those that are open, until `up`. */
	down(): Promise<void>;
	/** Listens again on the same port. */
	up(): Promise<void>;
}

/**
 * Listens on a free port until the file's tests are over; `behave` is asked once a request with spans, counted
 * from 0, and `behaveToMetrics` once a request with metrics.
 */
export async function startSink(
	behave: (request: number, received: SinkRequest) => Behaviour = () => 'take',
	behaveToMetrics: (request: number) => Behaviour = () => 'take',
): Promise<Sink> {
	const requests: SinkRequest[] = [];
	const metrics: MetricsRequest[] = [];
	const taken: WireSpan[] = [];
	const server = createServer((request, response) => {
		// A request that breaks off was not received.
		receive(request).then(
			(text) => {
				const { url: path = '', headers } = request;
				const body: Json = text === '' ? {} : JSON.parse(text);
				if (path.endsWith('/v1/metrics')) {
					const received = { path, headers, text, points: metricPoints(body) };
					answer([], behaveToMetrics(metrics.push(received) - 1), response);
					return;
				}
				const received = { path, headers, spans: wireSpans(body), text, bytes: text.length, at: Date.now() };
				const behaviour = behave(requests.push(received) - 1, received);
				taken.push(...answer(received.spans, behaviour, response));
			},
			() => {},
		);
	});
	const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
	await listen(0);
	const { port } = server.address() as AddressInfo;
	const down = () =>
		new Promise<void>((resolve) => {
			server.close(() => resolve());
			server.closeAllConnections();
		});
	afterAll(down);
	return {
		endpoint: `http://127.0.0.1:${port}`,
		requests,
		metrics,
		taken,
		down,
		up: () => listen(port),
		counts() {
			const counts = new Map<string, number>();
			for (const span of taken) counts.set(idOf(span), (counts.get(idOf(span)) ?? 0) + 1);
			return counts;
		},
	};
}

async function receive(request: IncomingMessage): Promise<string> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk);
	const raw = Buffer.concat(chunks);
	return (request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw).toString('utf8');
}

/** Answers, and gives the spans that were taken. */
function answer(
	spans: readonly WireSpan[],
	behaviour: Behaviour,
	response: ServerResponse,
): readonly WireSpan[] {
	if (behaviour === 'hang') return [];
	const json = { 'content-type': 'application/json' };
	if (behaviour === 'hang up') {
		response.destroy();
		return [];
	}
	if (behaviour === 'take and tear') {
		response.writeHead(200, { ...json, 'content-length': '2' }).write('{', () => response.destroy());
		return spans;
	}
	if (behaviour === 'take') {
		response.writeHead(200, json).end('{}');
		return spans;
	}
	if ('takeAfterMs' in behaviour) {
		setTimeout(() => response.writeHead(200, json).end('{}'), behaviour.takeAfterMs);
		return spans;
	}
	if ('reject' in behaviour) {
		const rejectedSpans = Math.min(behaviour.reject, spans.length);
		const partialSuccess = { rejectedSpans: String(rejectedSpans), errorMessage: 'no room' };
		response.writeHead(200, json).end(JSON.stringify({ partialSuccess }));
		return spans.slice(rejectedSpans);
	}
	response.writeHead(behaviour.status, { ...json, ...behaviour.headers }).end(behaviour.body ?? '{}');
	return [];
}
