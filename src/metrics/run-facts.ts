import type { Metrics } from '../model/metric.ts';
import type { Run } from '../model/run.ts';
import { type Trial, trialPasses } from '../model/trial.ts';
import type { Offence, RunSummary } from '../model/verdict.ts';
import { MetricAccumulator } from './accumulator.ts';

/** What a comparison needs of a question in one run, its repeats together. */
export interface QuestionFacts {
	readonly input: string;
	readonly tags: Readonly<Record<string, string>>;
	trials: number;
	passed: number;
	/** The trace to look at: of the first trial that did not pass, else of the first. */
	traceId: string;
	/** Why the trial with that trace did not pass. */
	reasons: readonly string[];
}

/** All that is drawn from one run's trials: metrics, slices, questions, offences. */
export class RunFacts {
	readonly run: Run;
	readonly questions = new Map<string, QuestionFacts>();
	readonly offences: Offence[] = [];
	/** Trials whose question, repeat or run did not fit: a record that cannot be trusted. */
	readonly conflicts: string[] = [];
	/** Lines that a kill tore, by their place: their trials are lost. */
	readonly torn: string[] = [];
	trials = 0;
	readonly #all: MetricAccumulator;
	readonly #byTag = new Map<string, MetricAccumulator>();
	readonly #seen = new Set<string>();

	constructor(run: Run) {
		this.run = run;
		this.#all = new MetricAccumulator(run);
	}

	add(trial: Trial): void {
		const key = `${trial.repeat} ${trial.questionId}`;
		if (trial.runId !== this.run.id) this.conflicts.push(`a trial of run ${trial.runId}`);
		if (this.#seen.has(key))
			this.conflicts.push(`question "${trial.questionId}" twice in repeat ${trial.repeat}`);
		if (trial.passed !== trialPasses(trial)) {
			this.conflicts.push(
				`question "${trial.questionId}" says passed: ${trial.passed} against its scores and findings`,
			);
		}
		this.#seen.add(key);
		this.trials++;
		this.#all.add(trial);
		for (const [tag, value] of Object.entries(trial.tags)) this.#slice(`${tag}=${value}`).add(trial);
		this.#addQuestion(trial);
		for (const finding of trial.findings) {
			if (finding.status !== 'violated') continue;
			const { check, kind, category, severity, reason } = finding;
			this.offences.push({
				questionId: trial.questionId,
				traceId: trial.traceId,
				check,
				kind,
				category,
				severity,
				reason,
			});
		}
	}

	#slice(name: string): MetricAccumulator {
		let slice = this.#byTag.get(name);
		if (slice === undefined) {
			slice = new MetricAccumulator(this.run);
			this.#byTag.set(name, slice);
		}
		return slice;
	}

	#addQuestion(trial: Trial): void {
		const facts = this.questions.get(trial.questionId);
		if (facts === undefined) {
			this.questions.set(trial.questionId, {
				input: trial.input,
				tags: trial.tags,
				trials: 1,
				passed: trial.passed ? 1 : 0,
				traceId: trial.traceId,
				reasons: reasonsOf(trial),
			});
			return;
		}
		if (!trial.passed && facts.reasons.length === 0) {
			facts.traceId = trial.traceId;
			facts.reasons = reasonsOf(trial);
		}
		facts.trials++;
		if (trial.passed) facts.passed++;
	}

	metrics(): Metrics {
		return this.#all.metrics();
	}

	summary(): RunSummary {
		const slices = [...this.#byTag].sort(([a], [b]) => (a < b ? -1 : 1));
		const violations: Record<string, number> = {};
		for (const { check, category } of this.offences) {
			const key = `${check}/${category}`;
			violations[key] = (violations[key] ?? 0) + 1;
		}
		return {
			run: this.run,
			metrics: this.metrics(),
			byTag: Object.fromEntries(slices.map(([name, slice]) => [name, slice.metrics()])),
			violations,
			notPassed: [...this.questions]
				.filter(([, { passed, trials }]) => passed < trials)
				.map(([questionId, { traceId, reasons }]) => ({ questionId, traceId, reasons })),
		};
	}
}

/** Why a trial did not pass, a phrase each; empty for one that did. */
function reasonsOf(trial: Trial): string[] {
	if (trial.result === 'failed') return [`the target failed: ${trial.error.type}: ${trial.error.message}`];
	const reasons: string[] = [];
	for (const score of trial.scores) {
		if (score.status === 'errored') reasons.push(`scorer ${score.scorer} errored: ${score.error}`);
		if (score.status === 'scored' && !score.passed) {
			const detail = score.reason === undefined ? '' : ` (${score.reason})`;
			reasons.push(`${score.scorer} ${Number(score.value.toFixed(3))} < ${score.threshold}${detail}`);
		}
	}
	for (const finding of trial.findings) {
		if (finding.status === 'errored') reasons.push(`check ${finding.check} errored: ${finding.error}`);
		if (finding.status === 'violated')
			reasons.push(`${finding.check}/${finding.category}: ${finding.reason}`);
	}
	return reasons;
}
