import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { assertFree, lockRun } from '../../src/record/lock.ts';
import { eventually, root } from '../support/cli.ts';
import { tempFolder } from '../support/records.ts';

const children: ChildProcess[] = [];
afterEach(() => {
	for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** Claims a folder in a process of its own and says `held` or why not; it lives until it is killed. */
const claiming = `
	const { lockRun } = await import(${JSON.stringify(join(root, 'src/record/lock.ts'))});
	const { setTimeout: sleep } = await import('node:timers/promises');
	const [folder, at] = process.argv.slice(1);
	while (Date.now() < Number(at));
	try {
		lockRun(folder);
		console.log('held');
	} catch (error) {
		console.log(error.message);
	}
	await sleep(60_000);
`;

const argsOf = (script: string, folder: string, at = 0) => [
	...['--input-type=module', '-e', script],
	...[folder, String(at)],
];

async function claimElsewhere(folder: string, at = 0, script = claiming) {
	const child = spawn(process.execPath, argsOf(script, folder, at));
	children.push(child);
	return { child, said: await firstWord(child) };
}

async function firstWord({ stdout }: ChildProcess): Promise<string> {
	const [text] = stdout === null ? [] : await once(stdout, 'data');
	return String(text).trim();
}

/** A file system without hard links, as far as a process can tell. */
const withoutLinks = `
	const { default: fs } = await import('node:fs');
	const { syncBuiltinESMExports } = await import('node:module');
	fs.linkSync = () => { throw Object.assign(new Error('no links'), { code: 'EPERM' }); };
	syncBuiltinESMExports();
`;

async function killed(child: ChildProcess): Promise<void> {
	child.kill('SIGKILL');
	await once(child, 'close');
}

const inUse = { code: 'unmeasured', message: expect.stringContaining('works on this run') };
const lockOf = (folder: string) => join(folder, 'lock');

function caught(claim: () => unknown): unknown {
	try {
		claim();
	} catch (error) {
		return error;
	}
	return 'nothing was thrown';
}

describe('lockRun', () => {
	it('keeps every other claim away until it is let go of', async () => {
		const folder = tempFolder();
		const release = lockRun(folder);
		expect(caught(() => lockRun(folder))).toMatchObject(inUse);
		expect(caught(() => assertFree(folder))).toMatchObject(inUse);
		expect((await claimElsewhere(folder)).said).toBe(
			`${folder}: process ${process.pid} on ${hostname()} works on this run`,
		);
		release();
		expect(readdirSync(folder)).toEqual([]);
		assertFree(folder);
		lockRun(folder)();
	});

	it('lets go of its own claim alone, and once', () => {
		const folder = tempFolder();
		const release = lockRun(folder);
		release();
		const next = lockRun(folder);
		release();
		expect(existsSync(lockOf(folder))).toBe(true);
		const others = JSON.stringify({ pid: 1, host: 'elsewhere', started: '1' });
		writeFileSync(lockOf(folder), others);
		next();
		expect(readFileSync(lockOf(folder), 'utf8')).toBe(others);
	});

	it('takes over from a process that was killed', async () => {
		const folder = tempFolder();
		const { child, said } = await claimElsewhere(folder);
		expect(said).toBe('held');
		expect(caught(() => lockRun(folder))).toMatchObject(inUse);
		await killed(child);
		assertFree(folder);
		const release = lockRun(folder);
		expect(JSON.parse(readFileSync(lockOf(folder), 'utf8')).pid).toBe(process.pid);
		release();
		expect(readdirSync(folder)).toEqual([]);
	});

	it('takes over from a process whose id another one has by now', () => {
		const folder = tempFolder();
		const holder = { pid: process.pid, host: hostname(), started: 'long ago' };
		writeFileSync(lockOf(folder), JSON.stringify(holder));
		lockRun(folder)();
		expect(readdirSync(folder)).toEqual([]);
	});

	it('takes over though the one that did so before was killed in the middle', async () => {
		const folder = tempFolder();
		const { child } = await claimElsewhere(folder);
		await killed(child);
		const stale = readFileSync(lockOf(folder));
		writeFileSync(`${lockOf(folder)}.stale`, stale);
		lockRun(folder)();
		expect(readdirSync(folder)).toEqual([]);
	});

	it('lets exactly one of several take over a stale lock', async () => {
		const folder = tempFolder();
		const { child } = await claimElsewhere(folder);
		await killed(child);
		// Together, once all of them have started.
		const at = Date.now() + 700;
		const claims = await Promise.all(Array.from({ length: 4 }, () => claimElsewhere(folder, at)));
		const held = claims.filter(({ said }) => said === 'held');
		expect(held).toHaveLength(1);
		expect(JSON.parse(readFileSync(lockOf(folder), 'utf8')).pid).toBe(held[0]?.child.pid);
		for (const { said } of claims) expect(said).toMatch(/^held$|works on this run$/);
	});

	it.each([
		[
			'of another host',
			JSON.stringify({ pid: 1, host: 'elsewhere', started: '1' }),
			'process 1 on elsewhere',
		],
		['that says nothing', '', 'a process'],
		['that is no lock', '{"pid":"12"}', 'a process'],
	])('refuses a lock %s, and says which file to remove', (_, text, who) => {
		const folder = tempFolder();
		writeFileSync(lockOf(folder), text);
		for (const claim of [lockRun, assertFree]) {
			expect(caught(() => claim(folder))).toMatchObject({
				code: 'unmeasured',
				message: `${folder}: ${who} works on this run`,
				hint: expect.stringContaining(`remove ${lockOf(folder)}`),
			});
		}
		expect(readFileSync(lockOf(folder), 'utf8')).toBe(text);
	});

	it.runIf(process.platform === 'linux')('takes over from a dead process that nobody waits for', async () => {
		const folder = tempFolder();
		// The program that takes the shell's place knows of no child.
		const script = '"$@" & echo $!; exec sleep 60';
		const parent = spawn('sh', ['-c', script, 'sh', process.execPath, ...argsOf(claiming, folder)]);
		children.push(parent);
		const pid = Number((await firstWord(parent)).split('\n')[0]);
		await eventually(() => existsSync(lockOf(folder)));
		expect(caught(() => assertFree(folder))).toMatchObject(inUse);
		process.kill(pid, 'SIGKILL');
		await eventually(() => readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z '));
		lockRun(folder)();
		expect(readdirSync(folder)).toEqual([]);
	});

	it('claims on a file system that knows no hard links, too', async () => {
		const folder = tempFolder();
		const { said, child } = await claimElsewhere(folder, 0, withoutLinks + claiming);
		expect(said).toBe('held');
		expect(caught(() => lockRun(folder))).toMatchObject(inUse);
		expect((await claimElsewhere(folder, 0, withoutLinks + claiming)).said).toContain('works on this run');
		await killed(child);
		expect((await claimElsewhere(folder, 0, withoutLinks + claiming)).said).toBe('held');
	});

	it('is an unmeasured error where no file can be made', () => {
		const folder = join(tempFolder(), 'gone');
		expect(caught(() => lockRun(folder))).toMatchObject({
			code: 'unmeasured',
			message: expect.stringContaining('cannot claim the run'),
		});
	});
});
