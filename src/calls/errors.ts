/** A call that failed in a way that makes one doubt that the endpoint is there: HTTP 5xx, a torn answer. Not retried. */
export class EndpointError extends Error {
	override readonly name: string = 'EndpointError';
	/** In a word or two, for traces: `HTTP 500`, `connection reset`. */
	readonly reason: string;

	constructor(message: string, { reason, cause }: { readonly reason: string; readonly cause?: unknown }) {
		super(message, cause === undefined ? undefined : { cause });
		this.reason = reason;
	}
}

/** One that may be tried again, since no answer was begun: HTTP 429 or 503, a connection lost before one. */
export class TransientError extends EndpointError {
	override readonly name = 'TransientError';
	/** How long the endpoint asks to be left alone, in milliseconds. */
	readonly retryAfterMs: number | undefined;

	constructor(
		message: string,
		given: { readonly reason: string; readonly retryAfterMs?: number | undefined; readonly cause?: unknown },
	) {
		super(message, given);
		this.retryAfterMs = given.retryAfterMs;
	}
}

/** The failure of a call that was not made, or broken off, since the endpoint counts as down. */
export class CircuitOpenError extends Error {
	override readonly name = 'CircuitOpenError';
}
