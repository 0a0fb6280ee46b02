import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { onTestFinished } from 'vitest';
import { drawFacts } from '../../src/metrics/fact-accumulator.ts';
import type { RunFacts } from '../../src/metrics/run-facts.ts';
import { type Run, schemaVersion } from '../../src/model/run.ts';
import type { Finding, Score, Trial } from '../../src/model/trial.ts';

/** A scorer's score on one trial: its value, or that it failed or was skipped. */
export type Graded = number | 'errored' | 'skipped';
/** A check's outcome on one trial. */
export type Judged = Finding['status'];

/** What a test says of one trial; the rest is plain. */
export interface TrialParts {
	readonly question?: string;
	readonly repeat?: number;
	readonly failed?: boolean;
	readonly latencyMs?: number;
	readonly costUsd?: number | undefined;
	readonly tokens?: readonly [input: number, output: number] | undefined;
	readonly scores?: Readonly<Record<string, Graded>>;
	readonly findings?: Readonly<Record<string, Judged>>;
	readonly tags?: Readonly<Record<string, string>>;
	readonly cluster?: string;
	readonly passed?: boolean;
	readonly runId?: string;
}

export const threshold = 0.5;

/** The checks that `run()` names: two safety checks and two policy ones, one of them `listed`. */
export const checks: Run['checks'] = [
	{ name: 'pii', use: 'pii', version: '1', kind: 'safety', apply: 'all' },
	{ name: 'secrets', use: 'secrets', version: '1', kind: 'safety', apply: 'all' },
	{ name: 'tone', use: 'phrases', version: '1', kind: 'policy', apply: 'all' },
	{ name: 'must-cite', use: 'citation', version: '1', kind: 'policy', apply: 'listed' },
];

/** A finished run with the scorer `faithfulness` and four checks. */
export function run(parts: Partial<Run> = {}): Run {
	return {
		schemaVersion,
		spangate: '0.0.0-test',
		id: 'run-1',
		role: 'single',
		suite: { name: 'unit', digest: `sha256:${'a'.repeat(64)}`, questions: 1 },
		selection: {},
		repeats: 1,
		target: { name: 'candidate', use: 'module', models: [], promptVersions: [] },
		scorers: [{ name: 'faithfulness', use: 'terms', version: '1' }],
		checks,
		configDigest: `sha256:${'b'.repeat(64)}`,
		seed: 1,
		concurrency: 1,
		planned: 1,
		completed: 1,
		interrupted: false,
		traceId: 'f'.repeat(32),
		spanId: 'e'.repeat(16),
		loopDelay: { p50Ms: 0, p99Ms: 0, maxMs: 0, waited: 4 },
		startedAt: '2026-11-22T12:00:00.000Z',
		endedAt: '2026-11-22T12:00:01.000Z',
		...parts,
	};
}

/** A trial of `run()`; unless said otherwise it was answered, scored 1, and passed every check. */
export function trial(parts: TrialParts = {}): Trial {
	const { question = 'q1', repeat = 0, failed = false, latencyMs = 10, tags = {}, runId = 'run-1' } = parts;
	const costUsd = 'costUsd' in parts ? parts.costUsd : failed ? undefined : 0.001;
	const tokens = 'tokens' in parts ? parts.tokens : ([10, 5] as const);
	const scores = Object.entries(parts.scores ?? { faithfulness: 1 }).map(([scorer, graded]) =>
		score(scorer, failed ? 0 : graded),
	);
	const plain = { pii: 'ok', secrets: 'ok', tone: 'ok' } as const;
	const findings = failed
		? []
		: Object.entries(parts.findings ?? plain).map(([check, status]) => finding(check, status));
	const passed =
		parts.passed ??
		(!failed &&
			scores.every((each) => each.status === 'skipped' || (each.status === 'scored' && each.passed)) &&
			findings.every(({ status }) => status === 'ok'));
	const base = {
		runId,
		questionId: question,
		repeat,
		input: `What about ${question}?`,
		tags: { ...tags },
		...(parts.cluster !== undefined && { cluster: parts.cluster }),
		latencyMs,
		...(costUsd !== undefined && { costUsd }),
		scores,
		findings,
		passed,
		traceId: traceIdOf(`${runId} ${question} ${repeat}`),
		startedAt: '2026-11-22T12:00:00.500Z',
	};
	if (failed) return { ...base, result: 'failed', error: { type: 'Error', message: 'down' } };
	const usage = tokens && { inputTokens: tokens[0], outputTokens: tokens[1] };
	return { ...base, result: 'answered', answer: { output: 'an answer', latencyMs, ...(usage && { usage }) } };
}

