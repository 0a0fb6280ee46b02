import { execFile } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** spangate as it stands in the source tree. */
export const sourceBin = fileURLToPath(new URL('../../src/bin.js', import.meta.url));

/** A path in this folder. */
export function here(name: string): string {
	return fileURLToPath(new URL(name, import.meta.url));
}

/**
 * What a measured process is given, and nothing that could change what it does; its compile cache is the bench's own,
 * through TMPDIR, where spangate puts it.
 */
export function environment(folder: string, more: Readonly<Record<string, string>> = {}) {
	return {
		PATH: [dirname(process.execPath), process.env.PATH ?? ''].join(delimiter),
		HOME: process.env.HOME ?? folder,
		TMPDIR: folder,
		SPANGATE_HOME: join(folder, 'home'),
		...more,
	};
}

/** Runs this Node to its end and gives its stdout; one that fails is an error that shows what it said. */
export async function node(args: readonly string[], env: Readonly<Record<string, string>>): Promise<string> {
	const options = { env, maxBuffer: 64 * 1024 * 1024 };
	const { stdout } = await promisify(execFile)(process.execPath, args, options);
	return stdout;
}
