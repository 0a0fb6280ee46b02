import { parentPort } from 'node:worker_threads';
import { cases } from './cases.ts';
import { simulate, type Tally } from './tally.ts';

/** A chunk of the releases of one case. */
export interface Task {
	readonly at: number;
	readonly size: number;
	readonly chunk: number;
}

/** What a worker found for a task. */
export interface Done extends Task {
	readonly tallies: readonly Tally[];
}

parentPort?.on('message', (task: Task) => {
	const each = cases[task.at];
	const questions = each?.sizes[task.size];
	if (each === undefined || questions === undefined) throw new Error(`no case ${task.at}, size ${task.size}`);
	const done: Done = { ...task, tallies: simulate(each, questions, { chunk: task.chunk }) };
	parentPort?.postMessage(done);
});
