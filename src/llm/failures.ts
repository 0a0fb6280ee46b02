import { EndpointError, TransientError } from '../calls/errors.ts';
import { connectionFailure } from '../calls/http-failures.ts';
import { retryAfterMs } from '../calls/retry-after.ts';
import { messageOf } from '../errors.ts';
import { beginningOf } from '../text.ts';
import type { Api } from './api.ts';

/** The failure of a call of a model; `type` is the API's own code where it gave one, else what went wrong. */
export class ModelError extends Error {
	override readonly name = 'ModelError';
	readonly type: string;
	readonly status: number | undefined;
	/** Set when it makes one doubt that the endpoint is there. */
	readonly reason: string | undefined;

	constructor(message: string, given: { type: string; status?: number; reason?: string }) {
		super(message);
		this.type = given.type;
		this.status = given.status;
		this.reason = given.reason;
	}
}

/** What the endpoint itself did wrong, at the bottom of whatever was made of it on the way. */
function modelErrorOf(error: unknown): ModelError | undefined {
	let cause = error;
	while (cause instanceof Error && !(cause instanceof ModelError)) cause = cause.cause;
	return cause instanceof ModelError ? cause : undefined;
}

/** For `error.type`: few values, and never a message. */
export function failureType(error: unknown): string {
	return modelErrorOf(error)?.type ?? (error instanceof Error ? error.name || 'Error' : typeof error);
}

/** Whether a request that was sent and failed so may have used tokens: one that the server refused has not. */
export function mayHaveUsed(error: unknown): boolean {
	const { status } = modelErrorOf(error) ?? {};
	// 408 comes of gateways that waited in vain for a model at work.
	return status === undefined || status === 408 || (status >= 500 && status !== 503);
}

/** Codes that the API gives for what no waiting mends. */
const final: ReadonlySet<unknown> = new Set(['insufficient_quota', 'billing_hard_limit_reached']);

/** Makes of what the client library throws an error that says where and what, of the class that says what to do. */
export function failureOf(thrown: unknown, url: string, { classes, hide }: Api): unknown {
	if (thrown instanceof ModelError)
		return thrown.reason === undefined ? thrown : endpointError(thrown, thrown.reason);
	if (thrown instanceof classes.APIConnectionError) return unreachable(thrown, url);
	if (thrown instanceof classes.APIError) return apiFailure(thrown, url, hide);
	if (thrown instanceof SyntaxError) {
		return new ModelError(`${url} sent what is not JSON: ${beginningOf(hide(thrown.message), 200)}`, {
			type: 'invalid_response',
		});
	}
	// undici's word for a body that ended too soon.
	if (thrown instanceof TypeError && thrown.message === 'terminated') {
		const why = messageOf(thrown.cause ?? thrown);
		const broken = new ModelError(`${url} broke the connection in the middle of its answer: ${why}`, {
			type: 'connection_dropped',
		});
		return endpointError(broken, 'torn answer');
	}
	if (!(thrown instanceof Error)) return thrown;
	return new ModelError(hide(`${url}: ${messageOf(thrown)}`), { type: thrown.name });
}

/** What the library's errors tell, but for the response's headers, which go nowhere. */
interface ApiFailure extends Error {
	readonly status?: number;
	readonly headers?: Headers;
	readonly code?: unknown;
	readonly type?: unknown;
}

function apiFailure(thrown: Error, url: string, hide: (text: string) => string): Error {
	const { status, headers, code, type: kind } = thrown as ApiFailure;
	const said = beginningOf(hide(thrown.message.replace(new RegExp(`^${status} `), '')), 500);
	const type = String(
		[code, kind].find((each) => typeof each === 'string' && each !== '') ?? status ?? 'error',
	);
	if (status === undefined) {
		const broken = new ModelError(`${url} broke its answer off with an error: ${said}`, { type });
		return endpointError(broken, 'torn answer');
	}
	const error = new ModelError(`HTTP ${status} from ${url}: ${said}`, { type, status });
	const reason = `HTTP ${status}`;
	if ((status !== 429 && status < 500) || final.has(code)) return error;
	const mayPass = (status === 429 || status === 503) && headers?.get('x-should-retry') !== 'false';
	if (!mayPass) return endpointError(error, reason);
	return new TransientError(error.message, { reason, retryAfterMs: waitOf(headers), cause: error });
}

function endpointError(error: ModelError, reason: string): EndpointError {
	return new EndpointError(error.message, { reason, cause: error });
}

function unreachable(thrown: Error, url: string): Error {
	const failure = connectionFailure(thrown.cause ?? thrown, `no answer from ${url}`);
	const { message, reason } = failure;
	const error = new ModelError(message, { type: reason.replaceAll(' ', '_') });
	return failure instanceof TransientError
		? new TransientError(message, { reason, cause: error })
		: endpointError(error, reason);
}

/** What a server asks to wait, in milliseconds: by the API's own header, or by the standard one. */
function waitOf(headers: Headers | undefined): number | undefined {
	const milliseconds = Number.parseFloat(headers?.get('retry-after-ms') ?? '');
	return milliseconds >= 0 ? milliseconds : retryAfterMs(headers?.get('retry-after'), Date.now());
}
