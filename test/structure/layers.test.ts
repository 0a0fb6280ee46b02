import { dirname, relative } from 'node:path/posix';
import { describe, expect, it } from 'vitest';
import { type Diagnostic, lint } from './lint.ts';
import { type Plant, plants } from './plants.ts';

/** Who may import whom: only from right to left, so each entry may import those of the entries above it. */
const order: readonly (readonly string[])[] = [
	['model', 'errors.ts'],
	['config', 'stats', 'telemetry/names.ts', 'text.ts', 'user-module.ts', 'redaction'],
	['record'],
	['telemetry'],
	['calls'],
	['llm', 'backends', 'files'],
	['judges'],
	['targets', 'scorers', 'checks'],
	['suite', 'new-suite'],
	['runner', 'metrics'],
	['compare'],
	['gate'],
	['self-test'],
	['workflows'],
	['reports'],
	['commands'],
	['cli.ts'],
];
/** These import one another only, so that none reaches a file, a clock or a socket by a detour. */
const pure = new Set([
	...['model', 'errors.ts', 'config', 'stats', 'text.ts', 'telemetry/names.ts'],
	...['metrics', 'compare', 'gate', 'self-test', 'reports'],
]);
const layers = order.flat();
const rankOf = (layer: string) => order.findIndex((entry) => entry.includes(layer));
const fileOf = (layer: string) => (layer.endsWith('.ts') ? `src/${layer}` : `src/${layer}/planted.ts`);

function importLine(from: string, to: string): string {
	const path = relative(dirname(from), to);
	return `import '${path.startsWith('.') ? path : `./${path}`}';`;
}

describe('the import directions', () => {
	// Every layer imports every other one, each on a line of its own.
	const others = (layer: string) => layers.filter((other) => other !== layer);
	const files = Object.fromEntries(
		layers.map((layer) => [
			fileOf(layer),
			others(layer)
				.map((other) => importLine(fileOf(layer), fileOf(other)))
				.join('\n'),
		]),
	);
	const refused = lint(files).filter(({ rule }) => rule === 'noRestrictedImports');

	it.each(layers)('%s imports what stands left of it and nothing else', (layer) => {
		const allowed = others(layer).filter(
			(other) => rankOf(other) < rankOf(layer) && (!pure.has(layer) || pure.has(other)),
		);
		const lines = refused.filter(({ file }) => file === fileOf(layer)).map(({ line }) => line);
		expect(others(layer).filter((_, index) => !lines.includes(index + 1))).toEqual(allowed);
	});
});

const goodFileOf = ({ file, goodFile }: Plant) =>
	goodFile ?? file.replace(/\/([^/]+)$/, (_, name) => (name === 'index.ts' ? '/index.ts' : `/good-${name}`));

function lintPlants(text: 'bad' | 'good'): Diagnostic[] {
	const place = text === 'bad' ? (plant: Plant) => plant.file : goodFileOf;
	const files = plants.flatMap((plant) => [
		...Object.entries(plant.beside ?? {}),
		[place(plant), plant[text]] as const,
	]);
	return lint(Object.fromEntries(files));
}

describe('a planted violation', () => {
	const bad = lintPlants('bad');
	const good = lintPlants('good');

	it.each(plants)('goes red: $what', ({ file, rule }) => {
		expect(bad.filter((found) => found.file === file).map((found) => found.rule)).toContain(rule);
	});

	it.each(plants)('stays green where there is none: $what', (plant) => {
		expect(good.filter(({ file }) => file === goodFileOf(plant))).toEqual([]);
	});
});
