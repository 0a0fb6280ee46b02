import { readFileSync, writeFileSync } from 'node:fs';
import { trialsFile, writePair } from '../bench/paired-records.ts';

/** The lines of trials with answers that are longer by so many bytes. */
export function withLongAnswers(lines: string, bytes: number): string {
	return lines.replaceAll('"output":"', `$&${'x'.repeat(bytes)}`);
}

/** Writes the records of a pair of some thousand trials, 75 MB each: what the gate takes for large. */
export function writeLargePair(home: string): void {
	writePair(home, 6000);
	for (const role of ['baseline', 'candidate'] as const) {
		const file = trialsFile(home, role);
		writeFileSync(file, withLongAnswers(readFileSync(file, 'utf8'), 11_500));
	}
}
