import type { IExportTraceServiceResponse } from '@opentelemetry/otlp-transformer';
import { messageOf } from '../errors.ts';
import { beginningOf } from '../text.ts';

/** What a backend's answer with status 200 said: an OTLP response, or the beginning of something else. */
export type Answer = IExportTraceServiceResponse & { readonly unreadable?: string };

/** What became of one request: taken (but for `rejected` spans), refused for good, or not delivered for now. */
export type Sent =
	| { readonly outcome: 'acknowledged'; readonly rejected: number; readonly error?: string }
	| { readonly outcome: 'refused'; readonly tooLarge: boolean; readonly error: string }
	| { readonly outcome: 'failed'; readonly retryAfterMs?: number; readonly error: string };

/** Refusals of the request itself, which no later try could mend; other 4xx are the set-up's fault. */
const refusedForGood = new Set([400, 413, 422]);
const maxWords = 200;

/** Reads an OTLP/JSON answer: any web server can answer 200; only an OTLP answer (or none at all) acknowledges spans. */
export function parseAnswer(data: Uint8Array): Answer {
	const text = Buffer.from(data).toString('utf8');
	if (text === '') return {};
	const parsed = parseJson(text);
	// Strict: an error object, or a list, acknowledges nothing.
	const known = isRecord(parsed) && Object.keys(parsed).every((key) => key === 'partialSuccess');
	if (known && (parsed.partialSuccess === undefined || isRecord(parsed.partialSuccess))) return parsed;
	return { unreadable: text.slice(0, 80) };
}

/** What status 200 with this answer (none: it broke off) means for a request of so many spans. */
export function taken(answer: Answer | undefined, spans: number): Sent {
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
	const rejected = Number.isSafeInteger(told) && told >= 0 ? Math.min(told, spans) : spans;
	const error = partialSuccess?.errorMessage;
	return { outcome: 'acknowledged', rejected, ...(error && { error }) };
}

/** What an error means, with the status and the wanted delay that came with it, if an answer came at all. */
export function notTaken(
	error: unknown,
	{ status, retryAfterMs }: { status?: number | undefined; retryAfterMs?: number | undefined },
): Sent {
	if (status === undefined || status <= 299) return { outcome: 'failed', error: messageOf(error) };
	const words = wordsOf(error);
	const text = `HTTP ${status}${words && `: ${words}`}`;
	// The Collector's receiver answers 400 to a body above its limit.
	const tooLarge = status === 413 || (status === 400 && /\btoo large\b/i.test(words));
	if (refusedForGood.has(status)) return { outcome: 'refused', tooLarge, error: text };
	if (retryAfterMs === undefined) return { outcome: 'failed', error: text };
	return {
		outcome: 'failed',
		retryAfterMs,
		error: `${text}, try again after ${Math.ceil(retryAfterMs / 1_000)} s`,
	};
}

/** The delay that a Retry-After header asks for, in milliseconds: seconds or an HTTP date (RFC 9110, 10.2.3). */
export function retryAfter(header: string | undefined, nowMs: number): number | undefined {
	if (header === undefined) return undefined;
	const ms = /^\s*\d+\s*$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - nowMs;
	return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

/** The backend's own words: a Status message (as OTLP wants it) or the beginning of whatever it sent. */
function wordsOf(error: unknown): string {
	const data = error instanceof Error && 'data' in error ? error.data : undefined;
	const body = typeof data === 'string' ? data : '';
	const parsed = parseJson(body);
	const message = isRecord(parsed) && typeof parsed.message === 'string' ? parsed.message : body;
	return beginningOf(message.trim() || reasonOf(error), maxWords);
}

/** The status line's words; an error of the transport itself has a code that is a text, and none. */
function reasonOf(error: unknown): string {
	return error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.message : '';
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
