import { spawn } from 'node:child_process';
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
		file: { type: 'string', multiple: true, default: ['src/{stats,compare,gate}/*.ts'] },
		line: { type: 'string' },
		sample: { type: 'string', default: '6' },
		seed: { type: 'string', default: '1' },
		slowest: { type: 'string', default: 'Infinity' },
	},
});

const root = resolve(import.meta.dirname, '../..');
const scratch = mkdtempSync(join(tmpdir(), 'spangate-mutation-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));
for (const part of ['src', 'test', 'golden', 'package.json', 'tsconfig.json'])
	cpSync(join(root, part), join(scratch, part), { recursive: true });
symlinkSync(join(root, 'node_modules'), join(scratch, 'node_modules'));

const inScratch = (pattern: string | string[]) => globSync(pattern, { cwd: scratch }).sort();
const textOf = (file: string) => readFileSync(join(scratch, file), 'utf8');

const report = join(scratch, 'report.json');
console.log('running the tests without a fault');
const [, told] = await runTests(inScratch('test/{stats,compare,gate}/*.test.ts'), 600, [
	'--reporter=json',
	`--outputFile=${report}`,
]);
const { success, testResults } = JSON.parse(readFileSync(report, 'utf8')) as {
	success: boolean;
	testResults: {
		name: string;
		startTime: number;
		endTime: number;
		assertionResults: { fullName: string; failureMessages: string[] }[];
	}[];
};
if (!success) {
	const failed = testResults
		.flatMap(({ assertionResults }) => assertionResults)
		.filter(({ failureMessages }) => failureMessages.length > 0);
	throw new Error(`the tests fail without a fault: ${JSON.stringify(failed, null, 1)}\n${told}`);
}
const seconds = new Map(
	testResults.map(({ name, startTime, endTime }) => [relative(scratch, name), (endTime - startTime) / 1000]),
);
const imports = new Map([...seconds.keys()].map((test) => [test, importedBy(test)]));

const tally: Record<Fate, number> = { killed: 0, SURVIVED: 0, 'timed out': 0 };
for (const file of inScratch(options.file)) {
	const source = textOf(file);
	const tests = testsOf(file);
	const limit = 60 + 5 * tests.reduce((sum, test) => sum + (seconds.get(test) ?? 0), 0);
	for (const mutant of chosen(mutantsOf(source), source)) {
		writeFileSync(
			join(scratch, file),
			source.slice(0, mutant.start) + mutant.text + source.slice(mutant.end),
		);
		const [fate] = tests.length === 0 ? ['SURVIVED' as const] : await runTests(tests, limit);
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

/** The tests that import a file, its own first, then the fastest. */
function testsOf(file: string): string[] {
	const own = (test: string) =>
		basename(test, '.test.ts') === basename(file, '.ts')
			? 0
			: dirname(test).endsWith(basename(dirname(file)))
				? 1
				: 2;
	return [...seconds]
		.filter(([test, took]) => took <= Number(options.slowest) && imports.get(test)?.has(file))
		.sort(([a, fast], [b, slow]) => own(a) - own(b) || fast - slow)
		.map(([test]) => test);
}

function importedBy(file: string, seen = new Set<string>()): Set<string> {
	if (seen.has(file)) return seen;
	seen.add(file);
	for (const [, path] of textOf(file).matchAll(/^(?!import type).*?from '(\.[^']+\.ts)';/gm))
		importedBy(join(dirname(file), path as string), seen);
	return seen;
}

function chosen(mutants: Mutant[], source: string): Mutant[] {
	if (options.line !== undefined)
		return mutants.filter((mutant) => lineOf(source, mutant) === Number(options.line));
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
