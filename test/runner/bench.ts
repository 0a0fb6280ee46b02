import { join } from 'node:path';
import { trace } from '@opentelemetry/api';
import { onTestFinished } from 'vitest';
import type { Check } from '../../src/checks/check.ts';
import type { EvidenceSpan } from '../../src/model/evidence.ts';
import { deepFreeze } from '../../src/model/freeze.ts';
import type { Question } from '../../src/model/question.ts';
import type { Trial } from '../../src/model/trial.ts';
import { readSpanLines, readTrials } from '../../src/record/reader.ts';
import { RunWriter } from '../../src/record/writer.ts';
import type { OpenTarget } from '../../src/runner/target.ts';
import { type TrialContext, TrialUnderWay } from '../../src/runner/trial.ts';
import type { Scorer } from '../../src/scorers/scorer.ts';
import type { SuiteCheck, SuiteScorer } from '../../src/suite/suite.ts';
import { evidenceOfOtlp, spansOf, TraceRequest } from '../../src/telemetry/otlp-json.ts';
import { RunSpans } from '../../src/telemetry/run-spans.ts';
import { startSdk } from '../../src/telemetry/sdk.ts';
import type { SpanWait } from '../../src/telemetry/trial-spans.ts';
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
	/** Waits so long for the spans that a test adds as if an app in another process had sent them. */
	readonly spans?: SpanWait;
}

/** A run on disk with the real SDK: what trials need, and what stands in its record. */
export interface Bench {
	readonly context: TrialContext;
	readonly folder: string;
	trialsOnDisk(): Promise<Trial[]>;
	spansOnDisk(): Promise<EvidenceSpan[]>;
	/** Lets the run keep what starts outside of any context, as that of a measurement does. */
	keepStrays(): void;
	/** The call of the target for this question that was made last: what an app's spans stand below. */
	lastCall(questionId: string): { readonly traceId: string; readonly parentSpanId: string };
	/** Makes every later write fail. */
	breakDisk(): Promise<void>;
}

/** Frozen, as the suite's loader freezes all of them. */
export const question: Question = deepFreeze({ id: 'q1', input: 'One?', tags: { lang: 'en' } });
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
	const calls = new Map<string, ReturnType<Bench['lastCall']>>();
	const context: TrialContext = {
		runId: 'run-1',
		suite: {
			name: 'unit',
			folder,
			digest: run().suite.digest,
			questions: Object.assign([question], { count: 1 }),
			scorers,
			checks,
			targets: new Map(),
			attributes: parts.attributes ?? {},
			prices: undefined,
			gateFile: undefined,
			snapshot: {},
		},
		target: {
			name: 'app',
			remote: parts.spans !== undefined,
			spans: parts.spans,
			answer(asked, given) {
				const call = trace.getActiveSpan()?.spanContext();
				if (call !== undefined) calls.set(asked.id, { traceId: call.traceId, parentSpanId: call.spanId });
				return parts.answer === undefined ? 'one' : parts.answer(asked, given);
			},
			close: async () => {},
		},
		tracer: sdk.tracer,
		spans,
		runLink: { context: runSpanContext },
		timeoutMs: parts.timeoutMs ?? 30_000,
		receiving: parts.spans !== undefined,
	};
	return {
		context,
		folder,
		keepStrays: () => sdk.keepStraysIn(spans),
		lastCall(id) {
			const call = calls.get(id);
			if (call === undefined) throw new Error(`${id} was not asked`);
			return call;
		},
		// Its files are closed under it, which is what a full disk is to it: a write that fails.
		breakDisk: () => writer.release(),
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

/** Asks a question, waits for its app's spans, grades the answer; gives the trial when it is on disk. */
export async function runTrial(asked: Question, repeat: number, context: TrialContext): Promise<Trial> {
	const underWay = new TrialUnderWay(asked, repeat, context);
	const wait = await underWay.ask();
	await wait?.();
	const { trial, record } = await underWay.grade();
	await record();
	return trial;
}

/** A trial of one question on a bench of its own, with what stands of it in the record. */
export async function runOne(parts: BenchParts, asked: Question = question) {
	const bench = await openBench(parts);
	const trial = await runTrial(deepFreeze(asked), 0, bench.context);
	const spans = await bench.spansOnDisk();
	return { trial, spans, root: spanNamed(spans, 'question'), bench };
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

/** Fails at once. */
export const boom = () => {
	throw new RangeError('boom');
};

export const ok = { status: 'ok' } as const;

/** What a check returns that found something. */
export function violated(severity: string, category = 'leak') {
	return { status: 'violated', category, severity, reason: 'why' };
}

/** A check with this result. */
export function check(kind: 'policy' | 'safety', result: unknown, name: string = kind) {
	return { name, kind, check: () => result };
}
