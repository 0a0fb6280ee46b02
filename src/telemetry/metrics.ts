import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import type { Run } from '../model/run.ts';
import type { GateResult, RunSummary } from '../model/verdict.ts';
import type { Redactor } from '../redaction/redactor.ts';
import { recordStart, recordSummary, recordVerdict } from './gate-metrics.ts';
import { createInstruments, type Instruments } from './instruments.ts';
import { MetricsExporter } from './metrics-exporter.ts';
import { within } from './patience.ts';
import { SpanRedactor } from './redacted-span.ts';
import { resourceOf } from './resource.ts';
import { RunMetrics } from './run-metrics.ts';

const everyMs = 5_000;
/** Below the reader's own limit, which passes over an export that it gives up in silence. */
const exportMs = 4_500;
/** More than spangate makes of any instrument, which bounds its labels itself: the SDK would merge what is above. */
const mostSeries = 20_000;

/** The metrics of a measuring process, sent every five seconds and at the end; it is nobody's global provider. */
export class Metrics {
	readonly endpoint: string;
	readonly #exporter: MetricsExporter;
	readonly #provider: MeterProvider;
	readonly #instruments: Instruments;
	#closed: Promise<string | undefined> | undefined;

	constructor(endpoint: string, version: string, redactor: Redactor) {
		this.endpoint = endpoint;
		this.#exporter = new MetricsExporter(endpoint, exportMs);
		const reader = new PeriodicExportingMetricReader({
			exporter: this.#exporter,
			exportIntervalMillis: everyMs,
			exportTimeoutMillis: everyMs,
			cardinalityLimits: { default: mostSeries },
		});
		const resource = new SpanRedactor(redactor).resource(resourceOf(version));
		this.#provider = new MeterProvider({ resource, readers: [reader] });
		this.#instruments = createInstruments(this.#provider.getMeter('spangate', version));
	}

	/** Begins to count a run's trials. */
	start(run: Run): RunMetrics {
		recordStart(this.#instruments, run);
		return new RunMetrics(this.#instruments, run);
	}

	/** Takes what the runs and the gate came to. */
	conclude(summaries: readonly RunSummary[], result: GateResult | undefined): void {
		for (const summary of summaries) recordSummary(this.#instruments, summary);
		if (result !== undefined) recordVerdict(this.#instruments, result);
	}

	/**
	 * Sends the metrics as they are and ends the sending, within `timeoutMs` or, once `interrupt` is aborted, a second.
	 * Gives why the backend did not take them all, if it did not. A second call gives what the first did.
	 */
	close(timeoutMs: number, interrupt: AbortSignal): Promise<string | undefined> {
		this.#closed ??= this.#close(timeoutMs, interrupt);
		return this.#closed;
	}

	async #close(timeoutMs: number, interrupt: AbortSignal): Promise<string | undefined> {
		const inTime = await within(this.#provider.shutdown(), timeoutMs, interrupt);
		const problem = this.#exporter.problem ?? (inTime ? undefined : 'no answer came in time');
		if (problem === undefined) return undefined;
		const what = this.#exporter.taken ? 'did not take the last metrics' : 'took no metrics';
		return `${this.endpoint} ${what}: ${problem}; traces are not affected`;
	}
}
