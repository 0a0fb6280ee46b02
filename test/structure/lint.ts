import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../../', import.meta.url));
const biome = join(repository, 'node_modules/@biomejs/biome/bin/biome');

/** One diagnostic of Biome: the rule's name, the file and the line from 1. */
export interface Diagnostic {
	readonly rule: string;
	readonly file: string;
	readonly line: number;
}

interface Report {
	readonly diagnostics: readonly {
		readonly category: string;
		readonly location: { readonly path: string; readonly start: { readonly line: number } };
	}[];
}

/** Lints files, given by path and text, under a copy of the repository's Biome configuration. */
export function lint(files: Readonly<Record<string, string>>): Diagnostic[] {
	const folder = mkdtempSync(join(tmpdir(), 'spangate-lint-'));
	try {
		// The configuration takes the ignored files from git.
		execFileSync('git', ['init', '--quiet'], { cwd: folder });
		copyFileSync(join(repository, '.biome.json'), join(folder, '.biome.json'));
		for (const [path, text] of Object.entries(files)) {
			mkdirSync(dirname(join(folder, path)), { recursive: true });
			writeFileSync(join(folder, path), text);
		}
		const args = [biome, 'lint', '--reporter=json', '--max-diagnostics=none', '.'];
		const { stdout, stderr, error } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
		if (error) throw error;
		if (!stdout.startsWith('{')) throw new Error(`Biome printed no report: ${stdout}${stderr}`);
		const { diagnostics } = JSON.parse(stdout) as Report;
		return diagnostics.map(({ category, location }) => ({
			rule: category.split('/').at(-1) ?? category,
			file: location.path,
			line: location.start.line,
		}));
	} finally {
		rmSync(folder, { recursive: true });
	}
}
