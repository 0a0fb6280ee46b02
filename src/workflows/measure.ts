import { SpangateError } from '../errors.ts';
import { type ContentMode, strictest } from '../model/content.ts';
import type { Delivery, Run } from '../model/run.ts';
import type { Trial } from '../model/trial.ts';
import type { GateResult, RunSummary } from '../model/verdict.ts';
import type { Home } from '../record/home.ts';
import { readRedactionKey } from '../record/redaction-key.ts';
import type { Credentials } from '../redaction/credentials.ts';
import { redactedError } from '../redaction/errors.ts';
import { newRedactionKey } from '../redaction/placeholders.ts';
import { Redactor } from '../redaction/redactor.ts';
import { AnswerCache } from '../runner/answer-cache.ts';
import { type PlannedTrial, planTrials } from '../runner/plan.ts';
import { type PoolTally, runTrials } from '../runner/pool.ts';
import { type OpenTarget, openTarget } from '../runner/target.ts';
import type { SuiteTarget } from '../suite/suite.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { type Receiver, type ReceiverOptions, startReceiver } from '../telemetry/receiver.ts';
import type { RunSpans } from '../telemetry/run-spans.ts';
import { type Sdk, startSdk } from '../telemetry/sdk.ts';
import { draftRun, newRunId, type RunConfig, seedOf, snapshotsOf } from './draft.ts';
import { recordGateSpan } from './gate-span.ts';
import { closeGraders, prepareGraders } from './graders.ts';
import type { LaneRun } from './lane.ts';
import { delayOf, watchLoop } from './loop-delay.ts';
import { type LaneOptions, openLane, resumeLane } from './open-lane.ts';
import type { Tally } from './tally.ts';

/** One target to measure and the part that its run plays. */
export interface Lane {
	readonly target: SuiteTarget;
	readonly role: Run['role'];
	/** The stored run that this one is judged against, when it is not measured beside it. */
	readonly partner?: string;
	/** The unfinished run that is gone on with. */
	readonly resume?: Run;
}

/** Follows the trials of runs under way, and tells when no further one could change what they come to. */
interface Watch {
	/** Told of each finished trial, with its run's index. */
	add(trial: Trial, run: number): void;
	/** The rule that is decided; nothing while further trials are needed. */
	decidedBy(): string | undefined;
}

/** What to measure, how, and where it goes. */
export interface MeasureOptions extends RunConfig {
	readonly home: Home;
	/** What may never be told, whatever the mode. */
	readonly credentials: Credentials;
	/** Where spans are sent besides the record; nothing is sent without one. */
	readonly otlpEndpoint: string | undefined;
	/** Where metrics are sent; without one none are made. */
	readonly metricsEndpoint: string | undefined;
	/** The longest wait for the backend after the last trial. */
	readonly exportTimeoutMs: number;
	/** Where apps' spans are taken; without one, at a free port of loopback if a target's spans are waited for. */
	readonly receive: ReceiverOptions | undefined;
	/** The environment, for the keys of models that scorers and checks ask. */
	readonly env: Readonly<Record<string, string | undefined>>;
	/** Aborted when no further trial may start. */
	readonly stop: AbortSignal;
	/** Without one, all that is planned is asked. */
	readonly watch?: ((runs: readonly Run[]) => Watch) | undefined;
	readonly onTrial: (trial: Trial) => void;
	/** Told before the first trial how many an earlier process finished, of the runs that are gone on with. */
	readonly onDoneBefore: (trials: number) => void;
	/** Told of a file whose last line a kill tore; it is cut. */
	readonly onTorn: (file: string) => void;
	/** Told when trials were not asked, since a rule had decided the verdict without them. */
	readonly onCurtailed: (rule: string, saved: number, planned: number) => void;
	/** Told where apps can send their spans, when they can. */
	readonly onReceiving: (endpoint: string) => void;
}

/** A finished run and what became of its spans. */
export interface Measured extends Tally {
	readonly run: Run;
	readonly folder: string;
	readonly delivery: Delivery;
}

/** What the records of measured runs say: the runs' metrics and, of a pair that was judged, the verdict. */
export interface Conclusion {
	readonly summaries: readonly RunSummary[];
	readonly result: GateResult | undefined;
}

/** What `measure` came to. */
export interface Measurement extends Conclusion {
	readonly measured: readonly Measured[];
	/** Which target is plainly down, and why that is thought, when the runs ended early for it; they can go on. */
	readonly down: { readonly target: string; readonly reason: string } | undefined;
	/** Why the metrics' backend did not take them all, when it did not. */
	readonly metricsFailure: string | undefined;
	/** Spans that apps sent and no trial of ours has: refused, and so to be told. */
	readonly unknownSpans: number;
	/** Why an app's request with spans was refused as a whole, the last time that one was. */
	readonly refusedRequest: string | undefined;
}

/** The longest that the last metrics may take to their backend, whatever the spans are given. */
const lastMetricsMs = 5_000;

