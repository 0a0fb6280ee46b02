import { messageOf } from '../errors.ts';
import { EndpointError, TransientError } from './errors.ts';
import { retryAfterMs } from './retry-after.ts';

/** What the codes of Node and undici say of a connection that was lost, or never came about, in words for a trace. */
const lost: Readonly<Record<string, string>> = {
	ECONNREFUSED: 'connection refused',
	ECONNRESET: 'connection reset',
	ECONNABORTED: 'connection reset',
	EPIPE: 'connection reset',
	UND_ERR_SOCKET: 'connection reset',
	ETIMEDOUT: 'connection timed out',
	UND_ERR_CONNECT_TIMEOUT: 'connection timed out',
	EHOSTUNREACH: 'host unreachable',
	ENETUNREACH: 'host unreachable',
	ENOTFOUND: 'unknown host',
	EAI_AGAIN: 'unknown host',
};

/**
 * The failure of a request that no byte of an answer came to: a TransientError when its connection was refused, reset
 * or could not be made. `what` begins the message, e.g. `no answer from http://…`.
 */
export function connectionFailure(error: unknown, what: string): EndpointError {
	// "fetch failed" is all that the error itself says; its cause tells a refused connection from a reset one.
	const [cause, code] = causeOf(error);
	const reason = code === undefined ? undefined : lost[code];
	const message = `${what}: ${messageOf(cause)}`;
	if (reason === undefined) return new EndpointError(message, { reason: 'no connection', cause: error });
	return new TransientError(message, { reason, cause: error });
}

/** The failure of a request that was answered with this status; a TransientError for 429 and 503. */
export function statusFailure(status: number, retryAfter: string | null | undefined, message: string): Error {
	const reason = `HTTP ${status}`;
	if (status === 429 || status === 503) {
		return new TransientError(message, { reason, retryAfterMs: retryAfterMs(retryAfter, Date.now()) });
	}
	return status >= 500 ? new EndpointError(message, { reason }) : new Error(message);
}

function causeOf(error: unknown): [cause: unknown, code: string | undefined] {
	let cause = error;
	for (;;) {
		if (!(cause instanceof Error)) return [cause, undefined];
		// Of several addresses that were tried, the first error speaks for all.
		const next: unknown = cause.cause ?? (cause instanceof AggregateError ? cause.errors[0] : undefined);
		const { code } = cause as NodeJS.ErrnoException;
		if (next === undefined || (code !== undefined && code in lost)) return [cause, code];
		cause = next;
	}
}
