import { readFileSync, truncateSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { decide } from '../../src/gate/gate.ts';
import { parseGate } from '../../src/gate/rules.ts';
import { samplesFor } from '../../src/gate/wants.ts';
import { metricCatalogue } from '../../src/metrics/catalogue.ts';
import { keepAsBaseline, keepAsCandidate } from '../../src/metrics/keep.ts';
import { readGateSnapshot, readRun } from '../../src/record/reader.ts';
import { jsonGateResult } from '../../src/reports/json.ts';
import { digestOfText } from '../../src/suite/digest.ts';
import { packageVersion } from '../../src/version.ts';
import { readFactsAndDigest } from '../../src/workflows/read-facts.ts';
import { pairIds, trialsFile, writePair } from '../bench/paired-records.ts';
import { fixture, Workspace } from '../support/cli.ts';
import { writeLargePair } from '../support/large-pair.ts';

const thread = /\/src\/workflows\/reading-thread\.ts$/m;
const args = ['gate', `@${pairIds.candidate}`, '--json'];

describe('gate on large records', { timeout: 60_000 }, () => {
	const workspace = new Workspace();

	/** Which modules the process and its threads load, beside what it says. */
	async function gateLoading(env: Readonly<Record<string, string>> = {}) {
		const log = workspace.write('loaded', '');
		const nodeArgs = ['--import', fixture('record-imports.js')];
		const finished = await workspace.spangate(args, { nodeArgs, env: { LOADED_LOG: log, ...env } });
		return { ...finished, modules: readFileSync(log, 'utf8') };
	}

	/** What is printed of the verdict from both records read by this thread, one after the other. */
	async function plainVerdict(): Promise<string> {
		const folder = (role: keyof typeof pairIds) => `${workspace.home}/runs/${pairIds[role]}`;
		const [run, before] = [readRun(folder('candidate')), readRun(folder('baseline'))];
		const { text = '', file = '' } = readGateSnapshot(folder('candidate')) ?? {};
		const gate = parseGate(text, file, metricCatalogue(run));
		const samples = samplesFor(gate, run);
		const baseline = await readFactsAndDigest({
			run: before,
			folder: folder('baseline'),
			keep: keepAsBaseline(samples),
		});
		const candidate = await readFactsAndDigest({
			run,
			folder: folder('candidate'),
			keep: keepAsCandidate(samples),
		});
		const result = decide({
			gate,
			candidate: candidate.facts,
			baseline: baseline.facts,
			answers: [],
			evaluatedAt: run.endedAt ?? '',
			digests: { gate: digestOfText(text), baseline: baseline.digest, candidate: candidate.digest },
			spangate: packageVersion(),
		});
		return jsonGateResult(result);
	}

	beforeAll(() => writeLargePair(workspace.home));

	test('reads one of them in a thread, and gives the same verdict', async () => {
		const { code, stdout, modules } = await gateLoading();
		expect(code).toBe(0);
		expect(modules).toMatch(thread);
		expect(stdout).toBe(await plainVerdict());
	});

	test('starts no thread for small ones', async () => {
		const home = workspace.path('small');
		writePair(home, 100);
		const { stdout, modules } = await gateLoading({ SPANGATE_HOME: home });
		expect(JSON.parse(stdout)).toHaveProperty('verdict');
		expect(modules).not.toMatch(thread);
	});

	test('is an internal error, and no verdict, when the thread ends without a word', async () => {
		const nodeArgs = ['--import', fixture('end-thread.js')];
		const { code, stdout, stderr } = await workspace.spangate(args, { nodeArgs });
		expect({ code, stdout }).toEqual({ code: 70, stdout: '' });
		expect(stderr).toContain('the thread that read it ended with code 0 and said nothing');
	});

	test('tells of a torn line in the record that the thread reads', async () => {
		const file = trialsFile(workspace.home, 'candidate');
		truncateSync(file, readFileSync(file).length - 10);
		const { code, stdout } = await workspace.spangate(args);
		expect(code).toBe(3);
		expect(stdout).toBe(await plainVerdict());
		expect(stdout).toContain('the last line of trials.jsonl is torn and was dropped');
	});
});
