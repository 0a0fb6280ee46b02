import type { Context } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { EvidenceSpan } from '../model/evidence.ts';
import { deepFreeze } from '../model/freeze.ts';
import { evidenceOfSpan } from './evidence-span.ts';
import { Attr } from './names.ts';
import { evidenceOfOtlp, type OtlpSpan } from './otlp-json.ts';
import { type SpanKeeper, withKeeper } from './span-keeper.ts';

/** How long a trial waits for its app's spans: until none came for `quietMs` after the app's own root, or `timeoutMs` in all. */
export interface SpanWait {
	readonly quietMs: number;
	readonly timeoutMs: number;
}

/** The spans of one trial's trace: evidence while it is open, and recorded all the same afterwards. */
export class TrialSpans implements SpanKeeper {
	readonly #record: (span: ReadableSpan, late: boolean) => void;
	/** Emptied when they became evidence: only a trial under way holds on to its spans. */
	#own: ReadableSpan[] = [];
	#foreign: EvidenceSpan[] = [];
	/** Span ids that came from other processes: a stock exporter sends a batch again when its answer is lost. */
	#foreignIds: Set<string> | undefined;
	#open = true;
	#onForeign: (() => void) | undefined;

	/** `record` writes a span of this process down, and counts those that are late. */
	constructor(record: (span: ReadableSpan, late: boolean) => void) {
		this.#record = record;
	}

	/** A context whose spans, and theirs, belong to this trial. */
	enter(context: Context): Context {
		return withKeeper(context, this);
	}

	/** true when a span that ends now comes too late to be evidence. */
	get late(): boolean {
		return !this.#open;
	}

	add(span: ReadableSpan): void {
		if (this.#open) this.#own.push(span);
		this.#record(span, !this.#open);
	}

	/** Takes a span from another process; false when it is there already. */
	addForeign(span: OtlpSpan): boolean {
		this.#foreignIds ??= new Set();
		if (this.#foreignIds.has(span.spanId)) return false;
		this.#foreignIds.add(span.spanId);
		if (this.#open) {
			this.#foreign.push(evidenceOfOtlp(span));
			this.#onForeign?.();
		} else {
			span.attributes = [...(span.attributes ?? []), { key: Attr.late, value: { boolValue: true } }];
		}
		return true;
	}

	/**
	 * Waits for the spans of the app that was called by the span `callerId`, or by a client's span below it; gives
	 * whether any came. The app's root ends last and is sent last, so the quiet time is counted from it on: batches of
	 * one answer can come apart.
	 */
	settled(callerId: string, { quietMs, timeoutMs }: SpanWait): Promise<boolean> {
		const callers = new Set<string | undefined>([callerId]);
		for (const span of this.#own) callers.add(span.spanContext().spanId);
		const rootCame = () => this.#foreign.some(({ parentSpanId }) => callers.has(parentSpanId));
		return new Promise((resolve) => {
			let quiet: NodeJS.Timeout | undefined;
			const end = () => {
				clearTimeout(quiet);
				clearTimeout(ceiling);
				this.#onForeign = undefined;
				resolve(this.#foreign.length > 0);
			};
			const ceiling = setTimeout(end, timeoutMs);
			this.#onForeign = () => {
				if (!rootCame()) return;
				clearTimeout(quiet);
				quiet = setTimeout(end, quietMs);
			};
			this.#onForeign();
		});
	}

	/** true when spans came besides the one in which the target was asked. */
	get hasAppSpans(): boolean {
		return this.#own.length > 1 || this.#foreign.length > 0;
	}

	/** Ends the evidence: what comes from now on is late. Gives what makes evidence of the spans that came, once. */
	close(): () => readonly EvidenceSpan[] {
		const [own, foreign] = [this.#own, this.#foreign];
		this.#open = false;
		this.#own = [];
		this.#foreign = [];
		let evidence: readonly EvidenceSpan[] | undefined;
		return () => {
			evidence ??= deepFreeze([...own.map(evidenceOfSpan), ...foreign]);
			return evidence;
		};
	}
}
