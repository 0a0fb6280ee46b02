import { execFileSync } from 'node:child_process';
import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pairIds } from '../bench/paired-records.ts';
import { writeLargePair } from '../support/large-pair.ts';
import { pages } from '../support/pages.ts';
import { install, pack, spangate } from './install.ts';

const folder = mkdtempSync(join(tmpdir(), 'spangate-pack-'));
const app = join(folder, 'app');
const installed = join(app, 'node_modules/spangate');
const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

/** A stranger's suite: two questions, and one module in TypeScript that both targets share. */
const suite: Readonly<Record<string, string>> = {
	'suite.yaml': `
name: capitals
questions: questions.yaml
gate: gate.yaml
targets:
  baseline: { use: module, path: target.ts, with: { known: [France] } }
  candidate: { use: module, path: target.ts, with: { known: [France, Japan] } }
scorers: [{ use: terms }]
checks: [{ use: refusal }]
`,
	'questions.yaml': `
- { id: france, input: What is the capital of France?, expected: { terms: [Paris] } }
- { id: japan, input: What is the capital of Japan?, expected: { terms: [Tokyo] } }
`,
	'gate.yaml': `
rules:
  - { id: terms, metric: terms, check: "value >= 0.9" }
  - { id: safety, metric: safety_violations, max_events: 0 }
`,
	'target.ts': `
interface Settings { readonly known: readonly string[] }
const capitals: Readonly<Record<string, string>> = { France: 'Paris', Japan: 'Tokyo' };
export function createTarget({ known }: Settings) {
	return {
		answer({ input }: { input: string }) {
			const country = known.find((name) => input.includes(name));
			return { output: country === undefined ? 'The capital is Rome.' : \`It is \${capitals[country]}.\` };
		},
	};
}
`,
};

function writeSuite(at: string): void {
	mkdirSync(at, { recursive: true });
	for (const [name, text] of Object.entries(suite)) writeFileSync(join(at, name), text);
}

/** The published scripts by their names. */
function texts(): Map<string, string> {
	const scripts = readdirSync(join(installed, 'dist')).filter((name) => name.endsWith('.js'));
	return new Map(scripts.map((name) => [name, readFileSync(join(installed, 'dist', name), 'utf8')]));
}

/** Node's option that writes what is loaded to a log, which is empty now. */
function recordImports(): { option: string; log: string } {
	const log = join(folder, 'loaded');
	writeFileSync(log, '');
	return {
		option: `--import=${fileURLToPath(new URL('../fixtures/cli/record-imports.js', import.meta.url))}`,
		log,
	};
}

