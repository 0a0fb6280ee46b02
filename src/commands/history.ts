import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ExitCode } from '../errors.ts';
import type { Home } from '../record/home.ts';
import { textHistory } from '../reports/history.ts';
import { printable } from '../reports/terminal.ts';
import type { Suite } from '../suite/suite.ts';
import { readHistory } from '../workflows/history.ts';
import { command, wholeNumber } from './command.ts';
import { storedSuitePositional } from './flags.ts';
import { homeOf } from './home.ts';
import { terminalOf } from './io.ts';
import { loadSuite } from './suite.ts';

/** `spangate history`: what the stored runs of a suite came to over time. */
export const history = command({
	positionals: { suite: storedSuitePositional },
	flags: {
		metric: {
			type: 'string',
			default: 'pass_rate',
			describe: 'The metric to show with its interval, e.g. faithfulness',
		},
		target: { type: 'string', describe: 'Only runs of this target' },
		last: { alias: 'n', type: 'number', describe: 'Only the last N runs' },
		json: { type: 'boolean', default: false, describe: 'Print one JSON object and nothing else to stdout' },
	},
	examples: [
		['$0 history support', 'every stored run of the suite, oldest first'],
		['$0 history golden/support --metric faithfulness -n 10', 'a score of the last ten, with its interval'],
		['$0 history support --target candidate --json', 'for a chart'],
	],
	async run(args, io) {
		const last = args.last === undefined ? undefined : wholeNumber('last (-n)', args.last, 1);
		const home = homeOf(io);
		const { metric, target } = args;
		const { name: suite } = await storedSuite(args.suite, home);
		const found = await readHistory({ home, suite, metric, target, last });
		for (const problem of found.unreadable) io.stderr.write(`unreadable: ${printable(problem)}\n`);
		io.stdout.write(
			args.json ? `${JSON.stringify(found, undefined, '\t')}\n` : `${textHistory(found, terminalOf(io))}\n`,
		);
		return ExitCode.ok;
	},
});

/** A suite whose stored runs are read: its name, and all of it where its folder was given. */
export interface StoredSuite {
	readonly name: string;
	readonly loaded?: Suite;
}

/** The suite that stored runs are of: as it was named, or what the suite in that folder is named. */
export async function storedSuite(given: string, home: Home): Promise<StoredSuite> {
	if (home.runs().runs.some((run) => run.suite.name === given)) return { name: given };
	if (!existsSync(join(given, 'suite.yaml'))) return { name: given };
	const loaded = await loadSuite(given);
	return { name: loaded.name, loaded };
}
