import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Delivery } from '../model/run.ts';
import { RecordFile } from './files.ts';
import { readRecord } from './reader.ts';
import { writeJson } from './writer.ts';

/** What a run's `export.json` says, or nothing when it has none; one of another shape is an `unmeasured` error. */
export function readDelivery(folder: string): Delivery | undefined {
	const file = join(folder, RecordFile.delivery);
	return existsSync(file) ? readRecord(Delivery, file) : undefined;
}

/** Writes a run's `export.json`, whole or not at all. */
export function writeDelivery(folder: string, delivery: Delivery): void {
	writeJson(join(folder, RecordFile.delivery), delivery);
}
