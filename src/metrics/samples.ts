import type { Run } from '../model/run.ts';
import type { Trial } from '../model/trial.ts';
import { Column, Groups, TrialColumn } from './columns.ts';
import { expectedQuestions, expectedTrials } from './growing.ts';
import type { SampleWants } from './keep.ts';
import { latencyColumn, type TrialValue, trialValues } from './trial-values.ts';
import type { Judgement } from './violations.ts';

/** The per-question values of one run that bounds are computed from, in typed arrays by question number. */
export class Samples {
	/** Every trial’s latency; nothing when it was not asked for. */
	readonly latency: TrialColumn | undefined;
	/** The questions’ groups by their `cluster`. */
	readonly clusters: Groups;
	readonly #columns: ReadonlyMap<string, Column>;
	readonly #tags: ReadonlyMap<string, Groups>;

	constructor(
		columns: ReadonlyMap<string, Column>,
		latency: TrialColumn | undefined,
		tags: ReadonlyMap<string, Groups>,
		clusters: Groups,
	) {
		this.#columns = columns;
		this.latency = latency;
		this.#tags = tags;
		this.clusters = clusters;
	}

	/** The samples that gave this state. */
	static from({ columns, latency, tags, clusters }: ReturnType<Samples['state']>): Samples {
		return new Samples(
			new Map(columns.map(([name, column]) => [name, Column.from(column)])),
			latency && TrialColumn.from(latency),
			new Map(tags.map(([key, groups]) => [key, Groups.from(groups)])),
			Groups.from(clusters),
		);
	}

	/** All that they hold, for another thread. */
	state() {
		return {
			columns: [...this.#columns].map(([name, column]) => [name, column.state()] as const),
			latency: this.latency?.state(),
			tags: [...this.#tags].map(([key, groups]) => [key, groups.state()] as const),
			clusters: this.clusters.state(),
		};
	}

	/** A column by its name; nothing when it was not asked for. */
	column(name: string): Column | undefined {
		return this.#columns.get(name);
	}

	/** The questions’ groups by the value of a tag; nothing when no question has it. */
	tag(key: string): Groups | undefined {
		return this.#tags.get(key);
	}
}

/** Draws samples from a stream of trials. */
export class SampleReader {
	readonly samples: Samples;
	readonly #wants: SampleWants;
	readonly #expected: number;
	readonly #readers: readonly (readonly [column: Column, read: TrialValue])[];
	readonly #readLatency: TrialValue | undefined;
	readonly #tags = new Map<string, Groups>();

	constructor(run: Pick<Run, 'scorers' | 'checks' | 'planned' | 'repeats'>, wants: SampleWants) {
		this.#wants = wants;
		this.#expected = expectedQuestions(run);
		const values = trialValues(run);
		const wanted = (name: string) => wants.columns === 'all' || wants.columns.has(name);
		const columns = new Map<string, Column>();
		this.#readers = [...values]
			.filter(([name]) => name !== latencyColumn && wanted(name))
			.map(([name, read]) => {
				const column = new Column(this.#expected);
				columns.set(name, column);
				return [column, read];
			});
		this.#readLatency = wanted(latencyColumn) ? values.get(latencyColumn) : undefined;
		this.samples = new Samples(
			columns,
			this.#readLatency && new TrialColumn(expectedTrials(run)),
			this.#tags,
			new Groups(wants.clusters ? this.#expected : 0),
		);
	}

	/** Takes a trial of the question with this number; false when it groups the question otherwise than one before. */
	add(question: number, trial: Trial, judgements: readonly Judgement[] | undefined): boolean {
		for (const [column, read] of this.#readers) {
			const value = read(trial, judgements);
			if (value !== undefined) column.add(question, value);
		}
		const latency = this.#readLatency?.(trial, judgements);
		if (latency !== undefined) this.samples.latency?.add(question, latency);
		let isSame = true;
		if (this.#wants.clusters && trial.cluster !== undefined) {
			isSame = this.samples.clusters.set(question, trial.cluster);
		}
		for (const key in trial.tags) {
			if (this.#wants.tags !== 'all' && !this.#wants.tags.has(key)) continue;
			let groups = this.#tags.get(key);
			if (groups === undefined) {
				groups = new Groups(this.#expected);
				this.#tags.set(key, groups);
			}
			isSame = groups.set(question, trial.tags[key] as string) && isSame;
		}
		return isSame;
	}
}
