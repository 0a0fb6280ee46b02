import type { Problems } from '../config/problems.ts';
import type { Case } from './case.ts';
import type { LeftOut } from './left-out.ts';

/** A file to be imported, read as far as its kind is known. */
export interface Source {
	/** What it was written for, in words. */
	readonly kind: string;
	/** What it is about, where it says so. */
	readonly description?: string | undefined;
	/** The same each time they are iterated. */
	readonly cases: Iterable<Case>;
}

/** What else a config's and a test's parts need to be read. */
export interface Reading {
	readonly file: string;
	readonly folder: string;
	readonly problems: Problems;
	readonly left: LeftOut;
}
