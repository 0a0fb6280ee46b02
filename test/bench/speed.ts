import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Floor } from './floor.ts';
import { spansPerFullQuestion, writeFullSuite } from './full-suite.ts';
import { type Asked, concurrency, type MeasuredRun, measureRun } from './measured-run.ts';
import { spansPerQuestion, target, writeNoopSuite } from './noop-suite.ts';
import { environment, here, node, sourceBin } from './processes.ts';
import { median, type RunSpeed, type Speed, type Timed } from './result.ts';
import { differences, makeUpOf } from './same-spans.ts';
import { makeSpans } from './sdk-floor.ts';

const probeQuestions = 1_000;

/**
 * Proves that the SDK's floor makes the spans that a real run records, and gives how many of them go into a request;
 * spans that differ are an error, since a floor of other spans is none.
 */
export async function proveFloor(folder: string): Promise<number> {
	const suite = writeNoopSuite(join(folder, 'probe'), probeQuestions);
	const args = ['run', suite, '--target', target, '-j', String(concurrency), '--no-progress'];
	await node([sourceBin, ...args], environment(folder));
	const runs = join(folder, 'home/runs');
	const [id = 'no run was recorded'] = readdirSync(runs);
	const recorded = makeUpOf(
		readFileSync(join(runs, id, 'spans.jsonl'), 'utf8')
			.trimEnd()
			.split('\n'),
	);
	rmSync(join(folder, 'home'), { recursive: true });
	const lines: string[] = [];
	const decoder = new TextDecoder();
	await makeSpans(probeQuestions, recorded.largestRequest, (request) => lines.push(decoder.decode(request)));
	const found = differences(makeUpOf(lines), recorded);
	if (found.length > 0) {
		throw new Error(
			`the floor's spans are not those that spangate records; change sdk-floor.ts:\n${found.join('\n')}`,
		);
	}
	return recorded.largestRequest;
}

/** Measures floors and runs of so many questions, by turns, and tells of each round as it begins. */
export async function measureSpeed(
	folder: string,
	{ questions, rounds, spansPerRequest }: Pick<Speed, 'questions' | 'rounds'> & { spansPerRequest: number },
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
	const recordings: MeasuredRun[] = [];
	const exportings: MeasuredRun[] = [];
	const gradings: MeasuredRun[] = [];
	for (let round = 1; round <= rounds; round++) {
		tell(`${questions} questions, round ${round} of ${rounds}`);
		loops.push((await floor(folder, 'loop', questions, spansPerRequest)).seconds);
		sdks.push((await floor(folder, 'sdk', questions, spansPerRequest)).seconds);
		recordings.push(await measureRun(folder, noop, false));
		exportings.push(await measureRun(folder, noop, true));
		if (full !== undefined) gradings.push(await measureRun(folder, full, false));
	}
	for (const each of [noop, full]) if (each !== undefined) rmSync(each.suite, { recursive: true });
	const askingSeconds = recordings.map((run) => run.askingSeconds);
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
			...(full && { grading: speedOf(questions, gradings, askingSeconds) }),
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

async function floor(
	folder: string,
	kind: 'loop' | 'sdk',
	questions: number,
	spansPerRequest: number,
): Promise<Floor> {
	const args = [here('floor.ts'), kind, String(questions), String(spansPerRequest)];
	const measured: Floor = JSON.parse(await node(args, environment(folder)));
	const spans = kind === 'sdk' ? questions * spansPerQuestion : 0;
	if (measured.spans !== spans) throw new Error(`the floor made ${measured.spans} spans, expected ${spans}`);
	return measured;
}
