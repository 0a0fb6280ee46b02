import type { Delivery, Run } from '../model/run.ts';
import type { Trial } from '../model/trial.ts';
import type { GateResult, RunSummary } from '../model/verdict.ts';
import type { Home } from '../record/home.ts';
import type { Credentials } from '../redaction/credentials.ts';
import type { SuiteTarget } from '../suite/suite.ts';
import type { ReceiverOptions } from '../telemetry/receiver.ts';
import type { RunConfig } from './draft.ts';
import type { Tally } from './tally.ts';

/** One target to measure and the part that its run plays. */
export interface Lane {
	readonly target: SuiteTarget;
	readonly role: Run['role'];
	/** The stored run that this one is judged against, when it is not measured beside it. */
	readonly partner?: string;
	/** The unfinished run that is gone on with. */
	readonly resume?: Run;
}

/** Follows the trials of runs under way, and tells when no further one could change what they come to. */
export interface Watch {
	/** Told of each finished trial, with its run's index. */
	add(trial: Trial, run: number): void;
	/** The rule that is decided; nothing while further trials are needed. */
	decidedBy(): string | undefined;
}

/** What to measure, how, and where it goes. */
export interface MeasureOptions extends RunConfig {
	readonly home: Home;
	/** What may never be told, whatever the mode. */
	readonly credentials: Credentials;
	/** Where spans are sent besides the record; nothing is sent without one. */
	readonly otlpEndpoint: string | undefined;
	/** Where metrics are sent; without one none are made. */
	readonly metricsEndpoint: string | undefined;
	/** The longest wait for the backend after the last trial. */
	readonly exportTimeoutMs: number;
	/** Where apps' spans are taken; without one, at a free port of loopback if a target's spans are waited for. */
	readonly receive: ReceiverOptions | undefined;
	/** The environment, for the keys of models that scorers and checks ask. */
	readonly env: Readonly<Record<string, string | undefined>>;
	/** Aborted when no further trial may start. */
	readonly stop: AbortSignal;
	/** Without one, all that is planned is asked. */
	readonly watch?: ((runs: readonly Run[]) => Watch) | undefined;
	readonly onTrial: (trial: Trial) => void;
	/** Told before the first trial how many an earlier process finished, of the runs that are gone on with. */
	readonly onDoneBefore: (trials: number) => void;
	/** Told of a file whose last line a kill tore; it is cut. */
	readonly onTorn: (file: string) => void;
	/** Told when trials were not asked, since a rule had decided the verdict without them. */
	readonly onCurtailed: (rule: string, saved: number, planned: number) => void;
	/** Told where apps can send their spans, when they can. */
	readonly onReceiving: (endpoint: string) => void;
}

/** A finished run and what became of its spans. */
export interface Measured extends Tally {
	readonly run: Run;
	readonly folder: string;
	readonly delivery: Delivery;
}

/** What the records of measured runs say: the runs' metrics and, of a pair that was judged, the verdict. */
export interface Conclusion {
	readonly summaries: readonly RunSummary[];
	readonly result: GateResult | undefined;
}

/** What `measure` came to. */
export interface Measurement extends Conclusion {
	readonly measured: readonly Measured[];
	/** Which target, scorer or check counts as down, and why, when the runs ended early for it; they can go on. */
	readonly down: string | undefined;
	/** Why the metrics' backend did not take them all, when it did not. */
	readonly metricsFailure: string | undefined;
	/** Spans that apps sent and no trial of ours has: refused, and so to be told. */
	readonly unknownSpans: number;
	/** Why an app's request with spans was refused as a whole, the last time that one was. */
	readonly refusedRequest: string | undefined;
}
