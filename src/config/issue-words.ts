import type { z } from 'zod';

type Raw = z.core.$ZodRawIssue;
type Issue = z.core.$ZodIssue;

/** The longest text that is shown whole. */
const shownLength = 60;

const kinds: Readonly<Record<string, string>> = {
	string: 'a text',
	number: 'a number',
	int: 'a whole number',
	boolean: 'true or false',
	array: 'a list',
	object: 'keys and their values',
	record: 'keys and their values',
};

/** How a user's file is parsed: what a schema has no words of its own for is said in ours, and what is there is kept. */
export const parsing = { reportInput: true, error: expectedOf };

/** What is wrong at an issue's place: what was expected there, and what was found. */
export function issueWords(issue: Issue): string {
	// A record's key is refused with the reason one level down.
	if (issue.code === 'invalid_key') return issue.issues[0]?.message ?? issue.message;
	if (!ofValues.has(issue.code)) return issue.message;
	if (issue.input === undefined) return `is missing; ${issue.message}`;
	if (issue.path.length === 0 && issue.input === null) return `is empty; ${issue.message}`;
	const found = shown(issue.input);
	return found === undefined ? issue.message : `${issue.message}, found ${found}`;
}

const ofValues = new Set<Issue['code']>([
	'invalid_type',
	'invalid_value',
	'invalid_union',
	'invalid_format',
	'too_small',
	'too_big',
]);

function expectedOf(issue: Raw): string | undefined {
	switch (issue.code) {
		case 'invalid_type':
			return `expected ${kinds[issue.expected] ?? issue.expected}`;
		case 'invalid_value':
			return `expected ${oneOf(issue.values.map(String))}`;
		case 'too_small':
			return smallest(issue.origin, issue.minimum, issue.inclusive ?? true);
		case 'too_big':
			return issue.origin === 'number' || issue.origin === 'int'
				? `expected a number ${issue.inclusive ? 'of at most' : 'below'} ${issue.maximum}`
				: undefined;
		default:
			return undefined;
	}
}

function smallest(origin: string, least: number | bigint, inclusive: boolean): string | undefined {
	switch (origin) {
		case 'number':
		case 'int':
			return `expected a number ${inclusive ? 'of at least' : 'above'} ${least}`;
		case 'string':
			return least === 1 ? 'is empty; expected a text' : `expected a text of at least ${least} characters`;
		case 'array':
			return least === 1 ? 'is empty; expected a list of at least one' : `expected at least ${least} of them`;
		default:
			return undefined;
	}
}

/** Names in words: the only one, or that it is one of them. */
export function oneOf(names: readonly string[]): string {
	return names.length === 1 ? String(names[0]) : `one of: ${names.join(', ')}`;
}

/** A value in words, cut where it is long; nothing where it holds nothing to show. */
function shown(value: unknown): string | undefined {
	if (value === null) return 'nothing';
	if (typeof value === 'string') {
		if (value.trim() === '') return undefined;
		return JSON.stringify(value.length > shownLength ? `${value.slice(0, shownLength)}…` : value);
	}
	if (Array.isArray(value)) return value.length === 0 ? undefined : 'a list';
	if (value instanceof Date) return value.toISOString();
	if (typeof value !== 'object') return String(value);
	const keys = Object.keys(value);
	return keys.length === 0
		? undefined
		: `the key${keys.length === 1 ? '' : 's'} ${keys.slice(0, 5).join(', ')}`;
}
