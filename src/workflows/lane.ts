import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type Link, type Span, TraceFlags } from '@opentelemetry/api';
import type { Delivery, LoopDelay, Run } from '../model/run.ts';
import type { Trial } from '../model/trial.ts';
import { writeDelivery } from '../record/delivery.ts';
import { RecordFile } from '../record/files.ts';
import { forgetRedactionKey } from '../record/redaction-key.ts';
import type { RunWriter } from '../record/writer.ts';
import { Exporter, undelivered } from '../telemetry/exporter.ts';
import { Attr } from '../telemetry/names.ts';
import type { RunSpans } from '../telemetry/run-spans.ts';
import { doneKey, type Earlier } from './earlier.ts';
import { delayOfParts } from './loop-delay.ts';
import type { RunTally, Tally } from './tally.ts';

/** How long a gate's own span, which comes last, may take to the backend. */
const gateSpanMs = 2_000;

/** What a run under way is made of. */
export interface LaneParts {
	readonly run: Run;
	readonly tally: RunTally;
	readonly writer: RunWriter;
	readonly spans: RunSpans;
	readonly span: Span;
	readonly earlier: Earlier | undefined;
	readonly unlock: () => void;
}

/** How a run's asking ended. */
export interface LaneEnd {
	/** true when it can go on. */
	readonly interrupted: boolean;
	readonly loopDelay: LoopDelay | undefined;
	/** The rule that made further trials needless, if one did. */
	readonly decidedBy: string | undefined;
	/** Trials that do not count, since a target or a grader was down. */
	readonly abandoned: number;
	/** Who counts as down, and why, when that ended it. */
	readonly down: string | undefined;
}

/** One run under way: its folder, its spans, its export, and the span of the run itself. */
export class LaneRun {
	readonly spans: RunSpans;
	readonly folder: string;
	readonly #writer: RunWriter;
	readonly #exporter: Exporter | undefined;
	readonly #metricsEndpoint: string | undefined;
	readonly #span: Span;
	readonly #tally: RunTally;
	readonly #earlier: Earlier | undefined;
	readonly #unlock: () => void;
	#run: Run;
	#runBytes: number | undefined;
	#deadline = 0;
	#delivered = false;
	#saved: Delivery | undefined;

	/** Its spans are sent to the endpoint, if there is one; where its metrics go, its record says. */
	constructor(parts: LaneParts, endpoint: string | undefined, metricsEndpoint: string | undefined) {
		this.#run = parts.run;
		this.#writer = parts.writer;
		this.folder = parts.writer.folder;
		this.spans = parts.spans;
		this.#span = parts.span;
		this.#tally = parts.tally;
		this.#earlier = parts.earlier;
		this.#unlock = parts.unlock;
		this.#metricsEndpoint = metricsEndpoint;
		this.#exporter = endpoint === undefined ? undefined : this.#startExport(endpoint);
		// Now, so that it is known of a run that was killed.
		if (metricsEndpoint !== undefined) this.#save(this.#delivery());
	}

	get run(): Run {
		return this.#run;
	}

