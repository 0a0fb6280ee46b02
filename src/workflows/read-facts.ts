import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { RunFacts } from '../metrics/run-facts.ts';
import type { Run } from '../model/run.ts';
import { RecordFile } from '../record/files.ts';
import { readTrials } from '../record/reader.ts';

/** Reads a run's trials once and draws all that a comparison and a gate need. */
export async function readFacts(run: Run, folder: string): Promise<RunFacts> {
	const facts = new RunFacts(run);
	for await (const trial of readTrials(folder)) facts.add(trial);
	return facts;
}

/** `sha256:<hex>` of a run's trials file. */
export async function digestOfTrials(folder: string): Promise<string> {
	const hash = createHash('sha256');
	for await (const chunk of createReadStream(join(folder, RecordFile.trials))) hash.update(chunk);
	return `sha256:${hash.digest('hex')}`;
}
