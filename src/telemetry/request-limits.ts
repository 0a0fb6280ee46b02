/** How deep a request's objects and lists, or its messages, may stand in one another: protoc's own limit for messages is 100. */
export const maxDepth = 200;

/**
 * How many objects and lists, or messages, one request may have: the smallest take two bytes on the wire and a
 * hundred in memory. Stock exporters send 512 spans at once.
 */
export const maxParts = 500_000;

/** What a receiver holds on to at most, in bytes, connections and milliseconds. */
export interface ReceiverLimits {
	/** Of one body, as it comes and unpacked. */
	readonly bodyBytes: number;
	/** Of all bodies that are coming in at the same time. */
	readonly bufferedBytes: number;
	readonly connections: number;
	/** From the connection to the end of the headers. */
	readonly headersMs: number;
	/** From the connection to the end of the body. */
	readonly requestMs: number;
}

/** The limits of a receiver that was told none. */
export const defaultLimits: ReceiverLimits = {
	bodyBytes: 16 * 1024 * 1024,
	bufferedBytes: 64 * 1024 * 1024,
	connections: 256,
	headersMs: 10_000,
	requestMs: 30_000,
};

/** A request that is not taken: the HTTP status that says so, the reason, and headers that go with it. */
export class Refused extends Error {
	readonly status: number;
	readonly headers: Readonly<Record<string, string>>;

	constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
		super(message);
		this.name = 'Refused';
		this.status = status;
		this.headers = headers;
	}
}
