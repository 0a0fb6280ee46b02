import type { Question } from '../model/question.ts';
import type { Pass } from '../model/trial.ts';
import type { Suite, SuiteScorer } from './suite.ts';

/** The share of a score that a question must reach of this scorer: the question's own, else the scorer's. */
export function thresholdOf(question: Question, { name, threshold }: SuiteScorer): number {
	const given = question.threshold;
	return (typeof given === 'object' ? ownValue(given, name) : given) ?? threshold;
}

/** By what weighted mean a trial of the question passes; nothing where every score must reach its own threshold. */
export function passOf(
	question: Question,
	{ scorers, passThreshold }: Pick<Suite, 'scorers' | 'passThreshold'>,
): Pass | undefined {
	const threshold = question.pass?.threshold ?? passThreshold;
	if (threshold === undefined) return undefined;
	const graders = scorers.filter(({ name }) => !question.skip?.includes(name));
	const weights = graders.map(({ name, weight = 1 }) => [
		name,
		ownValue(question.pass?.weights ?? {}, name) ?? weight,
	]);
	return { threshold, weights: Object.fromEntries(weights) };
}

/** `toString` is a name like any other. */
function ownValue(values: Readonly<Record<string, number>>, name: string): number | undefined {
	return Object.hasOwn(values, name) ? values[name] : undefined;
}
