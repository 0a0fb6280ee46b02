import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../src/gate/gate.ts';
import { parseGate } from '../../src/gate/rules.ts';
import { metricCatalogue } from '../../src/metrics/catalogue.ts';
import { keepForReport } from '../../src/metrics/keep.ts';
import { type Trial, Trial as TrialSchema } from '../../src/model/trial.ts';
import type { Verdict } from '../../src/model/verdict.ts';
import { readRun, readTrials } from '../../src/record/reader.ts';
import { readFacts, readFactsAndDigest } from '../../src/workflows/read-facts.ts';
import { anyTrials, run, type TrialParts, tempFolder, trial, write } from '../support/records.ts';

const line = (question: string) => `${JSON.stringify(trial({ question }))}\n`;
/** More than the first batch of a reader. */
const manyLines = Array.from({ length: 700 }, (_, index) => line(`many-${index}`));
const runOfTwo = run({ suite: { ...run().suite, questions: 2 }, planned: 2, completed: 2 });
const record = (trials: string, about: unknown = runOfTwo) =>
	write(tempFolder(), { 'run.json': JSON.stringify(about), 'trials.jsonl': trials });

async function read(folder: string): Promise<{ ids: string[]; torn: string[] }> {
	const ids: string[] = [];
	const torn: string[] = [];
	for await (const each of readTrials(folder, (where) => torn.push(where))) ids.push(each.questionId);
	return { ids, torn };
}

async function verdictOf(folder: string) {
	const facts = await readFacts(readRun(folder), folder);
	const gate = parseGate(
		'rules: [{ id: r, metric: pass_rate, check: "value >= 0.5" }]',
		'gate.yaml',
		metricCatalogue(facts.run),
	);
	const missing = { missing: 'none' };
	return decide({
		gate,
		candidate: facts,
		baseline: missing,
		evaluatedAt: '2026-11-22T12:00:01Z',
		digests: {},
		spangate: '0.0.0-test',
	}).verdict;
}

const completeness = ({ rules }: Verdict) => rules.find(({ id }) => id === 'valid:candidate-complete');

