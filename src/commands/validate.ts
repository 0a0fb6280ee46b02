import { Problems } from '../config/problems.ts';
import { ExitCode } from '../errors.ts';
import type { Gate } from '../gate/rule.ts';
import { waiverState } from '../gate/waivers.ts';
import { printable } from '../reports/terminal.ts';
import type { Suite } from '../suite/suite.ts';
import { command } from './command.ts';
import { gateFlag, suitePositional } from './flags.ts';
import { gateOf } from './gate-file.ts';
import { loadSuite } from './suite.ts';

/** `spangate validate`: every problem of a suite’s files, before any target is asked. */
export const validate = command({
	positionals: { suite: suitePositional },
	flags: { ...gateFlag('Check this gate file instead of the suite’s') },
	examples: [['$0 validate golden/support', 'every problem at once, with file and line']],
	async run(args, io) {
		const suite = await loadSuite(args.suite);
		const gate = gateOf(suite, args.gate);
		inspectTargets(suite);
		for (const line of expiredWaivers(gate, new Date().toISOString())) io.stderr.write(`${line}\n`);
		const { questions, targets, scorers, checks } = suite;
		let toRefuse = 0;
		for (const { mustRefuse } of questions) if (mustRefuse) toRefuse += 1;
		const list = (names: Iterable<string>) => [...names].join(', ');
		io.stdout.write(
			`${suite.name}: ${questions.count} questions (${toRefuse} to refuse)\n` +
				`  targets  ${list(targets.keys())}\n` +
				`  scorers  ${list(scorers.map(({ name }) => name))}\n` +
				`  checks   ${list(checks.map(({ name }) => name)) || 'none'}\n` +
				`  gate     ${gate?.file ?? 'none'}\n` +
				`  digest   ${suite.digest}\n`,
		);
		return ExitCode.ok;
	},
});

/** Throws one config error that lists what is wrong with the files of the suite's targets. */
function inspectTargets({ folder, questions, targets }: Suite): void {
	const problems = new Problems();
	for (const { kind, options } of targets.values()) {
		kind.inspect?.(options, { folder, plan: { questions, repeats: 1 }, problems });
	}
	problems.throwIfAny(`suite ${folder}`);
}

/** A waiver that is over is no mistake, and whoever relies on it must know. */
function expiredWaivers(gate: Gate | undefined, now: string): string[] {
	return (gate?.rules ?? []).flatMap(({ id, condition, waiver }) => {
		if (waiver === undefined || waiverState(waiver, now) === 'in force') return [];
		const { until, by, reason } = waiver;
		return printable(
			`${gate?.file}: the waiver of "${id}" (by ${by}: ${reason}) expired on ${until}, so "${condition.text}" holds; take it out or renew it`,
		);
	});
}