/**
 * Measures one or more targets over a suite, side by side: their runs, from the first trial to the last
 * acknowledged span. `conclude` is called when the trials are on disk, and the backend has had its time to take their
 * spans, `unfinished` when not all was asked and the runs can go on; the verdict that it may come to is recorded as a
 * span.
 */
export async function measure(
	lanes: readonly Lane[],
	options: MeasureOptions,
	conclude: (runs: readonly Run[], unfinished: boolean) => Promise<Conclusion>,
): Promise<Measurement> {
	const { stop } = options;
	const { redactor, redactionKey } = redaction(lanes, options);
	const metrics = await startMetrics(options, redactor);
	const sdk = startSdk(options.version);
	const told = (text: string | undefined) => (text === undefined ? undefined : redactor.text(text));
	const spans: RunSpans[] = [];
	const targets: OpenTarget[] = [];
	let receiver: Receiver | undefined;
	const runs: LaneRun[] = [];
	try {
		const caches = await openCaches(lanes, options);
		const waits = lanes.some(({ target }) => target.kind.spans?.(target.options));
		if (waits || options.receive !== undefined) {
			receiver = await startReceiver(spans, options.receive);
			options.onReceiving(receiver.endpoint);
		}
		for (const { target } of lanes) {
			const { folder } = options.suite;
			targets.push(await openTarget(target, { folder, otlpEndpoint: receiver?.endpoint, signal: stop }));
		}
		for (const target of targets) await target.prepare?.(options);
		await prepareGraders(options.suite, options.env);
		loadDetectors(options, redactor);
		const shared = { sdk, endpoint: options.otlpEndpoint, metrics, redactor, redactionKey };
		await openRuns(lanes, options, shared, runs);
		spans.push(...runs.map((run) => run.spans));
		const [last] = spans.slice(-1);
		if (last !== undefined) sdk.keepStraysIn(last);
		const endWatch = watchLoop();
		const watch = options.watch?.(runs.map(({ run }) => run));
		const asking = { ...options, watch, caches, receiving: receiver !== undefined };
		const tallies = await askAll(runs, targets, asking, sdk);
		const delays = endWatch();
		// Closed before the run ends, so that an app's last spans are in it.
		await Promise.all(targets.splice(0).map((target) => target.close()));
		const endedAt = new Date().toISOString();
		const down = downOf(tallies, lanes);
		const interrupted = stop.aborted || down !== undefined;
		// An interrupted run can go on, decided or not.
		const decidedBy = interrupted ? undefined : watch?.decidedBy();
		for (const [index, run] of runs.entries()) {
			const { waited, abandoned = 0 } = tallies[index] as PoolTally;
			const loopDelay = delayOf(delays, waited);
			await run.end(endedAt, { interrupted, loopDelay, decidedBy, abandoned, down: wordsOf(down) });
		}
		tellOfCurtailment(
			runs.map(({ run }) => run),
			options,
		);
		await Promise.all(runs.map((run) => run.deliver(options.exportTimeoutMs, stop)));
		const { summaries, result } = await conclude(
			runs.map(({ run }) => run),
			interrupted,
		);
		if (result !== undefined) recordGateSpan(sdk.tracer, runs, result);
		metrics?.conclude(summaries, result);
		const metricsSent = metrics?.close(Math.min(options.exportTimeoutMs, lastMetricsMs), stop);
		// Before the records are closed: what an app was told is taken is in them.
		await receiver?.close();
		const measured = await Promise.all(
			runs.map(async (lane) => ({
				run: lane.run,
				folder: lane.folder,
				...lane.tally,
				delivery: await lane.close(stop),
			})),
		);
		return {
			measured,
			down,
			summaries,
			result,
			metricsFailure: told(await metricsSent),
			unknownSpans: receiver?.unknownSpans() ?? 0,
			refusedRequest: told(receiver?.lastRefusal()),
		};
	} catch (error) {
		throw redactedError(error, redactor);
	} finally {
		await Promise.allSettled(targets.map((target) => target.close()));
		await closeGraders(options.suite);
		await receiver?.close();
		await metrics?.close(0, stop);
		await Promise.allSettled(runs.map((run) => run.release()));
		await sdk.shutdown();
	}
}

/** Loaded only where metrics are sent: who sends none does not wait for it. */
async function startMetrics(
	{ metricsEndpoint, version }: Pick<MeasureOptions, 'metricsEndpoint' | 'version'>,
	redactor: Redactor,
): Promise<Metrics | undefined> {
	if (metricsEndpoint === undefined) return undefined;
	const { Metrics } = await import('../telemetry/metrics.ts');
	return new Metrics(metricsEndpoint, version, redactor);
}

/** What all lanes are recorded with: equal values are equal in both runs of a pair, too. */
function redaction(
	lanes: readonly Lane[],
	{ content, credentials, home }: MeasureOptions,
): { redactor: Redactor; redactionKey: Buffer } {
	const resumed = lanes.flatMap(({ resume }) => resume ?? []);
	const [first] = resumed;
	const redactionKey = (first && readRedactionKey(home.runFolder(first.id))) ?? newRedactionKey();
	// What a record says that it holds at most must stay true when it is gone on with.
	const modes: ContentMode[] = [content, ...resumed.map((run) => run.content ?? 'full')];
	return { redactor: new Redactor(strictest(modes), credentials, redactionKey), redactionKey };
}

