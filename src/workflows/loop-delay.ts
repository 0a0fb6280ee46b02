import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { LoopDelay, Run } from '../model/run.ts';

const resolutionMs = 10;

/** How late the event loop ran. */
export type Delays = Omit<LoopDelay, 'waited'>;

/** Measures how late this process's event loop runs; the call that it gives ends that and gives the delays. */
export function watchLoop(): () => Delays | undefined {
	const histogram = monitorEventLoopDelay({ resolution: resolutionMs });
	histogram.enable();
	return () => {
		histogram.disable();
		// A run that was over before the first reading says nothing of the loop.
		if (histogram.count === 0) return undefined;
		// A reading holds the timer's own interval: an idle loop reads 10 ms.
		const beyond = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - resolutionMs);
		return {
			p50Ms: beyond(histogram.percentile(50)),
			p99Ms: beyond(histogram.percentile(99)),
			maxMs: beyond(histogram.max),
		};
	};
}

/** What a run's latencies can hold of the delays, `waited` of its trials having waited for the loop. */
export function delayOf(delays: Delays | undefined, waited: number): LoopDelay | undefined {
	// When nothing waited there need be no reading: a short run is over before the first.
	if (waited === 0) delays ??= { p50Ms: 0, p99Ms: 0, maxMs: 0 };
	return delays && { ...delays, waited };
}

/**
 * The delay that a run's latencies can be trusted by, `before` being how it was last written: of a run that went on,
 * the worst of its parts; nothing when one of them was not measured, or was killed with trials done, and so never
 * told of its own.
 */
export function delayOfParts(
	before: Pick<Run, 'completed' | 'loopDelay'>,
	trialsBefore: number,
	now: LoopDelay | undefined,
): LoopDelay | undefined {
	if (trialsBefore === 0) return now;
	const { loopDelay: earlier, completed } = before;
	if (earlier === undefined || now === undefined || trialsBefore > completed) return undefined;
	return {
		p50Ms: Math.max(earlier.p50Ms, now.p50Ms),
		p99Ms: Math.max(earlier.p99Ms, now.p99Ms),
		maxMs: Math.max(earlier.maxMs, now.maxMs),
		waited: earlier.waited + now.waited,
	};
}
