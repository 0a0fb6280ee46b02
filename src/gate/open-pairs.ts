import { expectedTrials, withRoom } from '../metrics/growing.ts';
import { IdTable } from '../metrics/id-table.ts';
import type { RunFacts } from '../metrics/run-facts.ts';
import type { Run } from '../model/run.ts';
import type { Discordant } from '../stats/paired-proportions.ts';

const known = { baseline: 1, candidate: 4 } as const;
const passes = { baseline: 2, candidate: 8 } as const;

/**
 * The pairs of two runs that ask the same `planned` questions once each, completed in the candidate's favour: what the
 * baseline was not asked it fails, what the candidate was not asked it passes.
 */
export class OpenPairs {
	readonly #ids: IdTable;
	#states: Uint8Array<ArrayBuffer>;
	readonly #planned: number;
	#lost = 0;
	#notGained = 0;

	constructor(planned: number) {
		const expected = expectedTrials({ planned });
		this.#planned = planned;
		this.#ids = new IdTable(expected);
		this.#states = new Uint8Array(expected);
	}

	add(role: 'baseline' | 'candidate', questionId: string, passed: boolean): void {
		const index = this.#ids.add(questionId);
		this.#states = withRoom(this.#states, index + 1);
		const before = this.#states[index] as number;
		const after = before | known[role] | (passed ? passes[role] : 0);
		this.#states[index] = after;
		this.#lost += Number(isLost(after)) - Number(isLost(before));
		this.#notGained += Number(!isGained(after)) - Number(!isGained(before));
	}

	/** Takes every trial of a run that asks each question once. */
	addAll(role: 'baseline' | 'candidate', { questions }: Pick<RunFacts, 'questions'>): void {
		for (let index = 0; index < questions.size; index++) {
			this.add(role, questions.ids.at(index), questions.passRate(index) === 1);
		}
	}

	/** The pairs of the completion that is best for the candidate. */
	best(): Discordant {
		const n = Math.max(this.#planned, this.#ids.size);
		return { gained: n - this.#notGained, lost: this.#lost, n };
	}
}

/** The pairs of two runs, when they ask the same questions once each. */
export function openPairs(baseline: Run, candidate: Run): OpenPairs | undefined {
	const asked = ({ suite, selection, repeats, planned }: Run) =>
		JSON.stringify([suite.digest, selection.first, selection.tag, repeats, planned]);
	const same = candidate.repeats === 1 && asked(baseline) === asked(candidate);
	return same ? new OpenPairs(candidate.planned) : undefined;
}

function isLost(state: number): boolean {
	return (state & passes.baseline) !== 0 && candidateFailed(state);
}

function isGained(state: number): boolean {
	return (state & passes.baseline) === 0 && !candidateFailed(state);
}

function candidateFailed(state: number): boolean {
	return (state & known.candidate) !== 0 && (state & passes.candidate) === 0;
}
