import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Check } from '../../src/checks/check.ts';
import type { EvidenceSpan } from '../../src/model/evidence.ts';
import type { Question } from '../../src/model/question.ts';
import type { Trial } from '../../src/model/trial.ts';
import { readSpanLines, readTrials } from '../../src/record/reader.ts';
import { RunWriter } from '../../src/record/writer.ts';
import type { OpenTarget } from '../../src/runner/target.ts';
import type { TrialContext } from '../../src/runner/trial.ts';
import type { Scorer } from '../../src/scorers/scorer.ts';
import type { SuiteCheck, SuiteScorer } from '../../src/suite/suite.ts';
import { evidenceOfOtlp, spansOf, TraceRequest } from '../../src/telemetry/otlp-json.ts';
import { RunSpans } from '../../src/telemetry/run-spans.ts';
import { startSdk } from '../../src/telemetry/sdk.ts';
import { run, tempFolder } from '../support/records.ts';

/** What a test runs trials with; a scorer or check is its one function, which may return anything. */
export interface BenchParts {
	readonly answer?: OpenTarget['answer'];
	readonly scorers?: Readonly<Record<string, (...given: Parameters<Scorer['score']>) => unknown>>;
	readonly checks?: readonly {
		readonly name: string;
		readonly kind: Check['kind'];
		readonly apply?: SuiteCheck['apply'];
		readonly check: (...given: Parameters<Check['check']>) => unknown;
	}[];
	readonly attributes?: TrialContext['suite']['attributes'];
	readonly timeoutMs?: number;
}

/** A run on disk with the real SDK: what trials need, and what stands in its record. */
export interface Bench {
	readonly context: TrialContext;
	readonly folder: string;
	trialsOnDisk(): Promise<Trial[]>;
	spansOnDisk(): Promise<EvidenceSpan[]>;
}

export const question: Question = { id: 'q1', input: 'One?', tags: { lang: 'en' } };
const runSpanContext = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };

/** Opens a run for one test; the SDK and the folder go with the test. */
export async function openBench(parts: BenchParts = {}): Promise<Bench> {
	const sdk = startSdk('0.0.0-test');
	onTestFinished(() => sdk.shutdown());
	const folder = join(tempFolder(), 'run-1');
	const writer = await RunWriter.create(folder);
	onTestFinished(() => writer.release());
	writer.begin(run(), { suite: {}, gate: undefined });
	const scorers = Object.entries(parts.scorers ?? {}).map(
		([name, score]): SuiteScorer => ({
			name,
			use: 'module',
			threshold: 0.5,
			scorer: { version: '1', score: score as Scorer['score'] },
		}),
	);
	const checks = (parts.checks ?? []).map(
		({ name, kind, apply = 'all', check }): SuiteCheck => ({
			name,
			use: 'module',
			apply,
			check: { version: '1', kind, check: check as Check['check'] },
		}),
	);
	const spans = new RunSpans(writer);
	const context: TrialContext = {
		runId: 'run-1',
		suite: {
			name: 'unit',
			folder,
			digest: run().suite.digest,
			questions: [question],
			scorers,
			checks,
			targets: new Map(),
			attributes: parts.attributes ?? {},
			gateFile: undefined,
			snapshot: {},
		},
		target: {
			name: 'app',
			remote: false,
			spansTimeoutMs: undefined,
			answer: parts.answer ?? (() => 'one'),
			close: async () => {},
		},
		tracer: sdk.tracer,
		spans,
		runLink: { context: runSpanContext },
		timeoutMs: parts.timeoutMs ?? 30_000,
	};
	return {
		context,
		folder,
		async trialsOnDisk() {
			const trials: Trial[] = [];
			for await (const each of readTrials(folder)) trials.push(each);
			return trials;
		},
		async spansOnDisk() {
			const found: EvidenceSpan[] = [];
			for await (const { text } of readSpanLines(folder)) {
				found.push(...spansOf(TraceRequest.parse(JSON.parse(text))).map(evidenceOfOtlp));
			}
			return found;
		},
	};
}

/** The one span with this name. */
export function spanNamed(spans: readonly EvidenceSpan[], name: string): EvidenceSpan {
	const found = spans.filter((span) => span.name === name);
	if (found.length !== 1 || found[0] === undefined) {
		throw new Error(`${found.length} spans "${name}" among ${spans.map((span) => span.name).join(', ')}`);
	}
	return found[0];
}

/** Work that never ends, whatever its signal says. */
export const never = () => new Promise<never>(() => {});
