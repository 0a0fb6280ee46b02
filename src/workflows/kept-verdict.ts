import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { SpangateError } from '../errors.ts';
import type { HistoryEntry } from '../model/history.ts';
import { RecordFile } from '../record/files.ts';
import { readRecord } from '../record/reader.ts';

/** All that is read of a verdict that a record keeps. */
const KeptVerdict = z.object({
	verdict: z.object({ outcome: z.enum(['DEPLOY', 'NO-DEPLOY', 'INCONCLUSIVE']) }),
});

/** The outcome of the verdict that a run's folder keeps, or why it cannot be read; nothing where there is none. */
export function keptVerdict(folder: string): Pick<HistoryEntry, 'verdict' | 'verdictProblem'> {
	const file = join(folder, RecordFile.verdict);
	if (!existsSync(file)) return {};
	try {
		return { verdict: readRecord(KeptVerdict, file).verdict.outcome };
	} catch (error) {
		if (!(error instanceof SpangateError)) throw error;
		return { verdictProblem: error.message };
	}
}
