import type { z } from 'zod';
import { SpangateError } from '../errors.ts';
import { issueWords } from './issue-words.ts';

/** Where in a file a path of keys and indices stands, as a line number from 1; undefined when it cannot be told. */
export type Locate = (path: readonly PropertyKey[], key?: string) => number | undefined;

interface Problem {
	readonly file: string;
	readonly line: number | undefined;
	readonly message: string;
}

/** The most problems that are told one by one: a file of a million wrong lines needs no more to be mended. */
const listed = 100;

/** Gathers every problem of a suite's files, so that all are shown at once and none costs a target call. */
export class Problems {
	readonly #listed: Problem[] = [];
	#count = 0;

	/** Adds one problem: where it is, what is wrong and what was expected. Beyond the hundredth it only counts. */
	add(file: string, line: number | undefined, message: string): void {
		this.#count += 1;
		if (this.#listed.length < listed) this.#listed.push({ file, line, message });
	}

	/** Counts so many more, of which only their number is known. */
	addUnlisted(count: number): void {
		this.#count += count;
	}

	/** Adds all of a zod error's issues, each at the line of its key and after the name of its place. */
	addZod(
		file: string,
		error: z.ZodError,
		locate: Locate,
		prefix: readonly PropertyKey[] = [],
		nameOf: (path: readonly PropertyKey[]) => string = dotted,
	): void {
		for (const issue of error.issues) {
			const path = [...prefix, ...issue.path];
			const unknownKey = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
			const where = path.length === 0 ? '' : `${nameOf(path)}: `;
			this.add(file, locate(path, unknownKey), `${where}${issueWords(issue)}`);
		}
	}

	/** How many there are so far. */
	get count(): number {
		return this.#count;
	}

	get empty(): boolean {
		return this.count === 0;
	}

	/** Puts those that followed the first `from` in the order of their lines, those of no line last. */
	sortByLine(from: number): void {
		const sorted = this.#listed
			.splice(from)
			.sort(({ line: one = Infinity }, { line: other = Infinity }) => (one === other ? 0 : one - other));
		this.#listed.push(...sorted);
	}

	/** Throws one config error that lists the problems; returns when there is none. */
	throwIfAny(what: string): void {
		if (this.empty) return;
		const { count } = this;
		const lines = this.#listed.map(
			({ file, line, message }) => `  ${file}${line === undefined ? '' : `:${line}`}: ${message}`,
		);
		if (count > lines.length) lines.push(`  … and ${count - lines.length} more`);
		throw new SpangateError(
			'config',
			`${what} has ${count} problem${count === 1 ? '' : 's'}:\n${lines.join('\n')}`,
		);
	}
}

function dotted(path: readonly PropertyKey[]): string {
	return path.map(String).join('.');
}
