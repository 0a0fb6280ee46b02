import type { Context } from '@opentelemetry/api';
import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { Trial } from '../model/trial.ts';
import type { RunWriter } from '../record/writer.ts';
import type { Redactor } from '../redaction/redactor.ts';
import { withDoubles } from './double-attributes.ts';
import { filterSpans, type OtlpSpan, spansOf, type TraceRequest } from './otlp-json.ts';
import { redactedRequest } from './redacted-request.ts';
import { SpanRedactor } from './redacted-span.ts';
import { type SpanKeeper, withKeeper } from './span-keeper.ts';
import { TrialSpans } from './trial-spans.ts';

/** Spans of one recorded request, and how long one waits for company at most. */
const maxSpansPerRequest = 64;
const maxWaitMs = 100;
/** Trials whose app may still send spans after they are over. */
const maxClosed = 10_000;

/** How many of a run's spans ended, are on disk, and came too late to be evidence of their trial. */
export interface SpanCounts {
	readonly ended: number;
	readonly recorded: number;
	readonly late: number;
}

/** The spans of one run: what ended, what is on disk, and which trials are under way. */
export class RunSpans implements SpanKeeper {
	readonly late = false;
	readonly #keep = (span: ReadableSpan, late: boolean): void => {
		if (late) this.#late++;
		this.add(span);
	};
	readonly #writer: RunWriter;
	/** What may be told of anything that is recorded of the run. */
	readonly redactor: Redactor;
	readonly #spanRedactor: SpanRedactor;
	readonly #open = new Map<string, TrialSpans>();
	/** Oldest first; kept only while an app in another process may send more. */
	readonly #closed = new Map<string, TrialSpans>();
	#receiving = false;
	#ended: number;
	#recorded: number;
	#late: number;
	#unanswered = 0;
	#buffer: ReadableSpan[] = [];
	#timer: NodeJS.Timeout | undefined;
	#lastWrite: Promise<void> = Promise.resolve();
	#failure: unknown;
	/** Called when more of the spans file can be read; the exporter follows it. */
	onRecorded: (() => void) | undefined;

	/** `recorded` spans, `late` of them flagged so, are in the writer's file already, when a run is continued. */
	constructor(
		writer: RunWriter,
		redactor: Redactor,
		{ recorded, late }: Omit<SpanCounts, 'ended'> = { recorded: 0, late: 0 },
	) {
		this.#writer = writer;
		this.redactor = redactor;
		this.#spanRedactor = new SpanRedactor(redactor);
		this.#late = late;
		this.#ended = recorded;
		this.#recorded = recorded;
		writer.beforeWrite = () => this.#serialize();
	}

	/** A context whose spans, and theirs, belong to this run. */
	enter(context: Context): Context {
		return withKeeper(context, this);
	}

	get counts(): SpanCounts {
		return { ended: this.#ended, recorded: this.#recorded, late: this.#late };
	}

	/** Traces whose continuation in another process was waited for in vain. */
	get unanswered(): number {
		return this.#unanswered;
	}

	/** Counts a trace whose continuation in another process was waited for in vain. */
	countUnanswered(): void {
		this.#unanswered++;
	}

	/** Takes a span that ended in this process. */
	add(span: ReadableSpan): void {
		this.#ended++;
		this.#buffer.push(span);
		if (this.#buffer.length >= maxSpansPerRequest) this.#serialize();
		else this.#timer ??= setTimeout(() => this.#serialize(), maxWaitMs);
	}

	/** Keeps the spans of a new trial. */
	open(): TrialSpans {
		return new TrialSpans(this.#keep);
	}

	/** Lets spans of this trace that come from other processes join the trial. */
	expect(traceId: string, trial: TrialSpans): void {
		this.#receiving = true;
		this.#open.set(traceId, trial);
	}

	/**
	 * Takes the spans of a request from another process that belong to this run's trials; gives their number. One
	 * that came before is not recorded twice; one that comes after its trial was over is recorded and flagged.
	 */
	addRequest(request: TraceRequest): number {
		const trialOf = ({ traceId }: OtlpSpan) => this.#open.get(traceId) ?? this.#closed.get(traceId);
		const mine = spansOf(request).filter((span) => trialOf(span) !== undefined);
		const fresh = new Set(mine.filter((span) => trialOf(span)?.addForeign(span)));
		if (fresh.size > 0) {
			this.#ended += fresh.size;
			for (const span of fresh) if (trialOf(span)?.late) this.#late++;
			const recorded = redactedRequest(
				filterSpans(request, (span) => fresh.has(span)),
				this.redactor,
			);
			this.#write(Buffer.from(JSON.stringify(recorded)), fresh.size);
		}
		return mine.length;
	}

	/** Ends a trial's trace and writes the trial; resolves when it and its spans are on disk. */
	commit(trial: Trial, spans: TrialSpans): Promise<void> {
		this.abandon(trial.traceId, spans);
		return this.#writer.appendTrial(trial);
	}

	/** Ends the trace of a trial that is not written. */
	abandon(traceId: string, spans: TrialSpans): void {
		// Only what may send more has to be known.
		if (!this.#receiving) return;
		if (this.#open.delete(traceId)) this.#keepClosed(traceId, spans);
	}

	/** Nothing, or, when the disk is so far behind that nothing more should be started, the moment when it may again. */
	get room(): Promise<void> | undefined {
		return this.#writer.room;
	}

	/** Writes what has not been written; resolves when all spans that ended are on disk, and counted. */
	async flush(): Promise<void> {
		this.#serialize();
		// Writes end in their order.
		await this.#lastWrite;
		if (this.#failure !== undefined) throw this.#failure;
	}

	#keepClosed(traceId: string, spans: TrialSpans): void {
		this.#closed.set(traceId, spans);
		if (this.#closed.size <= maxClosed) return;
		const [oldest] = this.#closed.keys();
		if (oldest !== undefined) this.#closed.delete(oldest);
	}

	#serialize(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		const spans = this.#buffer;
		if (spans.length === 0) return;
		this.#buffer = [];
		const request = JsonTraceSerializer.serializeRequest(
			spans.map((span) => this.#spanRedactor.redacted(span)),
		);
		if (request === undefined) throw new Error('the OTLP serializer returned nothing for ended spans');
		this.#write(withDoubles(request, spans), spans.length);
	}

	#write(request: Uint8Array, spans: number): void {
		this.#lastWrite = this.#writer.appendSpans(request).then(
			() => {
				this.#recorded += spans;
				this.onRecorded?.();
			},
			(error: unknown) => {
				// Kept, so that the run ends with it: a span that is not on disk must not pass in silence.
				this.#failure ??= error;
			},
		);
	}
}
