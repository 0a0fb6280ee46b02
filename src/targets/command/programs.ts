import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { ProcessGroup } from '../../calls/process-group.ts';
import { messageOf } from '../../errors.ts';
import { endOf } from '../../text.ts';

/** One run of a program: its command line, where it runs, and what it is given. */
export interface ProgramCall {
	readonly program: string;
	readonly args: readonly string[];
	readonly folder: string;
	readonly env: Readonly<Record<string, string | undefined>>;
	/** What is written to its standard input; without it that is empty. */
	readonly stdin: string | undefined;
	readonly signal: AbortSignal;
}

/** The longest answer that is read, in bytes. */
const maxAnswerBytes = 16 * 1024 * 1024;
const keptWords = 2_000;
const keptLines = 10;
const lastWordsMs = 500;

/** The programs of one target that are running; nothing of them outlives the target, nor spangate. */
export class Programs {
	readonly #groups = new Set<ProcessGroup>();
	readonly #killAll = () => {
		for (const group of this.#groups) group.kill();
	};

	constructor() {
		process.once('exit', this.#killAll);
	}

	/**
	 * Runs a program to its end and gives what it wrote to its standard output. Rejects when it cannot be started,
	 * fails, writes over 16 MB, or the signal aborts; what it leaves running in its process group is ended with it.
	 */
	async run(call: ProgramCall): Promise<Buffer> {
		call.signal.throwIfAborted();
		const child = spawn(call.program, call.args, {
			cwd: call.folder,
			env: call.env,
			stdio: ['pipe', 'pipe', 'pipe'],
			detached: true,
		});
		if (child.pid === undefined) return failureToStart(child, call.program);
		const group = new ProcessGroup(child.pid);
		this.#groups.add(group);
		// A program need not read what it is given.
		child.stdin.on('error', () => {});
		child.stdin.end(call.stdin ?? '');
		try {
			return await answerOf(child, call);
		} finally {
			// A process that has left the group could hold these open.
			child.stdout.destroy();
			child.stderr.destroy();
			void group.end().then(() => this.#groups.delete(group));
		}
	}

	/** Ends what still runs. */
	async close(): Promise<void> {
		await Promise.all([...this.#groups].map((group) => group.end()));
		process.removeListener('exit', this.#killAll);
	}
}

function failureToStart(child: ChildProcess, program: string): Promise<never> {
	return new Promise((_, reject) => {
		child.once('error', (error) => reject(new Error(`cannot run ${program}: ${whyNot(error)}`)));
	});
}

function whyNot(error: Error): string {
	const { code } = error as NodeJS.ErrnoException;
	if (code === 'ENOENT')
		return 'no such program, on the PATH or by its path from the suite’s folder (ENOENT)';
	return code === 'EACCES' ? 'it is not executable: chmod +x (EACCES)' : messageOf(error);
}

/** What the program wrote to stdout, once it has ended well. */
function answerOf(child: ChildProcessWithoutNullStreams, { program, signal }: ProgramCall): Promise<Buffer> {
	const chunks: Buffer[] = [];
	let size = 0;
	let words = '';
	return new Promise((resolve, reject) => {
		const abort = () => reject(signal.reason);
		signal.addEventListener('abort', abort, { once: true });
		child.stdout.on('data', (chunk: Buffer) => {
			size += chunk.length;
			if (size <= maxAnswerBytes) chunks.push(chunk);
			else reject(new Error(`${program} wrote an answer of more than ${maxAnswerBytes} bytes`));
		});
		child.stderr.setEncoding('utf8').on('data', (text: string) => {
			words = (words + text).slice(-2 * keptWords);
		});
		child.once('exit', (code, killedBy) => {
			const tell = () => {
				clearTimeout(timer);
				signal.removeEventListener('abort', abort);
				if (code === 0) resolve(Buffer.concat(chunks));
				else reject(new Error(`${program} ${howEnded(code, killedBy)}; ${told(endOf(words, keptWords))}`));
			};
			child.once('close', tell);
			// Its last words may still be in the pipe, which a process that it left behind can hold open.
			const timer = setTimeout(tell, lastWordsMs);
		});
	});
}

function howEnded(code: number | null, killedBy: NodeJS.Signals | null): string {
	return killedBy === null ? `exited with code ${code}` : `was ended by ${killedBy}`;
}

function told(words: string): string {
	const lines = words.trim().split('\n').slice(-keptLines).join('\n');
	return lines === '' ? 'it wrote nothing to stderr' : `it wrote to stderr:\n${lines}`;
}
