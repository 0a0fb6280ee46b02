import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareRuns } from '../../src/compare/compare-runs.ts';
import { drawFacts } from '../../src/metrics/fact-accumulator.ts';
import { IdTable } from '../../src/metrics/id-table.ts';
import { type Keep, keepAsBaseline, keepAsCandidate, keepForReport } from '../../src/metrics/keep.ts';
import type { RunFacts } from '../../src/metrics/run-facts.ts';
import type { Run } from '../../src/model/run.ts';
import type { Trial } from '../../src/model/trial.ts';
import { run, trial } from '../support/records.ts';
import { NaiveQuestions, naiveComparison } from './questions-oracle.ts';

/** Ids of every width, some that UTF-8 cannot tell apart, some that an object would trip over. */
const ids = ['a', 'b', 'ab', 'é', '漢', '😀', '\ud83d', '\ud83e', '\ufffd', '__proto__', 'constructor', 'a '];

/** Any trials, in any order: of one question twice in a repeat, in a repeat beyond the plan, not passed for no reason. */
const anyRecord: fc.Arbitrary<Trial[]> = fc.array(
	fc
		.record({
			question: fc.constantFrom(...ids),
			repeat: fc.oneof({ weight: 6, arbitrary: fc.nat({ max: 2 }) }, fc.constantFrom(7, 8, 63, 64, 65, 4e9)),
			failed: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, fc.constant(true)),
			value: fc.constantFrom(1, 0.5, 0.4, 0),
			forged: fc.oneof({ weight: 8, arbitrary: fc.constant(false) }, fc.constant(true)),
		})
		.map(({ question, repeat, failed, value, forged }) => {
			const tags = { length: String(question.length) };
			const sound = trial({ question, repeat, failed, tags, scores: { faithfulness: value } });
			return forged ? { ...sound, passed: false } : sound;
		}),
	{ maxLength: 40 },
);

/** What a run planned, true to its trials or far from it. */
const anyPlan = fc.record({
	planned: fc.constantFrom(0, 1, 40, 1000),
	repeats: fc.constantFrom(1, 3, 9, 2 ** 50),
});

function factsOf(trials: readonly Trial[], plan: Partial<Run>, keep?: Keep): RunFacts {
	return drawFacts(run(plan), trials, keep);
}

const noSamples = { columns: new Set<string>(), tags: new Set<string>(), clusters: false };

describe('the questions of any record', () => {
	it('compare as in a map of everything, whether all is kept or only what this comparison needs', () => {
		let changes = 0;
		fc.assert(
			fc.property(anyRecord, anyRecord, anyPlan, (before, after, plan) => {
				const expected = naiveComparison(new NaiveQuestions(before), new NaiveQuestions(after));
				for (const [first, second] of [
					[factsOf(before, plan), factsOf(after, plan)],
					[
						factsOf(before, plan, keepAsBaseline(noSamples)),
						factsOf(after, plan, keepAsCandidate(noSamples)),
					],
				] as const) {
					const { deltas, ...comparison } = compareRuns(first, second);
					expect(comparison).toEqual(expected);
					expect(deltas).toContainEqual(expect.objectContaining({ metric: 'pass_rate' }));
				}
				changes += expected.regressions.length + expected.gains.length;
			}),
			{ numRuns: 100 },
		);
		expect(changes).toBeGreaterThan(0);
	});

	it('that did not pass, and that were asked twice in a repeat, are told as by a map of everything', () => {
		fc.assert(
			fc.property(anyRecord, anyPlan, (trials, plan) => {
				const expected = new NaiveQuestions(trials);
				for (const keep of [undefined, keepForReport, keepAsBaseline(noSamples)]) {
					const facts = factsOf(trials, plan, keep);
					expect(facts.summary().notPassed).toEqual(expected.notPassed());
					expect(facts.conflicts.filter((text) => text.includes('twice'))).toEqual(expected.twice);
					expect(facts.questions.size).toBe(expected.byId.size);
				}
			}),
			{ numRuns: 100 },
		);
	});

	it('count hundreds of repeats, more than fit into a byte', () => {
		const repeats = 600;
		const of = (question: string, failed: number) =>
			Array.from({ length: repeats }, (_, repeat) => trial({ question, repeat, failed: repeat < failed }));
		const trials = [...of('a', 150), ...of('b', 0), ...of('c', 600)];
		const { questions, samples } = factsOf(trials, { planned: 1800, repeats });
		expect([0, 1, 2].map((index) => questions.passRate(index))).toEqual([0.75, 1, 0]);
		const passed = samples?.column('pass_rate');
		expect([0, 1, 2].map((index) => passed?.count(index))).toEqual([600, 600, 600]);
		expect([0, 1, 2].map((index) => passed?.mean(index))).toEqual([0.75, 1, 0]);
	});

	it('take no memory for a plan that a broken record made up', () => {
		const facts = factsOf([trial()], { planned: Number.MAX_SAFE_INTEGER, repeats: 1 });
		expect(facts.questions.size).toBe(1);
		expect(facts.metrics().latency_p50_ms).toMatchObject({ value: 10 });
	});

	it('are not compared when what that needs was not kept', () => {
		const [worse, better] = [trial({ failed: true }), trial()];
		const told = 'no trace was kept of question "q1"';
		expect(() => compareRuns(factsOf([worse], {}), factsOf([better], {}, keepForReport))).toThrow(told);
		expect(() => compareRuns(factsOf([better], {}, keepForReport), factsOf([worse], {}))).toThrow(told);
	});
});

describe('IdTable', () => {
	it('numbers any texts as a map does, however few were expected', () => {
		const text = fc.oneof(
			fc.string({ unit: 'binary' }),
			fc.constantFrom(...ids),
			fc.string({ maxLength: 2 }),
		);
		fc.assert(
			fc.property(fc.array(text), fc.array(text), fc.nat({ max: 50 }), (texts, others, expected) => {
				const table = new IdTable(expected);
				const map = new Map<string, number>();
				for (const each of texts) if (!map.has(each)) map.set(each, map.size);
				expect(texts.map((each) => table.add(each))).toEqual(texts.map((each) => map.get(each)));
				expect([...table]).toEqual([...map.keys()]);
				expect(table.size).toBe(map.size);
				const asked = [...texts, ...others];
				expect(asked.map((each) => table.indexOf(each))).toEqual(asked.map((each) => map.get(each) ?? -1));
			}),
		);
	});

	it('holds 50,000 ids that differ in a digit or their width, and an id of a megabyte', () => {
		const texts = Array.from(
			{ length: 50_000 },
			(_, index) => `${index % 3 === 0 ? '漢' : 'question'}-${index}`,
		);
		texts.push('x'.repeat(2 ** 20));
		const table = new IdTable(0);
		for (const each of texts) table.add(each);
		expect(table.size).toBe(texts.length);
		expect(texts.findIndex((each, index) => table.indexOf(each) !== index)).toBe(-1);
		// Backwards none of them follows the one that was found before.
		expect(texts.findLastIndex((each, index) => table.indexOf(each) !== index)).toBe(-1);
		expect([...table]).toEqual(texts);
		expect(table.indexOf('question-50001')).toBe(-1);
	});
});
