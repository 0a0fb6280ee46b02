import { ExitCode } from '../errors.ts';
import { command } from './command.ts';
import { gateFlag, suitePositional } from './flags.ts';
import { gateTextFor } from './gate-file.ts';
import { loadSuite } from './suite.ts';

/** `spangate validate`: every problem of a suite’s files, before any target is asked. */
export const validate = command({
	positionals: { suite: suitePositional },
	flags: { ...gateFlag },
	examples: [['$0 validate golden/support', 'every problem at once, with file and line']],
	async run(args, io) {
		const suite = await loadSuite(args.suite);
		const gate = gateTextFor(suite, args.gate);
		const { questions, targets, scorers, checks } = suite;
		let toRefuse = 0;
		for (const { mustRefuse } of questions) if (mustRefuse) toRefuse += 1;
		const list = (names: Iterable<string>) => [...names].join(', ');
		io.stdout.write(
			`${suite.name}: ${questions.count} questions (${toRefuse} to refuse)\n` +
				`  targets  ${list(targets.keys())}\n` +
				`  scorers  ${list(scorers.map(({ name }) => name))}\n` +
				`  checks   ${list(checks.map(({ name }) => name)) || 'none'}\n` +
				`  gate     ${gate === undefined ? 'none' : (args.gate ?? suite.gateFile)}\n` +
				`  digest   ${suite.digest}\n`,
		);
		return ExitCode.ok;
	},
});
