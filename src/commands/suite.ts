import type { Suite } from '../suite/suite.ts';
import { keepHeapLean } from './lean-heap.ts';

/** Loads a suite; its scorers, checks and targets are loaded only by the commands that need one. */
export async function loadSuite(path: string): Promise<Suite> {
	const { loadSuite: load } = await import('../suite/load.ts');
	// Here, after most of the code is loaded: what comes now grows with the number of questions.
	keepHeapLean();
	return load(path);
}
