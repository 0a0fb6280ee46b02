import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { messageOf, SpangateError } from './errors.ts';
import { strict } from './model/strict.ts';

/** The options of every `use: module` entry: the file, and the settings handed to its factory. */
export const ModuleOptions = strict({
	path: z.string().min(1).describe('The module, relative to suite.yaml (.js, .mjs or unbuilt .ts)'),
	with: z.record(z.string(), z.json()).optional().describe('Settings for the module’s create… factory'),
});

export type ModuleOptions = z.infer<typeof ModuleOptions>;

/** Imports a user's module; one that cannot be loaded is a config error that says what it lacks. */
export async function importUserModule(folder: string, path: string): Promise<Record<string, unknown>> {
	const file = resolve(folder, path);
	try {
		return await import(pathToFileURL(file).href);
	} catch (error) {
		const hint = file.includes('/node_modules/')
			? 'Node does not strip types inside node_modules: keep suites outside of it, or ship plain JavaScript.'
			: 'Run it alone with `node` to see the full error. In a package without "type": "module", name it .mts or .mjs.';
		throw new SpangateError('config', `${file}: cannot load the module: ${messageOf(error)}`, {
			hint,
			cause: error,
		});
	}
}

/**
 * Gets from a module either its plain function `verb` or what its `factory` makes of the settings.
 * The result is an object with a method `verb`.
 */
export async function fromUserModule(
	options: ModuleOptions,
	folder: string,
	names: { verb: string; factory: string },
	context: unknown,
): Promise<Record<string, unknown>> {
	const { verb, factory } = names;
	const module = await importUserModule(folder, options.path);
	const create = module[factory];
	const made = typeof create === 'function' ? await create(options.with ?? {}, context) : module;
	if (
		typeof made !== 'object' ||
		made === null ||
		typeof (made as Record<string, unknown>)[verb] !== 'function'
	) {
		throw new SpangateError(
			'config',
			`${resolve(folder, options.path)}: expected an export \`${verb}\` (a function) or \`${factory}\` (a function that returns an object with \`${verb}\`); it exports ${Object.keys(module).join(', ') || 'nothing'}`,
		);
	}
	if (typeof create !== 'function' && options.with !== undefined) {
		throw new SpangateError(
			'config',
			`${resolve(folder, options.path)}: \`with:\` settings are given, but the module exports no \`${factory}\` that could take them`,
		);
	}
	return made as Record<string, unknown>;
}

/**
 * The version of a module that names none: its own file's digest. What it imports is not in it, so a module of
 * several files should name its version.
 */
export async function versionOf(folder: string, path: string): Promise<string> {
	const content = await readFile(resolve(folder, path));
	return `sha256:${createHash('sha256').update(content).digest('hex').slice(0, 16)}`;
}
