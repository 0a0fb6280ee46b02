import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../../', import.meta.url));
const packed = ['package.json', 'tsconfig.json', 'README.md', 'LICENSE', 'src', 'test/support'];

/** The environment of a stranger's shell, with the Node that runs the tests; npm's view of this repository left out. */
function environment(): NodeJS.ProcessEnv {
	const foreign =
		/^npm_(package|lifecycle|config_local_prefix)|^(INIT_CWD|NODE_OPTIONS|SPANGATE_|OTEL_|VITEST)/;
	return {
		...Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name))),
		PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
	};
}

function npm(cwd: string, ...args: string[]): string {
	return execFileSync('npm', args, { cwd, env: environment(), encoding: 'utf8' });
}

/** Builds and packs a copy of the repository, so that no test sees a half-written dist/; gives the tarball's path. */
export function pack(folder: string): string {
	mkdirSync(folder, { recursive: true });
	for (const name of packed) {
		const from = join(repository, name);
		if (existsSync(from)) cpSync(from, join(folder, name), { recursive: true });
	}
	symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));
	const lines = npm(folder, 'pack', '--loglevel=error').trim().split('\n');
	return join(folder, lines.at(-1) ?? '');
}

/** Installs a tarball into an empty folder as a stranger does. */
export function install(folder: string, tarball: string): void {
	mkdirSync(folder, { recursive: true });
	npm(folder, 'install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', tarball);
}

/** What a command of an installed package left behind. */
export interface Outcome {
	readonly status: number | null;
	readonly stdout: string;
	readonly stderr: string;
}

/** Runs the installed `spangate`, with variables beside a stranger's own. */
export function spangate(
	folder: string,
	args: readonly string[],
	env: Readonly<Record<string, string>> = {},
): Outcome {
	const { status, stdout, stderr, error } = spawnSync(join(folder, 'node_modules/.bin/spangate'), args, {
		cwd: folder,
		env: { ...environment(), ...env },
		encoding: 'utf8',
	});
	if (error) throw error;
	return { status, stdout, stderr };
}