describe('readTrials', () => {
	it('gives whole lines in order and none torn', async () => {
		expect(await read(record(line('a') + line('b')))).toEqual({ ids: ['a', 'b'], torn: [] });
		expect(await read(record(''))).toEqual({ ids: [], torn: [] });
	});

	it('reads lines that span the chunks of a long file, multi-byte characters whole', async () => {
		const ids = Array.from({ length: 500 }, (_, index) => `${index}-${'漢😀'.repeat(40)}`);
		expect(await read(record(ids.map(line).join('')))).toEqual({ ids, torn: [] });
	});

	it('reads lines that are longer than several chunks, between short ones, and knows their numbers', async () => {
		const long = (letter: string) => letter.repeat(300_000) + '漢'.repeat(50_000);
		const ids = ['a', long('b'), 'c', long('d'), long('e'), 'f'];
		const text = ids.map(line).join('');
		expect(await read(record(text))).toEqual({ ids, torn: [] });
		const folder = record(text + line(long('g')).slice(0, -2));
		expect(await read(folder)).toEqual({ ids, torn: [`${folder}/trials.jsonl:7`] });
		await expect(read(record(`${text}{\n${line('z')}`))).rejects.toThrow(/trials\.jsonl:7: not valid JSON/);
	});

	it.each([
		['half a line', line('b').slice(0, 40)],
		['a line that lacks only its break', line('b').slice(0, -1)],
	])('drops %s at the end and tells where', async (_, tail) => {
		const folder = record(line('a') + tail);
		expect(await read(folder)).toEqual({ ids: ['a'], torn: [`${folder}/trials.jsonl:2`] });
	});

	it('never lets a torn record pass, and says that it is torn', async () => {
		const whole = await verdictOf(record(line('a') + line('b')));
		expect(whole.outcome).toBe('DEPLOY');
		const torn = await verdictOf(record(line('a') + line('b').slice(0, 40)));
		expect(torn.outcome).toBe('INCONCLUSIVE');
		expect(completeness(torn)).toMatchObject({
			outcome: 'inconclusive',
			reason: expect.stringContaining('the last line of trials.jsonl is torn and was dropped'),
		});
	});

	it('does not trust a torn line even when every planned trial is there', async () => {
		const { outcome, rules } = await verdictOf(record(line('a') + line('b') + line('c').slice(0, 40)));
		expect(outcome).toBe('INCONCLUSIVE');
		expect(rules.filter((rule) => rule.outcome !== 'pass').map(({ id }) => id)).toEqual([
			'valid:candidate-complete',
		]);
	});

	it.each<[string, string, RegExp]>([
		['torn', line('b').slice(0, 40), /trials\.jsonl:2: not valid JSON: /],
		['blank', '', /trials\.jsonl:2: not valid JSON: /],
		['no object', '[]', /trials\.jsonl:2: not a record of this version: /],
		['with an unknown key', line('b').trim().replace('{', '{"grade":1,'), /:2: .*grade/],
		['with a missing score', line('b').trim().replace('"value":1,', ''), /:2: .*scores\.0\.value/],
	])('a line in the middle that is %s is an unmeasured error with its place', async (_, middle, message) => {
		const folder = record(`${line('a')}${middle}\n${line('c')}`);
		await expect(read(folder)).rejects.toMatchObject({
			code: 'unmeasured',
			exitCode: 4,
			message: expect.stringMatching(message),
		});
	});

	it.each<[string, (text: string) => string]>([
		[
			'latencyMs null (a NaN as JSON writes it)',
			(text) => text.replaceAll('"latencyMs":10', '"latencyMs":null'),
		],
		[
			'latencyMs 1e999 (Infinity as JSON reads it)',
			(text) => text.replace('"latencyMs":10', '"latencyMs":1e999'),
		],
		['a negative latency', (text) => text.replace('"latencyMs":10', '"latencyMs":-1')],
		['a score of null', (text) => text.replace('"value":1', '"value":null')],
		['a score above 1', (text) => text.replace('"value":1', '"value":1.2')],
		['a threshold of 0', (text) => text.replace('"threshold":0.5', '"threshold":0')],
		['a cost of null', (text) => text.replace('"costUsd":0.001', '"costUsd":null')],
		['a cost below 0', (text) => text.replace('"costUsd":0.001', '"costUsd":-1')],
		['half a token', (text) => text.replace('"inputTokens":10', '"inputTokens":0.5')],
		['no verdict of its own', (text) => text.replace('"passed":true,"traceId"', '"traceId"')],
		['an unknown status', (text) => text.replace('"status":"ok"', '"status":"fine"')],
	])('refuses %s, so that it never reaches a metric', async (_, change) => {
		const text = line('a');
		expect(change(text)).not.toBe(text);
		await expect(read(record(change(text)))).rejects.toMatchObject({ code: 'unmeasured' });
		// Beyond the first batch, where trials are checked by compiled code.
		const place = new RegExp(`trials\\.jsonl:${manyLines.length + 1}: not a record`);
		await expect(read(record(manyLines.join('') + change(text)))).rejects.toMatchObject({
			code: 'unmeasured',
			message: expect.stringMatching(place),
		});
	});

	it('takes the same of any trials beyond its first batch as their schema does', async () => {
		const folder = tempFolder();
		await fc.assert(
			fc.asyncProperty(anyTrials(), async (trials) => {
				const lines = trials.map((each) => `${JSON.stringify(each)}\n`);
				write(folder, { 'trials.jsonl': manyLines.join('') + lines.join('') });
				const found: Trial[] = [];
				for await (const each of readTrials(folder)) found.push(each);
				expect(found.slice(manyLines.length)).toEqual(trials.map((each) => TrialSchema.parse(each)));
			}),
			{ seed: 5, numRuns: 25 },
		);
	});

	it('a trials file that is not there is an unmeasured error that names it', async () => {
		const folder = write(tempFolder(), { 'run.json': '{}' });
		const refusal = { code: 'unmeasured', message: expect.stringContaining(`${folder}/trials.jsonl`) };
		await expect(read(folder)).rejects.toMatchObject(refusal);
		await expect(readFactsAndDigest({ run: runOfTwo, folder, keep: keepForReport })).rejects.toMatchObject(
			refusal,
		);
	});
});

