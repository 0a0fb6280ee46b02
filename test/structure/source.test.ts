import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

interface Source {
	readonly file: string;
	readonly lines: readonly string[];
}

const cwd = fileURLToPath(new URL('../../', import.meta.url));
const read = (pattern: string): Source[] =>
	globSync(pattern, { cwd }).map((file) => ({
		file,
		lines: readFileSync(`${cwd}/${file}`, 'utf8').split('\n'),
	}));
const sources = read('src/**/*.ts');

/** `file:line` of every line that a test finds fault with. */
function faults(
	files: readonly Source[],
	isFault: (line: string, before: string, source: Source) => boolean,
): string[] {
	return files.flatMap((source) =>
		source.lines.flatMap((line, index) =>
			isFault(line, source.lines[index - 1] ?? '', source) ? [`${source.file}:${index + 1} ${line}`] : [],
		),
	);
}

it('reads the sources', () => {
	expect(sources.length).toBeGreaterThan(80);
});

it('every export has a sentence of TSDoc', () => {
	// A type that is inferred from a schema shares the schema's sentence.
	const needs = (line: string) => /^export (?!type \w+ = z\.(infer|input|output)<)(?!\{|\*)/.test(line);
	expect(faults(sources, (line, before) => needs(line) && !before.endsWith('*/'))).toEqual([]);
});

it('no pure module reads the clock or draws at random', () => {
	// Biome refuses the same for Date.now and Math.random by name, and cannot see a Date without arguments.
	const pure = /^src\/(model|config|stats|metrics|gate|reports)\/|^src\/(compare|text|errors)\.ts$/;
	const modules = sources.filter(({ file }) => pure.test(file));
	const unrepeatable =
		/\bDate\.now\(|\bnew Date\(\s*\)|\bMath\.random\(|\bperformance\.now\(|\bTemporal\.Now\b/;
	expect(modules.length).toBeGreaterThan(20);
	expect(faults(modules, (line) => unrepeatable.test(line))).toEqual([]);
});

it('no file is longer than 300 lines', () => {
	expect(sources.filter(({ lines }) => lines.length > 301).map(({ file }) => file)).toEqual([]);
});

it('a subfolder is imported by the file that it is named after, and by itself', () => {
	// Biome sees the import's path and not whose it is: checks/pii/ is for checks/pii.ts alone.
	const owned = /from '\.\/([^/']+)\/[^']+'/;
	const owner = ({ file }: Source) => file.split('/').at(-1)?.replace(/\.ts$/, '');
	const inFolder = sources.filter(({ file }) => file.split('/').length === 3);
	const isForeign = (line: string, _: string, source: Source) =>
		(owned.exec(line)?.[1] ?? owner(source)) !== owner(source);
	expect(faults(inFolder, isForeign)).toEqual([]);
});

it('the golden suite takes types from src and no code', () => {
	const golden = read('golden/**/*.ts');
	expect(golden.length).toBeGreaterThan(5);
	const takesCode = (line: string) => /['"][./]+\/src\//.test(line) && !/^(import|export) type /.test(line);
	expect(faults(golden, takesCode)).toEqual([]);
});
