import { readFileSync } from 'node:fs';
import { messageOf, SpangateError } from '../errors.ts';

/** Reads a text file without its byte order mark; a file that cannot be read is a config error that names it. */
export function readText(file: string, what: string): string {
	try {
		return readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
	} catch (error) {
		throw unreadable(file, what, error);
	}
}

/** The config error of a file that cannot be read, which says what it was to hold. */
export function unreadable(file: string, what: string, error: unknown): SpangateError {
	return new SpangateError('config', `${file}: cannot read the ${what}: ${messageOf(error)}`, {
		cause: error,
	});
}
