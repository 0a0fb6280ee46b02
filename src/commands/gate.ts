import { z } from 'zod';
import { SpangateError } from '../errors.ts';
import { explainRules } from '../reports/explain.ts';
import { backendsOf } from './backends.ts';
import { command } from './command.ts';
import { backendFlags, gateFlag, outputFlags, runPositional } from './flags.ts';
import { homeOf } from './home.ts';
import { terminalOf } from './io.ts';
import { judgeAgain } from './outcome.ts';
import { assertOutputs, exitCodeOf, printGateResult } from './output.ts';

/** `spangate gate`: the verdict from records, and from backends where they are named; it is the exit code. */
export const gate = command({
	positionals: { run: runPositional },
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
		at: { type: 'string', describe: 'Judge as of this time (ISO 8601; default: the run’s end)' },
		...gateFlag,
		...backendFlags,
		...outputFlags,
	},
	examples: [
		['$0 gate @latest', 'the last comparison again'],
		['$0 gate @latest --explain', 'why each rule came out as it did'],
		['$0 gate @latest --gate strict.yaml --json', 'by other rules'],
		['$0 gate @latest --prometheus http://localhost:9090', 'with what Prometheus says'],
	],
	async run(args, io) {
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