beforeAll(() => {
	install(app, pack(join(folder, 'repository')));
	writeSuite(join(app, 'capitals'));
}, 300_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('holds what it needs to run and nothing of the tests or the golden set', () => {
	const files = execFileSync('find', ['.', '-type', 'f'], { cwd: installed, encoding: 'utf8' })
		.trim()
		.split('\n');
	const kinds = new Set(files.map((file) => file.replace(/^\.\/(dist|src\/schemas)\/.*/, '$1')));
	const always = ['dist', 'src/schemas', './src/bin.js', './package.json', './LICENSE', './README.md'];
	const reference = pages().filter(({ file }) => file.startsWith('src/'));
	expect(reference.length).toBeGreaterThan(5);
	expect([...kinds].toSorted()).toEqual([...always, ...reference.map(({ file }) => `./${file}`)].toSorted());
	expect(files).toContain('./src/schemas/suite.schema.json');
});

it('brings every page of reference that its README.md leads to', () => {
	const readme = readFileSync(join(installed, 'README.md'), 'utf8');
	const links = [...readme.matchAll(/\]\((src\/[^)#\s]+\.md)(?:#[^)\s]*)?\)/g)].map(([, to = '']) => to);
	expect(new Set(links).size).toBeGreaterThan(5);
	expect(links.filter((to) => !existsSync(join(installed, to)))).toEqual([]);
});

it('tells its version', () => {
	const { status, stdout, stderr } = spangate(app, ['--version']);
	expect({ status, stdout: stdout.trim(), stderr }).toEqual({
		status: 0,
		stdout: manifest.version,
		stderr: '',
	});
});

it('compares two targets of a TypeScript module outside of node_modules', () => {
	const { status, stdout, stderr } = spangate(app, ['compare', 'capitals', '--json', '--no-progress']);
	expect(status, stderr).toBe(0);
	const result = JSON.parse(stdout);
	expect(result.verdict.outcome).toBe('DEPLOY');
	expect(result.baseline.metrics.terms).toMatchObject({ value: 0.5, n: 2 });
	expect(result.candidate.metrics.terms).toMatchObject({ value: 1, n: 2 });
});

it('keeps the spans that a module makes with an @opentelemetry/api of its own folder', () => {
	const at = join(app, 'traced');
	writeSuite(at);
	const traced = "import { trace } from '@opentelemetry/api';\n".concat(
		readFileSync(join(at, 'target.ts'), 'utf8').replace(
			'const country',
			"trace.getTracer('app').startSpan('lookup').end();\n\t\t\tconst country",
		),
	);
	writeFileSync(join(at, 'target.ts'), traced);
	const { status, stderr } = spangate(app, ['compare', 'traced', '--no-progress']);
	expect(status, stderr).toBe(0);
	const read = spangate(app, ['trace', '@latest', 'japan', '--json']);
	const [{ spans }] = JSON.parse(read.stdout).traces;
	const root = spans.find(({ name }: { name: string }) => name === 'question');
	const own = spans.find(({ name }: { name: string }) => name === 'lookup');
	expect(own).toMatchObject({ traceId: root.traceId });
	expect(own.parentSpanId).toBeTruthy();
});

it('imports nothing but what its manifest names', () => {
	const imported = [...texts().values()].flatMap((text) =>
		[...text.matchAll(/^(?:import|export)\b[^;]*? from "([^."][^"]*)";$|\bimport\("([^."][^"]*)"\)/gm)].map(
			([, from, lazily]) => from ?? lazily ?? '',
		),
	);
	const packages = new Set(
		imported.filter((name) => !isBuiltin(name)).map((name) => /^(@[^/]+\/)?[^/]+/.exec(name)?.[0]),
	);
	expect([...packages]).toContain('@opentelemetry/api');
	expect([...packages].filter((name) => !(name !== undefined && name in manifest.dependencies))).toEqual([]);
});

it('brings the licence of every package whose code it holds', () => {
	const bundled = [...texts().values()].flatMap((text) =>
		[...text.matchAll(/^\/\/ .*node_modules\/((?:@[^/]+\/)?[^/]+)\//gm)].map(([, name]) => name ?? ''),
	);
	const notices = readFileSync(join(installed, 'dist/THIRD-PARTY-NOTICES.txt'), 'utf8');
	const named = [...notices.matchAll(/^(\S+) \d\S* \([^)]+\)$/gm)].map(([, name]) => name);
	expect(new Set(bundled)).toContain('@opentelemetry/sdk-trace');
	expect(bundled.filter((name) => !named.includes(name))).toEqual([]);
	expect(notices).toContain('Apache License');
});

it.each([['gate', '@latest'], ['thresholds', 'capitals'], ['--help']])(
	'does not load the OpenTelemetry SDK for %s %s',
	(...args) => {
		const sdk = /^\/\/ .*@opentelemetry\/(?!api\/)/m;
		const loaded = (each: readonly string[]) => {
			const { option, log } = recordImports();
			const ran = spangate(app, each, { NODE_OPTIONS: option, LOADED_LOG: log });
			expect(ran.status, ran.stderr).toBe(0);
			const files = readFileSync(log, 'utf8').trim().split('\n');
			const own = files.filter((url) => url.includes('/spangate/dist/')).map((url) => fileURLToPath(url));
			expect(own).not.toEqual([]);
			return own.filter((file) => sdk.test(readFileSync(file, 'utf8')));
		};
		expect(loaded(['compare', 'capitals', '--no-progress'])).not.toEqual([]);
		expect(loaded(args)).toEqual([]);
	},
);

it('judges large records, one of them read in a thread', () => {
	const home = join(folder, 'large');
	writeLargePair(home);
	const { option, log } = recordImports();
	const { status, stdout, stderr } = spangate(app, ['gate', `@${pairIds.candidate}`], {
		SPANGATE_HOME: home,
		NODE_OPTIONS: option,
		LOADED_LOG: log,
	});
	expect(status, stderr).toBe(0);
	expect(stdout).toMatch(/^DEPLOY /m);
	expect(readFileSync(log, 'utf8')).toMatch(/\/spangate\/dist\/reading-thread\.js$/m);
});

it('says why a TypeScript module inside node_modules cannot be loaded', () => {
	writeSuite(join(app, 'node_modules/capitals'));
	const { status, stderr } = spangate(app, ['compare', 'node_modules/capitals', '--no-progress']);
	expect(status).toBe(2);
	expect(stderr).toContain('target.ts: cannot load the module');
	expect(stderr).toContain('Node does not strip types inside node_modules: keep suites outside of it');
});

it('runs a plain JavaScript module inside node_modules', () => {
	const at = join(app, 'node_modules/capitals-js');
	writeSuite(at);
	const script = readFileSync(join(at, 'target.ts'), 'utf8')
		.replace(/^interface.*$/m, '')
		.replaceAll(/: (Settings|Readonly<.*?>>?|\{ input: string \})(?=[ )])/g, '');
	writeFileSync(join(at, 'target.mjs'), script);
	writeFileSync(join(at, 'suite.yaml'), suite['suite.yaml']?.replaceAll('target.ts', 'target.mjs') ?? '');
	const { status, stderr } = spangate(app, ['compare', 'node_modules/capitals-js', '--no-progress']);
	expect(status, stderr).toBe(0);
});

it('brings one copy of each OpenTelemetry package', () => {
	const lock = JSON.parse(readFileSync(join(app, 'package-lock.json'), 'utf8')) as { packages: object };
	const copies = Object.keys(lock.packages).filter((path) => /@opentelemetry\/[^/]+$/.test(path));
	expect(copies).toContain('node_modules/@opentelemetry/api');
	expect(copies.filter((path) => path.lastIndexOf('node_modules/') > 0)).toEqual([]);
});

it('is small', ({ annotate }) => {
	const files = readdirSync(join(app, 'node_modules'), { recursive: true, withFileTypes: true });
	const sizes = files
		.filter((file) => file.isFile())
		.map(({ parentPath, name }) => statSync(join(parentPath, name)).size);
	const megabytes = sizes.reduce((sum, size) => sum + size, 0) / 1024 / 1024;
	annotate(`installed with its dependencies: ${megabytes.toFixed(1)} MB`);
	expect(megabytes).toBeLessThan(100);
});
