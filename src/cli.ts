import yargs, { type Argv } from 'yargs';
import type { Command } from './commands/command.ts';
import { flagsFromEnvironment } from './commands/environment.ts';
import { commands } from './commands/index.ts';
import type { Io } from './commands/io.ts';
import { ExitCode, messageOf, SpangateError } from './errors.ts';
import { packageVersion } from './version.ts';

/** Runs one command line and gives its exit code; a bug leaves 70, so that a crash never looks like a verdict. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
	try {
		return await dispatch(argv, io);
	} catch (error) {
		if (error instanceof SpangateError) {
			io.stderr.write(`spangate: ${error.message}\n${error.hint === undefined ? '' : `  ${error.hint}\n`}`);
			return error.exitCode;
		}
		const detail = error instanceof Error ? (error.stack ?? error.message) : messageOf(error);
		io.stderr.write(`spangate: internal error, please report it\n${detail}\n`);
		return ExitCode.internal;
	}
}

/** Runs the command line of this process: its streams, its environment, its signals. */
export async function runProcess(): Promise<void> {
	process.on('uncaughtException', (error) => {
		process.stderr.write(`spangate: internal error, please report it\n${error.stack ?? error.message}\n`);
		process.exit(ExitCode.internal);
	});
	for (const stream of [process.stdout, process.stderr]) {
		// A reader that left (`| head`) must not turn a verdict into a crash.
		stream.on('error', (error: NodeJS.ErrnoException) => {
			if (error.code !== 'EPIPE') throw error;
		});
	}
	const code = await main(process.argv.slice(2), {
		stdout: process.stdout,
		stderr: process.stderr,
		env: process.env,
		onInterrupt(listener) {
			process.on('SIGINT', listener).on('SIGTERM', listener);
			return () => process.removeListener('SIGINT', listener).removeListener('SIGTERM', listener);
		},
		exit: (now) => process.exit(now),
	});
	process.exitCode = code;
	// A timer or a socket that a user's module left open must not hold the verdict up.
	process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
}

async function dispatch(argv: readonly string[], io: Io): Promise<number> {
	let pending: Promise<number> | undefined;
	let refusal: string | undefined;
	let shown = '';
	let parser: Argv = yargs()
		.scriptName('spangate')
		.usage('$0 <command>\n\nAsk, trace, score, compare, decide: an eval harness with a release gate.')
		.parserConfiguration({
			'dot-notation': false,
			'parse-positional-numbers': false,
			'greedy-arrays': false,
		})
		.version(packageVersion())
		.help()
		.alias('h', 'help')
		.strict()
		.demandCommand(1, 'Name a command.')
		.recommendCommands()
		.wrap(Math.min(110, io.stdout.columns ?? 80))
		.exitProcess(false)
		.epilogue(
			'Exit codes: 0 deploy or success, 1 no-deploy, 2 usage or config, 3 inconclusive, 4 not measured, 70 internal, 130 interrupted.',
		)
		.fail((message, error) => {
			if (error !== undefined && !(error instanceof SpangateError) && error.name !== 'YError') throw error;
			if (error instanceof SpangateError) throw error;
			refusal = message ?? error?.message;
		});
	for (const command of commands) {
		parser = parser.command(
			command.usage,
			command.describe,
			(builder) => build(builder, command, io),
			(args) => {
				assertSingle(command, args);
				pending = command.run(args, io);
			},
		);
	}
	await parser.parseAsync([...argv], {}, (_error, _args, output) => {
		shown = output;
	});
	if (refusal !== undefined) {
		throw new SpangateError('usage', refusal, { hint: 'See `spangate --help`.' });
	}
	if (pending !== undefined) return pending;
	io.stdout.write(`${shown}\n`);
	return ExitCode.ok;
}

function build(builder: Argv, command: Command, io: Io): Argv {
	for (const [name, positional] of Object.entries(command.positionals)) builder.positional(name, positional);
	builder.options(command.flags).config(flagsFromEnvironment(command.flags, io.env));
	for (const [line, what] of command.examples) builder.example(line, what);
	return builder;
}

/** yargs makes an array of a flag given twice; which of the two was meant is not ours to guess. */
function assertSingle(command: Command, args: Readonly<Record<string, unknown>>): void {
	for (const [name, { array }] of Object.entries(command.flags)) {
		if (Array.isArray(args[name]) && !array) {
			throw new SpangateError('usage', `--${name} is given more than once`);
		}
	}
}
