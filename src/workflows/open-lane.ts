import { SpangateError } from '../errors.ts';
import type { Run } from '../model/run.ts';
import { lockRun } from '../record/lock.ts';
import { readRun } from '../record/reader.ts';
import { RunWriter, type Snapshots } from '../record/writer.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { RunSpans } from '../telemetry/run-spans.ts';
import type { Sdk } from '../telemetry/sdk.ts';
import { readEarlier } from './earlier.ts';
import { LaneRun, letGo } from './lane.ts';
import { continueRunSpan, startRunSpan } from './run-span.ts';
import { RunTally } from './tally.ts';
import { isUnfinished } from './unfinished.ts';

/** What a lane needs of the process that it runs in. */
export interface LaneOptions {
	readonly sdk: Sdk;
	/** Where its spans are sent, if anywhere. */
	readonly endpoint: string | undefined;
	/** What counts the trials of the process, where metrics are sent. */
	readonly metrics: Metrics | undefined;
}

/** Makes the run's folder, claims it and starts the run's span. */
export async function openLane(
	folder: string,
	draft: Omit<Run, 'traceId' | 'spanId'>,
	snapshots: Snapshots,
	{ sdk, endpoint, metrics }: LaneOptions,
): Promise<LaneRun> {
	const writer = await RunWriter.create(folder);
	let unlock = () => {};
	try {
		unlock = lockRun(folder);
		const spans = new RunSpans(writer);
		const { run, span } = startRunSpan(draft, spans, sdk);
		writer.begin(run, snapshots);
		const tally = new RunTally(metrics?.start(run));
		return new LaneRun(
			{ run, writer, spans, span, tally, earlier: undefined, unlock },
			endpoint,
			metrics?.endpoint,
		);
	} catch (error) {
		await letGo(writer, unlock);
		throw error;
	}
}

/**
 * Goes on with a run that a kill or an interrupt ended: what it did is counted, and what it left undone marked as
 * abandoned. Its span goes on under its own ids, or, when that one had ended, below it. `onTorn` is told of files
 * whose last line a kill tore: those are cut.
 */
export async function resumeLane(
	folder: string,
	before: Run,
	{ sdk, endpoint, metrics, onTorn }: LaneOptions & { onTorn(file: string): void },
): Promise<LaneRun> {
	const unlock = lockRun(folder);
	let writer: RunWriter | undefined;
	try {
		assertUnchanged(before, readRun(folder));
		const reopened = await RunWriter.reopen(folder);
		writer = reopened.writer;
		for (const file of reopened.torn) onTorn(file);
		const tally = new RunTally(metrics?.start(before));
		const earlier = await readEarlier(folder, before, (trial) => tally.count(trial));
		const spans = new RunSpans(writer, earlier.spans);
		let abandoned = 0;
		for (const [traceId, left] of earlier.unfinished) {
			if (left.mark(traceId, before.id, sdk, spans)) abandoned++;
		}
		const { endedAt: _, interrupted: __, down: ___, ...kept } = before;
		const run: Run = {
			...kept,
			interrupted: false,
			resumed: (before.resumed ?? 0) + 1,
			...(abandoned > 0 && { abandoned }),
		};
		const span = continueRunSpan(run, earlier.runSpanEnded, spans, sdk);
		writer.update(run);
		return new LaneRun({ run, writer, spans, span, tally, earlier, unlock }, endpoint, metrics?.endpoint);
	} catch (error) {
		await letGo(writer, unlock);
		throw error;
	}
}

/** It was read before it was claimed, and who had claimed it until then can have ended it. */
function assertUnchanged(before: Run, now: Run): void {
	if (isUnfinished(now) && now.resumed === before.resumed) return;
	throw new SpangateError('unmeasured', `another process went on with run @${now.id} in the meantime`, {
		hint: 'See `spangate runs`.',
	});
}
