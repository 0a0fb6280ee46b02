import { Console } from 'node:console';
import type { Io } from './commands/io.ts';
import { ExitCode, messageOf, SpangateError } from './errors.ts';
import { packageVersion } from './version.ts';

/** Runs one command line and gives its exit code; a bug leaves 70, so that a crash never looks like a verdict. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
	try {
		// Asked before every install and in every bug report: it need not wait for what reads a command line.
		if (isVersion(argv)) {
			io.stdout.write(`${packageVersion()}\n`);
			return ExitCode.ok;
		}
		const { runCommandLine } = await import('./commands/command-line.ts');
		return await runCommandLine(argv, io);
	} catch (error) {
		if (error instanceof SpangateError) {
			// A target's or a module's own words can stand in it.
			const { printableLines } = await import('./reports/terminal.ts');
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

function isVersion(argv: readonly string[]): boolean {
	return argv.length === 1 && argv[0] === '--version';
}

/** Ctrl-C, a request to end, and a terminal that is closed: else what was started would be left behind. */
const interrupts = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Runs the command line of this process: its streams, its environment, its signals. */
export async function runProcess(): Promise<void> {
	let decided: number | undefined;
	const end = (code: number): never => {
		decided = code;
		process.exit(code);
	};
	const io: Io = {
		stdout: process.stdout,
		stderr: process.stderr,
		env: process.env,
		onInterrupt(listener) {
			for (const signal of interrupts) process.on(signal, listener);
			return () => {
				for (const signal of interrupts) process.removeListener(signal, listener);
			};
		},
		exit: end,
	};
	const argv = process.argv.slice(2);
	let told = io;
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
		told.stderr.write(
			`spangate: internal error, or one that a target, scorer or check let escape\n${error.stack ?? error.message}\n`,
		);
		end(ExitCode.internal);
	});
	// What a user's module prints must not end up between the lines of a result.
	if (!isVersion(argv)) {
		const { guardedConsole, guardedIo } = await import('./commands/guarded-io.ts');
		const guarded = guardedIo(io);
		told = guarded;
		globalThis.console = new Console(guardedConsole(guarded));
	}
	let unwritable: string | undefined;
	for (const stream of [process.stdout, process.stderr]) {
		// A reader that left (`| head`) must not turn a verdict into a crash; a disk that is full must not hide one.
		stream.on('error', (error: NodeJS.ErrnoException) => {
			if (error.code !== 'EPIPE') unwritable ??= messageOf(error);
		});
	}
	const code = await main(argv, told);
	// A timer or a socket that a user's module left open must not hold the verdict up, nor its exit listener change it.
	const finish = () => {
		process.removeAllListeners('exit');
		if (unwritable !== undefined) process.stderr.write(`spangate: cannot write the result: ${unwritable}\n`);
		end(unwritable === undefined ? code : ExitCode.unmeasured);
	};
	process.stdout.write('', () => process.stderr.write('', () => setImmediate(finish)));
}
