import { ExitCode, SpangateError } from '../errors.ts';
import { assertTag } from '../record/home.ts';
import { readFacts } from '../workflows/read-facts.ts';
import { command } from './command.ts';
import { measureFlags, outputFlags, suitePositional } from './flags.ts';
import { gateTextFor } from './gate-file.ts';
import { homeOf } from './home.ts';
import { measureWith } from './measuring.ts';
import { assertOutputs, printRun } from './output.ts';
import { assertAnswered, reportRecords } from './records.ts';
import { loadSuite } from './suite.ts';

/** `spangate run`: one run, its metrics and its record. */
export const run = command({
	usage: 'run <suite>',
	describe: 'Run one target over a suite and keep its record',
	positionals: { suite: suitePositional },
	flags: {
		target: { type: 'string', demandOption: true, describe: 'A target of the suite' },
		name: { type: 'string', describe: 'Tag the run with this name' },
		gate: { type: 'string', describe: 'Keep this gate file with the record instead of the suite’s' },
		...measureFlags,
		...outputFlags,
	},
	examples: [
		['$0 run golden/support --target baseline --name baseline', 'a baseline to compare with later'],
		['$0 run golden/support --target candidate -n 10', 'the first ten questions only'],
	],
	async run(args, io) {
		assertOutputs(args);
		if (args.name !== undefined) assertTag(args.name);
		const home = homeOf(io);
		const suite = await loadSuite(args.suite);
		const target = suite.targets.get(args.target);
		if (target === undefined) {
			throw new SpangateError('usage', `--target ${args.target}: the suite has no such target`, {
				hint: `Expected one of: ${[...suite.targets.keys()].join(', ')}.`,
			});
		}
		const gateText = gateTextFor(suite, args.gate);
		const lanes = [{ target, role: 'single' as const }];
		const outcome = await measureWith(lanes, { suite, home, gateText }, args, io, async () => undefined);
		for (const { run: measured, folder } of outcome.measured) {
			printRun((await readFacts(measured, folder)).summary(), args, io);
		}
		reportRecords(outcome, io);
		if (outcome.interrupted) return ExitCode.interrupted;
		assertAnswered(outcome.measured);
		for (const { run: measured } of outcome.measured) {
			if (args.name !== undefined) home.tag(args.name, measured.id);
		}
		return ExitCode.ok;
	},
});
