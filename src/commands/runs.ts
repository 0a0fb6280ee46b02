import { ExitCode } from '../errors.ts';
import type { Run } from '../model/run.ts';
import { columnsThatFit, type RowColumn, table } from '../reports/table.ts';
import { printable, wrap } from '../reports/terminal.ts';
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
		const terminal = terminalOf(io);
		const { columns, missing } = columnsThatFit(columnsOf(tags), newest, terminal);
		const rows = newest.map((run) => columns.map(({ cell }) => cell(run)));
		io.stdout.write(`${table(columns, rows, terminal)}\n`);
		if (missing.length > 0) {
			const titles = missing.map(({ title }) => title).join(', ');
			io.stdout.write(`\n${wrap(`Not shown at this width: ${titles} (--json has all).`, terminal)}\n`);
		}
		return ExitCode.ok;
	},
});

function columnsOf(tags: readonly (readonly [tag: string, id: string])[]): RowColumn<Run>[] {
	const tagsOf = ({ id }: Run) => tags.filter(([, tagged]) => tagged === id).map(([tag]) => `@${tag}`);
	const longest = (texts: readonly string[]) =>
		texts.reduce((found, each) => (each.length > found.length ? each : found), '');
	return [
		{ title: 'run', cell: ({ id }) => `@${printable(id)}` },
		{ title: 'suite', dropped: 2, cell: ({ suite }) => printable(suite.name) },
		{ title: 'target', dropped: 1, cell: ({ target }) => printable(target.name) },
		{ title: 'role', dropped: 0, cell: ({ role }) => role },
		{
			title: 'trials',
			dropped: 3,
			cell: ({ endedAt, completed, planned }) =>
				endedAt === undefined ? 'unfinished' : `${completed}/${planned}`,
		},
		{
			title: 'tags',
			flexible: true,
			cell: (run) => tagsOf(run).join(' '),
			whole: (run) => longest(tagsOf(run)),
		},
	];
}
