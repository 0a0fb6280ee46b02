import type { MetricInfo } from '../model/metric.ts';
import type { Run } from '../model/run.ts';
import type { Trial } from '../model/trial.ts';
import { readTrialBatches } from '../record/reader.ts';

/** The values of one question's trials: how many, their mean, and the sum of their squared distances from it. */
export interface QuestionValues {
	trials: number;
	mean: number;
	squares: number;
}

/**
 * Reads what a metric is made of, question by question: question id → its trials' values. Trials that the metric
 * does not count (a skipped score, a check that did not complete) are left out; a metric that no single trial has a
 * value of (a quantile) gives nothing.
 */
export async function readQuestionValues(
	run: Run,
	folder: string,
	metric: MetricInfo,
): Promise<Map<string, QuestionValues>> {
	const questions = new Map<string, QuestionValues>();
	const measure = trialValue(run, metric);
	for await (const batch of readTrialBatches(folder)) {
		for (const trial of batch) {
			const value = measure(trial);
			if (value === undefined) continue;
			let question = questions.get(trial.questionId);
			if (question === undefined) {
				question = { trials: 0, mean: 0, squares: 0 };
				questions.set(trial.questionId, question);
			}
			// Welford's update: no sum of squares that could cancel out.
			const distance = value - question.mean;
			question.trials++;
			question.mean += distance / question.trials;
			question.squares += distance * (value - question.mean);
		}
	}
	return questions;
}

function trialValue(run: Run, metric: MetricInfo): (trial: Trial) => number | undefined {
	switch (metric.name) {
		case 'pass_rate':
			return ({ passed }) => Number(passed);
		case 'error_rate':
			return ({ result }) => Number(result === 'failed');
		case 'cost_usd':
			return ({ costUsd }) => costUsd;
		case 'input_tokens':
			return (trial) => (trial.result === 'answered' ? trial.answer.usage?.inputTokens : undefined);
		case 'output_tokens':
			return (trial) => (trial.result === 'answered' ? trial.answer.usage?.outputTokens : undefined);
	}
	if (metric.estimand === 'proportion') return violationValue(run, metric);
	if (metric.estimand === 'mean') return (trial) => scoreValue(trial, metric.name);
	return () => undefined;
}

function scoreValue({ scores }: Trial, name: string): number | undefined {
	const score = scores.findLast(({ scorer }) => scorer === name);
	return score?.status === 'scored' ? score.value : undefined;
}

/** 1 for a trial that violated one of the metric's checks, 0 for one that none of them found fault with. */
function violationValue({ checks }: Run, { concern, check }: MetricInfo) {
	const judging = checks.filter(({ name, kind }) =>
		check === undefined ? kind === concern : name === check,
	);
	const names = new Set(judging.map(({ name }) => name));
	return ({ findings }: Trial): number | undefined => {
		const judged = findings.filter((finding) => names.has(finding.check));
		if (judged.length === 0 || judged.some(({ status }) => status === 'errored')) return undefined;
		return Number(judged.some(({ status }) => status === 'violated'));
	};
}
