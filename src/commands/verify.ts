import { ExitCode, SpangateError } from '../errors.ts';
import type { Verification } from '../model/verification.ts';
import { textVerification } from '../reports/verification.ts';
import { verifyRun } from '../workflows/verify-run.ts';
import { command } from './command.ts';
import { runPositional } from './flags.ts';
import { homeOf } from './home.ts';
import { terminalOf } from './io.ts';
import { keepHeapLean } from './lean-heap.ts';
import { namedBackends, traceBackend, traceBackendFlags } from './trace-backend.ts';

/** `spangate verify`: whether a backend has every recorded span of a run. */
export const verify = command({
	positionals: { run: runPositional },
	flags: {
		...traceBackendFlags,
		wait: {
			type: 'number',
			default: 5,
			describe: 'Seconds to wait for spans that the backend does not show yet',
		},
		json: { type: 'boolean', default: false, describe: 'Print the counts and what is missing as JSON' },
	},
	examples: [
		['$0 verify @latest --jaeger http://localhost:16686', 'every trace of the run, span by span'],
		['$0 verify @latest --tempo http://localhost:3200 --json', 'for a script'],
	],
	async run(args, io) {
		if (!Number.isFinite(args.wait) || args.wait < 0 || args.wait > 86_400) {
			throw new SpangateError(
				'usage',
				`--wait: expected seconds from 0 on (at most a day), got ${args.wait}`,
			);
		}
		const named = namedBackends(args, io.env);
		if (named.length === 0) {
			throw new SpangateError('usage', 'no backend to verify the run at', {
				hint: 'Give --jaeger http://localhost:16686 or --tempo http://localhost:3200.',
			});
		}
		keepHeapLean();
		const home = homeOf(io);
		const run = home.resolve(args.run);
		const backends = await Promise.all(named.map(({ kind, url }) => traceBackend(kind, url, io.env)));
		const verified: Verification[] = [];
		for (const backend of backends) {
			verified.push(await verifyRun(run, home.runFolder(run.id), backend, args.wait * 1_000));
		}
		const terminal = terminalOf(io);
		const text = verified.map((each) => textVerification(each, terminal)).join('\n\n');
		io.stdout.write(
			`${args.json ? JSON.stringify({ run: run.id, backends: verified }, undefined, '\t') : text}\n`,
		);
		if (verified.every(({ whole }) => whole)) return ExitCode.ok;
		io.stderr.write(`send every span again with: spangate export @${run.id} --all --otlp URL\n`);
		return ExitCode.unmeasured;
	},
});
