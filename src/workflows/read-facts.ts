import { createHash } from 'node:crypto';
import { FactAccumulator } from '../metrics/fact-accumulator.ts';
import { type Keep, keepForReport } from '../metrics/keep.ts';
import type { RunFacts } from '../metrics/run-facts.ts';
import type { Run } from '../model/run.ts';
import { readTrialBatches, type TrialEvents } from '../record/reader.ts';

/** Reads a run's trials once and draws all that a report needs of it, or what `keep` says beside that. */
export async function readFacts(
	run: Run,
	folder: string,
	keep: Keep = keepForReport,
	onBytes?: TrialEvents['onBytes'],
): Promise<RunFacts> {
	const facts = new FactAccumulator(run, keep);
	const events = { onTorn: (where: string) => facts.addTorn(where), ...(onBytes && { onBytes }) };
	for await (const batch of readTrialBatches(folder, events)) {
		for (const trial of batch) facts.add(trial);
	}
	return facts.facts();
}

/** A run whose trials are to be read, and what to keep of them. */
export interface RecordToRead {
	readonly run: Run;
	readonly folder: string;
	readonly keep: Keep;
}

/** What was drawn from a record, with the `sha256:<hex>` of the very bytes that it was drawn from. */
export interface ReadRecord {
	readonly facts: RunFacts;
	readonly digest: string;
}

/** The same as `readFacts`, with the digest. */
export async function readFactsAndDigest({ run, folder, keep }: RecordToRead): Promise<ReadRecord> {
	const hash = createHash('sha256');
	const facts = await readFacts(run, folder, keep, (bytes) => hash.update(bytes));
	return { facts, digest: `sha256:${hash.digest('hex')}` };
}
