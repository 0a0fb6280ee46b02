import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, SpangateError } from '../errors.ts';
import type { Reading } from '../model/answer.ts';
import type { TraceRequest } from '../telemetry/otlp-json.ts';

/** A trace as a backend gave it: OTLP with hex ids; `partial` says in the backend's words that more exists. */
export interface BackendTrace {
	readonly request: TraceRequest;
	readonly partial?: string;
}

/** Reads traces back by id; a trace that the backend does not have is nothing, all else is an `unmeasured` error. */
export interface TraceBackend {
	readonly name: string;
	/** Where it is, without credentials. */
	readonly url: string;
	read(traceId: string): Promise<BackendTrace | undefined>;
}

/** Answers a gate rule's query as of a time; what keeps it from an answer is told as missing, in the backend's words. */
export interface MetricsBackend<Query> {
	ask(query: Query, evaluatedAt: string): Promise<Reading>;
}

/** Where a backend's HTTP API is, and what goes with every request. */
export interface BackendAddress {
	/** As users know it: `Jaeger`. */
	readonly name: string;
	/** The base URL, without credentials and without a slash at its end. */
	readonly url: string;
	readonly headers: Readonly<Record<string, string>>;
	/** What must be in no output: the values of headers, and the password of the URL. */
	readonly secrets: readonly string[];
	/** The longest wait for one answer. */
	readonly timeoutMs: number;
}

