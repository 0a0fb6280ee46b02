import type { IncomingMessage, ServerResponse } from 'node:http';
import { messageOf } from '../errors.ts';
import { codecOf, jsonCodec, type OtlpCodec, type PartialSuccess } from './otlp-codec.ts';
import { filterSpans, type OtlpSpan, spansOf, type TraceRequest } from './otlp-json.ts';
import type { IncomingBodies } from './request-body.ts';
import { Refused } from './request-limits.ts';

/** What answering a request needs of its receiver. */
export interface Exchange {
	readonly bodies: IncomingBodies;
	/** Takes a request with that many spans; gives how many of them no run of ours has a trial for. */
	receive(request: TraceRequest, spans: number): number;
	/** Called with the reason when spans are lost to more than a missing trial. */
	onRefused(reason: string): void;
}

const path = '/v1/traces';
/** What a stock SDK also sends to its endpoint: refused, and no loss of spans. */
const otherSignals = /^\/v1\/(metrics|logs)$/;

/** Answers one HTTP request as OTLP/HTTP asks for, in the encoding of the request; never rejects. */
export async function answer(request: IncomingMessage, response: ServerResponse, exchange: Exchange) {
	let codec: OtlpCodec = jsonCodec;
	try {
		const named = await codecOf(request.headers['content-type']);
		codec = named ?? jsonCodec;
		assertTraces(request, named);
		const body = await exchange.bodies.read(request);
		const partial = take(codec.decode(body), exchange);
		send(request, response, 200, codec, codec.encodeResponse(partial));
	} catch (error) {
		// The client went away: nobody is left to be told.
		if (request.destroyed && !request.complete) return;
		const refused =
			error instanceof Refused ? error : new Refused(500, `internal error: ${messageOf(error)}`);
		const { status, message, headers } = refused;
		if (!otherSignals.test(pathOf(request))) exchange.onRefused(`${status} ${message}`);
		for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
		send(request, response, status, codec, codec.encodeStatus(message));
	}
}

function pathOf({ url }: IncomingMessage): string {
	return url?.split('?')[0] ?? '';
}

function assertTraces(request: IncomingMessage, codec: OtlpCodec | undefined): void {
	if (pathOf(request) !== path) {
		throw new Refused(404, `only traces are taken here: expected POST ${path}`);
	}
	if (request.method !== 'POST') throw new Refused(405, `expected POST ${path}`, { allow: 'POST' });
	if (codec === undefined) {
		throw new Refused(
			415,
			'expected content-type application/x-protobuf or application/json: set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf or http/json',
			{ 'accept-post': 'application/x-protobuf, application/json' },
		);
	}
}

/** Hands on what can be used, and tells the rest apart by reason. */
function take(request: TraceRequest, exchange: Exchange): PartialSuccess | undefined {
	const all = spansOf(request).length;
	const usable = filterSpans(request, isUsable);
	const spans = spansOf(usable).length;
	const unusable = all - spans;
	const unknown = spans === 0 ? 0 : exchange.receive(usable, spans);
	const reasons: string[] = [];
	if (unusable > 0) {
		reasons.push(`${unusable} without an id, or without a start before its end`);
		exchange.onRefused(`${unusable} of ${all} spans: without an id, or without a start before its end`);
	}
	if (unknown > 0) reasons.push(`${unknown} of traces that no running trial has`);
	if (reasons.length === 0) return undefined;
	return { rejectedSpans: unusable + unknown, errorMessage: `spans refused: ${reasons.join(', ')}` };
}

/** A span that never ended, or ended before it began, would read as the fastest of all. */
function isUsable({ spanId, startTimeUnixNano, endTimeUnixNano }: OtlpSpan): boolean {
	const [start, end] = [BigInt(startTimeUnixNano), BigInt(endTimeUnixNano)];
	return start > 0n && end >= start && !/^0+$/.test(spanId);
}

function send(
	request: IncomingMessage,
	response: ServerResponse,
	status: number,
	codec: OtlpCodec,
	body: Uint8Array,
): void {
	const unread = !request.complete;
	response.writeHead(status, {
		'content-type': codec.contentType,
		'content-length': body.length,
		...(unread && { connection: 'close' }),
	});
	if (!unread) {
		response.end(body);
		return;
	}
	// The client has its whole answer, and what it still sends is thrown away until the request's time is up: a
	// connection that is closed on unread bytes is reset, and the answer can be lost with it.
	response.write(body);
	request.once('end', () => response.end());
	request.resume();
}
