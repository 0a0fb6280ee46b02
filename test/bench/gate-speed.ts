import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Floor } from './floor.ts';
import { pairIds, trialsFile, writePair } from './paired-records.ts';
import { environment, here, node, sourceBin } from './processes.ts';
import { type GateSpeed, median } from './result.ts';

/** Measures `spangate gate` on the records of so many pairs beside what reading them takes, by turns. */
export async function measureGate(
	folder: string,
	{ pairs, rounds }: Pick<GateSpeed, 'pairs' | 'rounds'>,
	tell: (line: string) => void,
): Promise<GateSpeed> {
	const home = join(folder, `pairs-${pairs}`);
	tell(`writing the records of ${pairs} pairs`);
	writePair(home, pairs);
	const files = [trialsFile(home, 'baseline'), trialsFile(home, 'candidate')];
	const memoryFile = join(folder, 'peak-memory');
	const env = environment(folder, { SPANGATE_HOME: home, PEAK_MEMORY_FILE: memoryFile });
	const seconds: number[] = [];
	const floors: number[] = [];
	const peaks: number[] = [];
	for (let round = 1; round <= rounds; round++) {
		tell(`gate of ${pairs} pairs, round ${round} of ${rounds}`);
		const floor: Floor = JSON.parse(await node([here('floor.ts'), 'parse', ...files], env));
		floors.push(floor.seconds);
		const started = performance.now();
		const args = ['--import', here('peak-memory.js'), sourceBin, 'gate', `@${pairIds.candidate}`];
		const said = await node(args, env);
		seconds.push((performance.now() - started) / 1000);
		if (!/^DEPLOY /m.test(said)) throw new Error(`the records of the bench do not come to DEPLOY:\n${said}`);
		peaks.push(Number(readFileSync(memoryFile, 'utf8')));
	}
	rmSync(home, { recursive: true });
	return {
		pairs,
		rounds,
		seconds: median(seconds),
		floorSeconds: median(floors),
		ratio: median(seconds.map((each, round) => each / (floors[round] ?? Number.NaN))),
		peakBytes: Math.max(...peaks),
	};
}
