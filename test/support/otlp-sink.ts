import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterAll } from 'vitest';
import { idOf, type Json, type WireSpan, wireSpans } from './stored-run.ts';

/** How the sink answers a request: take it, take all but some spans, refuse it, or never answer. */
export type Behaviour =
	| 'take'
	| 'hang'
	| { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
	| { readonly reject: number };

export interface SinkRequest {
	readonly path: string;
	readonly headers: IncomingMessage['headers'];
	readonly spans: readonly WireSpan[];
}

/** A backend on a real socket that counts what it took; it knows OTLP/HTTP JSON and nothing of spangate. */
export interface Sink {
	/** The base URL, as `--otlp` takes it. */
	readonly endpoint: string;
	/** Every request that came, whatever became of it. */
	readonly requests: readonly SinkRequest[];
	/** The spans that were taken, in their order. */
	readonly taken: readonly WireSpan[];
	/** How often each span was taken, by `traceId/spanId`. */
	counts(): ReadonlyMap<string, number>;
}

/** Listens on a free port until the file's tests are over; `behave` is asked once a request, counted from 0. */
export async function startSink(behave: (request: number) => Behaviour = () => 'take'): Promise<Sink> {
	const requests: SinkRequest[] = [];
	const taken: WireSpan[] = [];
	const server = createServer((request, response) => {
		void receive(request).then((received) => {
			const behaviour = behave(requests.push(received) - 1);
			taken.push(...answer(received.spans, behaviour, response));
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	afterAll(() => {
		server.closeAllConnections();
		server.close();
	});
	return {
		endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		requests,
		taken,
		counts() {
			const counts = new Map<string, number>();
			for (const span of taken) counts.set(idOf(span), (counts.get(idOf(span)) ?? 0) + 1);
			return counts;
		},
	};
}

async function receive(request: IncomingMessage): Promise<SinkRequest> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk);
	const raw = Buffer.concat(chunks);
	const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw).toString('utf8');
	const body: Json = text === '' ? {} : JSON.parse(text);
	return { path: request.url ?? '', headers: request.headers, spans: wireSpans(body) };
}

/** Answers, and gives the spans that were taken. */
function answer(
	spans: readonly WireSpan[],
	behaviour: Behaviour,
	response: ServerResponse,
): readonly WireSpan[] {
	if (behaviour === 'hang') return [];
	const json = { 'content-type': 'application/json' };
	if (behaviour === 'take') {
		response.writeHead(200, json).end('{}');
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
