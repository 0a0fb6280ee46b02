import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Floor } from './floor.ts';
import { spansPerFullQuestion, writeFullSuite } from './full-suite.ts';
import { type Asked, concurrency, type MeasuredRun, measureRun } from './measured-run.ts';
import { questionId, spansPerQuestion, target, writeNoopSuite } from './noop-suite.ts';
import { environment, here, node, sourceBin } from './processes.ts';
import { median, type RunSpeed, type Speed, type Timed } from './result.ts';
import { differences, makeUpOf } from './same-spans.ts';
import { makeSpans } from './sdk-floor.ts';
import { templateOf } from './span-template.ts';

const probeQuestions = 1_000;

/** The floor of a suite's runs: what the SDK has to make again of each question. */
export interface SdkFloor {
	/** The file of its span template. */
	readonly template: string;
	readonly spansPerQuestion: number;
	/** As many go into a request as of spangate's own. */
	readonly spansPerRequest: number;
}

/** The floors of the suite that does nothing and of the one with every scorer and check. */
export interface SdkFloors {
	readonly noop: SdkFloor;
	readonly full: SdkFloor;
}

/** Makes the floors from the spans of real runs; one whose spans differ from those is an error, since it is none. */
export async function proveFloors(folder: string): Promise<SdkFloors> {
	return {
		noop: await proveFloor(folder, 'noop', writeNoopSuite, spansPerQuestion),
		full: await proveFloor(folder, 'full', writeFullSuite, spansPerFullQuestion),
	};
}

async function proveFloor(
	folder: string,
	name: string,
	writeSuite: typeof writeNoopSuite,
	spansEach: number,
): Promise<SdkFloor> {
	const suite = writeSuite(join(folder, `probe-${name}`), probeQuestions);
	const args = ['run', suite, '--target', target, '-j', String(concurrency), '--no-progress'];
	await node([sourceBin, ...args], environment(folder));
	const runs = join(folder, 'home/runs');
	const [id = 'no run was recorded'] = readdirSync(runs);
	const lines = readFileSync(join(runs, id, 'spans.jsonl'), 'utf8')
		.trimEnd()
		.split('\n');
	rmSync(join(folder, 'home'), { recursive: true });
	const recorded = makeUpOf(lines);
	const template = templateOf(
		lines.map((line) => JSON.parse(line)),
		questionId(0),
	);
	const { largestRequest: spansPerRequest } = recorded;
	const made: string[] = [];
	const decoder = new TextDecoder();
	await makeSpans(template, { questions: probeQuestions, perRequest: spansPerRequest }, (request) => {
		made.push(decoder.decode(request));
	});
	const found = differences(makeUpOf(made), recorded);
	if (found.length > 0) {
		throw new Error(
			`the floor's spans are not those that spangate records of the suite ${name}; change sdk-floor.ts:\n${found.join('\n')}`,
		);
	}
	const file = join(folder, `template-${name}.json`);
	writeFileSync(file, JSON.stringify(template));
	return { template: file, spansPerQuestion: spansEach, spansPerRequest };
}

/** Measures floors and runs of so many questions, by turns, and tells of each round as it begins. */
export async function measureSpeed(
	folder: string,
	floors: SdkFloors,
	{ questions, rounds }: Pick<Speed, 'questions' | 'rounds'>,
	tell: (line: string) => void,
): Promise<{ speed: Speed; lost: string[] }> {
	const noop = {
		suite: writeNoopSuite(join(folder, `suite-${questions}`), questions),
		questions,
		spansPerQuestion,
	};
	// Of more questions its record would not fit on many a disk.
	const full = questions <= mostFullyGraded ? fullSuite(folder, questions) : undefined;
	const loops: number[] = [];
	const sdks: number[] = [];
	const fullSdks: number[] = [];
	const recordings: MeasuredRun[] = [];
	const exportings: MeasuredRun[] = [];
	const gradings: MeasuredRun[] = [];
	for (let round = 1; round <= rounds; round++) {
		tell(`${questions} questions, round ${round} of ${rounds}`);
		loops.push(await loopFloor(folder, questions));
		sdks.push(await sdkFloor(folder, questions, floors.noop));
		recordings.push(await measureRun(folder, noop, false));
		exportings.push(await measureRun(folder, noop, true));
		if (full === undefined) continue;
		fullSdks.push(await sdkFloor(folder, questions, floors.full));
		gradings.push(await measureRun(folder, full, false));
	}
	for (const each of [noop, full]) if (each !== undefined) rmSync(each.suite, { recursive: true });
	return {
		speed: {
			questions,
			rounds,
			loop: timed(questions, loops),
			sdk: timed(questions, sdks),
			recording: speedOf(questions, recordings, sdks),
			exporting: {
				...speedOf(questions, exportings, sdks),
				spansAcknowledged: exportings.every((run) => run.lost.length === 0),
			},
			...(full && {
				fullSdk: timed(questions, fullSdks),
				grading: speedOf(questions, gradings, fullSdks),
			}),
		},
		lost: [...recordings, ...exportings, ...gradings].flatMap((run) => run.lost),
	};
}

const mostFullyGraded = 100_000;

function fullSuite(folder: string, questions: number): Asked {
	const suite = writeFullSuite(join(folder, `full-${questions}`), questions);
	return { suite, questions, spansPerQuestion: spansPerFullQuestion };
}

function timed(questions: number, seconds: readonly number[]): Timed {
	return { rate: questions / median(seconds), seconds };
}

function speedOf(questions: number, runs: readonly MeasuredRun[], floors: readonly number[]): RunSpeed {
	const seconds = runs.map((run) => run.deliveredSeconds ?? run.askingSeconds);
	return {
		...timed(questions, seconds),
		share: median(seconds.map((each, round) => (floors[round] ?? Number.NaN) / each)),
		askingRate: questions / median(runs.map((run) => run.askingSeconds)),
		processSeconds: median(runs.map((run) => run.processSeconds)),
		peakBytes: Math.max(...runs.map((run) => run.peakBytes)),
	};
}

async function loopFloor(folder: string, questions: number): Promise<number> {
	return (await floor(folder, ['loop', String(questions)], 0)).seconds;
}

async function sdkFloor(folder: string, questions: number, of: SdkFloor): Promise<number> {
	const args = ['sdk', String(questions), String(of.spansPerRequest), of.template];
	return (await floor(folder, args, questions * of.spansPerQuestion)).seconds;
}

async function floor(folder: string, args: readonly string[], spans: number): Promise<Floor> {
	const measured: Floor = JSON.parse(await node([here('floor.ts'), ...args], environment(folder)));
	if (measured.spans !== spans) throw new Error(`the floor made ${measured.spans} spans, expected ${spans}`);
	return measured;
}
