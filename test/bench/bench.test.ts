import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { checkKinds } from '../../src/checks/index.ts';
import { scorerKinds } from '../../src/scorers/index.ts';
import { root, Workspace } from '../support/cli.ts';
import { type Json, readJson, wireSpans } from '../support/stored-run.ts';
import { checks, scorers } from './full-suite.ts';
import { lostOf } from './measured-run.ts';
import { type Reach, reachesOf } from './reaches.ts';
import type { BenchResult, Speed } from './result.ts';
import { differences, makeUpOf } from './same-spans.ts';
import { makeSpans } from './sdk-floor.ts';
import { type SpanTemplate, templateOf } from './span-template.ts';

const timed = { rate: 1, seconds: [1] };
const run = { ...timed, share: 1, askingRate: 1, processSeconds: 1, peakBytes: 1 };

function result(speeds: readonly Partial<Speed>[], parts: Partial<BenchResult> = {}): BenchResult {
	return {
		machine: {
			cpu: 'a processor',
			cores: 2,
			memoryBytes: 1,
			node: 'v26',
			date: '2026-11-22',
			loadAverage: 0,
		},
		concurrency: 64,
		spansPerRequest: 512,
		speeds: speeds.map((speed) => ({
			questions: 100_000,
			rounds: 1,
			loop: timed,
			sdk: timed,
			recording: run,
			exporting: { ...run, spansAcknowledged: true },
			...speed,
		})),
		bareNodeMilliseconds: 30,
		repetitions: 15,
		startUps: [],
		gates: [],
		lost: [],
		...parts,
	};
}

function metOf(reaches: readonly Reach[], what: RegExp): unknown[] {
	return reaches.filter((reach) => what.test(reach.what)).map(({ met }) => met);
}

it('measures floors and real runs, and finds every span of them', { timeout: 120_000 }, async () => {
	const file = new Workspace().path('bench.json');
	const args = [
		join(root, 'test/bench/bench.ts'),
		'--only',
		'speed',
		'--questions',
		'100',
		'--rounds',
		'2',
		'--json',
		file,
	];
	const { stdout } = await promisify(execFile)(process.execPath, args);
	const measured: Json = readJson(file);
	expect(measured.lost).toEqual([]);
	const [{ loop, sdk, recording, exporting, fullSdk, grading }] = measured.speeds;
	for (const { rate, seconds } of [loop, sdk, recording, exporting, fullSdk, grading]) {
		expect(rate).toBeGreaterThan(0);
		expect(seconds).toHaveLength(2);
	}
	expect(exporting.spansAcknowledged).toBe(true);
	// A Node that has loaded the SDK has more.
	expect(Math.min(recording.peakBytes, exporting.peakBytes)).toBeGreaterThan(40 * 1024 * 1024);
	expect(stdout).toContain('| 100 ');
	expect(stdout).toContain('every span acknowledged');
});

it('grades by every scorer and check that asks nobody', () => {
	const asking = ['embedding', 'groundedness', 'judge', 'hazard', 'module'];
	const of = (kinds: object) => Object.keys(kinds).filter((use) => !asking.includes(use));
	const used = (entries: readonly { use: string }[]) => [...new Set(entries.map(({ use }) => use))].sort();
	expect(used(scorers)).toEqual(of(scorerKinds).sort());
	expect(used(checks)).toEqual(of(checkKinds).sort());
});

it('judges two stored runs beside the parsing of their trials', { timeout: 60_000 }, async () => {
	const file = new Workspace().path('bench.json');
	const args = ['--only', 'gate', '--questions', '5000', '--rounds', '2', '--json', file];
	const bench = join(root, 'test/bench/bench.ts');
	const { stdout } = await promisify(execFile)(process.execPath, [bench, ...args]);
	const [{ pairs, seconds, floorSeconds, ratio, peakBytes }, ...more] = readJson(file).gates;
	expect(more).toEqual([]);
	expect(pairs).toBe(5_000);
	expect(floorSeconds).toBeGreaterThan(0);
	expect(seconds).toBeGreaterThan(floorSeconds);
	expect(ratio).toBeGreaterThan(1);
	expect(peakBytes).toBeGreaterThan(40 * 1024 * 1024);
	expect(stdout).toContain('| 5,000 ');
});

