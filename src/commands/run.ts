import { SpangateError } from '../errors.ts';
import { assertTag } from '../record/home.ts';
import { command } from './command.ts';
import { askFlags, gateFlag, outputFlags, suitePositional, traceFlags } from './flags.ts';
import { gateOf } from './gate-file.ts';
import { homeOf } from './home.ts';
import { askedBy, measureWith } from './measuring.ts';
import { reportRun, summarizing } from './outcome.ts';
import { assertNoStatement, assertOutputs } from './output.ts';
import { loadSuite } from './suite.ts';

/** `spangate run`: one run, its metrics and its record. */
export const run = command({
	positionals: { suite: suitePositional },
	flags: {
		target: { type: 'string', demandOption: true, describe: 'A target of the suite' },
		name: { type: 'string', describe: 'Tag the run with this name' },
		...gateFlag('Keep this gate file with the record instead of the suite’s'),
		...askFlags,
		...traceFlags,
		...outputFlags,
	},
	examples: [
		['$0 run golden/support --target baseline --name baseline', 'a baseline to compare with later'],
		['$0 run golden/support --target candidate -n 10', 'the first ten questions only'],
	],
	async run(args, io) {
		assertOutputs(args, io);
		assertNoStatement(args);
		if (args.name !== undefined) assertTag(args.name);
		const home = homeOf(io);
		const suite = await loadSuite(args.suite);
		const target = suite.targets.get(args.target);
		if (target === undefined) {
			throw new SpangateError('usage', `--target ${args.target}: the suite has no such target`, {
				hint: `Expected one of: ${[...suite.targets.keys()].join(', ')}.`,
			});
		}
		const gateText = gateOf(suite, args.gate)?.text;
		const lanes = [{ target, role: 'single' as const }];
		const asked = askedBy(args, { suite, home, gateText });
		return reportRun(await measureWith(lanes, asked, args, io, summarizing(home)), home, args, io);
	},
});
