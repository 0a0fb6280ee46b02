import yargs, { type Argv } from 'yargs';
import { ExitCode, SpangateError } from '../errors.ts';
import { packageVersion } from '../version.ts';
import type { Command, Verb } from './command.ts';
import { flagsFromEnvironment } from './environment.ts';
import { verbs } from './index.ts';
import type { Io } from './io.ts';

/** A verb of which the command line has been read so far, as far as that. */
interface Called extends Verb {
	readonly command: Command;
}

/** Reads a command line and runs what it calls for, which gives the exit code; a refused one is a usage error. */
export async function runCommandLine(argv: readonly string[], io: Io): Promise<number> {
	let pending: Promise<number> | undefined;
	let current: Called | undefined;
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
			// Thrown, since yargs would go on and run the command.
			throw error ?? refusalOf(message, argv, current);
		});
	for (const verb of verbs) {
		parser = parser.command(
			verb.usage,
			verb.describe,
			async (builder) => {
				current = { ...verb, command: await verb.load() };
				return build(builder, current.command, io);
			},
			async (args) => {
				const command = await verb.load();
				assertSingle(command, args);
				assertNumbers(command, args, argv);
				pending = command.run(args, io);
			},
		);
	}
	try {
		await parser.parseAsync([...argv], {}, (_error, _args, output) => {
			shown = output;
		});
	} catch (error) {
		// What is wrong with a loaded command's own flags comes past the listener above.
		if (error instanceof Error && error.name === 'YError') throw refusalOf(error.message, argv, current);
		throw error;
	}
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
		builder.option(name, { requiresArg: flag.type !== 'boolean', ...flag });
	}
	builder.config(flagsFromEnvironment(command.flags, io.env));
	for (const [line, what] of command.examples) builder.example(line, what);
	return builder;
}

/** A refused command line as a usage error that says what could stand there instead. */
function refusalOf(message: string, argv: readonly string[], called: Called | undefined): SpangateError {
	if (called === undefined) {
		const text = message.startsWith('Did you mean') ? `unknown command "${argv[0]}". ${message}` : message;
		const names = verbs.map(({ usage }) => usage.split(' ')[0]);
		return new SpangateError('usage', text, { hint: `Expected one of: ${names.join(', ')}.` });
	}
	const flags = Object.keys(called.command.flags).map((name) => `--${name}`);
	const required = Object.entries(called.command.flags)
		.filter(([, { demandOption }]) => demandOption)
		.map(([name]) => `--${name} …`);
	const expected = message.startsWith('Unknown argument')
		? `Expected one of: ${[...flags, '--help'].join(', ')}.`
		: `Expected: spangate ${[called.usage, ...required].join(' ')}.`;
	return new SpangateError('usage', message, {
		hint: `${expected} See \`spangate ${called.usage.split(' ')[0]} --help\`.`,
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

/** yargs makes NaN of what is no number: the word that was given says more. */
function assertNumbers(
	command: Command,
	args: Readonly<Record<string, unknown>>,
	argv: readonly string[],
): void {
	for (const [name, { alias, type }] of Object.entries(command.flags)) {
		if (type !== 'number' || !Number.isNaN(args[name])) continue;
		const names = [`--${name}`, ...[alias ?? []].flat().map((short) => `-${short}`)];
		const word = wordAfter(names, argv);
		const shown = names.length === 1 ? names[0] : `${names[0]} (${names.slice(1).join(', ')})`;
		const found = word === undefined ? '' : `, got "${word}"`;
		throw new SpangateError('usage', `${shown}: expected a number${found}`);
	}
}

/** What a command line gives a flag, which can be written by each of these names. */
function wordAfter(names: readonly string[], argv: readonly string[]): string | undefined {
	for (const [index, word] of argv.entries()) {
		if (names.includes(word)) return argv[index + 1];
		const joined = names.find((name) => word.startsWith(`${name}=`));
		if (joined !== undefined) return word.slice(joined.length + 1);
	}
	return undefined;
}