describe('a floor', () => {
	const span = (name: string, more: Partial<SpanTemplate>): SpanTemplate => {
		const scope = { name: 'spangate', version: '1' };
		return { name, kind: 0, scope, attributes: {}, ids: [], events: [], isLinked: false, below: [], ...more };
	};
	const event = { name: 'gen_ai.evaluation.result', attributes: { 'gen_ai.evaluation.score.value': 1 } };
	const template = span('question', {
		attributes: { 'spangate.passed': true },
		ids: ['spangate.question.id'],
		isLinked: true,
		below: [span('invoke_agent candidate', {}), span('evaluate first', { events: [event] })],
	});
	const lines = async (questions: number, change: (line: string) => string = (line) => line) => {
		const made: string[] = [];
		await makeSpans(template, { questions, perRequest: 25 }, (request) => {
			made.push(change(new TextDecoder().decode(request)));
		});
		return makeUpOf(made);
	};

	it('makes the spans of its template again, each below its parent', async () => {
		const requests: Json[] = [];
		await makeSpans(template, { questions: 2, perRequest: 4 }, (request) => {
			requests.push(JSON.parse(new TextDecoder().decode(request)));
		});
		const again = templateOf(requests, 'q-0000001');
		expect(again).toEqual({
			...template,
			attributes: { ...template.attributes, 'spangate.question.id': 'q-0000001' },
		});
		expect(requests.flatMap(wireSpans)).toHaveLength(6);
	});

	it('of the same spans does not differ, and tells the size of its requests', async () => {
		expect(differences(await lines(20), await lines(20))).toEqual([]);
		expect((await lines(20)).largestRequest).toBe(25);
	});

	it.each<[string, (line: string) => string]>([
		['an attribute', (line) => line.replaceAll('spangate.passed', 'spangate.failed')],
		['a type', (line) => line.replaceAll('{"boolValue":true}', '{"intValue":1}')],
		['an event', (line) => line.replaceAll('gen_ai.evaluation.result', 'result')],
		['a link', (line) => line.replace(/"links":\[\{.*?\}\]/g, '"links":[]')],
		['a parent', (line) => line.replaceAll('"parentSpanId":', '"parent":')],
		['the resource', (line) => line.replaceAll('"service.version"', '"version"')],
		['the size', (line) => line.replaceAll('"stringValue":"q-', '"stringValue":"question-number-q-')],
	])('of spans that differ in %s is no floor', async (_, change) => {
		expect(differences(await lines(20), await lines(20, change))).not.toEqual([]);
	});

	it('of fewer spans is no floor', async () => {
		expect(differences(await lines(19), await lines(20))).not.toEqual([]);
	});
});

describe('what was lost', () => {
	const delivery = { ended: 11, recorded: 11, acknowledged: 11, rejected: 0, outstanding: 0 };
	const found = { completed: 2, delivery, onDisk: 11, taken: 11 };

	const asked = { questions: 2, spansPerQuestion: 5 };

	it('is nothing when all counts agree', () => {
		expect(lostOf(asked, found)).toEqual([]);
		expect(lostOf(asked, { ...found, delivery: { ...delivery, acknowledged: 0 }, taken: undefined })).toEqual(
			[],
		);
	});

	it.each([
		[{ completed: 1 }],
		[{ onDisk: 10 }],
		[{ taken: 10 }],
		[{ taken: 12 }],
		[{ delivery: { ...delivery, ended: 10 } }],
		[{ delivery: { ...delivery, recorded: 10 } }],
		[{ delivery: { ...delivery, acknowledged: 10 } }],
		[{ delivery: { ...delivery, rejected: 1 } }],
		[{ delivery: { ...delivery, outstanding: 1 } }],
	])('is told: %o', (parts) => {
		expect(lostOf(asked, { ...found, ...parts })).toHaveLength(1);
	});
});

