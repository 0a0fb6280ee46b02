import { ROOT_CONTEXT, SpanKind, type Tracer } from '@opentelemetry/api';
import type { GateResult } from '../model/verdict.ts';
import { Attr, EventName, SpanName } from '../telemetry/names.ts';
import type { LaneRun } from './lane.ts';

/** Records the verdict as a trace of its own, linked to the runs just measured, in the last one's record. */
export function recordGateSpan(
	tracer: Tracer,
	runs: readonly LaneRun[],
	{ verdict, suite, candidate }: GateResult,
): void {
	// The candidate's own, unless that is a stored run, whose record is closed.
	const keeper = runs.at(-1);
	if (keeper === undefined) return;
	const span = tracer.startSpan(
		SpanName.gate,
		{ root: true, kind: SpanKind.INTERNAL, links: runs.map(({ link }) => link) },
		keeper.spans.enter(ROOT_CONTEXT),
	);
	span.setAttributes({
		[Attr.suiteName]: suite.name,
		[Attr.runId]: candidate.run.id,
		[Attr.target]: candidate.run.target.name,
		[Attr.verdictOutcome]: verdict.outcome,
	});
	for (const rule of verdict.rules) {
		span.addEvent(EventName.ruleOutcome, {
			[Attr.ruleId]: rule.id,
			[Attr.ruleMetric]: rule.metric,
			[Attr.ruleOutcome]: rule.outcome,
			[Attr.ruleReason]: rule.reason,
			...(rule.observed !== undefined && { [Attr.ruleObserved]: rule.observed }),
			...(rule.limit !== undefined && { [Attr.ruleLimit]: rule.limit }),
		});
	}
	span.end();
}
