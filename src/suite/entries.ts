import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { parsing } from '../config/issue-words.ts';
import type { Locate, Problems } from '../config/problems.ts';
import { messageOf } from '../errors.ts';
import { builtInMetrics, judgeMetrics } from '../model/metric.ts';
import { meant } from '../model/strict.ts';

const keptMetrics = [...builtInMetrics, ...judgeMetrics];
/** The metrics of single checks, such as `safety_violations.pii`, begin so. */
const violationMetric = /^(policy|safety)_violation/;

/** Validates the `{use, name?, …options}` entries of one suite file against the registries of their kinds. */
export class Entries {
	readonly #file: string;
	readonly #folder: string;
	readonly #problems: Problems;
	readonly #locate: Locate;

	constructor(file: string, folder: string, problems: Problems, locate: Locate) {
		this.#file = file;
		this.#folder = folder;
		this.#problems = problems;
		this.#locate = locate;
	}

	/** The entry's kind and its own options, parsed; undefined (and a problem) when either is wrong. */
	options<Kind extends { options: z.ZodType }>(
		entry: Readonly<Record<string, unknown>> & { use: string },
		at: readonly PropertyKey[],
		kinds: Readonly<Record<string, Kind>>,
		common: object,
	): { kind: Kind; value: unknown } | undefined {
		const kind = Object.hasOwn(kinds, entry.use) ? kinds[entry.use] : undefined;
		if (kind === undefined) {
			const near = meant(entry.use, Object.keys(kinds));
			this.#problem(
				[...at, 'use'],
				`unknown: "${entry.use}"; ${near === undefined ? '' : `did you mean \`${near}\`? `}expected one of: ${Object.keys(kinds).join(', ')}`,
			);
			return undefined;
		}
		const own = Object.fromEntries(Object.entries(entry).filter(([key]) => !Object.hasOwn(common, key)));
		const parsed = kind.options.safeParse(own, parsing);
		if (!parsed.success) {
			this.#problems.addZod(this.#file, parsed.error, this.#locate, at);
			return undefined;
		}
		return { kind, value: parsed.data };
	}

	/** What the factory makes; a factory that throws is a problem of its entry. */
	async make<Made>(
		at: readonly PropertyKey[],
		create: () => Made | Promise<Made>,
	): Promise<Made | undefined> {
		try {
			return await create();
		} catch (error) {
			this.#problem(at, messageOf(error));
			return undefined;
		}
	}

	/** Refuses two entries of one name, since a name is a metric or a finding. */
	unique(list: string, entries: readonly { use: string; name?: string | undefined }[]): void {
		const seen = new Set<string>();
		for (const [index, entry] of entries.entries()) {
			const name = entry.name ?? entry.use;
			if (seen.has(name)) {
				this.#problem([list, index], `the name "${name}" is used twice; give one of them another \`name:\``);
			}
			seen.add(name);
		}
	}

	/** Refuses a scorer that is named like a metric that every run has: one of the two would hide the other. */
	notBuiltIn(list: string, entries: readonly { use: string; name?: string | undefined }[]): void {
		for (const [index, entry] of entries.entries()) {
			const name = entry.name ?? entry.use;
			if (keptMetrics.some((metric) => metric.name === name) || violationMetric.test(name)) {
				this.#problem(
					[list, index],
					`the name "${name}" is kept for a metric of spangate’s own; give the scorer another \`name:\``,
				);
			}
		}
	}

	/** true when the file, named relative to the suite, exists; else a problem at its key. */
	fileExists(at: readonly PropertyKey[], path: string): boolean {
		const exists = existsSync(join(this.#folder, path));
		if (!exists) this.#problem(at, `no such file: ${join(this.#folder, path)}`);
		return exists;
	}

	/** Refuses each of an entry's files, by its key, that does not exist. */
	filesExist(at: readonly PropertyKey[], files: Readonly<Record<string, string>> = {}): void {
		for (const [key, file] of Object.entries(files)) this.fileExists([...at, key], file);
	}

	/** Adds what is wrong with an entry, when something is. */
	tell(at: readonly PropertyKey[], problem: string | undefined): void {
		if (problem !== undefined) this.#problem(at, problem);
	}

	/** A file's path from where its name stands in the suite. */
	pathOf(file: string): string {
		return join(this.#folder, file);
	}

	#problem(at: readonly PropertyKey[], message: string): void {
		this.#problems.add(this.#file, this.#locate(at), `${at.map(String).join('.')}: ${message}`);
	}
}
