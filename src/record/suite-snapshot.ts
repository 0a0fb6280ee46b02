import { join } from 'node:path';
import { z } from 'zod';
import { RecordFile } from './files.ts';
import { readRecord } from './reader.ts';

/** What `suite.json` keeps: where the suite was, how long a call could take, and its definition as it was read. */
const SuiteSnapshot = z.strictObject({
	folder: z.string().min(1),
	timeoutMs: z.number().gt(0),
	definition: z.unknown(),
});

export type SuiteSnapshot = z.infer<typeof SuiteSnapshot>;

/** Reads a run's `suite.json`; one that is absent or of another shape is an `unmeasured` error. */
export function readSuiteSnapshot(folder: string): SuiteSnapshot {
	return readRecord(SuiteSnapshot, join(folder, RecordFile.suite));
}
