import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Trial } from '../../src/model/trial.ts';
import type { Variance } from '../../src/model/verdict.ts';
import { factsOf, type Graded, trial } from '../support/records.ts';

const repeatsOf = (trials: readonly Trial[], repeats = 3) => factsOf(trials, { repeats }).summary().repeats;

/** Of each question, one trial for each score. */
function asked(scores: Readonly<Record<string, readonly Graded[]>>): Trial[] {
	return Object.entries(scores).flatMap(([question, graded]) =>
		graded.map((faithfulness, repeat) => trial({ question, repeat, scores: { faithfulness } })),
	);
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

/** The ANOVA estimates straight from their definition; `groups` are the questions that have any value. */
function naiveVariance(all: readonly (readonly number[])[]): Variance {
	const groups = all.filter(({ length }) => length > 0);
	const values = groups.flat();
	if (groups.length < 2 || values.length === groups.length) return { missing: expect.any(String) };
	const within =
		sumOf(groups.map((group) => sumOf(group.map((value) => (value - mean(group)) ** 2)))) /
		(values.length - groups.length);
	const among =
		sumOf(groups.map((group) => group.length * (mean(group) - mean(values)) ** 2)) / (groups.length - 1);
	const perGroup =
		(values.length - sumOf(groups.map(({ length }) => length ** 2)) / values.length) / (groups.length - 1);
	const between = Math.max(0, (among - within) / perGroup);
	return {
		between: expect.closeTo(between, 10),
		within: expect.closeTo(within, 10),
		...(between + within > 1e-9 && { withinShare: expect.closeTo(within / (between + within), 8) }),
		questions: groups.length,
	};
}

describe('the variance of repeats', () => {
	it('is that of a worked example: 3 questions, 2 repeats', () => {
		// Means .1, .5, .9: MSW = .06/3 = .02, MSB = 2·(.16 + 0 + .16)/2 = .32, between = (.32 − .02)/2 = .15.
		const repeats = repeatsOf(asked({ a: [0, 0.2], b: [0.4, 0.6], c: [0.8, 1] }), 2);
		expect(repeats?.variance.faithfulness).toEqual({
			between: expect.closeTo(0.15, 12),
			within: expect.closeTo(0.02, 12),
			withinShare: expect.closeTo(0.02 / 0.17, 12),
			questions: 3,
		});
	});

	it('is the naive one for any questions with any number of repeats, in any order', () => {
		const graded = fc.oneof(
			{ weight: 6, arbitrary: fc.integer({ min: 0, max: 20 }).map((twentieths) => twentieths / 20) },
			fc.constant('skipped' as const),
		);
		const questions = fc.array(fc.array(graded, { minLength: 1, maxLength: 5 }), {
			minLength: 1,
			maxLength: 8,
		});
		fc.assert(
			fc.property(questions, fc.infiniteStream(fc.nat()), (lists, order) => {
				const trials = asked(Object.fromEntries(lists.map((list, index) => [`q${index}`, list])));
				const keys = new Map(trials.map((each) => [each, order.next().value as number]));
				trials.sort((a, b) => (keys.get(a) ?? 0) - (keys.get(b) ?? 0));
				const repeats = repeatsOf(trials, 5);
				expect(repeats?.variance).toEqual({
					// A mean of nothing but skipped scores is missing.
					faithfulness: lists.flat().some((each) => each !== 'skipped')
						? naiveVariance(lists.map((list) => list.filter((each) => each !== 'skipped')))
						: { missing: expect.any(String) },
					pass_rate: naiveVariance(
						lists.map((list) => list.map((each) => (each === 'skipped' || each >= 0.5 ? 1 : 0))),
					),
				});
			}),
			{ numRuns: 200, seed: 5 },
		);
	});

	it('is all between the questions when each gives the same each time, and has no share when nothing varies', () => {
		const steady = repeatsOf(asked({ a: [0.3, 0.3, 0.3], b: [0.7, 0.7, 0.7] }))?.variance;
		expect(steady?.faithfulness).toMatchObject({ within: 0, withinShare: 0 });
		const same = repeatsOf(asked({ a: [1, 1, 1], b: [1, 1, 1] }))?.variance;
		expect(same?.pass_rate).toEqual({ between: 0, within: 0, questions: 2 });
	});

	it('is missing where the metric is, and is left out with its field when each question was asked once', () => {
		const errored = repeatsOf(asked({ a: [1, 'errored', 1], b: [1, 1, 1] }))?.variance;
		expect(errored?.faithfulness).toEqual({ missing: 'scorer "faithfulness" errored in 1 trial(s)' });
		expect(errored?.pass_rate).toEqual({ missing: expect.stringContaining('errored in 1 trial(s)') });
		expect(factsOf([trial()]).summary()).not.toHaveProperty('repeats');
	});
});

describe('flaky questions', () => {
	it('are those that pass sometimes, in their order, with the trace of the first trial that did not', () => {
		const trials = asked({ a: [1, 1, 1], b: [1, 0, 1], c: [0, 0, 0], d: [0, 1, 0] });
		expect(repeatsOf(trials)?.flaky).toEqual([
			{ questionId: 'b', traceId: trial({ question: 'b', repeat: 1 }).traceId, passes: 2, trials: 3 },
			{ questionId: 'd', traceId: trial({ question: 'd', repeat: 0 }).traceId, passes: 1, trials: 3 },
		]);
	});
});
