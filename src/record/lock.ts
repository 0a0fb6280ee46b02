import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf, SpangateError } from '../errors.ts';
import { RecordFile } from './files.ts';

/** Who holds a lock: a process id is used again in time, its start is not. */
const Holder = z.object({ pid: z.int(), host: z.string(), started: z.string() });
type Holder = z.infer<typeof Holder>;

/** What a file system that knows no hard links says. */
const withoutLinks: ReadonlySet<string | undefined> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

/**
 * Claims a run's folder for this process; gives what lets go of it. A folder that another living process works on
 * is an `unmeasured` error; the lock of one that was killed is taken over.
 */
export function lockRun(folder: string): () => void {
	return claim(folder, join(folder, RecordFile.lock));
}

/** Throws an `unmeasured` error when another living process works on a run; nothing keeps one from beginning to. */
export function assertFree(folder: string): void {
	const file = join(folder, RecordFile.lock);
	const text = readLock(file);
	if (text !== undefined) assertStale(folder, file, text);
}

function claim(folder: string, file: string): () => void {
	const mine: Holder = { pid: process.pid, host: hostname(), started: startOf(process.pid) ?? '' };
	const text = JSON.stringify(mine);
	for (;;) {
		if (create(file, text)) return releaseOnce(file, text);
		const other = readLock(file);
		if (other === undefined) continue;
		assertStale(folder, file, other);
		// Several processes can find the same stale lock: one alone may remove it, and only this very one.
		const release = claim(folder, `${file}.stale`);
		try {
			if (readLock(file) === other) rmSync(file, { force: true });
		} finally {
			release();
		}
	}
}

/** Makes the lock with all that it says, or not at all: a kill must leave none that nobody can read. */
function create(file: string, text: string): boolean {
	const draft = `${file}.${process.pid}`;
	try {
		writeFileSync(draft, text);
		linkOrWrite(draft, file, text);
		return true;
	} catch (error) {
		if (codeOf(error) === 'EEXIST') return false;
		throw new SpangateError('unmeasured', `${file}: cannot claim the run: ${messageOf(error)}`, {
			cause: error,
		});
	} finally {
		rmSync(draft, { force: true });
	}
}

function linkOrWrite(draft: string, file: string, text: string): void {
	try {
		linkSync(draft, file);
	} catch (error) {
		if (!withoutLinks.has(codeOf(error))) throw error;
		writeFileSync(file, text, { flag: 'wx' });
	}
}

/** Neither a second call, nor one after the lock was removed by hand, may remove that of whoever came next. */
function releaseOnce(file: string, text: string): () => void {
	let held = true;
	return () => {
		if (held && readLock(file) === text) rmSync(file, { force: true });
		held = false;
	};
}

function readLock(file: string): string | undefined {
	try {
		return readFileSync(file, 'utf8');
	} catch (error) {
		if (codeOf(error) === 'ENOENT') return undefined;
		throw new SpangateError('unmeasured', `${file}: cannot tell who works on the run: ${messageOf(error)}`, {
			cause: error,
		});
	}
}

function assertStale(folder: string, file: string, text: string): void {
	const holder = parseHolder(text);
	if (holder !== undefined && !isAlive(holder)) return;
	const who = holder === undefined ? 'a process' : `process ${holder.pid} on ${holder.host}`;
	throw new SpangateError('unmeasured', `${folder}: ${who} works on this run`, {
		hint: `Wait until it has ended. If no such process is there, remove ${file}.`,
	});
}

function parseHolder(text: string): Holder | undefined {
	try {
		return Holder.safeParse(JSON.parse(text)).data;
	} catch {
		return undefined;
	}
}

/** Of another host nothing can be known, so its lock is kept. */
function isAlive({ pid, host, started }: Holder): boolean {
	if (host !== hostname()) return true;
	try {
		process.kill(pid, 0);
	} catch (error) {
		// Any other answer comes from a process, if of another user.
		if (codeOf(error) === 'ESRCH') return false;
	}
	return startOf(pid) === started;
}

/**
 * When a process started, in clock ticks since boot, where the system tells (proc(5), stat's 22nd field), else '';
 * nothing of one that is dead and only waits for its parent to notice.
 */
function startOf(pid: number): string | undefined {
	let stat: string;
	try {
		stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
	} catch {
		return '';
	}
	// A program's name may hold blanks and parentheses; the fields after it do not.
	const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
	return state === 'Z' || state === 'X' ? undefined : (fields[18] ?? '');
}

function codeOf(error: unknown): string | undefined {
	return (error as NodeJS.ErrnoException).code;
}
