import type { ContentMode } from '../model/content.ts';
import { Credentials } from '../redaction/credentials.ts';
import { Redactor } from '../redaction/redactor.ts';
import type { Io } from './io.ts';

/** What the streams of a process hold back; a command that loads a suite adds what that one knows. */
export class StreamGuard {
	readonly credentials: Credentials;
	/** How much of what a user's module prints gets through. */
	mode: ContentMode = 'redacted';

	constructor(env: Io['env']) {
		this.credentials = Credentials.ofEnvironment(env);
	}
}

/** The same streams, but that no credential gets through them, whoever's words are printed. */
export function guardedIo(io: Io): Io & { readonly guard: StreamGuard } {
	const guard = new StreamGuard(io.env);
	// Else of a long text the rest would be left unread and untold: a report must be whole.
	const redactor = new Redactor('full', guard.credentials, undefined, Infinity);
	const tell = (text: string) => redactor.text(text);
	return { ...io, guard, stdout: guarded(io.stdout, tell), stderr: guarded(io.stderr, tell) };
}

/** The stream for what users' modules print: as little of questions and answers gets through as into a record. */
export function guardedConsole({
	guard,
	stderr,
}: Io & { readonly guard: StreamGuard }): NodeJS.WritableStream {
	const redactor = new Redactor('redacted', guard.credentials);
	// In full mode the stream itself holds credentials back.
	return guarded(stderr, (text) => (guard.mode === 'full' ? text : redactor.text(text)));
}

function guarded<Stream extends NodeJS.WritableStream>(
	stream: Stream,
	tell: (text: string) => string,
): Stream {
	const write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
		const told = typeof chunk === 'string' ? tell(chunk) : chunk;
		return (stream.write as (...given: unknown[]) => boolean).call(stream, told, ...rest);
	};
	return new Proxy(stream, {
		get(target, key) {
			if (key === 'write') return write;
			const value: unknown = Reflect.get(target, key, target);
			// A stream's methods know only the stream itself.
			return typeof value === 'function' ? value.bind(target) : value;
		},
	});
}
