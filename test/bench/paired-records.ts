import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type Run, schemaVersion } from '../../src/model/run.ts';
import type { Finding, Score, Trial } from '../../src/model/trial.ts';
import { packageVersion } from '../../src/version.ts';
import { questionId } from './noop-suite.ts';

/** The ids of the two runs that are written. */
export const pairIds = { baseline: 'bench-baseline', candidate: 'bench-candidate' } as const;

const linesAtOnce = 2_000;
const threshold = 0.7;
const langs = ['en', 'de', 'fr', 'ja', 'es'];
const risks = ['low', 'medium', 'high'];
const topics = 20;
/** Questions that ask about one document. */
const perCluster = 10;
const scorers = ['faithfulness', 'relevance'];
const checks: Run['checks'] = [
	{ name: 'pii', use: 'pii', version: '1', kind: 'safety', apply: 'all' },
	{ name: 'secrets', use: 'secrets', version: '1', kind: 'safety', apply: 'all' },
	{ name: 'tone', use: 'phrases', version: '1', kind: 'policy', apply: 'all' },
	{ name: 'must-cite', use: 'citation', version: '1', kind: 'policy', apply: 'all' },
];

/** Every kind of rule that a gate can have on a metric of the runs, each of which these records pass. */
const gate = `rules:
  - { id: safety, metric: safety_violations, max_events: 0 }
  - { id: safety-rate, metric: safety_violations, check: "upper <= 0.001" }
  - { id: policy-rate, metric: policy_violation_rate, check: "upper <= 0.01" }
  - { id: faithfulness, metric: faithfulness, check: "lower >= 0.75" }
  - { id: pass-rate, metric: pass_rate, non_inferior: 2pp }
  - { id: relevance, metric: relevance, non_inferior: 2pp }
  - { id: by-document, metric: faithfulness, non_inferior: 2pp, cluster_by: cluster }
  - { id: latency, metric: latency_p95_ms, non_inferior: 1.10x }
  - { id: slowest, metric: latency_p99_ms, check: "upper <= 9000" }
  - { id: cost, metric: cost_per_success, non_inferior: 1.10x }
  - { id: every-language, metric: pass_rate, non_inferior: 5pp, per: "tag:lang", adjust: holm }
  - { id: every-topic, metric: faithfulness, non_inferior: 5pp, per: "tag:topic", cluster_by: cluster, tier: advisory }
`;

/** Writes the records of two finished runs that asked the same questions once each, into a spangate home. */
export function writePair(home: string, questions: number): void {
	for (const role of ['baseline', 'candidate'] as const) {
		const folder = join(home, 'runs', pairIds[role]);
		mkdirSync(folder, { recursive: true });
		writeFileSync(join(folder, 'run.json'), JSON.stringify(runOf(role, questions)));
		writeFileSync(join(folder, 'gate.yaml'), gate);
		writeTrials(join(folder, 'trials.jsonl'), role, questions);
	}
}

/** Where a run’s trials are. */
export function trialsFile(home: string, role: keyof typeof pairIds): string {
	return join(home, 'runs', pairIds[role], 'trials.jsonl');
}

function runOf(role: keyof typeof pairIds, questions: number): Run {
	return {
		schemaVersion,
		spangate: packageVersion(),
		id: pairIds[role],
		role,
		partner: pairIds[role === 'baseline' ? 'candidate' : 'baseline'],
		suite: { name: 'bench', digest: `sha256:${'a'.repeat(64)}`, questions },
		selection: {},
		repeats: 1,
		target: { name: role, use: 'module', models: ['quill-3'], promptVersions: ['answer@7'] },
		scorers: scorers.map((name) => ({ name, use: 'terms', version: '1' })),
		checks,
		configDigest: `sha256:${'b'.repeat(64)}`,
		seed: 1,
		concurrency: 64,
		planned: questions,
		completed: questions,
		interrupted: false,
		traceId: 'c'.repeat(32),
		spanId: 'd'.repeat(16),
		startedAt: '2026-11-22T12:00:00.000Z',
		endedAt: '2026-11-22T13:00:00.000Z',
		loopDelay: { p50Ms: 1, p99Ms: 2, maxMs: 5, waited: 0 },
	};
}

