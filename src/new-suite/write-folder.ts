import {
	closeSync,
	existsSync,
	mkdirSync,
	openSync,
	readdirSync,
	renameSync,
	rmSync,
	writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { SpangateError } from '../errors.ts';

/** A file's name in its folder and its text, whole or piece by piece. */
export type Files = Readonly<Record<string, string | Iterable<string>>>;

/** Written at once, in characters. */
const pieceLength = 256 * 1024;

/** Refuses a folder that holds something already: what is there is never written over. */
export function assertNew(folder: string): void {
	if (!existsSync(folder) || isEmptyFolder(folder)) return;
	throw new SpangateError('usage', `${folder}: is there already, and nothing is written over`, {
		hint: 'Name a new folder, or move that one away.',
	});
}

/**
 * Writes a folder of files, all or nothing: beside its place first, where `check` can refuse it. A folder that is
 * there already, and not empty, is a usage error.
 */
export async function writeFolder(
	folder: string,
	files: Files,
	check: (written: string) => Promise<void>,
): Promise<void> {
	assertNew(folder);
	const parent = dirname(folder);
	mkdirSync(parent, { recursive: true });
	const draft = join(parent, `.${basename(folder)}-${process.pid}`);
	mkdirSync(draft);
	try {
		for (const [name, text] of Object.entries(files)) writeNew(join(draft, name), text);
		await check(draft);
		// Fails where something came to be there in the meantime.
		renameSync(draft, folder);
	} finally {
		rmSync(draft, { recursive: true, force: true });
	}
}

function writeNew(file: string, text: string | Iterable<string>): void {
	const descriptor = openSync(file, 'wx');
	try {
		let pending = '';
		for (const piece of typeof text === 'string' ? [text] : text) {
			pending += piece;
			if (pending.length < pieceLength) continue;
			writeSync(descriptor, pending);
			pending = '';
		}
		writeSync(descriptor, pending);
	} finally {
		closeSync(descriptor);
	}
}

function isEmptyFolder(folder: string): boolean {
	try {
		return readdirSync(folder).length === 0;
	} catch {
		// It is a file.
		return false;
	}
}
