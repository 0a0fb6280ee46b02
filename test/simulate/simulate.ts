/*
 * Judges simulated releases, of which the truth is known, as the gate does, beside the bare-threshold rule of other
 * harnesses: see README.md beside this file. Seeded: the same table on every machine. Ends with 1 when a level is
 * missed.
 * npm run simulate -- [--releases 2000]              the table of outcomes
 * npm run simulate -- --coverage [--releases 2000]   the worst coverage of every interval over a grid
 * --write-readme writes the table into README.md beside this file, and its headline into the repository's.
 */
import { parseArgs } from 'node:util';
import { writeMeasured } from '../support/headlines.ts';
import { cases } from './cases.ts';
import { coverageOf, grid, type Missed } from './coverage.ts';
import { reportOf } from './table.ts';
import { addTallies, chunkSize, emptyTallies, type Tally } from './tally.ts';
import { workOn } from './workers.ts';

const usual = 2000;
const { values } = parseArgs({
	options: {
		releases: { type: 'string', default: String(usual) },
		'write-readme': { type: 'boolean', default: false },
		coverage: { type: 'boolean', default: false },
	},
});
const chunks = Number(values.releases) / chunkSize;
if (!(Number.isInteger(chunks) && chunks > 0)) {
	throw new RangeError(`--releases ${values.releases}: expected a multiple of ${chunkSize}`);
}

async function outcomes(): Promise<void> {
	const tasks = cases
		.flatMap(({ sizes }, at) =>
			sizes.flatMap((questions, size) =>
				Array.from({ length: chunks }, (_, chunk) => ({ at, size, chunk, questions })),
			),
		)
		// The long ones first, or one worker would end long after the others.
		.sort((a, b) => b.questions - a.questions);
	const tallies = cases.map((each) => each.sizes.map(() => emptyTallies(each)));
	await workOn(tasks, (found, place) => {
		const { at, size } = tasks[place] as (typeof tasks)[number];
		addTallies(tallies[at]?.[size] ?? [], found as readonly Tally[]);
	});
	tell('simulate', reportOf(tallies));
}

function tell(block: string, { markdown, isMissed }: { markdown: string; isMissed: boolean }): void {
	process.stdout.write(`${markdown}\n`);
	if (values['write-readme']) writeMeasured(block, markdown);
	if (isMissed) process.exitCode = 1;
}

async function coverage(): Promise<void> {
	const missed: Missed[] = [];
	const thinned = Number(values.releases) / usual;
	await workOn(
		grid.map((_, cell) => ({ cell, thinned })),
		(found, cell) => {
			missed[cell] = found as Missed;
		},
	);
	tell('coverage', coverageOf(missed, thinned));
}

const began = performance.now();
await (values.coverage ? coverage() : outcomes());
process.stderr.write(`${((performance.now() - began) / 1000).toFixed(0)} s\n`);
