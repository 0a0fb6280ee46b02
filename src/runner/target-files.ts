import { createHash } from 'node:crypto';
import { createReadStream, existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { messageOf, SpangateError } from '../errors.ts';
import type { SuiteTarget } from '../suite/suite.ts';

/** A longer text names no file. */
const longestPath = 255;
/** A larger file is known by its size and time: a model's weights take longer to read than their answers. */
const mostBytes = 64 * 1024 * 1024;

type Given = Pick<SuiteTarget, 'kind' | 'options'>;

/**
 * What identifies each file that a target's options name, by its path: of its kind (a module, recorded answers), and any
 * other, such as the script in `command: [node, app.mjs]`. Not what those import. One that cannot be read is a config error.
 */
export function namedFiles({ kind, options }: Given, folder: string): Promise<Record<string, string>> {
	return identities([...Object.values(kind.files?.(options) ?? {}), ...filesIn(options, folder)], folder);
}

/** The same of those alone that answer: a target may write to others that it is given, such as a database or a log. */
export function answeringFiles({ kind, options }: Given, folder: string): Promise<Record<string, string>> {
	const scripts = commandsIn(options).flatMap((command) => filesIn(command, folder).slice(0, 1));
	return identities([...Object.values(kind.files?.(options) ?? {}), ...scripts], folder);
}

async function identities(paths: readonly string[], folder: string): Promise<Record<string, string>> {
	const files: Record<string, string> = {};
	for (const path of paths) files[path] = await identityOf(resolve(folder, path));
	return files;
}

/** The command lines by which an app or a program is started, wherever the options hold them. */
function commandsIn(options: unknown): unknown[] {
	if (typeof options !== 'object' || options === null) return [];
	return Object.entries(options).flatMap(([key, option]) =>
		key === 'command' ? [option] : commandsIn(option),
	);
}

function filesIn(options: unknown, folder: string): string[] {
	if (typeof options === 'object' && options !== null) {
		return Object.values(options).flatMap((option) => filesIn(option, folder));
	}
	if (typeof options !== 'string' || options.length > longestPath) return [];
	const file = resolve(folder, options);
	return existsSync(file) && statSync(file).isFile() ? [options] : [];
}

/** By its bytes, read piece by piece: a program need not be text. */
async function identityOf(file: string): Promise<string> {
	try {
		const { size, mtimeMs } = statSync(file);
		if (size > mostBytes) return `${size} bytes of ${mtimeMs}`;
		const hash = createHash('sha256');
		for await (const piece of createReadStream(file)) hash.update(piece);
		return hash.digest('hex');
	} catch (error) {
		throw new SpangateError('config', `${file}: cannot be read: ${messageOf(error)}`, { cause: error });
	}
}
