import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { SpangateError } from '../errors.ts';
import { RunFacts } from '../metrics/run-facts.ts';
import { trialsSize } from '../record/reader.ts';
import { type ReadRecord, type RecordToRead, readFactsAndDigest } from './read-facts.ts';
import type { Said } from './reading-thread.ts';

/** From so many bytes on a second thread, which starts and warms up first, saves more than that takes (measured). */
const worthAThread = 64 * 2 ** 20;

/**
 * Reads the records of a pair, both at once where they are large; where neither can be read, the error is the
 * baseline's.
 */
export async function readPair(
	baseline: RecordToRead,
	candidate: RecordToRead,
): Promise<{ baseline: ReadRecord; candidate: ReadRecord }> {
	const isLarge = [baseline, candidate].every(({ folder }) => trialsSize(folder) >= worthAThread);
	const thread = isLarge ? new ReadingThread(candidate) : undefined;
	try {
		const before = await readFactsAndDigest(baseline);
		return { baseline: before, candidate: await (thread?.read ?? readFactsAndDigest(candidate)) };
	} finally {
		await thread?.end();
	}
}

/** Reads a record in a thread of its own. */
export class ReadingThread {
	/** What `readFactsAndDigest` gives or throws; a thread that ends without a word is an error. */
	readonly read: Promise<ReadRecord>;
	readonly #worker: Worker;

	constructor(record: RecordToRead) {
		// Beside this script, from source and in the bundle.
		const script = new URL(`reading-thread${extname(import.meta.url)}`, import.meta.url);
		this.#worker = new Worker(script, { workerData: record });
		this.read = this.#word(record).then((said) => {
			if ('refused' in said) {
				const { code, message, hint } = said.refused;
				throw new SpangateError(code, message, { hint });
			}
			return { facts: RunFacts.from(said.facts), digest: said.digest };
		});
		// A failure is thrown where it is waited for.
		this.read.catch(() => {});
	}

	/** Ends the thread, whether or not it has read all. */
	async end(): Promise<void> {
		await this.#worker.terminate();
	}

	#word({ folder }: RecordToRead): Promise<Said> {
		return new Promise((resolve, reject) => {
			this.#worker.once('message', resolve);
			this.#worker.once('messageerror', reject);
			this.#worker.once('error', reject);
			this.#worker.once('exit', (code) =>
				reject(new Error(`${folder}: the thread that read it ended with code ${code} and said nothing`)),
			);
		});
	}
}