	/** What the end of the run is told with. */
	get tally(): Tally {
		return { ...this.#tally.tally, withoutSpans: this.spans.unanswered };
	}

	/** What a question's root span links to. */
	get link(): Link {
		const { traceId, spanId } = this.#run;
		return { context: { traceId, spanId, traceFlags: TraceFlags.SAMPLED } };
	}

	/** How many trials earlier processes finished. */
	get doneBefore(): number {
		return this.#earlier?.done.size ?? 0;
	}

	/** true when an earlier process finished this trial. */
	isDone(repeat: number, questionId: string): boolean {
		return this.#earlier !== undefined && this.#earlier.done.indexOf(doneKey(repeat, questionId)) >= 0;
	}

	/** Counts a finished trial. */
	count(trial: Trial): void {
		this.#tally.count(trial);
	}

	/**
	 * Ends the run: its span, `export.json` as it is by then, and its final `run.json`, which marks it as finished.
	 */
	async end(endedAt: string, end: LaneEnd): Promise<void> {
		const { interrupted, loopDelay, decidedBy, down } = end;
		const { completed, passed, models, promptVersions } = this.#tally;
		this.#span.setAttributes({
			[Attr.runCompleted]: completed,
			[Attr.runPassed]: passed,
			[Attr.suiteStatus]: interrupted ? 'aborted' : 'success',
		});
		this.#span.end();
		await this.spans.flush();
		const target = {
			...this.#run.target,
			models: [...models].sort(),
			promptVersions: [...promptVersions].sort(),
		};
		const { loopDelay: _, ...run } = this.#run;
		const delay = delayOfParts(this.#run, this.doneBefore, loopDelay);
		const saved = run.planned - completed;
		const abandoned = (run.abandoned ?? 0) + end.abandoned;
		this.#run = {
			...run,
			target,
			completed,
			interrupted,
			...(down !== undefined && { down }),
			...(abandoned > 0 && { abandoned }),
			endedAt,
			...(decidedBy !== undefined && saved > 0 && { curtailed: { rule: decidedBy, saved } }),
			...(delay && { loopDelay: delay }),
		};
		this.#runBytes = this.#writer.spansSize;
		this.#exporter?.mark();
		// First, so that a run which ended always has one that tells where its own spans do.
		this.#save(this.#delivery());
		this.#writer.update(this.#run);
		// One that was interrupted can go on.
		if (!interrupted) forgetRedactionKey(this.folder);
	}

	/**
	 * Waits until the backend has the run's own spans, at most `timeoutMs`, or a second after `stop`, and writes
	 * `export.json`, so that a gate can read what became of them.
	 */
	async deliver(timeoutMs: number, stop: AbortSignal): Promise<void> {
		this.#deadline = Date.now() + timeoutMs;
		this.#delivered = (await this.#exporter?.drain(this.#deadline, stop)) ?? false;
		this.#save(this.#delivery());
	}

	/** Lets go of the record, as it is; more than once is fine. */
	async release(): Promise<void> {
		await letGo(this.#writer, this.#unlock);
	}

	/** Ends the sending, a gate's span included, and writes what became of every span. */
	async close(stop: AbortSignal): Promise<Delivery> {
		await this.spans.flush();
		const timeoutMs = this.#delivered ? Math.max(0, this.#deadline - Date.now()) + gateSpanMs : 0;
		const delivery =
			this.#told(await this.#exporter?.finish(() => this.spans.counts, timeoutMs, stop)) ?? this.#delivery();
		this.#save(delivery);
		await this.release();
		return delivery;
	}

	#startExport(endpoint: string): Exporter {
		const before = this.#earlier?.delivery;
		const from = before?.endpoint === endpoint ? before : undefined;
		const file = join(this.folder, RecordFile.spans);
		const exporter = new Exporter(file, endpoint, () => this.#writer.spansSize, { from });
		this.spans.onRecorded = exporter.notify;
		exporter.onProgress = () => this.#save(this.#told(exporter.delivery(this.spans.counts)));
		exporter.onProgress();
		return exporter;
	}

	/** Not once more what is there already: the file's time tells when the last span was acknowledged. */
	#save(delivery: Delivery): void {
		const metricsEndpoint = this.#metricsEndpoint;
		const saved = { ...delivery, ...(metricsEndpoint !== undefined && { metricsEndpoint }) };
		if (isDeepStrictEqual(saved, this.#saved)) return;
		writeDelivery(this.folder, saved);
		this.#saved = saved;
	}

	#delivery(): Delivery {
		return (
			this.#told(this.#exporter?.delivery(this.spans.counts)) ??
			undelivered(this.spans.counts, this.#runBytes)
		);
	}

	/** A backend's own words can hold what was sent to it. */
	#told<Told extends Delivery | undefined>(delivery: Told): Told {
		if (delivery?.error === undefined) return delivery;
		return { ...delivery, error: this.spans.redactor.text(delivery.error) };
	}
}

/** Closes a run's files and lets go of its folder. */
export async function letGo(writer: RunWriter | undefined, unlock: () => void): Promise<void> {
	try {
		await writer?.release();
	} finally {
		unlock();
	}
}
