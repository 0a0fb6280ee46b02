import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planTrials } from '../../src/runner/plan.ts';

const questions = (count: number) =>
	Array.from({ length: count }, (_, index) => ({ id: `q${index}`, input: '?', tags: {} }));
const plan = (count: number, options: Parameters<typeof planTrials>[1]) =>
	[...planTrials(questions(count), options)].map(
		({ question, repeat, run }) => `${repeat} ${question.id} ${run}`,
	);

describe('planTrials', () => {
	it('plans every question × repeat × run exactly once, repeat by repeat, the runs side by side', () => {
		const options = fc.record({
			repeats: fc.integer({ min: 1, max: 4 }),
			runs: fc.integer({ min: 1, max: 3 }),
			seed: fc.integer(),
		});
		fc.assert(
			fc.property(fc.integer({ min: 0, max: 20 }), options, (count, given) => {
				const planned = plan(count, given);
				expect(planned).toHaveLength(count * given.repeats * given.runs);
				expect(new Set(planned).size).toBe(planned.length);
				const blocks = planned.map((each) => each.replace(/ \d+$/, ''));
				const expected = Array.from({ length: given.repeats }, (_, repeat) =>
					questions(count).flatMap(({ id }) => Array.from({ length: given.runs }, () => `${repeat} ${id}`)),
				).flat();
				expect(blocks).toEqual(expected);
			}),
		);
	});

	it('is the same for the same seed, and another for another', () => {
		const of = (seed: number) => plan(100, { repeats: 1, runs: 2, seed });
		expect(of(7)).toEqual(of(7));
		expect(of(7)).not.toEqual(of(8));
	});

	it('lets each run of a pair go first about as often', () => {
		const firsts = (seed: number) =>
			plan(1000, { repeats: 1, runs: 2, seed }).filter(
				(each, index) => index % 2 === 0 && each.endsWith(' 1'),
			).length;
		for (const seed of [0, 1, -1, 2 ** 31 - 1, -(2 ** 31)]) {
			// Seven standard deviations of a fair coin.
			expect(Math.abs(firsts(seed) - 500)).toBeLessThan(111);
		}
	});
});