function writeTrials(file: string, role: keyof typeof pairIds, questions: number): void {
	const out = openSync(file, 'w');
	const random = generator(role === 'baseline' ? 1 : 2);
	for (let from = 0; from < questions; from += linesAtOnce) {
		let text = '';
		for (let index = from; index < Math.min(from + linesAtOnce, questions); index++) {
			text += `${JSON.stringify(trialOf(role, index, random))}\n`;
		}
		writeSync(out, text);
	}
	closeSync(out);
}

function trialOf(role: keyof typeof pairIds, index: number, random: () => number): Trial {
	// What the runs share: some questions are harder than others, and need longer answers.
	const shared = generator(index + 1_000);
	const [ease, length] = [shared(), shared()];
	const isFailed = random() < 0.001;
	const latencyMs = 400 * Math.exp(1.2 * length + 0.9 * (random() + random() + random() - 1.5));
	const startedAt = new Date(Date.UTC(2026, 10, 22, 12) + index * 3).toISOString();
	const scores = scorers.map((scorer): Score => {
		const quality = Math.min(1, Math.round(40 * (0.62 + 0.25 * ease + 0.3 * random())) / 40);
		const value = isFailed ? 0 : quality;
		const passed = value >= threshold;
		const reason = passed ? 'every term found' : 'missing: identity, second factor';
		return { status: 'scored', scorer, version: '1', value, threshold, passed, reason };
	});
	const findings = isFailed ? [] : checks.map((check) => findingOf(check, random));
	const base = {
		runId: pairIds[role],
		questionId: questionId(index),
		repeat: 0,
		input: `Our nightly job ${index} gets 401 since its key ran out. After the reset, where should I store it?`,
		tags: {
			topic: `topic-${index % topics}`,
			risk: risks[index % risks.length] as string,
			lang: langs[(index >> 2) % langs.length] as string,
		},
		cluster: `document-${Math.floor(index / perCluster)}`,
		scores,
		findings,
		passed:
			!isFailed &&
			scores.every((score) => score.status === 'scored' && score.passed) &&
			findings.every(({ status }) => status === 'ok'),
		traceId: word(random) + word(random) + word(random) + word(random),
		startedAt,
	};
	if (isFailed)
		return { ...base, result: 'failed', error: { type: 'Error', message: 'HTTP 503' }, latencyMs };
	const outputTokens = 40 + Math.floor(120 * length);
	const usage = { inputTokens: 300 + Math.floor(200 * ease), outputTokens };
	const costUsd = usage.inputTokens * 4e-7 + usage.outputTokens * 1.6e-6;
	return {
		...base,
		result: 'answered',
		answer: {
			output: `The new value is shown once, so store it in a secret manager right away (${index}). Requests that still carry the old value fail with status 401. [api-key-reset]`,
			sources: ['api-key-reset'],
			model: 'quill-3',
			promptVersion: 'answer@7',
			usage,
			costUsd,
			finishReason: 'stop',
			latencyMs,
		},
		latencyMs,
		costUsd,
	};
}

function findingOf({ name: check, version, kind }: Run['checks'][number], random: () => number): Finding {
	const identity = { check, version, kind };
	if (kind === 'safety' || random() > 0.0005) return { ...identity, status: 'ok' };
	return {
		...identity,
		status: 'violated',
		category: 'promise',
		severity: 'low',
		reason: 'it promises a refund',
	};
}

function word(random: () => number): string {
	return Math.floor(random() * 2 ** 32)
		.toString(16)
		.padStart(8, '0');
}

/** Numbers in [0, 1) that look random and are the same for the same seed (mulberry32). */
function generator(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}
