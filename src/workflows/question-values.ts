import { trialValues } from '../metrics/trial-values.ts';
import { FindingReader } from '../metrics/violations.ts';
import type { MetricInfo } from '../model/metric.ts';
import type { Run } from '../model/run.ts';
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
	const measure = trialValues(run).get(metric.name);
	if (measure === undefined) return questions;
	const findings = new FindingReader(run);
	for await (const batch of readTrialBatches(folder)) {
		for (const trial of batch) {
			const value = measure(trial, findings.read(trial));
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
