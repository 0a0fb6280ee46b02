import type { Metrics } from '../model/metric.ts';
import type { Run } from '../model/run.ts';
import { type Trial, trialPasses } from '../model/trial.ts';
import type { Offence, RunSummary } from '../model/verdict.ts';
import { MetricAccumulator } from './accumulator.ts';
import { mostExpected } from './growing.ts';
import { type Keep, Questions } from './questions.ts';
import { Repeats } from './repeats.ts';
import { Samples, type SampleWants } from './samples.ts';
import { FindingReader } from './violations.ts';

const everything: Keep = { traces: true, samples: { columns: 'all', tags: 'all', clusters: true } };

/** For a run that is shown by itself: nothing of a question that passed. */
export const keepForReport: Keep = { traces: false };

/** For a run that another is compared with: the other run’s groups count for both. */
export function keepAsBaseline({ columns }: SampleWants): Keep {
	const samples = { columns, tags: new Set<string>(), clusters: false };
	return { traces: true, samples };
}

/** For a run that is judged, compared with another or by itself. */
export function keepAsCandidate(samples: SampleWants): Keep {
	return { traces: true, samples };
}

/** All that is drawn from one run's trials: metrics, slices, questions, offences. */
export class RunFacts {
	readonly run: Run;
	readonly questions: Questions;
	/** The values of each question, where `keep` asks for any. */
	readonly samples: Samples | undefined;
	readonly offences: Offence[] = [];
	/** Trials whose question, repeat or run did not fit: a record that cannot be trusted. */
	readonly conflicts: string[] = [];
	/** Lines that a kill tore, by their place: their trials are lost. */
	readonly torn: string[] = [];
	trials = 0;
	readonly #all: MetricAccumulator;
	readonly #findings: FindingReader;
	/** Kept only where there is something to tell of it. */
	readonly #repeats: Repeats | undefined;
	/** By key and value of a tag: a name put together of both could stand for two. */
	readonly #byKey = new Map<string, Map<string, MetricAccumulator>>();

	/** `keep` says what is kept of questions that passed; without one, all that a comparison on either side needs. */
	constructor(run: Run, keep: Keep = everything) {
		this.run = run;
		this.questions = new Questions(run, keep);
		this.#findings = new FindingReader(run);
		this.samples = keep.samples && new Samples(run, keep.samples);
		this.#all = new MetricAccumulator(run, Math.min(run.planned, mostExpected));
		this.#repeats = run.repeats > 1 ? new Repeats(run) : undefined;
	}

	add(trial: Trial): void {
		if (trial.runId !== this.run.id) this.conflicts.push(`a trial of run ${trial.runId}`);
		const { index, isNew } = this.questions.add(trial);
		const judgements = this.#findings.read(trial);
		if (this.samples?.add(index, trial, judgements) === false) {
			this.conflicts.push(`question "${trial.questionId}" with other tags, or another cluster, than before`);
		}
		if (!isNew) this.conflicts.push(`question "${trial.questionId}" twice in repeat ${trial.repeat}`);
		const { result, findings, repeat } = trial;
		if (repeat >= this.run.repeats) {
			this.conflicts.push(`question "${trial.questionId}" in repeat ${repeat} of ${this.run.repeats}`);
		}
		// A failed trial was not judged, and what it says of safety would be counted nowhere.
		if (result === 'failed' && findings.length > 0) {
			this.conflicts.push(`question "${trial.questionId}" failed, and has findings`);
		}
		if (trial.passed !== trialPasses(trial)) {
			this.conflicts.push(
				`question "${trial.questionId}" says passed: ${trial.passed} against its scores and findings`,
			);
		}
		this.trials++;
		this.#all.add(trial, judgements);
		this.#repeats?.add(index, trial);
		for (const key in trial.tags) this.#slice(key, trial.tags[key] as string).add(trial, judgements);
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

	#slice(key: string, value: string): MetricAccumulator {
		let values = this.#byKey.get(key);
		if (values === undefined) {
			values = new Map();
			this.#byKey.set(key, values);
		}
		let slice = values.get(value);
		if (slice === undefined) {
			slice = new MetricAccumulator(this.run);
			values.set(value, slice);
		}
		return slice;
	}

	/** The metrics of the trials with this value of a tag; empty when there are none. */
	slice(key: string, value: string): Metrics {
		return this.#byKey.get(key)?.get(value)?.metrics() ?? {};
	}

	metrics(): Metrics {
		return this.#all.metrics();
	}

	summary(): RunSummary {
		const slices = [...this.#byKey]
			.flatMap(([key, values]) => [...values].map(([value, slice]) => [`${key}=${value}`, slice] as const))
			.sort(([a], [b]) => (a < b ? -1 : 1));
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
			notPassed: this.questions.notPassed(),
			...(this.#repeats && { repeats: this.#repeats.summary(this.metrics(), this.questions) }),
		};
	}
}
