import { join } from 'node:path';
import { type Link, ROOT_CONTEXT, type Span, SpanKind, type Tracer } from '@opentelemetry/api';
import type { Delivery, Run } from '../model/run.ts';
import type { Trial } from '../model/trial.ts';
import { RecordFile } from '../record/files.ts';
import { RunWriter, type Snapshots } from '../record/writer.ts';
import { Exporter, undelivered } from '../telemetry/exporter.ts';
import { Attr, SpanName } from '../telemetry/names.ts';
import { RunSpans } from '../telemetry/run-spans.ts';

/** What a run's end is told with, beside its metrics. */
export interface Tally {
	readonly answered: number;
	/** What the last failed trial said, when one failed. */
	readonly lastFailure: string | undefined;
	/** Answers whose spans were waited for in vain. */
	readonly withoutSpans: number;
}

/** One run under way: its folder, its spans, its export, and the span of the run itself. */
export class LaneRun {
	readonly spans: RunSpans;
	readonly folder: string;
	readonly #writer: RunWriter;
	readonly #exporter: Exporter | undefined;
	readonly #span: Span;
	readonly #models = new Set<string>();
	readonly #promptVersions = new Set<string>();
	#run: Run;
	#completed = 0;
	#answered = 0;
	#passed = 0;
	#lastFailure: string | undefined;

	private constructor(
		run: Run,
		writer: RunWriter,
		spans: RunSpans,
		span: Span,
		exporter: Exporter | undefined,
	) {
		this.#run = run;
		this.#writer = writer;
		this.folder = writer.folder;
		this.spans = spans;
		this.#span = span;
		this.#exporter = exporter;
	}

	/** Makes the run's folder and starts its span; `endpoint` is where its spans are sent, if anywhere. */
	static async open(
		folder: string,
		draft: Omit<Run, 'traceId'>,
		snapshots: Snapshots,
		{ tracer, endpoint }: { tracer: Tracer; endpoint: string | undefined },
	): Promise<LaneRun> {
		const writer = await RunWriter.create(folder);
		const spans = new RunSpans(writer);
		const span = tracer.startSpan(
			SpanName.run,
			{ root: true, kind: SpanKind.INTERNAL },
			spans.enter(ROOT_CONTEXT),
		);
		const run: Run = { ...draft, traceId: span.spanContext().traceId };
		span.setAttributes(identityAttributes(run));
		writer.begin(run, snapshots);
		const exporter = endpoint
			? new Exporter(join(folder, RecordFile.spans), endpoint, () => writer.spansSize)
			: undefined;
		if (exporter !== undefined) spans.onRecorded = exporter.notify;
		return new LaneRun(run, writer, spans, span, exporter);
	}

	get run(): Run {
		return this.#run;
	}

	/** What the end of the run is told with. */
	get tally(): Tally {
		const { unanswered: withoutSpans } = this.spans;
		return { answered: this.#answered, lastFailure: this.#lastFailure, withoutSpans };
	}

	/** What a question's root span links to. */
	get link(): Link {
		return { context: this.#span.spanContext() };
	}

	/** Counts a finished trial. */
	count(trial: Trial): void {
		this.#completed++;
		if (trial.passed) this.#passed++;
		if (trial.result === 'failed') {
			this.#lastFailure = `${trial.error.type}: ${trial.error.message}`;
			return;
		}
		this.#answered++;
		if (trial.answer.model !== undefined) this.#models.add(trial.answer.model);
		if (trial.answer.promptVersion !== undefined) this.#promptVersions.add(trial.answer.promptVersion);
	}

	/** Ends the run: its span, and its final `run.json`, which is what marks it as finished. */
	async end(endedAt: string, interrupted: boolean): Promise<void> {
		this.#span.setAttributes({
			[Attr.runCompleted]: this.#completed,
			[Attr.runPassed]: this.#passed,
			[Attr.suiteStatus]: interrupted ? 'aborted' : 'success',
		});
		this.#span.end();
		await this.spans.flush();
		const target = {
			...this.#run.target,
			models: [...this.#models].sort(),
			promptVersions: [...this.#promptVersions].sort(),
		};
		this.#run = { ...this.#run, target, completed: this.#completed, interrupted, endedAt };
		this.#writer.end(this.#run);
	}

	/** Lets go of the record's files, as they are: the end of a run that could not be closed. */
	async release(): Promise<void> {
		await this.#writer.release();
	}

	/** Waits for delivery, at most `timeoutMs`, and writes what became of every span. */
	async close(timeoutMs: number): Promise<Delivery> {
		await this.spans.flush();
		const delivery =
			(await this.#exporter?.finish(() => this.spans.counts, timeoutMs)) ?? undelivered(this.spans.counts);
		await this.#writer.close(delivery);
		return delivery;
	}
}

function identityAttributes(run: Run): Record<string, string | number> {
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
