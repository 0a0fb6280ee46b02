import type { z } from 'zod';
import { SpangateError } from '../errors.ts';

/** Where in a file a path of keys and indices stands, as a line number from 1; undefined when it cannot be told. */
export type Locate = (path: readonly PropertyKey[], key?: string) => number | undefined;

/** Gathers every problem of a suite's files, so that all are shown at once and none costs a target call. */
export class Problems {
	readonly #lines: string[] = [];

	/** Adds one problem: where it is, what is wrong and what was expected. */
	add(file: string, line: number | undefined, message: string): void {
		this.#lines.push(`${file}${line === undefined ? '' : `:${line}`}: ${message}`);
	}

	/** Adds all of a zod error's issues, each at the line of its key. */
	addZod(file: string, error: z.ZodError, locate: Locate, prefix: readonly PropertyKey[] = []): void {
		for (const issue of error.issues) {
			const path = [...prefix, ...issue.path];
			const unknownKey = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
			const where = path.length === 0 ? '' : `${path.map(String).join('.')}: `;
			// A record's key is refused with the reason one level down.
			const message =
				issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
			this.add(file, locate(path, unknownKey), `${where}${message}`);
		}
	}

	/** How many there are so far. */
	get count(): number {
		return this.#lines.length;
	}

	get empty(): boolean {
		return this.count === 0;
	}

	/** Throws one config error that lists every problem; returns when there is none. */
	throwIfAny(what: string): void {
		if (this.empty) return;
		const { count } = this;
		throw new SpangateError(
			'config',
			`${what} has ${count} problem${count === 1 ? '' : 's'}:\n${this.#lines.map((line) => `  ${line}`).join('\n')}`,
		);
	}
}
