import { randomBytes } from 'node:crypto';
import type { Question } from '../model/question.ts';
import { type Delivery, type Run, schemaVersion } from '../model/run.ts';
import type { Trial } from '../model/trial.ts';
import type { GateResult } from '../model/verdict.ts';
import type { Home } from '../record/home.ts';
import { planTrials } from '../runner/plan.ts';
import { runTrials } from '../runner/pool.ts';
import { type OpenTarget, openTarget } from '../runner/target.ts';
import { digestOfJson } from '../suite/digest.ts';
import type { Suite, SuiteTarget } from '../suite/suite.ts';
import { type Receiver, startReceiver } from '../telemetry/receiver.ts';
import type { RunSpans } from '../telemetry/run-spans.ts';
import { type Sdk, startSdk } from '../telemetry/sdk.ts';
import { recordGateSpan } from './gate-span.ts';
import { LaneRun, type Tally } from './lane.ts';

/** One target to measure and the part that its run plays. */
export interface Lane {
	readonly target: SuiteTarget;
	readonly role: Run['role'];
	/** The stored run that this one is judged against, when it is not measured beside it. */
	readonly partner?: string;
}

/** What to measure, how, and where it goes. */
export interface MeasureOptions {
	readonly home: Home;
	readonly suite: Suite;
	/** The questions to ask: all of the suite's, or those that were selected. */
	readonly questions: readonly Question[];
	/** What selected them, for the record. */
	readonly selection: Run['selection'];
	/** The gate file's text, kept with the record. */
	readonly gateText: string | undefined;
	readonly repeats: number;
	readonly concurrency: number;
	readonly timeoutMs: number;
	/** Where spans are sent besides the record; nothing is sent without one. */
	readonly otlpEndpoint: string | undefined;
	/** The longest wait for the backend after the last trial. */
	readonly exportTimeoutMs: number;
	readonly provenance: Pick<Run, 'vcs' | 'ci'>;
	readonly version: string;
	/** Aborted when no further trial may start. */
	readonly stop: AbortSignal;
	readonly onTrial: (trial: Trial) => void;
}

/** A finished run and what became of its spans. */
export interface Measured extends Tally {
	readonly run: Run;
	readonly folder: string;
	readonly delivery: Delivery;
}

/** What `measure` came to. */
export interface Measurement {
	readonly measured: readonly Measured[];
	readonly result: GateResult | undefined;
	/** Spans that apps sent for no trial under way, e.g. after its time-out: refused, and so to be told. */
	readonly unknownSpans: number;
	/** Why an app's request with spans was refused as a whole, the last time that one was. */
	readonly refusedRequest: string | undefined;
}

/**
 * Measures one or more targets over a suite, side by side: their runs, from the first trial to the last
 * acknowledged span. `judge` is called when the trials are on disk and may return a verdict to record as a span.
 */
export async function measure(
	lanes: readonly Lane[],
	options: MeasureOptions,
	judge: (runs: readonly Run[]) => Promise<GateResult | undefined>,
): Promise<Measurement> {
	const sdk = startSdk(options.version);
	const spans: RunSpans[] = [];
	const targets: OpenTarget[] = [];
	let receiver: Receiver | undefined;
	let runs: LaneRun[] = [];
	try {
		if (lanes.some(({ target }) => target.kind.sendsSpans?.(target.options))) {
			receiver = await startReceiver(spans);
		}
		for (const { target } of lanes) {
			const { folder } = options.suite;
			targets.push(
				await openTarget(target, { folder, otlpEndpoint: receiver?.endpoint, signal: options.stop }),
			);
		}
		await prepareGraders(options.suite);
		runs = await openRuns(lanes, options, sdk);
		spans.push(...runs.map((run) => run.spans));
		const [last] = spans.slice(-1);
		if (last !== undefined) sdk.keepStraysIn(last);
		await askAll(runs, targets, options, sdk);
		const endedAt = new Date().toISOString();
		for (const run of runs) await run.end(endedAt, options.stop.aborted);
		const result = await judge(runs.map(({ run }) => run));
		if (result !== undefined) recordGateSpan(sdk.tracer, runs, result);
		// Closed before the delivery is counted, so that an app's last spans are in it.
		await Promise.all(targets.splice(0).map((target) => target.close()));
		const measured = await Promise.all(
			runs.map(async (lane) => ({
				run: lane.run,
				folder: lane.folder,
				...lane.tally,
				delivery: await lane.close(options.exportTimeoutMs),
			})),
		);
		return {
			measured,
			result,
			unknownSpans: receiver?.unknownSpans() ?? 0,
			refusedRequest: receiver?.lastRefusal(),
		};
	} finally {
		await Promise.allSettled(targets.map((target) => target.close()));
		await Promise.allSettled(runs.map((run) => run.release()));
		await receiver?.close();
		await sdk.shutdown();
	}
}

