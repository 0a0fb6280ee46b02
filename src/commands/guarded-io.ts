import { Credentials } from '../redaction/credentials.ts';
import { Redactor } from '../redaction/redactor.ts';
import type { Io } from './io.ts';

/** The same streams, but that no credential gets through them, whoever's words are printed. */
export function guardedIo(io: Io): Io {
	const credentials = Credentials.ofEnvironment(io.env);
	const redactor = new Redactor('full', credentials);
	return { ...io, credentials, stdout: guarded(io.stdout, redactor), stderr: guarded(io.stderr, redactor) };
}

function guarded<Stream extends NodeJS.WritableStream>(stream: Stream, redactor: Redactor): Stream {
	const write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
		const told = typeof chunk === 'string' ? redactor.text(chunk) : chunk;
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