describe('readRun', () => {
	it.each<[string, string | undefined, RegExp]>([
		['absent', undefined, /run\.json: cannot read the record/],
		['torn', '{"schemaVersion":1,', /run\.json: not valid JSON/],
		[
			'of a later version',
			JSON.stringify({ ...run(), schemaVersion: 2 }),
			/not a record of this version: schemaVersion/,
		],
		[
			'of no version',
			JSON.stringify({ ...run(), schemaVersion: undefined }),
			/not a record of this version: schemaVersion/,
		],
		[
			'with a key that it does not know',
			JSON.stringify({ ...run(), notes: '' }),
			/not a record of this version/,
		],
		['with half a plan', JSON.stringify({ ...run(), planned: 0.5 }), /planned/],
	])('one that is %s is an unmeasured error that names it', (_, text, message) => {
		const folder = write(tempFolder(), text === undefined ? {} : { 'run.json': text });
		expect(() => readRun(folder)).toThrow(message);
		expect(() => readRun(folder)).toThrow(expect.objectContaining({ code: 'unmeasured' }));
	});
});

describe('readFactsAndDigest', () => {
	it.each([
		['nothing', ''],
		['whole lines', line('a') + line('b')],
		['many chunks and a torn line', line('a'.repeat(200_000)) + line('b').slice(0, 40)],
	])('gives the digest of all bytes of a file of %s, with the facts drawn from them', async (_, text) => {
		const folder = record(text);
		const { facts, digest } = await readFactsAndDigest({ run: runOfTwo, folder, keep: keepForReport });
		expect(digest).toBe(`sha256:${createHash('sha256').update(text).digest('hex')}`);
		expect(facts.trials).toBe((await read(folder)).ids.length);
		expect(facts.torn).toEqual((await read(folder)).torn);
	});
});

describe('readFacts', () => {
	it('finds trials of another run, and of one question twice: a record that contradicts itself', async () => {
		const foreign: Trial = trial({ question: 'b', runId: 'run-2' });
		const mixed = await verdictOf(record(`${line('a')}${JSON.stringify(foreign)}\n`));
		expect(mixed.outcome).toBe('INCONCLUSIVE');
		expect(completeness(mixed)).toMatchObject({
			outcome: 'inconclusive',
			reason: expect.stringContaining('contradicts itself: a trial of run run-2'),
		});
		const twice = await verdictOf(record(line('a') + line('a')));
		expect(twice.outcome).toBe('INCONCLUSIVE');
		expect(completeness(twice)).toMatchObject({
			outcome: 'inconclusive',
			reason: expect.stringContaining('question "a" twice in repeat 0'),
		});
	});

	const clean = { pii: 'ok', secrets: 'ok', tone: 'ok' } as const;
	it.each<[string, boolean, TrialParts]>([
		['a score below its threshold', true, { scores: { faithfulness: 0.4 } }],
		['an errored score', true, { scores: { faithfulness: 'errored' } }],
		['a violated check', true, { findings: { ...clean, pii: 'violated' } }],
		['an errored check', true, { findings: { ...clean, tone: 'errored' } }],
		['a failed target', true, { failed: true, scores: {} }],
		['nothing against it', false, {}],
		['nothing but a skipped score', false, { scores: { faithfulness: 'skipped' } }],
	])('finds a trial that with %s says passed: %s', async (_, passed, parts) => {
		const sound = trial({ question: 'b', ...parts });
		expect(sound.passed).toBe(!passed);
		const reasonOf = async (each: Trial) =>
			completeness(await verdictOf(record(`${line('a')}${JSON.stringify(each)}\n`)));
		expect(await reasonOf(sound)).toMatchObject({ outcome: 'pass' });
		expect(await reasonOf({ ...sound, passed })).toMatchObject({
			outcome: 'inconclusive',
			reason: expect.stringContaining(
				`contradicts itself: question "b" says passed: ${passed} against its scores and findings`,
			),
		});
	});

	it('believes a score’s value, not what it says of itself', async () => {
		const forged = trial({ question: 'b', scores: { faithfulness: 0.4 }, passed: true });
		const text = JSON.stringify(forged).replace(
			'"threshold":0.5,"passed":false',
			'"threshold":0.5,"passed":true',
		);
		expect(text).not.toBe(JSON.stringify(forged));
		const verdict = await verdictOf(record(`${line('a')}${text}\n`));
		expect(verdict.outcome).toBe('INCONCLUSIVE');
		expect(completeness(verdict)?.reason).toContain('contradicts itself');
	});
});
