import type { Run } from '../model/run.ts';
import { redactedError } from '../redaction/errors.ts';
import type { Redactor } from '../redaction/redactor.ts';
import type { PoolTally } from '../runner/pool.ts';
import { type OpenTarget, openTarget } from '../runner/target.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { type Receiver, startReceiver } from '../telemetry/receiver.ts';
import type { RunSpans } from '../telemetry/run-spans.ts';
import { startSdk } from '../telemetry/sdk.ts';
import { askAll } from './ask-all.ts';
import { recordGateSpan } from './gate-span.ts';
import { closeGraders, prepareGraders } from './graders.ts';
import type { LaneRun } from './lane.ts';
import { delayOf, watchLoop } from './loop-delay.ts';
import type { Conclusion, Lane, Measurement, MeasureOptions } from './measure-options.ts';
import { loadDetectors, openCaches, openRuns, redaction } from './open-runs.ts';

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
		const graders = await prepareGraders(options.suite, options.env);
		loadDetectors(options, redactor);
		const shared = { sdk, endpoint: options.otlpEndpoint, metrics, redactor, redactionKey };
		await openRuns(lanes, options, shared, runs);
		spans.push(...runs.map((run) => run.spans));
		const [last] = spans.slice(-1);
		if (last !== undefined) sdk.keepStraysIn(last);
		const endWatch = watchLoop();
		const watch = options.watch?.(runs.map(({ run }) => run));
		const asking = { ...options, watch, caches, receiving: receiver !== undefined, graders };
		const tallies = await askAll(runs, targets, asking, sdk);
		const delays = endWatch();
		// Closed before the run ends, so that an app's last spans are in it.
		await Promise.all(targets.splice(0).map((target) => target.close()));
		const endedAt = new Date().toISOString();
		// Without it, no run can be whole.
		const down = tallies.find((tally) => tally.down !== undefined)?.down;
		const interrupted = stop.aborted || down !== undefined;
		// An interrupted run can go on, decided or not.
		const decidedBy = interrupted ? undefined : watch?.decidedBy();
		for (const [index, run] of runs.entries()) {
			const { waited, abandoned = 0 } = tallies[index] as PoolTally;
			const loopDelay = delayOf(delays, waited);
			await run.end(endedAt, { interrupted, loopDelay, decidedBy, abandoned, down });
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

function tellOfCurtailment(runs: readonly Run[], { onCurtailed }: Pick<MeasureOptions, 'onCurtailed'>): void {
	const saved = runs.reduce((sum, { curtailed }) => sum + (curtailed?.saved ?? 0), 0);
	const rule = runs.find(({ curtailed }) => curtailed !== undefined)?.curtailed?.rule;
	const planned = runs.reduce((sum, run) => sum + run.planned, 0);
	if (rule !== undefined) onCurtailed(rule, saved, planned);
}
