/*
 * Judges simulated releases, of which the truth is known, as the gate does, beside the bare-threshold rule of other
 * harnesses: see README.md, "Simulated releases". Seeded: the same table on every machine. Ends with 1 when a level is
 * missed.
 * npm run simulate -- [--releases 2000] [--write-readme]   the table of outcomes
 * npm run simulate -- --coverage                           the worst coverage of every interval
 */
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { withBlock } from '../bench/readme-block.ts';
import { cases } from './cases.ts';
import { markdownOf } from './table.ts';
import { addTallies, chunkSize, emptyTallies } from './tally.ts';
import type { Done, Task } from './worker.ts';

const { values } = parseArgs({
	options: {
		releases: { type: 'string', default: '2000' },
		'write-readme': { type: 'boolean', default: false },
	},
});
const chunks = Number(values.releases) / chunkSize;
if (!(Number.isInteger(chunks) && chunks > 0)) {
	throw new RangeError(`--releases ${values.releases}: expected a multiple of ${chunkSize}`);
}

const began = performance.now();
const tasks: Task[] = cases
	.flatMap(({ sizes }, at) =>
		sizes.flatMap((_, size) => Array.from({ length: chunks }, (__, chunk) => ({ at, size, chunk }))),
	)
	// The long ones first, or one worker would end long after the others.
	.sort((a, b) => questionsOf(b) - questionsOf(a));
const tallies = cases.map((each) => each.sizes.map(() => emptyTallies(each)));

function questionsOf({ at, size }: Task): number {
	return cases[at]?.sizes[size] ?? 0;
}

async function work(): Promise<void> {
	const worker = new Worker(new URL('./worker.ts', import.meta.url));
	try {
		for (let task = tasks.shift(); task !== undefined; task = tasks.shift()) {
			worker.postMessage(task);
			const [{ at, size, tallies: found }] = (await once(worker, 'message')) as [Done];
			addTallies(tallies[at]?.[size] ?? [], found);
		}
	} finally {
		await worker.terminate();
	}
}

await Promise.all(Array.from({ length: availableParallelism() }, work));
const report = markdownOf(tallies);
process.stdout.write(`${report}\n`);
process.stderr.write(`${((performance.now() - began) / 1000).toFixed(0)} s\n`);
if (values['write-readme']) {
	const file = new URL('../../README.md', import.meta.url);
	writeFileSync(file, withBlock(readFileSync(file, 'utf8'), 'simulate', report));
}
if (report.includes('**Missed:**')) process.exitCode = 1;
