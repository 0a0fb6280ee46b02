import { ExitCode } from '../errors.ts';
import { table } from '../reports/table.ts';
import { command } from './command.ts';
import { homeOf } from './home.ts';
import { terminalOf } from './io.ts';

/** `spangate runs`: the stored runs and their tags. */
export const runs = command({
	positionals: {},
	flags: { json: { type: 'boolean', default: false, describe: 'Print the runs as JSON' } },
	examples: [['$0 runs', 'every run with its id, target and tags']],
	async run(args, io) {
		const home = homeOf(io);
		const { runs: stored, unreadable } = home.runs();
		const newest = stored.toReversed();
		const tags = [...home.tags()];
		for (const problem of unreadable) io.stderr.write(`unreadable: ${problem}\n`);
		if (args.json) {
			io.stdout.write(
				`${JSON.stringify({ runs: newest, tags: Object.fromEntries(tags) }, undefined, '\t')}\n`,
			);
			return ExitCode.ok;
		}
		if (newest.length === 0) {
			io.stdout.write(`No run in ${home.folder}. Make one with \`spangate compare <suite>\`.\n`);
			return ExitCode.ok;
		}
		const columns = ['run', 'suite', 'target', 'role', 'trials', 'tags'].map((title) => ({
			title,
			flexible: title === 'tags',
		}));
		const rows = newest.map((run) => [
			`@${run.id}`,
			run.suite.name,
			run.target.name,
			run.role,
			run.endedAt === undefined ? 'unfinished' : `${run.completed}/${run.planned}`,
			tags
				.filter(([, id]) => id === run.id)
				.map(([tag]) => `@${tag}`)
				.join(' '),
		]);
		io.stdout.write(`${table(columns, rows, terminalOf(io))}\n`);
		return ExitCode.ok;
	},
});