async function prepareGraders({ scorers, checks }: Suite): Promise<void> {
	for (const { scorer } of scorers) await scorer.prepare?.();
	for (const { check } of checks) await check.prepare?.();
}

async function openRuns(lanes: readonly Lane[], options: MeasureOptions, sdk: Sdk): Promise<LaneRun[]> {
	const startedAt = new Date();
	const ids = lanes.map(({ target }) => newRunId(startedAt, target.name));
	const runs: LaneRun[] = [];
	for (const [index, lane] of lanes.entries()) {
		const id = ids[index] as string;
		const partner = lane.partner ?? ids.find((other) => other !== id);
		const draft = {
			...newRun(lane, options),
			id,
			startedAt: startedAt.toISOString(),
			...(partner && { partner }),
		};
		const snapshots = { suite: options.suite.snapshot, gate: options.gateText };
		runs.push(
			await LaneRun.open(options.home.runFolder(id), draft, snapshots, {
				tracer: sdk.tracer,
				endpoint: options.otlpEndpoint,
			}),
		);
	}
	return runs;
}

async function askAll(
	runs: readonly LaneRun[],
	targets: readonly OpenTarget[],
	options: MeasureOptions,
	sdk: Sdk,
): Promise<void> {
	const { suite, questions, repeats, concurrency, timeoutMs, stop } = options;
	const contexts = runs.map((lane, index) => ({
		runId: lane.run.id,
		suite,
		target: targets[index] as OpenTarget,
		tracer: sdk.tracer,
		spans: lane.spans,
		runLink: lane.link,
		timeoutMs,
	}));
	const plan = planTrials(questions, { repeats, runs: runs.length, seed: seedOf(suite) });
	for await (const { trial, run } of runTrials(plan, contexts, { concurrency, stop })) {
		runs[run]?.count(trial);
		options.onTrial(trial);
	}
}

function newRun(lane: Lane, options: MeasureOptions): Omit<Run, 'id' | 'startedAt' | 'traceId'> {
	const { suite, repeats, concurrency, timeoutMs, selection, questions } = options;
	const { name, use, revision } = lane.target;
	return {
		schemaVersion,
		spangate: options.version,
		role: lane.role,
		suite: { name: suite.name, digest: suite.digest, questions: suite.questions.length },
		selection,
		repeats,
		target: { name, use, ...(revision !== undefined && { revision }), models: [], promptVersions: [] },
		scorers: suite.scorers.map((entry) => ({
			name: entry.name,
			use: entry.use,
			version: entry.scorer.version,
		})),
		checks: suite.checks.map((entry) => ({
			name: entry.name,
			use: entry.use,
			version: entry.check.version,
			kind: entry.check.kind,
			apply: entry.apply,
		})),
		configDigest: digestOfJson({ target: lane.target.options, selection, repeats, concurrency, timeoutMs }),
		seed: seedOf(suite),
		concurrency,
		planned: questions.length * repeats,
		completed: 0,
		interrupted: false,
		...options.provenance,
	};
}

/** The order of a pair's trials is random, and the same for the same suite. */
function seedOf(suite: Suite): number {
	return Number.parseInt(suite.digest.slice(-8), 16) | 0;
}

/** Sorts by time, names its target, and never reads as a number: `20261122T192233Z-candidate-3f9a1c`. */
function newRunId(at: Date, target: string): string {
	const stamp = at.toISOString().replace(/[-:]|\.\d+/g, '');
	return `${stamp}-${target}-${randomBytes(3).toString('hex')}`;
}
