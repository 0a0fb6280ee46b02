import { messageOf } from '../errors.ts';
import { parseBoundedJson } from './bounded-json.ts';
import { TraceRequest } from './otlp-json.ts';
import { Refused } from './request-limits.ts';

/** One of the two encodings of OTLP/HTTP: how requests are read and answers written. */
export interface OtlpCodec {
	readonly contentType: string;
	/** Rejects what is no traces request with `Refused` (400). */
	decode(body: Buffer): TraceRequest;
	encodeResponse(partial?: PartialSuccess): Uint8Array;
	/** A `google.rpc.Status`, the body of every 4xx and 5xx. */
	encodeStatus(message: string): Uint8Array;
}

/** How many spans of a request were not taken, and why. */
export interface PartialSuccess {
	readonly rejectedSpans: number;
	readonly errorMessage: string;
}

const jsonType = 'application/json';
const protobufType = 'application/x-protobuf';

/** OTLP/JSON, in which clients that name no known encoding are answered as well. */
export const jsonCodec: OtlpCodec = {
	contentType: jsonType,
	decode: (body) => checked('JSON', () => parseBoundedJson(body)),
	encodeResponse: (partial) =>
		Buffer.from(
			JSON.stringify(
				partial === undefined
					? {}
					: { partialSuccess: { ...partial, rejectedSpans: String(partial.rejectedSpans) } },
			),
		),
	encodeStatus: (message) => Buffer.from(JSON.stringify({ message })),
};

/** The encoding that a content-type names, or nothing; that of protobuf is loaded when it is first asked for. */
export async function codecOf(contentType: string | undefined): Promise<OtlpCodec | undefined> {
	const type = contentType?.split(';')[0]?.trim().toLowerCase();
	if (type === jsonType) return jsonCodec;
	if (type !== protobufType) return undefined;
	const { decodeTraceRequest, encodeTraceResponse, encodeStatus } = await import('./otlp-protobuf.ts');
	return {
		contentType: protobufType,
		decode: (body) => checked('protobuf', () => decodeTraceRequest(body)),
		encodeResponse: encodeTraceResponse,
		encodeStatus,
	};
}

function checked(form: string, read: () => unknown): TraceRequest {
	let raw: unknown;
	try {
		raw = read();
	} catch (error) {
		throw new Refused(400, `not OTLP/${form}: ${messageOf(error)}`);
	}
	const parsed = TraceRequest.safeParse(raw);
	if (parsed.success) return parsed.data;
	const [issue] = parsed.error.issues;
	throw new Refused(400, `not OTLP/${form}: ${issue?.path.join('.') || 'the request'}: ${issue?.message}`);
}
