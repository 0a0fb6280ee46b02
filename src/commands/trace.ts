import { ExitCode, SpangateError } from '../errors.ts';
import { printable, printableLines } from '../reports/terminal.ts';
import { waterfall } from '../reports/waterfall.ts';
import { readQuestionTraces, readQuestionTracesFrom } from '../workflows/read-trace.ts';
import { command } from './command.ts';
import { runPositional } from './flags.ts';
import { homeOf } from './home.ts';
import { terminalOf } from './io.ts';
import { defaultUrls, namedBackends, traceBackend, traceBackendFlags } from './trace-backend.ts';

/** `spangate trace`: the waterfall of one question’s spans. */
export const trace = command({
	positionals: {
		run: runPositional,
		question: { type: 'string', demandOption: true, describe: 'The question’s id' },
	},
	flags: {
		from: {
			type: 'string',
			choices: ['jaeger', 'tempo'],
			describe: 'Read the spans back from this backend instead of the record',
		},
		...traceBackendFlags,
		json: { type: 'boolean', default: false, describe: 'Print the spans as JSON' },
	},
	examples: [
		['$0 trace @latest api-key-reset', 'the candidate’s last answer to one question'],
		['$0 trace @latest api-key-reset --from tempo', 'the same, as Tempo has it'],
	],
	async run(args, io) {
		const home = homeOf(io);
		const run = home.resolve(args.run);
		const folder = home.runFolder(run.id);
		const { question: questionId, from } = args;
		// What the record shows must not be taken for what a backend has.
		const ignored = namedBackends(args, io.env).find(({ kind, byFlag }) => byFlag && kind !== from);
		if (ignored !== undefined) {
			throw new SpangateError('usage', `--${ignored.kind} is asked with --from ${ignored.kind} alone`, {
				hint: `Add --from ${ignored.kind}, or leave --${ignored.kind} out.`,
			});
		}
		const traces =
			from === undefined
				? await readQuestionTraces(folder, questionId)
				: await readQuestionTracesFrom(await traceBackend(from, args[from] ?? defaultUrls[from], io.env), {
						folder,
						runId: run.id,
						questionId,
					});
		for (const { trial, partial } of traces) {
			if (partial !== undefined) io.stderr.write(`${trial.traceId}: ${printable(partial)}\n`);
		}
		if (traces.length === 0) {
			throw new SpangateError('config', `run ${run.id} has no trial of a question "${args.question}"`);
		}
		if (args.json) {
			io.stdout.write(
				`${JSON.stringify({ run: run.id, questionId, ...(from && { from }), traces }, undefined, '\t')}\n`,
			);
			return ExitCode.ok;
		}
		const terminal = terminalOf(io);
		for (const { trial, spans } of traces) {
			const result = trial.passed ? terminal.paint('good', 'passed') : terminal.paint('bad', 'not passed');
			io.stdout.write(
				`${terminal.paint('bold', printable(trial.questionId))}  ${result}  ${terminal.paint('dim', trial.traceId)}\n`,
			);
			const said = trial.result === 'answered' ? trial.answer.output : `failed: ${trial.error.message}`;
			io.stdout.write(`${printableLines(trial.input)}\n\n${waterfall(spans, terminal)}\n\n`);
			io.stdout.write(`${printableLines(said)}\n`);
		}
		return ExitCode.ok;
	},
});
