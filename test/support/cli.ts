import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

/** The repository's root, the working folder of every spawned command. */
export const root = fileURLToPath(new URL('../..', import.meta.url));
const fixtures = join(root, 'test/fixtures/cli');
const pollEveryMs = 10;

export interface SpawnOptions {
	/** Variables beside the few that a child is given; nothing else of this process's environment reaches it. */
	readonly env?: Readonly<Record<string, string>>;
	readonly cwd?: string;
	/** Node's own options, before the script. */
	readonly nodeArgs?: readonly string[];
}

export interface Finished {
	readonly code: number | null;
	readonly signal: NodeJS.Signals | null;
	readonly stdout: string;
	readonly stderr: string;
}

/** A spawned `spangate`, as a user's shell would start it. */
export class RunningCommand {
	stdout = '';
	stderr = '';
	readonly finished: Promise<Finished>;
	readonly #child: ChildProcess;
	#ended = false;

	constructor(args: readonly string[], { env = {}, cwd = root, nodeArgs = [] }: SpawnOptions) {
		const child = spawn(process.execPath, [...nodeArgs, join(root, 'src/bin.js'), ...args], {
			cwd,
			env: { ...plainEnvironment(), ...env },
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		child.stdout.setEncoding('utf8').on('data', (text: string) => {
			this.stdout += text;
		});
		child.stderr.setEncoding('utf8').on('data', (text: string) => {
			this.stderr += text;
		});
		this.#child = child;
		started.add(this);
		this.finished = new Promise((resolve, reject) => {
			child.once('error', reject);
			child.once('close', (code, signal) => {
				this.#ended = true;
				started.delete(this);
				resolve({ code, signal, stdout: this.stdout, stderr: this.stderr });
			});
		});
	}

	signal(name: NodeJS.Signals): void {
		this.#child.kill(name);
	}

	/** Closes the reading end of its stdout, as `| head` does. */
	stopReading(): void {
		this.#child.stdout?.destroy();
	}

	/** Polls until the condition holds; a process that ends before is an error that shows what it said. */
	async until(condition: () => boolean): Promise<void> {
		await eventually(() => {
			const holds = condition();
			if (!holds && this.#ended) throw new Error(`the process ended first:\n${this.stdout}\n${this.stderr}`);
			return holds;
		});
	}
}

/** Polls until the condition holds; the test's own time-out is the only limit. */
export async function eventually(condition: () => boolean | Promise<boolean>): Promise<void> {
	while (!(await condition())) await sleep(pollEveryMs);
}

const started = new Set<RunningCommand>();

/** A folder of its own with a record's home in it; it goes when the file's tests are over. */
export class Workspace {
	readonly folder = mkdtempSync(join(tmpdir(), 'spangate-cli-'));
	readonly home = join(this.folder, 'home');

	constructor() {
		folders.add(this.folder);
	}

	/** Runs a command line to its end. */
	spangate(args: readonly string[], options: SpawnOptions = {}): Promise<Finished> {
		return this.start(args, options).finished;
	}

	start(args: readonly string[], options: SpawnOptions = {}): RunningCommand {
		return new RunningCommand(args, { ...options, env: { SPANGATE_HOME: this.home, ...options.env } });
	}

	/** Runs a command line that measures nothing in this process, which takes a fraction of the time. */
	inProcess(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
		return inProcess(args, { SPANGATE_HOME: this.home, ...env });
	}

	path(name: string): string {
		return join(this.folder, name);
	}

	write(name: string, text: string): string {
		const file = this.path(name);
		mkdirSync(dirname(file), { recursive: true });
		writeFileSync(file, text);
		return file;
	}

	/** A suite's folder copied here, with what its modules import within reach; files named in `edits` are changed. */
	copySuite(source: string, edits: Readonly<Record<string, (text: string) => string>> = {}): string {
		const folder = mkdtempSync(this.path('suite-'));
		cpSync(source, folder, { recursive: true });
		try {
			symlinkSync(join(root, 'node_modules'), this.path('node_modules'));
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
		}
		for (const [name, edit] of Object.entries(edits)) {
			const file = join(folder, name);
			writeFileSync(file, edit(readFileSync(file, 'utf8')));
		}
		return folder;
	}
}

const folders = new Set<string>();

afterAll(() => {
	for (const command of started) command.signal('SIGKILL');
	for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Runs a command line in this process, with streams and an environment of its own: for what measures nothing. */
export async function inProcess(
	args: readonly string[],
	env: Readonly<Record<string, string>> = {},
): Promise<Pick<Finished, 'code' | 'stdout' | 'stderr'>> {
	const [stdout, stderr] = [new Collected(), new Collected()];
	const never = () => {
		throw new Error('the command asked for the end of the process');
	};
	const { main } = await import('../../src/cli.ts');
	const code = await main(args, { stdout, stderr, env, onInterrupt: () => () => {}, exit: never });
	return { code, stdout: stdout.text, stderr: stderr.text };
}

class Collected extends Writable {
	text = '';

	override _write(chunk: Buffer, _encoding: string, done: () => void): void {
		this.text += chunk.toString('utf8');
		done();
	}
}

/** A suite of test/fixtures/cli. */
export function fixture(name: string): string {
	return join(fixtures, name);
}

/** The ids of the runs that a command tells of on stderr, in its order. */
export function runIds({ stderr }: Pick<Finished, 'stderr'>): string[] {
	return [...stderr.matchAll(/^@(\S+)/gm)].map(([, id]) => id ?? '');
}

/** What a child needs to run, and nothing that could change what it does: no OTEL_*, SPANGATE_*, CI, NO_COLOR. */
function plainEnvironment(): Record<string, string> {
	return {
		PATH: [dirname(process.execPath), process.env.PATH ?? ''].join(delimiter),
		HOME: process.env.HOME ?? tmpdir(),
		// Compiled once for all the processes that the tests start.
		NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/spangate-tests'),
	};
}
