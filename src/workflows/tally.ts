import type { Trial } from '../model/trial.ts';
import type { RunMetrics } from '../telemetry/run-metrics.ts';

/** What a run's end is told with, beside its metrics. */
export interface Tally {
	readonly answered: number;
	/** Answers of which a scorer or check errored. */
	readonly ungraded: number;
	/** Which scorer or check errored in the last of them, and why. */
	readonly lastFault: string | undefined;
	/** What the last failed trial said, when one failed. */
	readonly lastFailure: string | undefined;
	/** Answers whose spans were waited for in vain. */
	readonly withoutSpans: number;
}

/** Counts a run's finished trials. */
export class RunTally {
	readonly models = new Set<string>();
	readonly promptVersions = new Set<string>();
	completed = 0;
	passed = 0;
	readonly #metrics: RunMetrics | undefined;
	#answered = 0;
	#ungraded = 0;
	#lastFault: string | undefined;
	#lastFailure: string | undefined;

	/** They are counted for the metrics that are sent, too, where any are. */
	constructor(metrics: RunMetrics | undefined) {
		this.#metrics = metrics;
	}

	get tally(): Omit<Tally, 'withoutSpans'> {
		return {
			...{ answered: this.#answered, ungraded: this.#ungraded },
			...{ lastFault: this.#lastFault, lastFailure: this.#lastFailure },
		};
	}

	count(trial: Trial): void {
		this.#metrics?.count(trial);
		this.completed++;
		if (trial.passed) this.passed++;
		if (trial.result === 'failed') {
			this.#lastFailure = `${trial.error.type}: ${trial.error.message}`;
			return;
		}
		this.#answered++;
		const fault = faultOf(trial);
		if (fault !== undefined) {
			this.#ungraded++;
			this.#lastFault = fault;
		}
		if (trial.answer.model !== undefined) this.models.add(trial.answer.model);
		if (trial.answer.promptVersion !== undefined) this.promptVersions.add(trial.answer.promptVersion);
	}
}

function faultOf({ scores, findings }: Trial): string | undefined {
	for (const score of scores) {
		if (score.status === 'errored') return `scorer "${score.scorer}": ${score.error}`;
	}
	for (const finding of findings) {
		if (finding.status === 'errored') return `check "${finding.check}": ${finding.error}`;
	}
	return undefined;
}
