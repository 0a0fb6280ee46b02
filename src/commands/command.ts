import type { InferredOptionTypes, Options, PositionalOptions } from 'yargs';
import { SpangateError } from '../errors.ts';
import type { Io } from './io.ts';

type Positionals = Readonly<Record<string, PositionalOptions & { readonly describe: string }>>;

/** Flags by their long name, as yargs takes them; each says what it does. */
export type Flags = Readonly<Record<string, Options & { readonly describe: string }>>;

/** One verb of the command line, as far as help lists it; `load` brings what it takes and does. */
export interface Verb {
	/** As yargs writes it: `compare <suite>`. */
	readonly usage: string;
	readonly describe: string;
	load(): Promise<Command>;
}

/** What a verb takes and does; `run` gives the exit code. */
export interface Command {
	readonly positionals: Positionals;
	readonly flags: Flags;
	readonly examples: readonly (readonly [command: string, what: string])[];
	run(args: Readonly<Record<string, unknown>>, io: Io): Promise<number>;
}

interface Definition<P extends Positionals, F extends Flags>
	extends Omit<Command, 'positionals' | 'flags' | 'run'> {
	readonly positionals: P;
	readonly flags: F;
	run(args: InferredOptionTypes<P> & InferredOptionTypes<F>, io: Io): Promise<number>;
}

/** Ties a command's flags to its arguments' types. */
export function command<const P extends Positionals, const F extends Flags>(
	definition: Definition<P, F>,
): Command {
	return definition as unknown as Command;
}

/** A number that a flag, named with its short form where it has one, gave; anything but a whole number from `min` on is a usage error. */
export function wholeNumber(flag: string, value: number, min: number): number {
	if (Number.isSafeInteger(value) && value >= min) return value;
	throw new SpangateError('usage', `--${flag}: expected a whole number from ${min} on, got ${value}`);
}

/** Seconds that a flag gave, in milliseconds; anything but a positive number is a usage error. */
export function milliseconds(flag: string, seconds: number): number {
	if (Number.isFinite(seconds) && seconds > 0 && seconds <= 86_400) return seconds * 1_000;
	throw new SpangateError('usage', `--${flag}: expected seconds above 0 (at most a day), got ${seconds}`);
}
