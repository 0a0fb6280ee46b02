import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Not ours, made by a command, or content of the golden set. */
const others = ['node_modules', 'dist', '.git', '.spangate', 'golden/*/articles', 'golden/*/samples'];

/** A Markdown page of the repository, by its path from the root. */
export interface Page {
	readonly file: string;
	readonly text: string;
}

/** Every Markdown page of the repository that people write, README.md first. */
export function pages(): Page[] {
	const files = globSync('**/*.md', { cwd: root, exclude: others }).map((file) => file.replaceAll('\\', '/'));
	return files
		.sort((a, b) => a.split('/').length - b.split('/').length || (a < b ? -1 : 1))
		.map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));
}

/** The text of one page, by its path from the root. */
export function pageText(file: string): string {
	return readFileSync(join(root, file), 'utf8');
}
