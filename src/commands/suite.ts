import type { Suite } from '../suite/suite.ts';

/** Loads a suite; its scorers, checks and targets are loaded only by the commands that need one. */
export async function loadSuite(path: string): Promise<Suite> {
	const { loadSuite: load } = await import('../suite/load.ts');
	return load(path);
}
