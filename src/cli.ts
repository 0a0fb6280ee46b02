import { Console } from 'node:console';
import yargs, { type Argv } from 'yargs';
import type { Command } from './commands/command.ts';
import { flagsFromEnvironment } from './commands/environment.ts';
import { commands } from './commands/index.ts';
import type { Io } from './commands/io.ts';
import { ExitCode, messageOf, SpangateError } from './errors.ts';
import { printableLines } from './reports/terminal.ts';
import { packageVersion } from './version.ts';

/** Runs one command line and gives its exit code; a bug leaves 70, so that a crash never looks like a verdict. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
	try {
		return await dispatch(argv, io);
	} catch (error) {
		if (error instanceof SpangateError) {
			// A target's or a module's own words can stand in it.
			io.stderr.write(
				`spangate: ${printableLines(error.message)}\n${error.hint === undefined ? '' : `  ${error.hint}\n`}`,
			);
			return error.exitCode;
		}
		const detail = error instanceof Error ? (error.stack ?? error.message) : messageOf(error);
		io.stderr.write(`spangate: internal error, please report it\n${detail}\n`);
		return ExitCode.internal;
	}
}

/** Runs the command line of this process: its streams, its environment, its signals. */
export async function runProcess(): Promise<void> {
	let decided: number | undefined;
	const end = (code: number): never => {
		decided = code;
		process.exit(code);
	};
	process.on('exit', () => {
		if (decided === undefined) {
			process.stderr.write(
				'spangate: the process ended before the command did; does a target, scorer or check call process.exit()?\n',
			);
		}
		// A user's module can end the process with any code, and only ours may look like a verdict.
		process.exitCode = decided ?? ExitCode.unmeasured;
	});
	process.on('uncaughtException', (error) => {
		process.stderr.write(
			`spangate: internal error, or one that a target, scorer or check let escape\n${error.stack ?? error.message}\n`,
		);
		end(ExitCode.internal);
	});
	// What a user's module prints must not end up between the lines of a result.
	globalThis.console = new Console(process.stderr);
	let unwritable: string | undefined;
	for (const stream of [process.stdout, process.stderr]) {
		// A reader that left (`| head`) must not turn a verdict into a crash; a disk that is full must not hide one.
		stream.on('error', (error: NodeJS.ErrnoException) => {
			if (error.code !== 'EPIPE') unwritable ??= messageOf(error);
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
		exit: end,
	});
	// A timer or a socket that a user's module left open must not hold the verdict up, nor its exit listener change it.
	const finish = () => {
		process.removeAllListeners('exit');
		if (unwritable !== undefined) process.stderr.write(`spangate: cannot write the result: ${unwritable}\n`);
		end(unwritable === undefined ? code : ExitCode.unmeasured);
	};
	process.stdout.write('', () => process.stderr.write('', () => setImmediate(finish)));
}

async function dispatch(argv: readonly string[], io: Io): Promise<number> {
	let pending: Promise<number> | undefined;
	let current: Command | undefined;
	let shown = '';
	let parser: Argv = yargs()
		.scriptName('spangate')
		// All else is in English too.
		.locale('en')
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
			if (error !== undefined && error?.name !== 'YError') throw error;
			// Thrown, since yargs would go on and run the command.
			throw refusalOf(message ?? error.message, argv, current);
		});
	for (const command of commands) {
		parser = parser.command(
			command.usage,
			command.describe,
			(builder) => {
				current = command;
				return build(builder, command, io);
			},
			(args) => {
				assertSingle(command, args);
				pending = command.run(args, io);
			},
		);
	}
	await parser.parseAsync([...argv], {}, (_error, _args, output) => {
		shown = output;
	});
	if (pending !== undefined) return pending;
	// yargs takes any last word `help` for a call for help; a suite or a run of that name must not exit 0 unasked.
	if (argv[0] !== 'help' && !argv.some((word) => ['--help', '-h', '--version'].includes(word))) {
		throw new SpangateError('usage', `"${argv.join(' ')}" ends with a word that asks for help`, {
			hint: 'Write ./help for a folder, @help for a run, or --help for help.',
		});
	}
	io.stdout.write(`${shown}\n`);
	return ExitCode.ok;
}

function build(builder: Argv, command: Command, io: Io): Argv {
	for (const [name, positional] of Object.entries(command.positionals)) builder.positional(name, positional);
	for (const [name, flag] of Object.entries(command.flags)) {
		builder.option(name, { ...flag, requiresArg: flag.type !== 'boolean' });
	}
	builder.config(flagsFromEnvironment(command.flags, io.env));
	for (const [line, what] of command.examples) builder.example(line, what);
	return builder;
}

/** A refused command line as a usage error that says what could stand there instead. */
function refusalOf(message: string, argv: readonly string[], command: Command | undefined): SpangateError {
	if (command === undefined) {
		const text = message.startsWith('Did you mean') ? `unknown command "${argv[0]}". ${message}` : message;
		const names = commands.map(({ usage }) => usage.split(' ')[0]);
		return new SpangateError('usage', text, { hint: `Expected one of: ${names.join(', ')}.` });
	}
	const flags = Object.keys(command.flags).map((name) => `--${name}`);
	const expected = message.startsWith('Unknown argument')
		? `Expected one of: ${[...flags, '--help'].join(', ')}.`
		: `Expected: spangate ${command.usage}.`;
	return new SpangateError('usage', message, {
		hint: `${expected} See \`spangate ${command.usage.split(' ')[0]} --help\`.`,
	});
}

/** yargs makes an array of a flag given twice, and false of any `--no-…`: what was meant is not ours to guess. */
function assertSingle(command: Command, args: Readonly<Record<string, unknown>>): void {
	for (const [name, { array, type }] of Object.entries(command.flags)) {
		if (Array.isArray(args[name]) && !array) {
			throw new SpangateError('usage', `--${name} is given more than once`);
		}
		if (args[name] === false && type !== 'boolean') {
			throw new SpangateError('usage', `--no-${name}: only switches can be negated`);
		}
	}
}
