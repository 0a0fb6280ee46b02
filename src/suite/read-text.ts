import { readFileSync } from 'node:fs';
import { messageOf, SpangateError } from '../errors.ts';

/** Reads a text file without its byte order mark; a file that cannot be read is a config error that names it. */
export function readText(file: string, what: string): string {
	try {
		return readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
	} catch (error) {
		throw new SpangateError('config', `${file}: cannot read the ${what}: ${messageOf(error)}`, {
			cause: error,
		});
	}
}
