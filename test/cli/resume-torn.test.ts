import { cpSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { runIds, Workspace } from '../support/cli.ts';
import { paces, restore, takeBackEnd } from '../support/killed-run.ts';
import { readLines, readStoredRun, type StoredRun, wireSpans } from '../support/stored-run.ts';
import { assertWhole } from '../support/whole-record.ts';

/** How many of a file's last bytes are cut off one by one; beside them, some places in all of it. */
const lastBytes = 12;
const places = 12;

describe('a record whose last lines a kill tore', { timeout: 120_000 }, () => {
	const workspace = new Workspace();
	const copy = workspace.path('copy');
	let whole: StoredRun;
	let folder: string;

	beforeAll(async () => {
		const ran = await workspace.spangate(['run', paces, '--target', 'candidate', '-n', '12', '-j', '3']);
		whole = readStoredRun(workspace.home, runIds(ran)[0]);
		folder = whole.folder;
		cpSync(folder, copy, { recursive: true });
		takeBackEnd(copy);
	}, 60_000);

	/** The lengths that a file is cut to: byte by byte at its end, inside of characters, and here and there. */
	function lengthsOf(file: string): number[] {
		const bytes = readFileSync(file);
		const inside = [...bytes.entries()].filter(([, byte]) => (byte & 0xc0) === 0x80).map(([at]) => at);
		const step = Math.ceil(bytes.length / places);
		return [
			...Array.from({ length: lastBytes }, (_, index) => bytes.length - index),
			...inside.slice(-3),
			...Array.from({ length: places }, (_, index) => index * step),
		];
	}

	/** Leaves of the trials only those whose trace is on disk: no kill writes a trial before it. */
	function dropTrialsWithoutTrace(): void {
		const text = readFileSync(join(folder, 'spans.jsonl'), 'utf8');
		const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
		const spans = lines.filter((line) => line !== '').flatMap((line) => wireSpans(JSON.parse(line)));
		const roots = new Set(spans.filter(({ name }) => name === 'question').map(({ traceId }) => traceId));
		const file = join(folder, 'trials.jsonl');
		const kept = readLines(file).filter(({ traceId }) => roots.has(traceId));
		writeFileSync(file, kept.map((trial) => `${JSON.stringify(trial)}\n`).join(''));
	}

	async function resumeAndCheck(name: string, length: number): Promise<void> {
		const file = join(folder, name);
		const torn = length > 0 && readFileSync(file)[length - 1] !== 0x0a;
		truncateSync(file, length);
		if (name === 'spans.jsonl') dropTrialsWithoutTrace();
		const resumed = await workspace.inProcess(['resume', '--no-progress']);
		expect(resumed.code, `${name} cut to ${length}: ${resumed.stderr}`).toBe(0);
		const told = resumed.stderr.includes(`${file}: the last line was torn by a kill and is dropped`);
		expect(told, `${name} cut to ${length}`).toBe(torn);
		assertWhole(workspace.home, basename(folder), whole);
	}

	test.each(['spans.jsonl', 'trials.jsonl'])('goes on wherever %s ends', async (name) => {
		for (const length of lengthsOf(join(copy, name))) {
			restore(copy, folder);
			await resumeAndCheck(name, length);
		}
	});

	test('does not go on where a finished trial has no trace: no kill loses that', async () => {
		restore(copy, folder);
		const file = join(folder, 'spans.jsonl');
		const before = readFileSync(join(folder, 'run.json'), 'utf8');
		truncateSync(file, Math.floor(readFileSync(file).byteLength / 2));
		const refused = await workspace.inProcess(['resume']);
		expect(refused).toMatchObject({ code: 4, stdout: '' });
		expect(refused.stderr).toMatch(/spans.jsonl: the traces of \d+ of 12 finished trials are not in it/);
		expect(readFileSync(join(folder, 'run.json'), 'utf8')).toBe(before);
	});
});