/** Questions that are looked at for what the detectors will be needed for. */
const glancedAt = 100;

/** Loads the detectors before the first trial when its texts will need them, so that no answer's latency pays for it. */
function loadDetectors({ questions }: Pick<MeasureOptions, 'questions'>, redactor: Redactor): void {
	let glanced = 0;
	for (const { input } of questions) {
		redactor.text(input);
		if (++glanced === glancedAt) return;
	}
}

/** Opens each lane's run into `runs`, so that those that were opened are let go of when a later one cannot be. */
async function openRuns(
	lanes: readonly Lane[],
	options: MeasureOptions,
	shared: LaneOptions,
	runs: LaneRun[],
): Promise<void> {
	const startedAt = new Date();
	const ids = lanes.map(({ target, resume }) => resume?.id ?? newRunId(startedAt, target.name));
	for (const [index, lane] of lanes.entries()) {
		const id = ids[index] as string;
		const folder = options.home.runFolder(id);
		if (lane.resume !== undefined) {
			runs.push(await resumeLane(folder, lane.resume, { ...shared, onTorn: options.onTorn }));
			continue;
		}
		const partner = lane.partner ?? ids.find((other) => other !== id);
		const draft = {
			...draftRun(lane, { ...options, content: shared.redactor.mode }),
			id,
			startedAt: startedAt.toISOString(),
			...(partner && { partner }),
		};
		runs.push(await openLane(folder, draft, snapshotsOf(options, shared.redactor), shared));
	}
}

async function askAll(
	runs: readonly LaneRun[],
	targets: readonly OpenTarget[],
	options: Omit<MeasureOptions, 'watch'> & {
		readonly watch: Watch | undefined;
		readonly caches: readonly AnswerCache[];
		readonly receiving: boolean;
	},
	sdk: Sdk,
): Promise<readonly PoolTally[]> {
	const { suite, questions, repeats, concurrency, timeoutMs, stop, watch, caches, receiving } = options;
	const contexts = runs.map((lane, index) => ({
		runId: lane.run.id,
		suite,
		target: targets[index] as OpenTarget,
		tracer: sdk.tracer,
		spans: lane.spans,
		runLink: lane.link,
		timeoutMs,
		receiving,
		cache: caches[index],
	}));
	const doneBefore = runs.reduce((sum, lane) => sum + lane.doneBefore, 0);
	if (doneBefore > 0) options.onDoneBefore(doneBefore);
	const plan = planTrials(questions, { repeats, runs: runs.length, seed: seedOf(suite) });
	return runTrials(withoutDone(plan, runs), contexts, {
		concurrency,
		stop,
		enough: () => watch?.decidedBy() !== undefined,
		onTrial(trial, run) {
			runs[run]?.count(trial);
			watch?.add(trial, run);
			options.onTrial(trial);
		},
	});
}

/** One a lane, or none at all. */
async function openCaches(
	lanes: readonly Lane[],
	{ cache, home, suite, content }: MeasureOptions,
): Promise<AnswerCache[]> {
	if (!cache) return [];
	if (content === 'none') {
		throw new SpangateError('usage', '--cache keeps answers on disk, which content `none` forbids');
	}
	const open = ({ target }: Lane) => AnswerCache.open(home.answersFolder, target, suite.folder);
	return Promise.all(lanes.map(open));
}

/** The first target that is down; without it, the run of none can be whole. */
function downOf(tallies: readonly PoolTally[], lanes: readonly Lane[]): Measurement['down'] {
	for (const [index, { down }] of tallies.entries()) {
		if (down !== undefined) return { target: (lanes[index] as Lane).target.name, reason: down };
	}
	return undefined;
}

function wordsOf(down: Measurement['down']): string | undefined {
	return down && `target "${down.target}" counts as down: ${down.reason}`;
}

function tellOfCurtailment(runs: readonly Run[], { onCurtailed }: Pick<MeasureOptions, 'onCurtailed'>): void {
	const saved = runs.reduce((sum, { curtailed }) => sum + (curtailed?.saved ?? 0), 0);
	const rule = runs.find(({ curtailed }) => curtailed !== undefined)?.curtailed?.rule;
	const planned = runs.reduce((sum, run) => sum + run.planned, 0);
	if (rule !== undefined) onCurtailed(rule, saved, planned);
}

/** What is left to do: a run that is gone on with has some trials behind it. */
function* withoutDone(plan: Iterable<PlannedTrial>, runs: readonly LaneRun[]): Generator<PlannedTrial> {
	for (const planned of plan) {
		if (!runs[planned.run]?.isDone(planned.repeat, planned.question.id)) yield planned;
	}
}
