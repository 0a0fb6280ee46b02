import { parentPort, workerData } from 'node:worker_threads';
import { SpangateError } from '../errors.ts';
import type { RunFacts } from '../metrics/run-facts.ts';
import { type RecordToRead, readFactsAndDigest } from './read-facts.ts';

/** What the thread says once: the facts with their digest, or why a user's record cannot be read. */
export type Said =
	| { readonly facts: ReturnType<RunFacts['state']>; readonly digest: string }
	| { readonly refused: Pick<SpangateError, 'code' | 'message' | 'hint'> };

try {
	const { facts, digest } = await readFactsAndDigest(workerData as RecordToRead);
	say({ facts: facts.state(), digest });
} catch (error) {
	if (!(error instanceof SpangateError)) throw error;
	const { code, message, hint } = error;
	say({ refused: { code, message, hint } });
}

function say(said: Said): void {
	// Handed over, not copied: typed arrays are most of what is known of a million questions.
	parentPort?.postMessage(said, [...buffersOf(said)]);
}

function buffersOf(value: unknown, found = new Set<ArrayBuffer>()): Set<ArrayBuffer> {
	if (ArrayBuffer.isView(value)) found.add(value.buffer as ArrayBuffer);
	else if (value instanceof Map) for (const each of value.values()) buffersOf(each, found);
	else if (typeof value === 'object')
		for (const key in value) buffersOf(value[key as keyof typeof value], found);
	return found;
}
