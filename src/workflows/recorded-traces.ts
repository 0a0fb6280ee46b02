import { z } from 'zod';
import { parseRecord, readSpanLines } from '../record/reader.ts';

/** Some recorded spans of one trace: all of them, unless others stand far away in the file. */
export interface RecordedSpans {
	readonly traceId: string;
	/** Distinct span ids. */
	readonly spanIds: ReadonlySet<string>;
	/** The name of a span among them that has no parent. */
	readonly root: string | undefined;
}

const Id = z.string().min(1);
const Span = z.object({ traceId: Id, spanId: Id, parentSpanId: z.string().optional(), name: z.string() });
/** No more of a line than is counted: everything else of it was checked when it was written. */
const Line = z.object({
	resourceSpans: z.array(
		z.object({ scopeSpans: z.array(z.object({ spans: z.array(Span).default([]) })).default([]) }),
	),
});

interface Open {
	readonly spanIds: Set<string>;
	root: string | undefined;
}

/** Spans held at once: far more than stand between the first and the last of a trace while many trials run. */
const mostHeld = 50_000;

/**
 * Streams the spans of a record by trace, in bounded memory: a trace is given when many spans have come since its
 * first, and what comes of it after that is given by itself.
 */
export async function* recordedTraces(folder: string): AsyncGenerator<RecordedSpans> {
	const open = new Map<string, Open>();
	let held = 0;
	for await (const { text, line } of readSpanLines(folder)) {
		const { resourceSpans } = parseRecord(Line, text, () => `${folder}: spans.jsonl:${line}`);
		for (const { traceId, spanId, parentSpanId, name } of resourceSpans.flatMap(spansOf)) {
			let trace = open.get(traceId);
			if (trace === undefined) {
				trace = { spanIds: new Set(), root: undefined };
				open.set(traceId, trace);
			}
			held -= trace.spanIds.size;
			trace.spanIds.add(spanId);
			held += trace.spanIds.size;
			if (!parentSpanId) trace.root = name;
		}
		for (const [traceId, trace] of open) {
			if (held <= mostHeld) break;
			open.delete(traceId);
			held -= trace.spanIds.size;
			yield { traceId, ...trace };
		}
	}
	for (const [traceId, trace] of open) yield { traceId, ...trace };
}

function spansOf({ scopeSpans }: z.infer<typeof Line>['resourceSpans'][number]) {
	return scopeSpans.flatMap(({ spans }) => spans);
}
