import type { Context } from '@opentelemetry/api';
import { createContextKey } from '@opentelemetry/api';
import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { EvidenceSpan } from '../model/evidence.ts';
import type { Trial } from '../model/trial.ts';
import type { RunWriter } from '../record/writer.ts';
import { evidenceOfSpan } from './evidence-span.ts';
import { evidenceOfOtlp, filterSpans, type OtlpSpan, spansOf, type TraceRequest } from './otlp-json.ts';

const runSpansKey = createContextKey('spangate run spans');

/** Spans gathered before a request is written, and how long one waits for company at most. */
const maxSpansPerRequest = 512;
const maxWaitMs = 100;

interface OpenTrace {
	readonly spans: EvidenceSpan[];
	arrived: PromiseWithResolvers<void> | undefined;
	awaitedParent: string | undefined;
}

/** The spans of one run: what ended, what is on disk, and what the trials under way have as evidence. */
export class RunSpans {
	readonly #writer: RunWriter;
	readonly #open = new Map<string, OpenTrace>();
	#ended = 0;
	#unanswered = 0;
	#recorded = 0;
	#buffer: ReadableSpan[] = [];
	#timer: NodeJS.Timeout | undefined;
	#lastWrite: Promise<void> = Promise.resolve();
	#failure: unknown;
	/** Called when more of the spans file can be read; the exporter follows it. */
	onRecorded: (() => void) | undefined;

	constructor(writer: RunWriter) {
		this.#writer = writer;
	}

	/** The run that the spans of a context belong to. */
	static of(context: Context): RunSpans | undefined {
		return context.getValue(runSpansKey) as RunSpans | undefined;
	}

	/** A context whose spans, and theirs, belong to this run. */
	enter(context: Context): Context {
		return context.setValue(runSpansKey, this);
	}

	get counts(): { ended: number; recorded: number } {
		return { ended: this.#ended, recorded: this.#recorded };
	}

	/** Traces whose continuation in another process was waited for in vain. */
	get unanswered(): number {
		return this.#unanswered;
	}

	/** Takes a span that ended in this process. */
	add(span: ReadableSpan): void {
		this.#ended++;
		this.#open.get(span.spanContext().traceId)?.spans.push(evidenceOfSpan(span));
		this.#buffer.push(span);
		if (this.#buffer.length >= maxSpansPerRequest) void this.#flush();
		else this.#timer ??= setTimeout(() => this.#flush(), maxWaitMs);
	}

	/**
	 * Takes the spans of a request from another process that belong to open trials; gives their number. One that
	 * came before (a stock exporter sends a batch again when its answer is lost) is not recorded twice.
	 */
	addRequest(request: TraceRequest): number {
		const mine = spansOf(request).filter((span) => this.#open.has(span.traceId.toLowerCase()));
		const fresh = new Set(mine.filter((span) => this.#admit(span)));
		if (fresh.size > 0) {
			this.#ended += fresh.size;
			const recorded = filterSpans(request, (span) => fresh.has(span));
			void this.#write(Buffer.from(JSON.stringify(recorded)), fresh.size);
		}
		return mine.length;
	}

	/** Adds a span to its trace's evidence; false when it is there already. */
	#admit(span: OtlpSpan): boolean {
		const evidence = evidenceOfOtlp(span);
		const trace = this.#open.get(evidence.traceId);
		if (trace === undefined || trace.spans.some(({ spanId }) => spanId === evidence.spanId)) return false;
		trace.spans.push(evidence);
		if (evidence.parentSpanId !== undefined && evidence.parentSpanId === trace.awaitedParent) {
			trace.arrived?.resolve();
		}
		return true;
	}

	/** Starts to gather a trace's spans as evidence. */
	open(traceId: string): void {
		this.#open.set(traceId, { spans: [], arrived: undefined, awaitedParent: undefined });
	}

	/**
	 * Waits until the span that continues `parentSpanId` in another process has come, or the time is up.
	 * An app's server span ends last and is sent last, so its arrival says that the answer's spans are all here.
	 */
	async awaitChild(traceId: string, parentSpanId: string, timeoutMs: number): Promise<void> {
		const trace = this.#open.get(traceId);
		if (trace === undefined || trace.spans.some((span) => isRemoteChild(span, parentSpanId))) return;
		trace.awaitedParent = parentSpanId;
		trace.arrived = Promise.withResolvers();
		const timer = setTimeout(() => {
			this.#unanswered++;
			trace.arrived?.resolve();
		}, timeoutMs);
		await trace.arrived.promise;
		clearTimeout(timer);
	}

	/** The spans of an open trace so far. */
	evidence(traceId: string): readonly EvidenceSpan[] {
		return [...(this.#open.get(traceId)?.spans ?? [])];
	}

	/** Ends a trace's gathering and writes its trial; resolves when the trial and its spans are on disk. */
	async commit(trial: Trial): Promise<void> {
		this.#open.delete(trial.traceId);
		void this.#flush();
		await this.#writer.appendTrial(trial);
		this.onRecorded?.();
		if (this.#failure !== undefined) throw this.#failure;
	}

	/** Writes what has not been written; resolves when all spans that ended are on disk, and counted. */
	async flush(): Promise<void> {
		void this.#flush();
		// Writes end in their order.
		await this.#lastWrite;
		if (this.#failure !== undefined) throw this.#failure;
	}

	#flush(): Promise<void> {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		const spans = this.#buffer;
		if (spans.length === 0) return Promise.resolve();
		this.#buffer = [];
		const request = JsonTraceSerializer.serializeRequest(spans);
		if (request === undefined) throw new Error('the OTLP serializer returned nothing for ended spans');
		return this.#write(request, spans.length);
	}

	#write(request: Uint8Array, spans: number): Promise<void> {
		this.#lastWrite = this.#append(request, spans);
		return this.#lastWrite;
	}

	async #append(request: Uint8Array, spans: number): Promise<void> {
		try {
			await this.#writer.appendSpans(request);
			this.#recorded += spans;
			this.onRecorded?.();
		} catch (error) {
			// Kept, so that the run ends with it: a span that is not on disk must not pass in silence.
			this.#failure ??= error;
		}
	}
}

function isRemoteChild(span: EvidenceSpan, parentSpanId: string): boolean {
	return span.parentSpanId === parentSpanId;
}
