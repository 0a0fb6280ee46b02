import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RecordFile } from './files.ts';

/**
 * Keeps the key of a run's placeholders beside its record until the run ends, so that one that is gone on with writes
 * the same for the same value. For this user alone: with it, a list of all phone numbers could be tried.
 */
export function keepRedactionKey(folder: string, key: Buffer): void {
	writeFileSync(join(folder, RecordFile.redactionKey), key.toString('hex'), { mode: 0o600 });
}

/** The key of a run that did not end; nothing when it has none, and equal values then differ from those before. */
export function readRedactionKey(folder: string): Buffer | undefined {
	try {
		const key = Buffer.from(readFileSync(join(folder, RecordFile.redactionKey), 'utf8'), 'hex');
		return key.length >= 32 ? key : undefined;
	} catch {
		return undefined;
	}
}

/** Forgets the key: from now on nobody can tell what a placeholder stands for. */
export function forgetRedactionKey(folder: string): void {
	rmSync(join(folder, RecordFile.redactionKey), { force: true });
}
