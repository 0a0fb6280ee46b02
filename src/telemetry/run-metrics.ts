import type { Attributes } from '@opentelemetry/api';
import type { Run } from '../model/run.ts';
import type { Finding, Trial } from '../model/trial.ts';
import type { Instruments } from './instruments.ts';
import { Attr } from './names.ts';
import { Bounded, Distribution, Totals } from './series.ts';

const mostTags = 200;
/** Of names that a user's target or check makes up as it goes: models, kinds of error, categories. */
const mostNames = 100;

/** What every metric of a run bears. */
export function identityOf({ id, suite, target }: Pick<Run, 'id' | 'suite' | 'target'>): Attributes {
	return { [Attr.suiteName]: suite.name, [Attr.target]: target.name, [Attr.runId]: id };
}

/** Counts one run's trials for the metrics that are sent while it goes on. */
export class RunMetrics {
	readonly #identity: Attributes;
	readonly #target: string;
	readonly #trials: Totals;
	readonly #taggedTrials: Totals;
	readonly #findings: Totals;
	readonly #cost: Totals;
	readonly #judgeCost: Totals;
	readonly #scores: Distribution;
	readonly #durations: Distribution;
	readonly #tokens: Distribution;
	readonly #tags = new Bounded(mostTags);
	readonly #categories = new Bounded(mostNames);
	readonly #models = new Bounded(mostNames);
	readonly #errors = new Bounded(mostNames);

	constructor(instruments: Instruments, run: Run) {
		this.#identity = identityOf(run);
		this.#target = run.target.name;
		this.#trials = new Totals(instruments.trials);
		this.#taggedTrials = new Totals(instruments.taggedTrials);
		this.#findings = new Totals(instruments.findings);
		this.#cost = new Totals(instruments.cost);
		this.#judgeCost = new Totals(instruments.judgeCost);
		this.#scores = new Distribution(instruments.score);
		this.#durations = new Distribution(instruments.operationDuration);
		this.#tokens = new Distribution(instruments.tokenUsage);
	}

	/** Counts a finished trial, once. */
	count(trial: Trial): void {
		const { passed, result, tags, scores, findings, costUsd } = trial;
		this.#trials.add(`${passed} ${result}`, 1, () =>
			this.#with({ [Attr.passed]: passed, [Attr.trialResult]: result }),
		);
		for (const [key, value] of Object.entries(tags)) {
			const tag = this.#tags.of(`${key}=${value}`);
			this.#taggedTrials.add(`${passed} ${tag}`, 1, () =>
				this.#with({ [Attr.tag]: tag, [Attr.passed]: passed }),
			);
		}
		for (const score of scores) {
			if (score.status !== 'skipped') this.#countSpent({ [Attr.scorerName]: score.scorer }, score.costUsd);
			if (score.status !== 'scored') continue;
			const { scorer, value } = score;
			this.#scores.record(scorer, value, () => this.#with({ [Attr.scorerName]: scorer }));
		}
		for (const finding of findings) this.#countFinding(finding);
		if (costUsd !== undefined) this.#cost.add('', costUsd, () => this.#identity);
		this.#countOperation(trial);
	}

	#countSpent(grader: Attributes, costUsd: number | undefined): void {
		if (costUsd === undefined) return;
		this.#judgeCost.add(JSON.stringify(grader), costUsd, () => this.#with(grader));
	}

	#countFinding(finding: Finding): void {
		const { check, kind, status } = finding;
		this.#countSpent({ [Attr.checkName]: check }, finding.costUsd);
		const attributes = { [Attr.checkName]: check, [Attr.checkKind]: kind, [Attr.checkStatus]: status };
		if (finding.status !== 'violated') {
			this.#findings.add(`${status} ${check}`, 1, () => this.#with(attributes));
			return;
		}
		const { severity } = finding;
		const category = this.#categories.of(finding.category);
		this.#findings.add(`${status} ${severity} ${JSON.stringify([check, category])}`, 1, () =>
			this.#with({ ...attributes, [Attr.checkCategory]: category, [Attr.checkSeverity]: severity }),
		);
	}

	#countOperation(trial: Trial): void {
		const invoked = { [Attr.operation]: 'invoke_agent' };
		const operation = { ...invoked, [Attr.agentName]: this.#target };
		if (trial.result === 'failed') {
			const type = this.#errors.of(trial.error.type);
			this.#recordDuration(`failed ${type}`, trial, { ...operation, [Attr.errorType]: type });
			return;
		}
		// Nothing was asked, so nothing took time or tokens.
		if (trial.answer.cached) return;
		const { model: named, usage } = trial.answer;
		const model = named === undefined ? undefined : this.#models.of(named);
		const byModel = model === undefined ? {} : { [Attr.responseModel]: model };
		const key = model === undefined ? '' : `by ${model}`;
		this.#recordDuration(key, trial, { ...operation, ...byModel });
		if (usage === undefined) return;
		for (const [type, tokens] of [
			['input', usage.inputTokens],
			['output', usage.outputTokens],
		] as const) {
			this.#tokens.record(`${type} ${key}`, tokens, () =>
				this.#with({ ...invoked, ...byModel, [Attr.tokenType]: type }),
			);
		}
	}

	#recordDuration(key: string, { latencyMs }: Trial, attributes: Attributes): void {
		// What is not known is no operation of 0 seconds.
		if (latencyMs !== undefined) this.#durations.record(key, latencyMs / 1_000, () => this.#with(attributes));
	}

	#with(attributes: Attributes): Attributes {
		return { ...this.#identity, ...attributes };
	}
}
