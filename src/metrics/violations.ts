import type { Metric } from '../model/metric.ts';
import type { Run } from '../model/run.ts';
import type { CheckKind, Trial } from '../model/trial.ts';

/** What some checks say of one trial: how many of their findings there are, and of which kind. */
export interface Judgement {
	judged: number;
	violated: number;
	errored: number;
	/** true when a check that judges every answer has no finding. */
	absent: boolean;
}

/**
 * What the checks of a run say of a trial: all of one kind together, and each by itself. Every trial is read once, for
 * all metrics and slices that count it.
 */
export class FindingReader {
	/** The place of each check among the judgements, by its name. */
	readonly #places: ReadonlyMap<string, number>;
	readonly #checks: Run['checks'];
	readonly #judgements: readonly Judgement[];

	constructor({ checks }: Pick<Run, 'checks'>) {
		this.#checks = checks;
		this.#places = new Map(checks.map(({ name }, index) => [name, kinds.length + index]));
		this.#judgements = Array.from({ length: kinds.length + checks.length }, nothing);
	}

	/**
	 * One judgement for each of `judged(run)`, good until the next trial is read; nothing of a failed one, which was not
	 * observed.
	 */
	read({ result, findings }: Trial): readonly Judgement[] | undefined {
		if (result === 'failed') return undefined;
		for (const judgement of this.#judgements) clear(judgement);
		for (const { check, status } of findings) {
			const judgement = this.#judgements[this.#places.get(check) ?? -1];
			if (judgement === undefined) continue;
			judgement.judged++;
			if (status === 'violated') judgement.violated++;
			if (status === 'errored') judgement.errored++;
		}
		for (let index = 0; index < this.#checks.length; index++) {
			const { kind, apply } = this.#checks[index] as Run['checks'][number];
			const own = this.#judgements[kinds.length + index] as Judgement;
			own.absent = apply === 'all' && own.judged === 0;
			const all = this.#judgements[kinds.indexOf(kind)] as Judgement;
			all.judged += own.judged;
			all.violated += own.violated;
			all.errored += own.errored;
			all.absent ||= own.absent;
		}
		return this.#judgements;
	}
}

const kinds: readonly Run['checks'][number]['kind'][] = ['policy', 'safety'];

function nothing(): Judgement {
	return { judged: 0, violated: 0, errored: 0, absent: false };
}

function clear(judgement: Judgement): void {
	judgement.judged = 0;
	judgement.violated = 0;
	judgement.errored = 0;
	judgement.absent = false;
}

/** What each judgement of a `FindingReader` is of, in their order: a kind, and one check of it unless it is of all. */
export function judged({ checks }: Pick<Run, 'checks'>): readonly { kind: CheckKind; check?: string }[] {
	return [...kinds.map((kind) => ({ kind })), ...checks.map(({ kind, name }) => ({ kind, check: name }))];
}

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

	/** `what` names the checks for a reader. */
	constructor(what: string) {
		this.#what = what;
	}

	add({ judged, violated, errored, absent }: Judgement): void {
		this.#violations += violated;
		if (absent) this.#absentTrials++;
		else if (judged > 0) {
			if (violated > 0) this.#violatingTrials++;
			if (errored > 0) this.#erroredTrials++;
			else this.#observed++;
		}
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
