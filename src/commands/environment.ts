import { SpangateError } from '../errors.ts';
import type { Flags } from './command.ts';

/**
 * What SPANGATE_* variables say of a command's flags (`SPANGATE_MAX_CONCURRENCY` is `--max-concurrency`), in
 * the types that yargs expects. Variables that name no flag of this command are left alone.
 */
export function flagsFromEnvironment(
	flags: Flags,
	env: Readonly<Record<string, string | undefined>>,
): Record<string, unknown> {
	const values: Record<string, unknown> = {};
	for (const [name, { type, array }] of Object.entries(flags)) {
		const variable = variableOf(name);
		const text = env[variable];
		if (text === undefined || text === '') continue;
		if (array) values[name] = text.split(',').map((item) => item.trim());
		else if (type === 'boolean') values[name] = booleanOf(variable, text);
		else if (type === 'number') values[name] = numberOf(variable, text);
		else values[name] = text;
	}
	return values;
}

/** The environment's variable that sets a flag. */
export function variableOf(flag: string): string {
	return `SPANGATE_${flag.toUpperCase().replaceAll('-', '_')}`;
}

function booleanOf(variable: string, text: string): boolean {
	if (/^(1|true|yes|on)$/i.test(text)) return true;
	if (/^(0|false|no|off)$/i.test(text)) return false;
	throw new SpangateError('usage', `${variable}=${text}: expected true or false`);
}

function numberOf(variable: string, text: string): number {
	const value = Number(text);
	if (Number.isFinite(value)) return value;
	throw new SpangateError('usage', `${variable}=${text}: expected a number`);
}
