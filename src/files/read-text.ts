import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { messageOf, SpangateError } from '../errors.ts';

/** Reads a text file without its byte order mark; a file that cannot be read is a config error that names it. */
export function readText(file: string, what: string, hint?: string): string {
	let bytes: Buffer;
	try {
		bytes = readFileSync(file);
	} catch (error) {
		throw unreadable(file, what, error, hint);
	}
	if (!isUtf8(bytes)) throw notUtf8(file, what);
	return bytes.toString('utf8').replace(/^\uFEFF/, '');
}

/** The config error of a file whose letters would be read as others, so that what it says is not what is looked for. */
export function notUtf8(place: string, what: string): SpangateError {
	return new SpangateError('config', `${place}: the ${what} is not UTF-8`, {
		hint: 'Save it as UTF-8, e.g. with: iconv -f WINDOWS-1252 -t UTF-8',
	});
}

/** Reads a gate file; one that cannot be read is a config error that says where else to name one. */
export function readGateText(file: string): string {
	const hint = 'Name a gate file that is there: with --gate, or as `gate:` in suite.yaml.';
	return readText(file, 'gate file', hint);
}

/** The config error of a file that cannot be read, which says what it was to hold. */
export function unreadable(file: string, what: string, error: unknown, hint?: string): SpangateError {
	return new SpangateError('config', `${file}: cannot read the ${what}: ${whyUnreadable(file, error)}`, {
		cause: error,
		...(hint !== undefined && { hint }),
	});
}

function whyUnreadable(file: string, error: unknown): string {
	switch ((error as NodeJS.ErrnoException | null)?.code) {
		case 'ENOENT':
			return `there is no such file${isAbsolute(file) ? '' : ` (${resolve(file)})`}`;
		case 'EISDIR':
			return 'it is a folder';
		default:
			return messageOf(error);
	}
}
