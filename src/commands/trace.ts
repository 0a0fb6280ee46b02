import { ExitCode, SpangateError } from '../errors.ts';
import { printable, printableLines } from '../reports/terminal.ts';
import { waterfall } from '../reports/waterfall.ts';
import { readQuestionTraces } from '../workflows/read-trace.ts';
import { command } from './command.ts';
import { runPositional } from './flags.ts';
import { homeOf } from './home.ts';
import { terminalOf } from './io.ts';

/** `spangate trace`: the waterfall of one question’s spans. */
export const trace = command({
	positionals: {
		run: runPositional,
		question: { type: 'string', demandOption: true, describe: 'The question’s id' },
	},
	flags: { json: { type: 'boolean', default: false, describe: 'Print the spans as JSON' } },
	examples: [['$0 trace @latest api-key-reset', 'the candidate’s last answer to one question']],
	async run(args, io) {
		const home = homeOf(io);
		const run = home.resolve(args.run);
		const traces = await readQuestionTraces(home.runFolder(run.id), args.question);
		if (traces.length === 0) {
			throw new SpangateError('config', `run ${run.id} has no trial of a question "${args.question}"`);
		}
		if (args.json) {
			io.stdout.write(
				`${JSON.stringify({ run: run.id, questionId: args.question, traces }, undefined, '\t')}\n`,
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
