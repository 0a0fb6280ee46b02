import type { Metrics } from '../model/metric.ts';
import type { Run } from '../model/run.ts';
import type { Offence, RepeatsSummary, RunSummary } from '../model/verdict.ts';
import { Questions } from './questions.ts';
import { Samples } from './samples.ts';

/** What is known of each question of a run, and of all of its trials. */
interface Drawn {
	readonly run: Run;
	readonly trials: number;
	readonly questions: Questions;
	readonly samples: Samples | undefined;
	readonly offences: Offence[];
	readonly conflicts: string[];
	readonly torn: string[];
	readonly metrics: Metrics;
	/** By key and value of a tag: a name put together of both could stand for two. */
	readonly slices: ReadonlyMap<string, ReadonlyMap<string, Metrics>>;
	/** Only where there is something to tell of them. */
	readonly repeats: RepeatsSummary | undefined;
}

/** All that is drawn from one run's trials: metrics, slices, questions, offences. */
export class RunFacts {
	readonly run: Run;
	readonly trials: number;
	readonly questions: Questions;
	/** The values of each question, where any were kept. */
	readonly samples: Samples | undefined;
	readonly offences: Offence[];
	/** Trials whose question, repeat or run did not fit: a record that cannot be trusted. */
	readonly conflicts: string[];
	/** Lines that a kill tore, by their place: their trials are lost. */
	readonly torn: string[];
	readonly #drawn: Drawn;

	constructor(drawn: Drawn) {
		this.run = drawn.run;
		this.trials = drawn.trials;
		this.questions = drawn.questions;
		this.samples = drawn.samples;
		this.offences = drawn.offences;
		this.conflicts = drawn.conflicts;
		this.torn = drawn.torn;
		this.#drawn = drawn;
	}

	/** The facts that gave this state. */
	static from({ questions, samples, ...drawn }: ReturnType<RunFacts['state']>): RunFacts {
		return new RunFacts({
			...drawn,
			questions: Questions.from(questions),
			samples: samples && Samples.from(samples),
		});
	}

	/** All that they hold, for another thread. */
	state() {
		const { questions, samples } = this;
		return { ...this.#drawn, questions: questions.state(), samples: samples?.state() };
	}

	/** The metrics of the trials with this value of a tag; empty when there are none. */
	slice(key: string, value: string): Metrics {
		return this.#drawn.slices.get(key)?.get(value) ?? {};
	}

	metrics(): Metrics {
		return this.#drawn.metrics;
	}

	summary(): RunSummary {
		const { slices, repeats } = this.#drawn;
		const byTag = [...slices]
			.flatMap(([key, values]) =>
				[...values].map(([value, metrics]) => [`${key}=${value}`, metrics] as const),
			)
			.sort(([a], [b]) => (a < b ? -1 : 1));
		const violations: Record<string, number> = {};
		for (const { check, category } of this.offences) {
			const key = `${check}/${category}`;
			violations[key] = (violations[key] ?? 0) + 1;
		}
		return {
			run: this.run,
			metrics: this.metrics(),
			byTag: Object.fromEntries(byTag),
			violations,
			notPassed: this.questions.notPassed(),
			...(repeats && { repeats }),
		};
	}
}
