import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SpangateError } from '../errors.ts';
import type { Run } from '../model/run.ts';
import { RecordFile } from './files.ts';
import { readRun } from './reader.ts';

const tagPattern = /^[\p{L}\p{N}][\p{L}\p{N}_.-]*$/u;

/** The folder that holds every run and tag (`SPANGATE_HOME`, by default `.spangate`). */
export class Home {
	readonly folder: string;

	constructor(folder: string) {
		this.folder = folder;
	}

	runFolder(id: string): string {
		return join(this.folder, 'runs', id);
	}

	/** Where answers are kept for `--cache`. */
	get answersFolder(): string {
		return join(this.folder, 'answers');
	}

	/** Every run that can be read, oldest first; and the folders that cannot, with the reason. */
	runs(): { runs: Run[]; unreadable: string[] } {
		const runs: Run[] = [];
		const unreadable: string[] = [];
		const parent = join(this.folder, 'runs');
		const entries = existsSync(parent) ? readdirSync(parent, { withFileTypes: true }) : [];
		const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
		for (const id of folders.sort()) {
			try {
				runs.push(readRun(this.runFolder(id)));
			} catch (error) {
				if (!(error instanceof SpangateError)) throw error;
				unreadable.push(error.message);
			}
		}
		return { runs: runs.sort(byStart), unreadable };
	}

	/** Tag → run id. */
	tags(): Map<string, string> {
		const folder = join(this.folder, 'tags');
		const files = existsSync(folder) ? readdirSync(folder).sort() : [];
		const names = files.filter((name) => tagPattern.test(name));
		return new Map(names.map((name) => [name, readFileSync(join(folder, name), 'utf8').trim()]));
	}

	/** Names a run; a tag that exists moves. */
	tag(name: string, runId: string): void {
		assertTag(name);
		const folder = join(this.folder, 'tags');
		mkdirSync(folder, { recursive: true });
		const file = join(folder, name);
		// A dot first: no tag is named so.
		const draft = join(folder, `.${name}.${process.pid}`);
		writeFileSync(draft, `${runId}\n`);
		renameSync(draft, file);
	}

	/** The run that `@<run-id>`, `@latest` or `@<tag>` names (the `@` may be left out). */
	resolve(reference: string): Run {
		const name = reference.replace(/^@/, '');
		if (name === 'latest') return this.#latest();
		// The pattern keeps a reference from leaving the home as a path.
		const known = tagPattern.test(name);
		const id = known && existsSync(join(this.runFolder(name), RecordFile.run)) ? name : this.tags().get(name);
		if (id === undefined) {
			const tags = [...this.tags().keys()].map((tag) => `@${tag}`);
			const instead = existsSync(join(reference, 'suite.yaml'))
				? `That is a suite, which \`spangate compare ${reference}\` measures. `
				: '';
			throw new SpangateError('config', `no stored run "${reference}" in ${this.folder}`, {
				hint: `${instead}Known: @latest, a run id (see \`spangate runs\`)${tags.length > 0 ? `, ${tags.join(', ')}` : ''}.`,
			});
		}
		return this.#read(id);
	}

	/** The run with this id, or nothing when its folder is gone. */
	find(id: string): Run | undefined {
		return existsSync(join(this.runFolder(id), RecordFile.run)) ? this.#read(id) : undefined;
	}

	#read(id: string): Run {
		const run = readRun(this.runFolder(id));
		if (run.id === id) return run;
		throw new SpangateError('unmeasured', `${this.runFolder(id)}: holds the record of run ${run.id}`, {
			hint: 'A copied record keeps its id: name its folder so, or remove it.',
		});
	}

	/** The run that ended last; a newer one that never ended, or cannot be read, must not be passed over in silence. */
	#latest(): Run {
		const { runs, unreadable } = this.runs();
		const last = runs
			.filter((run) => run.endedAt !== undefined)
			.sort(byEnd)
			.at(-1);
		if (last === undefined) {
			throw new SpangateError('config', `no finished run in ${this.folder}`, {
				hint: 'Make one with `spangate compare <suite>` or `spangate run <suite> --target X`.',
			});
		}
		const unfinished = runs.find((run) => run.endedAt === undefined && run.startedAt >= last.startedAt);
		const problem = unfinished
			? `run @${unfinished.id} never ended (\`spangate resume\`)`
			: unreadable.at(-1);
		if (problem !== undefined) {
			throw new SpangateError('unmeasured', `which run is the latest cannot be told: ${problem}`, {
				hint: `The last one that ended is @${last.id}; name the run you mean, or remove the broken one.`,
			});
		}
		return this.#read(last.id);
	}
}

/** Refuses a tag that could be mistaken for a path or for `latest`. */
export function assertTag(name: string): void {
	if (name === 'latest' || !tagPattern.test(name)) {
		throw new SpangateError(
			'usage',
			`"${name}" cannot be a tag; expected letters, digits, "_", "-" and ".", and not "latest"`,
		);
	}
}

function byStart(a: Run, b: Run): number {
	return a.startedAt.localeCompare(b.startedAt) || a.id.localeCompare(b.id);
}

/** A pair ends at one moment; its candidate counts as the later one. */
function byEnd(a: Run, b: Run): number {
	const roles = { baseline: 0, single: 1, candidate: 1 };
	return (a.endedAt ?? '').localeCompare(b.endedAt ?? '') || roles[a.role] - roles[b.role] || byStart(a, b);
}