describe('a reach', () => {
	it('is met from its bound on', () => {
		const at = (share: number) =>
			reachesOf(
				result([{ recording: { ...run, share }, exporting: { ...run, share, spansAcknowledged: true } }]),
			);
		expect(metOf(at(0.5), /^\((c\) rec|d\) exp)/)).toEqual([true, true, true]);
		expect(metOf(at(0.4), /^\((c\) rec|d\) exp)/)).toEqual([false, true, true]);
		expect(metOf(at(0.29), /^\((c\) rec|d\) exp)/)).toEqual([false, false, false]);
	});

	it('of every grader is what is left of (c), and of what the SDK alone makes of the same spans', () => {
		const graded = (rate: number) =>
			reachesOf(
				result([
					{
						recording: { ...run, rate: 8 },
						fullSdk: { ...timed, rate: 5 },
						grading: { ...run, rate, share: rate / 5 },
					},
				]),
			).filter(({ what }) => what.startsWith('(f)'));
		expect(graded(4).map(({ met, ratio }) => [met, ratio])).toEqual([
			[true, '50 %'],
			[true, '80 %'],
		]);
		expect(graded(2.4).map(({ met }) => met)).toEqual([false, false]);
		expect(graded(2.5).map(({ met }) => met)).toEqual([false, true]);
	});

	it('is not met by a figure that is no number, nor with a span lost', () => {
		const broken = { ...run, share: Number.NaN };
		const reaches = reachesOf(
			result([{ recording: broken, exporting: { ...run, spansAcknowledged: false } }], {
				startUps: [
					{ build: 'source', command: '--version', milliseconds: Number.NaN, ratio: Number.NaN },
					{ build: 'published', command: 'compare', milliseconds: 700, ratio: 23.4 },
				],
			}),
		);
		expect(metOf(reaches, /^\(c\) rec|^\(d\) exp|source|published/)).toEqual([
			false,
			false,
			false,
			false,
			false,
		]);
	});

	it('of the gate is met below its seconds and its memory', () => {
		const megabyte = 1024 * 1024;
		const met = (pairs: number, seconds: number, megabytes: number) => {
			const gate = {
				pairs,
				rounds: 1,
				seconds,
				floorSeconds: 1,
				ratio: seconds,
				peakBytes: megabytes * megabyte,
			};
			return metOf(reachesOf(result([], { gates: [gate] })), /^\(e\)/);
		};
		expect(met(100_000, 1.9, 300)).toEqual([true, true]);
		expect(met(100_000, 2, 1024)).toEqual([false, false]);
		expect(met(1_000_000, 14.9, 1000)).toEqual([true, true]);
		expect(met(1_000_000, 15, 1025)).toEqual([false, false]);
		expect(met(1_000_000, Number.NaN, Number.NaN)).toEqual([false, false]);
		expect(met(10_000, 1, 1)).toEqual([]);
	});

	it('of memory is unknown without a million questions, and not met when it grows', () => {
		const peaks = (...sizes: [number, number][]) =>
			result(sizes.map(([questions, peakBytes]) => ({ questions, recording: { ...run, peakBytes } })));
		const met = (of: BenchResult) => metOf(reachesOf(of), /^\(c\) peak/);
		const megabyte = 1024 * 1024;
		expect(met(peaks([100_000, 200 * megabyte]))).toEqual(['not measured', 'not measured']);
		expect(met(peaks([100_000, 200 * megabyte], [1_000_000, 230 * megabyte]))).toEqual([true, true]);
		expect(met(peaks([100_000, 200 * megabyte], [1_000_000, 250 * megabyte]))).toEqual([true, false]);
		expect(met(peaks([100_000, 300 * megabyte], [1_000_000, 300 * megabyte]))).toEqual([false, true]);
	});
});
