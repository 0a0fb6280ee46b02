import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { messageOf, SpangateError } from '../errors.ts';
import { RunFacts } from '../metrics/run-facts.ts';
import type { Run } from '../model/run.ts';
import { RecordFile } from '../record/files.ts';
import { readTrials } from '../record/reader.ts';

/** Reads a run's trials once and draws all that a comparison and a gate need. */
export async function readFacts(run: Run, folder: string): Promise<RunFacts> {
	const facts = new RunFacts(run);
	for await (const trial of readTrials(folder, (where) => facts.torn.push(where))) facts.add(trial);
	return facts;
}

/** `sha256:<hex>` of a run's trials file; one that cannot be read is an `unmeasured` error. */
export async function digestOfTrials(folder: string): Promise<string> {
	const file = join(folder, RecordFile.trials);
	const hash = createHash('sha256');
	try {
		for await (const chunk of createReadStream(file)) hash.update(chunk);
	} catch (error) {
		throw new SpangateError('unmeasured', `${file}: cannot read the record: ${messageOf(error)}`, {
			cause: error,
		});
	}
	return `sha256:${hash.digest('hex')}`;
}
