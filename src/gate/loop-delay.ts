import type { Metric } from '../model/metric.ts';
import type { Run } from '../model/run.ts';
import type { Outcome } from '../model/verdict.ts';

/** One run’s latency, and how late its event loop was while it was measured. */
export interface Side {
	readonly run: Pick<Run, 'loopDelay'>;
	readonly metric: Metric;
}

/** A latency with what was taken off of it as the loop’s delay. */
interface Corner {
	readonly metric: Metric;
	readonly delayMs: number;
}

/**
 * Judges a latency where the harness's own event loop may have been late: an observed latency holds at most the
 * p99 of that delay, so the true one lies in [observed − p99, observed], on each side. An outcome that is not the
 * same in every corner is inconclusive; of a loop that was not measured, no outcome is a pass that a delay of
 * any length could have made.
 */
export function judgeLatency<Part extends { readonly outcome: Outcome; readonly reason: string }>(
	candidate: Side,
	/** For a rule that compares. */
	baseline: Side | undefined,
	judge: (after: Corner, before: Corner | undefined) => Part,
): Part {
	const asObserved = ({ metric }: Side): Corner => ({ metric, delayMs: 0 });
	const observed = judge(asObserved(candidate), baseline && asObserved(baseline));
	if (observed.outcome === 'inconclusive') return observed;
	const inconclusive = (why: string): Part => ({
		...observed,
		outcome: 'inconclusive',
		reason: `cannot tell: ${why} (${observed.reason})`,
	});
	const late = { candidate: lateness(candidate.run), baseline: baseline && lateness(baseline.run) };
	// A baseline that looks slower than it was hides a candidate that is: unmeasured, it could be all delay.
	if (baseline !== undefined && late.baseline === undefined && observed.outcome === 'pass') {
		return inconclusive(
			'how late the event loop was while the baseline was measured is not known, so it may have been faster: run the baseline again',
		);
	}
	const afters = corners(candidate, late.candidate);
	const befores = baseline === undefined ? [undefined] : corners(baseline, late.baseline);
	// As observed, both come first, and that is judged already.
	const same = afters.every((after, first) =>
		befores.every(
			(before, second) => (first === 0 && second === 0) || judge(after, before).outcome === observed.outcome,
		),
	);
	if (!same) {
		return inconclusive(
			`up to ${shown(late.candidate)} of the candidate${baseline ? ` and ${shown(late.baseline)} of the baseline` : ''} can be the delay of spangate’s own event loop (p99), which decides here: run again on a quieter machine, or with a lower -j (--max-concurrency)`,
		);
	}
	const unmeasured = late.candidate === undefined || (baseline !== undefined && late.baseline === undefined);
	if (!unmeasured || observed.outcome === 'pass') return observed;
	return { ...observed, reason: `${observed.reason}; the event loop’s delay was not measured` };
}

/** What an observed latency can hold of the loop's delay at p99; undefined when it was not measured. */
function lateness({ loopDelay }: Pick<Run, 'loopDelay'>): number | undefined {
	return loopDelay?.waited === 0 ? 0 : loopDelay?.p99Ms;
}

/** The latency as observed and, when there was a delay, that much lower. */
function corners({ metric }: Side, delayMs: number | undefined): readonly Corner[] {
	const observed = { metric, delayMs: 0 };
	if ('missing' in metric || !delayMs) return [observed];
	return [observed, { metric: { ...metric, value: Math.max(0, metric.value - delayMs) }, delayMs }];
}

function shown(delayMs = 0): string {
	return `${Number(delayMs.toPrecision(3))} ms`;
}
