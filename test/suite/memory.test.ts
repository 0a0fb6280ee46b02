import { execFile } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { root } from '../support/cli.ts';
import { suiteFolder, suiteYaml } from './small.ts';

/** Loads the suite that it is given, reads its questions once more, and prints how many and its peak memory. */
const reader = `
	import { loadSuite } from ${JSON.stringify(join(root, 'src/suite/load.ts'))};
	const { questions } = await loadSuite(process.argv[1]);
	let read = 0;
	for (const { id } of questions) read += id === 'q' + read ? 1 : NaN;
	console.log(JSON.stringify({ read, peakKiB: process.resourceUsage().maxRSS }));
`;

function suiteOf(count: number): string {
	const folder = suiteFolder({ 'suite.yaml': suiteYaml('  - { use: phrases', '') });
	const file = openSync(join(folder, 'questions.jsonl'), 'w');
	for (let index = 0; index < count; index += 1000) {
		const lines = Array.from({ length: 1000 }, (_, offset) => {
			const expected = { terms: ['one', `number ${index + offset}`] };
			const tags = { topic: 'numbers', lang: 'en', risk: 'low' };
			return `${JSON.stringify({ id: `q${index + offset}`, input: 'Which number?', expected, tags })}\n`;
		});
		writeSync(file, lines.join(''));
	}
	closeSync(file);
	return folder;
}

async function readInChild(count: number): Promise<{ read: number; peakMiB: number }> {
	// A young generation of a fixed size, so that the peak tells what is held, not when rubbish was collected.
	const args = ['--max-semi-space-size=4', '--input-type=module', '--eval', reader, suiteOf(count)];
	const { stdout } = await promisify(execFile)(process.execPath, args);
	const { read, peakKiB } = JSON.parse(stdout) as { read: number; peakKiB: number };
	return { read, peakMiB: peakKiB / 1024 };
}

describe('the memory that a golden set takes', { timeout: 120_000 }, () => {
	it('hardly grows with ten times the questions', async () => {
		const few = await readInChild(30_000);
		const many = await readInChild(300_000);
		expect([few.read, many.read]).toEqual([30_000, 300_000]);
		// Held as objects, 270,000 questions more take some 500 MiB more.
		expect(many.peakMiB - few.peakMiB).toBeLessThan(100);
	});
});