function score(scorer: string, graded: Graded): Score {
	const identity = { scorer, version: '1' };
	if (graded === 'errored') return { status: 'errored', ...identity, error: 'the judge is away' };
	if (graded === 'skipped') return { status: 'skipped', ...identity, reason: 'listed under skip' };
	return { status: 'scored', ...identity, value: graded, threshold, passed: graded >= threshold };
}

function finding(check: string, status: Judged): Finding {
	const identity = {
		check,
		version: '1',
		kind: checks.find(({ name }) => name === check)?.kind ?? 'safety',
	} as const;
	switch (status) {
		case 'ok':
			return { status, ...identity };
		case 'errored':
			return { status, ...identity, error: 'no spans' };
		case 'violated':
			return { status, ...identity, category: 'leak', severity: 'high', reason: `${check} found something` };
	}
}

/** A trace id that depends on the text alone. */
function traceIdOf(text: string): string {
	return Buffer.from(text.padEnd(16, '.')).toString('hex').slice(-32);
}

/** The facts of a run that planned and completed exactly these trials, unless `parts` says otherwise. */
export function factsOf(trials: readonly Trial[], parts: Partial<Run> = {}): RunFacts {
	const questions = Math.max(1, new Set(trials.map(({ questionId }) => questionId)).size);
	const suite = { ...run().suite, questions };
	const repeats = Math.max(0, ...trials.map(({ repeat }) => repeat)) + 1;
	const plan = { suite, repeats, planned: trials.length, completed: trials.length };
	return drawFacts(run({ ...plan, ...parts }), trials);
}

/** A folder of the test's own, gone when the test is done. */
export function tempFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), 'spangate-unit-'));
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

/** Writes files by name into a folder, and gives the folder. */
export function write(folder: string, files: Readonly<Record<string, string | Uint8Array>>): string {
	for (const [name, content] of Object.entries(files)) {
		mkdirSync(join(folder, name, '..'), { recursive: true });
		writeFileSync(join(folder, name), content);
	}
	return folder;
}

const names = ['q1', 'q2', 'q3', 'q4', 'q5', 'q6', 'q7', 'q8'];

/** Any trials of a run, no question twice: failed, errored, violated and unreported ones among them. */
export function anyTrials(limits: { readonly minLength?: number } = {}): fc.Arbitrary<Trial[]> {
	const graded = fc.oneof(
		{ weight: 8, arbitrary: fc.integer({ min: 0, max: 20 }).map((twentieths): Graded => twentieths / 20) },
		fc.constantFrom<Graded>('errored', 'skipped'),
	);
	const judged = fc.oneof(
		{ weight: 6, arbitrary: fc.constant<Judged>('ok') },
		fc.constantFrom<Judged>('violated', 'errored'),
	);
	const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined, freq: 8 });
	const count = fc.integer({ min: 0, max: 1000 });
	const parts: fc.Arbitrary<TrialParts> = fc.record(
		{
			question: fc.constantFrom(...names),
			repeat: fc.integer({ min: 0, max: 2 }),
			failed: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, fc.constant(true)),
			latencyMs: fc.integer({ min: 0, max: 5000 }),
			costUsd: maybe(fc.integer({ min: 0, max: 1000 }).map((thousandths) => thousandths / 1000)),
			tokens: maybe(fc.tuple(count, count)),
			scores: fc.record({ faithfulness: graded }),
			findings: fc.record(
				{ pii: judged, secrets: judged, tone: judged, 'must-cite': judged },
				{
					requiredKeys: ['pii', 'secrets', 'tone'],
				},
			),
			tags: fc.record(
				{ lang: fc.constantFrom('en', 'de'), risk: fc.constantFrom('low', 'high') },
				{
					requiredKeys: [],
				},
			),
		},
		{
			requiredKeys: [
				'question',
				'repeat',
				'failed',
				'latencyMs',
				'costUsd',
				'tokens',
				'scores',
				'findings',
				'tags',
			],
		},
	);
	return fc
		.uniqueArray(parts, {
			...limits,
			maxLength: 24,
			selector: ({ question, repeat }) => `${question} ${repeat}`,
		})
		.map((list) => list.map(trial));
}
