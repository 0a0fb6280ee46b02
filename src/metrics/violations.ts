import type { Metric } from '../model/metric.ts';
import type { Run } from '../model/run.ts';
import type { Trial } from '../model/trial.ts';

/**
 * Counts the violations of some findings. `n` is the number of trials in which all of those checks completed;
 * a failed trial was not observed, and an errored check makes the count incomplete.
 */
export class ViolationCount {
	#violations = 0;
	#violatingTrials = 0;
	#observed = 0;
	#erroredTrials = 0;
	#absentTrials = 0;
	readonly #what: string;
	readonly #checks: ReadonlySet<string>;
	readonly #everywhere: readonly string[];

	/** `what` names the checks for a reader; those with `apply: all` must have judged every answer. */
	constructor(what: string, checks: readonly Run['checks'][number][]) {
		this.#what = what;
		this.#checks = new Set(checks.map(({ name }) => name));
		this.#everywhere = checks.filter(({ apply }) => apply === 'all').map(({ name }) => name);
	}

	add(trial: Trial): void {
		const judgement = this.judge(trial);
		if (judgement === undefined) return;
		const { judged, violated, errored, absent } = judgement;
		this.#violations += violated;
		if (absent) this.#absentTrials++;
		else if (judged > 0) {
			if (violated > 0) this.#violatingTrials++;
			if (errored > 0) this.#erroredTrials++;
			else this.#observed++;
		}
	}

	/** What these checks say of one trial; nothing of a failed one, which was not observed. */
	judge({
		result,
		findings,
	}: Trial): { judged: number; violated: number; errored: number; absent: boolean } | undefined {
		if (result === 'failed') return undefined;
		let judged = 0;
		let violated = 0;
		let errored = 0;
		for (const { check, status } of findings) {
			if (!this.#checks.has(check)) continue;
			judged++;
			if (status === 'violated') violated++;
			if (status === 'errored') errored++;
		}
		const absent = !this.#everywhere.every((name) => findings.some(({ check }) => check === name));
		return { judged, violated, errored, absent };
	}

	/** Violations in all. */
	count(): Metric {
		const problem = this.#problem();
		if (problem !== undefined) return { missing: problem, atLeast: this.#violations };
		return { value: this.#violations, n: this.#observed, unit: 'violations' };
	}

	/** The share of observed trials with a violation. */
	rate(): Metric {
		const problem = this.#problem();
		if (problem !== undefined) return { missing: problem };
		return { value: this.#violatingTrials / this.#observed, n: this.#observed, unit: 'share' };
	}

	#problem(): string | undefined {
		if (this.#erroredTrials > 0) return `${this.#what} errored in ${this.#erroredTrials} trial(s)`;
		if (this.#absentTrials > 0)
			return `${this.#what} judged not every answer: ${this.#absentTrials} without a finding`;
		if (this.#observed === 0) return `no trial was judged by ${this.#what}`;
		return undefined;
	}
}
