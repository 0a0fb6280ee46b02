/*
 * Measures spangate beside the floors that no harness can go below: see README.md beside this file. It is not a test:
 * it ends with 0 whatever the figures are, and with 1 when a span or a trial was lost.
 * npm run bench -- [--questions 10000,100000] [--all] [--rounds N] [--only speed|gate|start-up] [--json FILE] [--readme]
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeMeasured } from '../support/headlines.ts';
import { measureGate } from './gate-speed.ts';
import { concurrency } from './measured-run.ts';
import { reachesOf } from './reaches.ts';
import { markdownOf } from './report.ts';
import type { BenchResult, GateSpeed, Speed } from './result.ts';
import { measureSpeed, proveFloors } from './speed.ts';
import { measureStartUp, repetitions } from './start-up.ts';

const { values } = parseArgs({
	options: {
		questions: { type: 'string', default: '10000,100000' },
		all: { type: 'boolean', default: false },
		rounds: { type: 'string' },
		only: { type: 'string' },
		json: { type: 'string' },
		readme: { type: 'boolean', default: false },
	},
});
const sizes = values.questions.split(',').map(Number);
if (values.all && !sizes.includes(1_000_000)) sizes.push(1_000_000);
if (!sizes.every((size) => Number.isSafeInteger(size) && size > 0)) {
	throw new RangeError(`--questions ${values.questions}: expected whole numbers above 0, e.g. 10000,100000`);
}
const parts = ['speed', 'gate', 'start-up'];
if (values.only !== undefined && !parts.includes(values.only)) {
	throw new RangeError(`--only ${values.only}: expected one of: ${parts.join(', ')}`);
}
const measures = (part: string) => values.only === undefined || values.only === part;

const roundsGiven = values.rounds === undefined ? undefined : Number(values.rounds);
if (roundsGiven !== undefined && !(Number.isSafeInteger(roundsGiven) && roundsGiven > 0)) {
	throw new RangeError(`--rounds ${values.rounds}: expected a whole number above 0`);
}
/** The fewer questions, the more a short disturbance weighs. */
const roundsOf = (questions: number) => roundsGiven ?? (questions > 100_000 ? 1 : questions > 10_000 ? 3 : 5);

const folder = mkdtempSync(join(tmpdir(), 'spangate-bench-'));
// Also after Ctrl-C: a record of a million questions is more than 4 GB.
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
process.once('SIGINT', () => process.exit(130));
const tell = (line: string) => process.stderr.write(`${line}\n`);

const [loadAverage = Number.NaN] = loadavg();
const startUp = measures('start-up') ? await measureStartUp(folder, tell) : undefined;
const speeds: Speed[] = [];
const lost: string[] = [];
let spansPerRequest = 0;
if (measures('speed')) {
	const floors = await proveFloors(folder);
	spansPerRequest = floors.noop.spansPerRequest;
	for (const size of sizes) {
		const measured = await measureSpeed(folder, floors, { questions: size, rounds: roundsOf(size) }, tell);
		speeds.push(measured.speed);
		lost.push(...measured.lost);
	}
}
const gates: GateSpeed[] = [];
if (measures('gate')) {
	for (const pairs of sizes) gates.push(await measureGate(folder, { pairs, rounds: roundsOf(pairs) }, tell));
}
const result: BenchResult = {
	machine: {
		cpu: cpus()[0]?.model.trim() ?? 'an unknown processor',
		cores: availableParallelism(),
		memoryBytes: totalmem(),
		node: process.version,
		date: new Date().toISOString().slice(0, 10),
		loadAverage,
	},
	concurrency,
	spansPerRequest,
	speeds,
	gates,
	bareNodeMilliseconds: startUp?.bareNodeMilliseconds,
	repetitions,
	startUps: startUp?.startUps ?? [],
	lost,
};
const reaches = reachesOf(result);
const report = markdownOf(result, reaches);
process.stdout.write(`${report}\n`);
const json = JSON.stringify({ ...result, reaches }, undefined, '\t');
if (values.json !== undefined) writeFileSync(values.json, `${json}\n`);
else process.stdout.write(`\n${json}\n`);
if (values.readme) writeMeasured('bench', report);
if (lost.length > 0) process.exitCode = 1;
