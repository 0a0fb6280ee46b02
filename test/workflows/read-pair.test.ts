import { appendFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { describe, expect, it, onTestFinished } from 'vitest';
import { decide } from '../../src/gate/gate.ts';
import { parseGate } from '../../src/gate/rules.ts';
import { metricCatalogue } from '../../src/metrics/catalogue.ts';
import { everything, keepAsBaseline, keepAsCandidate, keepForReport } from '../../src/metrics/keep.ts';
import { RunFacts } from '../../src/metrics/run-facts.ts';
import type { Run } from '../../src/model/run.ts';
import type { Trial } from '../../src/model/trial.ts';
import { type RecordToRead, readFactsAndDigest } from '../../src/workflows/read-facts.ts';
import { ReadingThread, readPair } from '../../src/workflows/read-pair.ts';
import { withLongAnswers } from '../support/large-pair.ts';
import { run, type TrialParts, tempFolder, trial, write } from '../support/records.ts';

const langs = ['en', 'de', '漢'];

/** A run of so many questions, some of them failed, errored, violated or flaky, in groups of several kinds. */
function anyRun(questions: number, repeats: number, plan: Partial<Run> = {}): [Run, Trial[]] {
	const trials = Array.from({ length: questions * repeats }, (_, at) => {
		const question = Math.floor(at / repeats);
		const parts: TrialParts = {
			question: `${question}-${langs[question % 3]}${question % 11 === 0 ? '\ud83d' : ''}`,
			repeat: at % repeats,
			failed: at % 17 === 3,
			latencyMs: 10 + ((at * 7919) % 1000) / 7,
			costUsd: at % 5 === 0 ? 0 : 0.001 * (at % 13),
			scores: { faithfulness: at % 41 === 7 ? 'skipped' : ((at * 31) % 21) / 20 },
			findings: { pii: at % 29 === 0 ? 'violated' : 'ok', secrets: 'ok', tone: 'ok' },
			tags: { lang: langs[question % 3] ?? '', half: String(question % 2) },
			...(question % 4 > 0 && { cluster: `document-${question >> 2}` }),
		};
		return trial(parts);
	});
	const suite = { ...run().suite, questions };
	const [planned, completed] = [trials.length, trials.length];
	return [run({ suite, repeats, planned, completed, ...plan }), trials];
}

const textOf = (trials: readonly Trial[]) => trials.map((each) => `${JSON.stringify(each)}\n`).join('');

function recordOf([about, trials]: readonly [Run, readonly Trial[]], keep = everything): RecordToRead {
	return { run: about, folder: write(tempFolder(), { 'trials.jsonl': textOf(trials) }), keep };
}

const doubled = anyRun(50, 2);
doubled[1].push(...doubled[1].slice(0, 3));
const foreign = anyRun(50, 1);
foreign[1].push(
	trial({ question: '__proto__', runId: 'run-2', repeat: 9 }),
	trial({ question: 'constructor', passed: false, tags: { lang: 'en' } }),
	trial({ question: 'constructor', repeat: 4e9, tags: { lang: 'de' }, cluster: 'other' }),
);
function torn(): RecordToRead {
	const record = recordOf(anyRun(30, 1));
	appendFileSync(join(record.folder, 'trials.jsonl'), '{"runId":');
	return record;
}

const samples = { columns: new Set(['pass_rate', 'latency']), tags: new Set(['lang']), clusters: true };

const text = `
rules:
  - { id: pass, metric: pass_rate, non_inferior: 2pp }
  - { id: score, metric: faithfulness, non_inferior: 2pp, cluster_by: cluster }
  - { id: safety, metric: safety_violations, max_events: 3 }
  - { id: latency, metric: latency_p95_ms, non_inferior: 1.10x }
  - { id: cost, metric: cost_per_success, non_inferior: 1.10x }
  - { id: languages, metric: pass_rate, non_inferior: 5pp, per: "tag:lang", adjust: holm }
`;

/** The bytes of what is made of two runs. */
function judged(candidate: RunFacts, baseline: RunFacts): string {
	const gate = parseGate(text, 'gate.yaml', metricCatalogue(candidate.run));
	const at = { evaluatedAt: '2026-11-22T12:00:01Z', digests: {}, spangate: '0.0.0-test' };
	return JSON.stringify(decide({ gate, candidate, baseline, ...at }));
}

async function readInThread(record: RecordToRead) {
	const thread = new ReadingThread(record);
	try {
		return await thread.read;
	} finally {
		await thread.end();
	}
}

describe('a record that is read in a thread', () => {
	it.each<[string, () => RecordToRead]>([
		['of no trial', () => recordOf(anyRun(0, 1))],
		['of one trial', () => recordOf(anyRun(1, 1))],
		['of questions asked once', () => recordOf(anyRun(700, 1))],
		['of repeats', () => recordOf(anyRun(300, 3))],
		['of more repeats than fit into a byte', () => recordOf(anyRun(2, 300))],
		['of more questions than were planned', () => recordOf(anyRun(700, 1, { planned: 3 }))],
		['of a question twice in a repeat', () => recordOf(doubled)],
		['that contradicts itself', () => recordOf(foreign)],
		['with a torn line', torn],
		['kept as a baseline', () => recordOf(anyRun(100, 2), keepAsBaseline(samples))],
		['kept as a candidate', () => recordOf(anyRun(100, 2), keepAsCandidate(samples))],
		['kept for a report', () => recordOf(anyRun(100, 2), keepForReport)],
	])('%s comes to the very same', async (_, written) => {
		const record = written();
		const here = await readFactsAndDigest(record);
		const there = await readInThread(record);
		expect(there.digest).toBe(here.digest);
		expect(there.facts.state()).toEqual(here.facts.state());
		expect(there.facts.summary()).toEqual(here.facts.summary());
		expect(there.facts).toBeInstanceOf(RunFacts);
		const other = await readFactsAndDigest(recordOf(anyRun(120, record.run.repeats, { id: 'other' })));
		if (record.keep === keepForReport) return;
		expect(judged(there.facts, other.facts)).toBe(judged(here.facts, other.facts));
		expect(judged(other.facts, there.facts)).toBe(judged(other.facts, here.facts));
	});

	it.each<[string, (record: RecordToRead) => void, RegExp]>([
		['is not there', ({ folder }) => rmSync(folder, { recursive: true }), /trials\.jsonl: cannot read/],
		[
			'has a broken line',
			({ folder }) => appendFileSync(join(folder, 'trials.jsonl'), '{"runId":\n'),
			/trials\.jsonl:901: not valid JSON/,
		],
	])('and that %s is the error that it is in this one', async (_, spoil, message) => {
		const record = recordOf(anyRun(900, 1));
		spoil(record);
		const here = await readFactsAndDigest(record).catch((error) => error);
		const there = await readInThread(record).catch((error) => error);
		expect(here.message).toMatch(message);
		const { code, hint } = here;
		expect(there).toMatchObject({ code, message: here.message, hint, exitCode: 4 });
	});

	it('is an error where the thread throws what no user can mend', async () => {
		const record = recordOf([{ ...run(), checks: undefined as unknown as Run['checks'] }, [trial()]]);
		await expect(readInThread(record)).rejects.toThrow(TypeError);
	});

	it('is an error where the thread ends without a word', async () => {
		const record = recordOf(anyRun(1, 1));
		const thread = new ReadingThread(record);
		await thread.end();
		await expect(thread.read).rejects.toThrow(
			/: the thread that read it ended with code \d and said nothing$/,
		);
	});
});

describe('a pair of records', () => {
	const [longRun, longTrials] = anyRun(900, 1);
	const long = withLongAnswers(textOf(longTrials), 90_000);
	const large = (tail = '') => ({
		run: longRun,
		folder: write(tempFolder(), { 'trials.jsonl': long + tail }),
		keep: everything,
	});

	it('that are large come to the same as one by one', async () => {
		const [before, after] = [large(), large('{"runId":')];
		const pair = await readPair(before, after);
		const [baseline, candidate] = [await readFactsAndDigest(before), await readFactsAndDigest(after)];
		expect(pair.baseline.digest).toBe(baseline.digest);
		expect(pair.candidate.digest).toBe(candidate.digest);
		expect(judged(pair.candidate.facts, pair.baseline.facts)).toBe(judged(candidate.facts, baseline.facts));
	});

	it('that cannot be read, neither of them, is the baseline’s error, and leaves no thread', async () => {
		const threads: Worker[] = [];
		const keep = (thread: Worker) => threads.push(thread);
		process.on('worker', keep);
		onTestFinished(() => void process.off('worker', keep));
		const broken = '{"runId":\n';
		const [before, after] = [large(broken), large(broken)];
		await expect(readPair(before, after)).rejects.toThrow(`${before.folder}/trials.jsonl:901: `);
		await expect(readPair(large(), after)).rejects.toThrow(`${after.folder}/trials.jsonl:901: `);
		await expect(readPair(before, large())).rejects.toThrow(`${before.folder}/trials.jsonl:901: `);
		const ended = -1;
		expect(threads.map(({ threadId }) => threadId)).toEqual([ended, ended, ended]);
	});
});
