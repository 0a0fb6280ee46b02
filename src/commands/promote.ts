import { ExitCode, SpangateError } from '../errors.ts';
import { command } from './command.ts';
import { runPositional } from './flags.ts';
import { homeOf } from './home.ts';

/** `spangate promote`: gives a stored run a tag. */
export const promote = command({
	positionals: {
		run: runPositional,
		tag: { type: 'string', demandOption: true, describe: 'The name; one that exists moves to this run' },
	},
	flags: {},
	examples: [['$0 promote @latest baseline', 'later: `compare <suite> --baseline @baseline`']],
	async run(args, io) {
		const home = homeOf(io);
		const run = home.resolve(args.run);
		if (run.endedAt === undefined || run.interrupted || run.completed !== run.planned) {
			throw new SpangateError(
				'usage',
				`run ${run.id} is incomplete (${run.completed} of ${run.planned} trials)`,
				{
					hint: 'Only a complete run can be a baseline; run it again.',
				},
			);
		}
		const before = home.tags().get(args.tag.replace(/^@/, ''));
		home.tag(args.tag.replace(/^@/, ''), run.id);
		io.stdout.write(`@${args.tag.replace(/^@/, '')} is now @${run.id}${before ? ` (was @${before})` : ''}\n`);
		return ExitCode.ok;
	},
});
