import type { BenchResult, GateSpeed, RunSpeed, Speed, StartUp, Timed } from './result.ts';

/** One thing that the bench is to show: a figure beside its floor, and whether it is far enough. */
export interface Reach {
	readonly what: string;
	readonly figure: string;
	readonly floor: string;
	readonly ratio: string;
	readonly wanted: string;
	/** What was not measured is not met. */
	readonly met: boolean | 'not measured';
}

const megabyte = 1024 * 1024;
const many = 1_000_000;
const fewer = 100_000;

/** Every reach of the bench, met or not, in the order of its table. */
export function reachesOf({ speeds, gates, startUps, bareNodeMilliseconds }: BenchResult): Reach[] {
	const bare = bareNodeMilliseconds ?? Number.NaN;
	return [
		...speeds.flatMap(speedReaches),
		...(['recording', 'exporting'] as const).flatMap((kind) => memoryReaches(kind, speeds)),
		...gates.flatMap(gateReaches),
		...startUps.flatMap((each) => startUpReach(each, bare)),
	];
}

function speedReaches({ questions, sdk, recording, exporting, fullSdk, grading }: Speed): Reach[] {
	const size = count(questions);
	const { share } = recording;
	const scaled = share * 40_000;
	return [
		{
			what: `(c) recording ${size}`,
			figure: rate(recording.rate),
			floor: `(b) ${rate(sdk.rate)}`,
			ratio: percent(share),
			wanted: '≥ 50 %',
			met: share >= 0.5,
		},
		{
			what: `(c) recording ${size}, were (b) 40,000/s`,
			figure: rate(scaled),
			floor: '(b) 40,000/s',
			ratio: percent(share),
			wanted: '≥ 15,000/s',
			met: scaled >= 15_000,
		},
		{
			what: `(d) exporting ${size}, ${exporting.spansAcknowledged ? 'every span acknowledged' : 'SPANS LOST'}`,
			figure: rate(exporting.rate),
			floor: `(b) ${rate(sdk.rate)}`,
			ratio: percent(exporting.share),
			wanted: '≥ 30 %, all acknowledged',
			met: exporting.share >= 0.3 && exporting.spansAcknowledged,
		},
		...(grading && fullSdk ? gradingReaches(size, grading, { recording, fullSdk }) : []),
	];
}

/** Half of (c) is more than the SDK alone does with the same spans, so what can be reached is measured by that. */
function gradingReaches(
	size: string,
	grading: RunSpeed,
	{ recording, fullSdk }: { readonly recording: Timed; readonly fullSdk: Timed },
): Reach[] {
	const what = `(f) every scorer and check, ${size}`;
	const ofRecording = grading.rate / recording.rate;
	return [
		{
			what,
			figure: rate(grading.rate),
			floor: `(c) ${rate(recording.rate)}`,
			ratio: percent(ofRecording),
			wanted: `≥ 50 % (the SDK alone: ${percent(fullSdk.rate / recording.rate)})`,
			met: ofRecording >= 0.5,
		},
		{
			what: `${what}, beside the SDK alone`,
			figure: rate(grading.rate),
			floor: `(g) ${rate(fullSdk.rate)}`,
			ratio: percent(grading.share),
			wanted: '≥ 50 %',
			met: grading.share >= 0.5,
		},
	];
}

function memoryReaches(kind: 'recording' | 'exporting', speeds: readonly Speed[]): Reach[] {
	const peakOf = (questions: number) =>
		speeds.find((speed) => speed.questions === questions)?.[kind].peakBytes;
	const peak = peakOf(many);
	const smaller = peakOf(fewer);
	const name = kind === 'recording' ? '(c)' : '(d)';
	const what = `${name} peak memory at ${count(many)}`;
	const growth = peak !== undefined && smaller !== undefined ? peak / smaller : undefined;
	return [
		{
			what,
			figure: peak === undefined ? '–' : megabytes(peak),
			floor: '–',
			ratio: '–',
			wanted: '< 300 MB',
			met: peak === undefined ? 'not measured' : peak < 300 * megabyte,
		},
		{
			what: `${what}, beside ${count(fewer)}`,
			figure: peak === undefined ? '–' : megabytes(peak),
			floor: smaller === undefined ? '–' : megabytes(smaller),
			ratio: growth === undefined ? '–' : percent(growth),
			wanted: '≤ 120 %',
			met: growth === undefined ? 'not measured' : growth <= 1.2,
		},
	];
}

/** The most seconds that judging so many pairs may take. */
const gateLimits: Readonly<Record<number, number>> = { [fewer]: 2, [many]: 15 };
const gateMemory = 1024 * megabyte;

function gateReaches({ pairs, seconds: taken, floorSeconds, ratio, peakBytes }: GateSpeed): Reach[] {
	const limit = gateLimits[pairs];
	if (limit === undefined) return [];
	return [
		{
			what: `(e) gate of ${count(pairs)} pairs`,
			figure: seconds(taken),
			floor: `parsing ${seconds(floorSeconds)}`,
			ratio: times(ratio),
			wanted: `< ${limit} s`,
			met: taken < limit,
		},
		{
			what: `(e) peak memory at ${count(pairs)} pairs`,
			figure: megabytes(peakBytes),
			floor: '–',
			ratio: '–',
			wanted: '< 1,024 MB',
			met: peakBytes < gateMemory,
		},
	];
}

/** 0.7 s where bare node takes 0.03 s, and 4 times bare node. */
const startUpLimits: Partial<Record<StartUp['command'], { ratio: number; wanted: string }>> = {
	'--version': { ratio: 4, wanted: '< 4x' },
	compare: { ratio: 0.7 / 0.03, wanted: '< 23.3x' },
	'compare --otlp': { ratio: 0.7 / 0.03, wanted: '< 23.3x' },
};

function startUpReach({ build, command, milliseconds, ratio }: StartUp, bare: number): Reach[] {
	const limit = startUpLimits[command];
	if (limit === undefined) return [];
	const what = command === '--version' ? command : `${command} of 3 questions`;
	return [
		{
			what: `${what}, ${build}`,
			figure: duration(milliseconds),
			floor: duration(bare),
			ratio: times(ratio),
			wanted: limit.wanted,
			met: ratio < limit.ratio,
		},
	];
}

/** Questions a second, in whole numbers. */
export function rate(perSecond: number): string {
	return `${count(perSecond)}/s`;
}

/** A whole number with its thousands apart. */
export function count(number: number): string {
	return Math.round(number).toLocaleString('en-US');
}

/** A share as a whole percentage. */
export function percent(share: number): string {
	return `${Math.round(share * 100)} %`;
}

/** Bytes in whole MB of 1024 x 1024. */
export function megabytes(bytes: number): string {
	return `${Math.round(bytes / megabyte)} MB`;
}

/** Whole milliseconds. */
export function duration(milliseconds: number): string {
	return `${Math.round(milliseconds)} ms`;
}

/** Seconds to a tenth. */
export function seconds(duration: number): string {
	return `${duration.toFixed(1)} s`;
}

/** How many times as much. */
export function times(ratio: number): string {
	return `${ratio.toFixed(1)}x`;
}
