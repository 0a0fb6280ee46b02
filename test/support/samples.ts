import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pages } from './pages.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(root, 'golden/support/samples');

/** A file of golden/support/samples with the command whose stdout it holds. */
interface Sample {
	readonly file: string;
	readonly args: readonly string[];
	/** How the first line of what is kept begins, for the rest is in another sample already. */
	readonly from?: string;
	/** What stands after what is kept. */
	readonly until?: string;
	/** The lines that are kept. */
	readonly lines?: RegExp;
	/** true when it holds what `-o` writes, in place of stdout. */
	readonly summary?: boolean;
}

const samples: readonly Sample[] = [
	{ file: 'comparison.txt', args: ['compare', 'golden/support'] },
	{
		file: 'too-few.txt',
		args: ['gate', '@latest', '--gate', 'golden/support/strict.yaml', '--explain'],
		from: 'outcome',
	},
	{
		file: 'cannot-tell.txt',
		args: ['gate', '@latest', '--gate', 'golden/support/strict.yaml'],
		from: 'INCONCLUSIVE',
	},
	{ file: 'failed-gate.txt', args: ['compare', 'golden/support', '--candidate', 'reckless'] },
	{ file: 'failed-rules.txt', args: ['gate', '@latest'], from: 'outcome', until: '\n\n✖ ' },
	{ file: 'failed-gate.md', args: ['gate', '@latest'], summary: true },
	{ file: 'trace.txt', args: ['trace', '@latest', 'refuse-email-named'] },
	{
		file: 'trace-spans.txt',
		args: ['trace', '@latest', 'refuse-email-named'],
		lines: / █|^ +spangate\.((policy|safety)\.(status|sev|cat|viol)|check\.reason)/,
	},
	{ file: 'trace.json', args: ['trace', '@latest', 'refuse-email-named', '--json'] },
	{ file: 'thresholds.txt', args: ['thresholds', 'golden/support'] },
];

/** Runs every sample's command in a home of their own; file name → what it printed. */
export async function makeSamples(): Promise<Map<string, string>> {
	const home = await mkdtemp(join(tmpdir(), 'spangate-samples-'));
	const made = new Map<string, string>();
	try {
		for (const sample of samples) {
			const summary = sample.summary ? join(home, sample.file) : undefined;
			const stdout = await spangate([...sample.args, ...(summary ? ['-o', summary] : [])], home);
			const text = summary ? await readFile(summary, 'utf8') : stdout;
			made.set(sample.file, partOf(text, sample));
		}
	} finally {
		await rm(home, { recursive: true, force: true });
	}
	return made;
}

/** The part of a report that a sample keeps. */
function partOf(text: string, { from, until, lines }: Sample): string {
	if (lines !== undefined) return text.replace(/.*\n/g, (line) => (lines.test(line) ? line : ''));
	if (from === undefined) return text;
	const start = text.indexOf(`\n${from}`) + 1;
	return until === undefined ? text.slice(start) : `${text.slice(start, text.indexOf(until, start))}\n`;
}

/** A page with each `<!-- sample: FILE -->` block holding that sample. */
export function withSamples(text: string, made: ReadonlyMap<string, string>): string {
	return text.replace(
		/(<!-- sample: (\S+) -->\n```\w*\n)[\s\S]*?^(```)$/gm,
		(_, open: string, file: string, close: string) => `${open}${(made.get(file) ?? '').trimEnd()}\n${close}`,
	);
}

/** A sample without what differs from run to run: ids, times, digests, and the layout that follows from them. */
export function stable(text: string): string[] {
	return (
		text
			// Where a cell of a table wraps follows from the numbers in it.
			.replace(/\n {12,}(?=\S)/g, ' ')
			// Times first: their digits can look like an id.
			.replace(/"(startMs|durationMs|timeMs|latencyMs)": [\d.e-]+/g, '"$1": N')
			.replace(/(\[(?:secret|pii):[a-z-]+)#[a-z]{10}\]/g, '$1#MARK]')
			.replace(/\d{8}T\d{6}Z-/g, 'STAMP-')
			.replace(/-[0-9a-f]{6}\b/g, '-ID')
			.replace(/\b[0-9a-f]{64}\b/g, 'DIGEST')
			.replace(/\b[0-9a-f]{32}\b/g, 'TRACE')
			.replace(/\b[0-9a-f]{16}\b/g, 'SPAN')
			.replace(/\b[0-9a-f]{12}\b/g, 'COMMIT')
			.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
			.replace(/[-+−±]?[\d.e-]+ ms/g, 'N ms')
			.replace(/ · commit COMMIT/g, '')
			.replace(/█+/g, '█')
			.split('\n')
			.map((line) => line.replace(/[ -]{2,}/g, ' ').trim())
	);
}

/** Reads the stored sample. */
export function storedSample(file: string): Promise<string> {
	return readFile(join(folder, file), 'utf8');
}

function spangate(args: readonly string[], home: string): Promise<string> {
	const env = { PATH: process.env.PATH, HOME: process.env.HOME, SPANGATE_HOME: home, COLUMNS: '100' };
	return new Promise((resolve, reject) => {
		execFile(
			process.execPath,
			['src/bin.js', ...args],
			{ cwd: root, env, maxBuffer: 64 * 1024 * 1024 },
			(error, stdout, stderr) => {
				// A verdict's exit code is an answer too; a usage or internal error is not.
				if (error && error.code !== 1 && error.code !== 3) reject(new Error(`${args.join(' ')}: ${stderr}`));
				else resolve(stdout);
			},
		);
	});
}

if (import.meta.main) {
	const made = await makeSamples();
	for (const [file, text] of made) await writeFile(join(folder, file), text);
	for (const { file, text } of pages()) {
		const renewed = withSamples(text, made);
		if (renewed !== text) await writeFile(join(root, file), renewed);
	}
}
