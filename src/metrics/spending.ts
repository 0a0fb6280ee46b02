import type { Run } from '../model/run.ts';
import type { Finding, Score, Trial } from '../model/trial.ts';

/** What the judges of one trial spent, all of them together; a part is missing when one of them does not tell it. */
export interface Spending {
	inputTokens: number | undefined;
	outputTokens: number | undefined;
	costUsd: number | undefined;
	/** Why tokens are not known, and why the cost is not, as the first of them tells it. */
	tokensMissing?: string | undefined;
	costMissing?: string | undefined;
}

/** Sums what the scorers and checks of a run that ask models spent on a trial. */
export class SpendingReader {
	readonly #scorers: ReadonlySet<string>;
	readonly #checks: ReadonlySet<string>;

	constructor({ scorers, checks }: Pick<Run, 'scorers' | 'checks'>) {
		const spenders = (graders: readonly Run['scorers'][number][]) =>
			new Set(graders.filter(({ spends }) => spends).map(({ name }) => name));
		this.#scorers = spenders(scorers);
		this.#checks = spenders(checks);
	}

	/** true when a scorer or check of the run asks a model. */
	get any(): boolean {
		return this.#scorers.size + this.#checks.size > 0;
	}

	/** What was spent on a trial; nothing on a failed one, which nobody judged. */
	read({ result, scores, findings }: Trial): Spending {
		const spending: Spending = { inputTokens: 0, outputTokens: 0, costUsd: 0 };
		if (result === 'failed') return spending;
		let graded = 0;
		for (const score of scores) {
			if (!this.#scorers.has(score.scorer)) continue;
			graded++;
			if (score.status !== 'skipped') add(spending, score);
		}
		for (const finding of findings) if (this.#checks.has(finding.check)) add(spending, finding);
		// A record that lacks a score does not say what it cost.
		return graded < this.#scorers.size ? unknown : spending;
	}
}

const unknown: Spending = { inputTokens: undefined, outputTokens: undefined, costUsd: undefined };

function add(
	spending: Spending,
	{ usage, costUsd, costMissing }: Exclude<Score, { status: 'skipped' }> | Finding,
): void {
	if (usage === undefined) spending.tokensMissing ??= costMissing;
	if (costUsd === undefined) spending.costMissing ??= costMissing;
	spending.inputTokens = sum(spending.inputTokens, usage?.inputTokens);
	spending.outputTokens = sum(spending.outputTokens, usage?.outputTokens);
	spending.costUsd = sum(spending.costUsd, costUsd);
}

function sum(a: number | undefined, b: number | undefined): number | undefined {
	return a === undefined || b === undefined ? undefined : a + b;
}
