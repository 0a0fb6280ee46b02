import { z } from 'zod';
import { SpangateError } from '../errors.ts';
import { explainRules } from '../reports/explain.ts';
import { backendsOf } from './backends.ts';
import { command } from './command.ts';
import { variableOf } from './environment.ts';
import { backendFlags, gateFlag, outputFlags, runPositional } from './flags.ts';
import { homeOf } from './home.ts';
import { type Io, terminalOf } from './io.ts';
import { judgeAgain } from './outcome.ts';
import { assertOutputs, exitCodeOf, printGateResult } from './output.ts';

const ofRunsOnly = ['baseline', 'explain', 'at', 'prometheus', 'tempo', 'output'] as const;

/** `spangate gate`: the verdict from records, and from backends where they are named; it is the exit code. */
export const gate = command({
	positionals: {
		run: { ...runPositional, describe: `${runPositional.describe}; with --self-test, a suite’s folder` },
	},
	flags: {
		baseline: {
			type: 'string',
			describe: 'The stored run to compare with (default: the partner, else @baseline)',
		},
		explain: {
			type: 'boolean',
			default: false,
			describe: 'Show each rule’s numbers, method and where that is described',
		},
		'self-test': {
			type: 'boolean',
			default: false,
			describe:
				'Show on made-up records that each rule of a suite’s gate can go red, and that nothing missing passes',
		},
		repeat: { type: 'number', describe: 'With --self-test: as if each question were asked this many times' },
		at: { type: 'string', describe: 'Judge as of this time (ISO 8601; default: the run’s end)' },
		...gateFlag(
			'Judge by this gate file instead of the record’s (with --self-test: try it instead of the suite’s)',
		),
		...backendFlags,
		...outputFlags,
	},
	examples: [
		['$0 gate @latest', 'the last comparison again'],
		['$0 gate @latest --explain', 'why each rule came out as it did'],
		['$0 gate @latest --gate strict.yaml --json', 'by other rules'],
		['$0 gate --self-test golden/support', 'that the gate of a suite can fail'],
		['$0 gate @latest --prometheus http://localhost:9090', 'with what Prometheus says'],
	],
	async run(args, io) {
		if (args['self-test']) {
			assertNone(ofRunsOnly, 'does not go with --self-test, which judges made-up records', args, io);
			const { runSelfTest } = await import('./self-test.ts');
			return runSelfTest(args.run, args, io);
		}
		assertNone(['repeat'], 'is for --self-test', args, io);
		assertOutputs(args, io);
		if (args.at !== undefined && !z.iso.datetime({ offset: true }).safeParse(args.at).success) {
			throw new SpangateError('usage', `--at ${args.at}: expected a time such as 2026-11-22T12:00:00Z`);
		}
		const home = homeOf(io);
		const { baseline, gate: gateFile, at } = args;
		const backends = backendsOf(args, io);
		const result = await judgeAgain({
			home,
			candidate: home.resolve(args.run),
			baseline,
			gateFile,
			at,
			backends,
		});
		printGateResult(result, home, args, io);
		if (args.explain && !args.json) io.stdout.write(`\n${explainRules(result, terminalOf(io))}\n`);
		return exitCodeOf(result.verdict);
	},
});

/** Refuses flags that would do nothing here; variables of the environment are meant for other commands, too. */
function assertNone(
	names: readonly string[],
	why: string,
	args: Readonly<Record<string, unknown>>,
	{ env }: Pick<Io, 'env'>,
): void {
	for (const name of names) {
		if (args[name] === undefined || args[name] === false || env[variableOf(name)]) continue;
		throw new SpangateError('usage', `--${name} ${why}`);
	}
}
