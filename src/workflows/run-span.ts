import { type Attributes, ROOT_CONTEXT, type Span, SpanKind, TraceFlags, trace } from '@opentelemetry/api';
import type { Run } from '../model/run.ts';
import { Attr, SpanName } from '../telemetry/names.ts';
import type { RunSpans } from '../telemetry/run-spans.ts';
import type { Sdk } from '../telemetry/sdk.ts';

/** Starts the span of a new run, the root of its own trace; gives the run with that span's ids. */
export function startRunSpan(
	draft: Omit<Run, 'traceId' | 'spanId'>,
	spans: RunSpans,
	{ tracer }: Sdk,
): { run: Run; span: Span } {
	const options = { root: true, kind: SpanKind.INTERNAL };
	const span = tracer.startSpan(SpanName.run, options, spans.enter(ROOT_CONTEXT));
	const { traceId, spanId } = span.spanContext();
	const run: Run = { ...draft, traceId, spanId };
	span.setAttributes(identityAttributes(run));
	return { run, span };
}

/** The span of a run that goes on: the same once more, with its own ids, or one below it when that one is recorded. */
export function continueRunSpan(run: Run, isRecorded: boolean, spans: RunSpans, sdk: Sdk): Span {
	const { traceId, spanId } = run;
	const context = spans.enter(ROOT_CONTEXT);
	const attributes = { ...identityAttributes(run), [Attr.resumed]: true };
	const options = { kind: SpanKind.INTERNAL, attributes };
	if (isRecorded) {
		const first = { traceId, spanId, traceFlags: TraceFlags.SAMPLED };
		return sdk.tracer.startSpan(SpanName.run, options, trace.setSpanContext(context, first));
	}
	const fromItsStart = { ...options, root: true, startTime: new Date(run.startedAt) };
	return sdk.startWithIds({ traceId, spanId }, (tracer) =>
		tracer.startSpan(SpanName.run, fromItsStart, context),
	);
}

function identityAttributes(run: Run): Attributes {
	return {
		[Attr.suiteName]: run.suite.name,
		[Attr.runId]: run.id,
		[Attr.target]: run.target.name,
		[Attr.runPlanned]: run.planned,
		...(run.vcs?.revision && { [Attr.vcsRevision]: run.vcs.revision }),
		...(run.vcs?.ref && { [Attr.vcsRef]: run.vcs.ref }),
		...(run.ci?.pipeline && { [Attr.pipelineName]: run.ci.pipeline }),
		...(run.ci?.runId && { [Attr.pipelineRunId]: run.ci.runId }),
		...(run.ci?.url && { [Attr.pipelineRunUrl]: run.ci.url }),
	};
}
