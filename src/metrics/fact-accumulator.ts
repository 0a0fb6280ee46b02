import type { Metrics } from '../model/metric.ts';
import type { Run } from '../model/run.ts';
import { type Trial, trialPasses } from '../model/trial.ts';
import type { Offence } from '../model/verdict.ts';
import { MetricAccumulator } from './accumulator.ts';
import { AskedRepeats } from './asked-repeats.ts';
import { expectedQuestions, expectedTrials } from './growing.ts';
import { everything, type Keep } from './keep.ts';
import { Questions } from './questions.ts';
import { Repeats } from './repeats.ts';
import { RunFacts } from './run-facts.ts';
import { SampleReader } from './samples.ts';
import { FindingReader } from './violations.ts';

/** Turns a stream of one run's trials into facts. */
export class FactAccumulator {
	readonly #run: Run;
	readonly #questions: Questions;
	readonly #asked: AskedRepeats;
	readonly #samples: SampleReader | undefined;
	readonly #findings: FindingReader;
	readonly #offences: Offence[] = [];
	readonly #conflicts: string[] = [];
	readonly #torn: string[] = [];
	#trials = 0;
	readonly #all: MetricAccumulator;
	/** Kept only where there is something to tell of it. */
	readonly #repeats: Repeats | undefined;
	readonly #byKey = new Map<string, Map<string, MetricAccumulator>>();

	/** `keep` says what is kept of questions that passed; without one, all that a comparison on either side needs. */
	constructor(run: Run, keep: Keep = everything) {
		this.#run = run;
		this.#questions = new Questions(expectedQuestions(run), keep.traces);
		this.#asked = new AskedRepeats(run);
		this.#findings = new FindingReader(run);
		this.#samples = keep.samples && new SampleReader(run, keep.samples);
		this.#all = new MetricAccumulator(run, expectedTrials(run));
		this.#repeats = run.repeats > 1 ? new Repeats(run) : undefined;
	}

	add(trial: Trial): void {
		const { questionId, result, findings, repeat, passed } = trial;
		if (trial.runId !== this.#run.id) this.#conflicts.push(`a trial of run ${trial.runId}`);
		const index = this.#questions.add(trial);
		const judgements = this.#findings.read(trial);
		if (this.#samples?.add(index, trial, judgements) === false) {
			this.#conflicts.push(`question "${questionId}" with other tags, or another cluster, than before`);
		}
		if (!this.#asked.add(index, repeat)) {
			this.#conflicts.push(`question "${questionId}" twice in repeat ${repeat}`);
		}
		if (repeat >= this.#run.repeats) {
			this.#conflicts.push(`question "${questionId}" in repeat ${repeat} of ${this.#run.repeats}`);
		}
		// A failed trial was not judged, and what it says of safety would be counted nowhere.
		if (result === 'failed' && findings.length > 0) {
			this.#conflicts.push(`question "${questionId}" failed, and has findings`);
		}
		if (passed !== trialPasses(trial)) {
			this.#conflicts.push(`question "${questionId}" says passed: ${passed} against its scores and findings`);
		}
		this.#trials++;
		this.#all.add(trial, judgements);
		this.#repeats?.add(index, trial);
		for (const key in trial.tags) this.#slice(key, trial.tags[key] as string).add(trial, judgements);
		for (const finding of findings) {
			if (finding.status !== 'violated') continue;
			const { check, kind, category, severity, reason } = finding;
			const { traceId } = trial;
			this.#offences.push({ questionId, traceId, check, kind, category, severity, reason });
		}
	}

	/** Takes the place (`file:line`) of a line that a kill tore. */
	addTorn(where: string): void {
		this.#torn.push(where);
	}

	/** All that was drawn from the trials so far; none may come after. */
	facts(): RunFacts {
		const metrics = this.#all.metrics();
		const questions = this.#questions;
		return new RunFacts({
			run: this.#run,
			trials: this.#trials,
			questions,
			samples: this.#samples?.samples,
			offences: this.#offences,
			conflicts: this.#conflicts,
			torn: this.#torn,
			metrics,
			slices: new Map([...this.#byKey].map(([key, values]) => [key, metricsOf(values)])),
			repeats: this.#repeats?.summary(metrics, questions),
		});
	}

	#slice(key: string, value: string): MetricAccumulator {
		let values = this.#byKey.get(key);
		if (values === undefined) {
			values = new Map();
			this.#byKey.set(key, values);
		}
		let slice = values.get(value);
		if (slice === undefined) {
			slice = new MetricAccumulator(this.#run);
			values.set(value, slice);
		}
		return slice;
	}
}

/** What is drawn from these trials of a run. */
export function drawFacts(run: Run, trials: Iterable<Trial>, keep?: Keep): RunFacts {
	const facts = new FactAccumulator(run, keep);
	for (const trial of trials) facts.add(trial);
	return facts.facts();
}

function metricsOf(slices: ReadonlyMap<string, MetricAccumulator>): Map<string, Metrics> {
	return new Map([...slices].map(([value, slice]) => [value, slice.metrics()]));
}
