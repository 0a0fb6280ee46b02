import { parentPort } from 'node:worker_threads';
import { cases } from './cases.ts';
import { grid, type Missed, missedBy } from './coverage.ts';
import { simulate, type Tally } from './tally.ts';

/** A chunk of the releases of one case at one of its sizes, or one cell of the grid of coverage, with a part of its releases. */
export type Task =
	| { readonly at: number; readonly size: number; readonly chunk: number }
	| { readonly cell: number; readonly thinned: number };

/** What a worker found for a task. */
export type Found = readonly Tally[] | Missed;

function work(task: Task): Found {
	if ('cell' in task) {
		const cell = grid[task.cell];
		if (cell === undefined) throw new Error(`no cell ${task.cell}`);
		return missedBy(task.cell, { ...cell, releases: cell.releases * task.thinned });
	}
	const each = cases[task.at];
	const questions = each?.sizes[task.size];
	if (each === undefined || questions === undefined) throw new Error(`no case ${task.at}, size ${task.size}`);
	return simulate(each, questions, { chunk: task.chunk });
}

parentPort?.on('message', (task: Task) => parentPort?.postMessage(work(task)));