/** What a backend answered, whatever its status. */
export interface BackendAnswer {
	readonly status: number;
	readonly text: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const defaultTimeoutMs = 15_000;
/** The pauses before a request is tried once more; GETs alone are sent. */
const pausesMs = [250, 1_000] as const;
const longestPauseMs = 5_000;
const maxAnswerBytes = 64 * 1024 * 1024;
const maxWords = 200;
/** What passes by itself. */
const forNow = new Set([429, 502, 503, 504]);

/**
 * The address of a backend: its URL, whose userinfo becomes Basic authentication, and the headers that
 * `SPANGATE_<NAME>_HEADERS` holds, as `name=value,name=value`, percent-encoded like OTEL_EXPORTER_OTLP_HEADERS.
 */
export function backendAddress(name: string, base: string, env: Environment): BackendAddress {
	if (!/^https?:\/\//.test(base) || !URL.canParse(base)) {
		// Not told: it can hold a password.
		throw new SpangateError('usage', `--${name.toLowerCase()}: expected the URL of ${name}`, {
			hint: 'It begins with http:// or https://.',
		});
	}
	const url = new URL(base);
	const { username, password } = url;
	const basic = Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64');
	url.username = url.password = url.search = url.hash = '';
	const headers = {
		...(username + password !== '' && { authorization: `Basic ${basic}` }),
		...headersFrom(`SPANGATE_${name.toUpperCase()}_HEADERS`, env),
	};
	const secrets = [...Object.values(headers).flatMap(secretsIn), password, decoded(password)];
	return {
		name,
		url: url.href.replace(/\/+$/, ''),
		headers,
		// Longest first: a part that was replaced before would leave the rest of the whole.
		secrets: secrets.filter((secret) => secret.length > 3).sort((one, other) => other.length - one.length),
		timeoutMs: defaultTimeoutMs,
	};
}

/** What a header's value gives away: itself, the credentials behind its scheme, and what `Basic` ones say. */
function secretsIn(value: string): string[] {
	const [, scheme = '', credentials = ''] = /^(\S+)\s+(.+)$/.exec(value) ?? [];
	if (scheme.toLowerCase() !== 'basic') return [value, credentials];
	const pair = Buffer.from(credentials, 'base64').toString('utf8');
	return [value, credentials, pair, pair.slice(pair.indexOf(':') + 1)];
}

function headersFrom(variable: string, env: Environment): Record<string, string> {
	const headers: Record<string, string> = {};
	const pairs = (env[variable] ?? '').split(',').filter((pair) => pair.trim() !== '');
	for (const [index, pair] of pairs.entries()) {
		const at = pair.indexOf('=');
		const key = pair.slice(0, at).trim();
		const value = decoded(pair.slice(at + 1).trim());
		// The pair itself is not told: it can hold a secret.
		if (at < 1 || !/^[\w!#$%&'*+.^`|~-]+$/.test(key) || /[^\t\x20-\x7e\x80-\xff]/.test(value)) {
			throw new SpangateError('usage', `${variable}: entry ${index + 1} is not a header`, {
				hint: 'Expected name=value,name=value, with values percent-encoded where they hold a comma.',
			});
		}
		headers[key.toLowerCase()] = value;
	}
	return headers;
}

function decoded(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}

/**
 * Gets a path below the backend's URL; what can pass by itself (429, 502 to 504, a connection that broke) is tried
 * twice more. No answer within 15 s (`timeoutMs`), or one above 64 MB, is an `unmeasured` error.
 */
export async function getFrom(
	address: BackendAddress,
	path: string,
	signal?: AbortSignal,
): Promise<BackendAnswer> {
	for (let attempt = 0; ; attempt++) {
		const pauseMs = pausesMs[attempt];
		let wantedMs = 0;
		try {
			const answer = await exchange(address, path, signal);
			if (pauseMs === undefined || !forNow.has(answer.status)) return answer;
			wantedMs = answer.retryAfterMs;
		} catch (error) {
			signal?.throwIfAborted();
			if (pauseMs === undefined || !isBroken(error)) throw unreachable(address, error);
		}
		await sleep(Math.min(longestPauseMs, Math.max(pauseMs, wantedMs)), undefined, { signal });
	}
}

async function exchange(
	{ url, headers, timeoutMs }: BackendAddress,
	path: string,
	signal: AbortSignal | undefined,
) {
	const limit = AbortSignal.timeout(timeoutMs);
	const response = await fetch(`${url}${path}`, {
		headers: { accept: 'application/json', ...headers },
		// To where a redirect leads, no header that may be a secret goes; most often that is a login page.
		redirect: 'manual',
		signal: signal === undefined ? limit : AbortSignal.any([limit, signal]),
	});
	const retryAfter = Number(response.headers.get('retry-after'));
	return {
		status: response.status,
		text: await bodyOf(response),
		retryAfterMs: Number.isFinite(retryAfter) ? retryAfter * 1_000 : 0,
	};
}

async function bodyOf({ body }: Response): Promise<string> {
	const chunks: Uint8Array[] = [];
	let size = 0;
	for await (const chunk of body ?? []) {
		size += chunk.byteLength;
		if (size > maxAnswerBytes) throw new Error(`an answer above ${maxAnswerBytes} bytes`);
		chunks.push(chunk);
	}
	return Buffer.concat(chunks).toString('utf8');
}

/** true for a connection that was there and broke: one kept alive can be closed at the moment of its next use. */
function isBroken(error: unknown): boolean {
	return ['ECONNRESET', 'UND_ERR_SOCKET', 'EPIPE'].includes(codeOf(error) ?? '');
}

function codeOf(error: unknown): string | undefined {
	const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
	return cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
}

function unreachable({ name, url, secrets, timeoutMs }: BackendAddress, error: unknown): SpangateError {
	const isTimeout = error instanceof Error && error.name === 'TimeoutError';
	// `fetch failed` says nothing; a refused connection can have an empty message and a code.
	const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
	const said = cause instanceof Error ? cause.message || codeOf(error) : undefined;
	const why = isTimeout ? `no answer within ${timeoutMs / 1_000} s` : (said ?? messageOf(cause));
	return new SpangateError('unmeasured', `${name} at ${url} does not answer: ${hidden(why, secrets)}`);
}

/** The error that an answer is which is not the one expected, in the backend's own words and without secrets. */
export function unexpected(
	{ name, url, secrets }: BackendAddress,
	path: string,
	{ status, text }: BackendAnswer,
	what?: string,
): SpangateError {
	const words = wordsOf(secrets, text);
	const said = what ?? `HTTP ${status}`;
	const hint =
		status === 401 || status === 403
			? { hint: `Credentials go into SPANGATE_${name.toUpperCase()}_HEADERS (name=value,name=value).` }
			: {};
	return new SpangateError(
		'unmeasured',
		`${name} at ${url}: GET ${path}: ${said}${words && `: ${words}`}`,
		hint,
	);
}

/** A backend's own words, bounded and without secrets, as a message quotes them. */
export function wordsOf(secrets: readonly string[], text: string): string {
	return hidden(text, secrets).replace(/\s+/g, ' ').trim().slice(0, maxWords);
}

function hidden(text: string, secrets: readonly string[]): string {
	return secrets.reduce((left, secret) => left.replaceAll(secret, '…'), text);
}

/** The JSON object in an answer with status 200, or nothing when it holds none. */
export function objectIn({ text }: BackendAnswer): Readonly<Record<string, unknown>> | undefined {
	try {
		const value: unknown = JSON.parse(text);
		return isObject(value) ? value : undefined;
	} catch {
		return undefined;
	}
}

/** true for a JSON object, which is no list. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What `read` gives, or, in one sentence, why the backend has no answer; what is a bug stays one. */
export async function readingOf(read: () => Promise<Reading>): Promise<Reading> {
	try {
		return await read();
	} catch (error) {
		if (!(error instanceof SpangateError)) throw error;
		return { missing: [error.message, error.hint].filter(Boolean).join('; ') };
	}
}
