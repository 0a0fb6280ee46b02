import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { messageOf, SpangateError } from '../errors.ts';
import { TargetAnswer } from '../model/evidence.ts';
import type { Asked } from '../model/question.ts';
import { digestOfJson } from '../suite/digest.ts';
import type { SuiteTarget } from '../suite/suite.ts';
import { namedFiles } from './target-files.ts';

/** One kept answer: as the target gave it, before prices are put to it. */
const Kept = z.strictObject({ schemaVersion: z.literal(1), askedAt: z.iso.datetime(), answer: TargetAnswer });

/**
 * Answers of one target on disk, by what it is and what it was asked: its name, options, revision and files, what its
 * kind reads of the environment, the question as it is shown, and which repeat it is, since a repeat is asked to see
 * what it answers anew.
 */
export class AnswerCache {
	readonly #folder: string;
	readonly #target: string;

	private constructor(folder: string, target: string) {
		this.#folder = folder;
		this.#target = target;
	}

	/** The cache in this folder for a target of the suite there; a file of its that cannot be read is a config error. */
	static async open(folder: string, target: SuiteTarget, suiteFolder: string): Promise<AnswerCache> {
		const { name, use, revision, kind, options } = target;
		const files = await namedFiles(target, suiteFolder);
		const environment = kind.environment?.(options) ?? null;
		const digest = digestOfJson({ name, use, revision: revision ?? null, options, files, environment });
		return new AnswerCache(folder, digest);
	}

	/** What the target answered to this before; nothing when it was not asked, or the file is no answer. */
	async find(asked: Asked, repeat: number): Promise<TargetAnswer | undefined> {
		let text: string;
		try {
			text = await readFile(this.#fileOf(asked, repeat), 'utf8');
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
			throw unusable(this.#folder, error);
		}
		try {
			return Kept.parse(JSON.parse(text)).answer;
		} catch {
			// Of another version, or torn: it is asked anew, and written over.
			return undefined;
		}
	}

	/** Keeps an answer; a disk that takes none is an `unmeasured` error. */
	async keep(asked: Asked, repeat: number, answer: TargetAnswer): Promise<void> {
		const file = this.#fileOf(asked, repeat);
		const kept: z.infer<typeof Kept> = { schemaVersion: 1, askedAt: new Date().toISOString(), answer };
		// Whole or not at all, also when another process keeps the same one.
		const draft = `${file}.${randomBytes(6).toString('hex')}`;
		try {
			await mkdir(dirname(file), { recursive: true });
			// Answers stand here in full.
			await writeFile(draft, `${JSON.stringify(kept)}\n`, { mode: 0o600 });
			await rename(draft, file);
		} catch (error) {
			throw unusable(this.#folder, error);
		}
	}

	#fileOf(asked: Asked, repeat: number): string {
		const [, hex = ''] = digestOfJson({ target: this.#target, asked, repeat }).split(':');
		return join(this.#folder, hex.slice(0, 2), `${hex}.json`);
	}
}

function unusable(folder: string, error: unknown): SpangateError {
	return new SpangateError('unmeasured', `${folder}: cannot use the cache of answers: ${messageOf(error)}`, {
		hint: 'Mend that, or measure without --cache.',
		cause: error,
	});
}
