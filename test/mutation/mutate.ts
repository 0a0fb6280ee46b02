import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { type Mutant, mutantsOf } from './mutants.ts';

type Fate = 'killed' | 'SURVIVED' | 'timed out';

const { values: options } = parseArgs({
	options: {
		all: { type: 'boolean', default: false },
		/** A pattern, or a file with a line: `src/gate/limit.ts:5`. */
		file: { type: 'string', multiple: true, default: ['src/{stats,compare,gate}/*.ts'] },
		sample: { type: 'string', default: '6' },
		seed: { type: 'string', default: '1' },
		/** Only the test that is named after the file, where there is one. */
		own: { type: 'boolean', default: false },
		/** A part of the paths of tests that are not to be run. */
		without: { type: 'string', multiple: true, default: [] },
	},
});

const root = resolve(import.meta.dirname, '../..');
const scratch = mkdtempSync(join(tmpdir(), 'spangate-mutation-'));
let running: ChildProcess | undefined;
process.on('exit', () => {
	running?.kill('SIGKILL');
	rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));
for (const part of ['src', 'test', 'golden', 'package.json', 'tsconfig.json'])
	cpSync(join(root, part), join(scratch, part), { recursive: true });
symlinkSync(join(root, 'node_modules'), join(scratch, 'node_modules'));

const inScratch = (pattern: string | string[]) => globSync(pattern, { cwd: scratch }).sort();
const textOf = (file: string) => readFileSync(join(scratch, file), 'utf8');

const tests = inScratch('test/{stats,compare,gate}/*.test.ts').filter(
	(test) => !options.without.some((part) => test.includes(part)),
);
const imports = new Map(tests.map((test) => [test, importedBy(test)]));
const files = inScratch(options.file.map((file) => file.replace(/:\d+$/, '')));
const seconds = await timed([...new Set(files.flatMap(testsOf))]);

const tally: Record<Fate, number> = { killed: 0, SURVIVED: 0, 'timed out': 0 };
for (const file of files) {
	const source = textOf(file);
	const took = (test: string) => seconds.get(test) ?? 0;
	const telling = testsOf(file).sort((a, b) => distance(a, file) - distance(b, file) || took(a) - took(b));
	const limit = 15 + 12 * telling.reduce((sum, test) => sum + took(test), 0);
	for (const mutant of chosen(file, mutantsOf(source), source)) {
		writeFileSync(
			join(scratch, file),
			source.slice(0, mutant.start) + mutant.text + source.slice(mutant.end),
		);
		const [fate] = telling.length === 0 ? ['SURVIVED' as const] : await runTests(telling, limit);
		tally[fate]++;
		console.log(`${fate}\t${file}:${lineOf(source, mutant)}\t${shown(source, mutant)}`);
	}
	writeFileSync(join(scratch, file), source);
}
console.log(
	Object.entries(tally)
		.map(([fate, count]) => `${count} ${fate}`)
		.join(', '),
);

/** The tests that import a file. */
function testsOf(file: string): string[] {
	const importing = tests.filter((test) => imports.get(test)?.has(file));
	const own = importing.filter((test) => distance(test, file) === 0);
	return options.own && own.length > 0 ? own : importing;
}

/** 0 for the test that is named after the file, 1 for those of its folder, else 2. */
function distance(test: string, file: string): number {
	if (basename(test, '.test.ts') === basename(file, '.ts')) return 0;
	return basename(dirname(test)) === basename(dirname(file)) ? 1 : 2;
}

/** How many seconds each of the tests takes; throws when one fails without a fault. */
async function timed(run: readonly string[]): Promise<Map<string, number>> {
	const report = join(scratch, 'report.json');
	console.log(`${run.length} test files without a fault`);
	const [, told] = await runTests(run, 1200, [
		'--reporter=json',
		'--reporter=default',
		`--outputFile.json=${report}`,
	]);
	const { success, testResults } = JSON.parse(readFileSync(report, 'utf8')) as {
		success: boolean;
		testResults: { name: string; startTime: number; endTime: number; message: string }[];
	};
	if (!success) throw new Error(`the tests fail without a fault: ${told}`);
	return new Map(
		testResults.map(({ name, startTime, endTime }) => [
			relative(scratch, name),
			(endTime - startTime) / 1000,
		]),
	);
}

function importedBy(file: string, seen = new Set<string>()): Set<string> {
	if (seen.has(file)) return seen;
	seen.add(file);
	for (const [, path] of textOf(file).matchAll(/^(?!import type).*?from '(\.[^']+\.ts)';/gm))
		importedBy(join(dirname(file), path as string), seen);
	return seen;
}

function chosen(file: string, mutants: Mutant[], source: string): Mutant[] {
	const lines = options.file.filter((given) => given.startsWith(`${file}:`));
	if (lines.length > 0)
		return mutants.filter((mutant) => lines.includes(`${file}:${lineOf(source, mutant)}`));
	if (options.all) return mutants;
	const random = xoroshiro128plus(Number(options.seed));
	random.jump();
	const drawn = mutants.map((mutant) => ({ mutant, place: random.next() }));
	drawn.sort((a, b) => a.place - b.place);
	return drawn.slice(0, Number(options.sample)).map(({ mutant }) => mutant);
}

function lineOf(source: string, { start }: Mutant): number {
	return source.slice(0, start).split('\n').length;
}

function shown(source: string, { start, end, text }: Mutant): string {
	const from = source.lastIndexOf('\n', start) + 1;
	const to = source.indexOf('\n', end);
	const old = `${source.slice(from, start)}⟦${source.slice(start, end)} → ${text}⟧${source.slice(end, to)}`;
	return old.replace(/\s+/g, ' ').trim();
}

/** Runs tests until one fails; what hangs longer than `limit` seconds is killed. */
function runTests(
	tests: readonly string[],
	limit: number,
	more: readonly string[] = [],
): Promise<[Fate, string]> {
	const vitest = join(scratch, 'node_modules/vitest/vitest.mjs');
	const args = [vitest, 'run', ...tests, '--bail=1', '--config=test/mutation/vitest.config.ts', ...more];
	const child = spawn(process.execPath, args, {
		cwd: scratch,
		env: { ...process.env, MUTATION_TESTS: tests.join(',') },
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	running = child;
	let told = '';
	for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (told += data));
	let late = false;
	const timer = setTimeout(() => {
		late = true;
		child.kill('SIGKILL');
	}, limit * 1000);
	return new Promise((done) =>
		child.on('close', (code) => {
			clearTimeout(timer);
			done([late ? 'timed out' : code === 0 ? 'SURVIVED' : 'killed', told]);
		}),
	);
}
