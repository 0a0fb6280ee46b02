import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareRuns } from '../../src/compare/compare-runs.ts';
import { factsOf, type TrialParts, trial } from '../support/records.ts';

const facts = (...parts: TrialParts[]) => factsOf(parts.map(trial));
const ids = (changes: readonly { questionId: string }[]) => changes.map(({ questionId }) => questionId);

describe('compareRuns', () => {
	it('pairs by question whatever the order, and tells what was lost and gained', () => {
		const before = facts(
			{ question: 'kept' },
			{ question: 'lost' },
			{ question: 'gained', scores: { faithfulness: 0 } },
			{ question: 'never', failed: true },
		);
		const after = facts(
			{ question: 'never', scores: { faithfulness: 0.2 } },
			{ question: 'gained' },
			{ question: 'lost', scores: { faithfulness: 0.4 } },
			{ question: 'kept' },
		);
		const { paired, regressions, gains, onlyBaseline, onlyCandidate } = compareRuns(before, after);
		expect({ paired, onlyBaseline, onlyCandidate }).toEqual({
			paired: 4,
			onlyBaseline: [],
			onlyCandidate: [],
		});
		expect(ids(gains)).toEqual(['gained']);
		expect(regressions).toEqual([
			{
				questionId: 'lost',
				input: 'What about lost?',
				tags: {},
				traceId: trial({ question: 'lost' }).traceId,
				baselineTraceId: trial({ question: 'lost' }).traceId,
				baselinePassRate: 1,
				candidatePassRate: 0,
				reasons: ['faithfulness 0.4 < 0.5'],
			},
		]);
	});

	it('counts a failed trial as a lost question and says why', () => {
		const { regressions } = compareRuns(facts({}), facts({ failed: true }));
		expect(regressions[0]?.reasons).toEqual(['the target failed: Error: down']);
	});

	it('compares shares of passed repeats, and shows the trace and the reasons of a repeat that did not pass', () => {
		const repeats = (question: string, ...values: number[]) =>
			values.map((value, repeat) => ({ question, repeat, scores: { faithfulness: value } }));
		const before = facts(...repeats('fewer', 1, 1, 0), ...repeats('more', 0, 0, 1), ...repeats('same', 0, 1));
		const after = facts(...repeats('fewer', 1, 0, 0), ...repeats('more', 1, 0, 1), ...repeats('same', 1, 0));
		const { regressions, gains } = compareRuns(before, after);
		expect(ids(regressions)).toEqual(['fewer']);
		expect(ids(gains)).toEqual(['more']);
		expect(regressions[0]).toMatchObject({
			baselinePassRate: 2 / 3,
			candidatePassRate: 1 / 3,
			traceId: trial({ question: 'fewer', repeat: 1 }).traceId,
			baselineTraceId: trial({ question: 'fewer', repeat: 2 }).traceId,
			reasons: ['faithfulness 0 < 0.5'],
		});
	});

	it('lists what only one run has on its own side, and pairs none of it', () => {
		const { paired, onlyBaseline, onlyCandidate, regressions, gains } = compareRuns(
			facts({ question: 'both' }, { question: 'old' }),
			facts({ question: 'new', failed: true }, { question: 'both' }),
		);
		expect({ paired, onlyBaseline, onlyCandidate }).toEqual({
			paired: 1,
			onlyBaseline: ['old'],
			onlyCandidate: ['new'],
		});
		expect([...regressions, ...gains]).toEqual([]);
	});

	it('gives candidate minus baseline for each metric, or says on which side it is missing', () => {
		const before = facts({ scores: { faithfulness: 0.25 }, costUsd: undefined });
		const after = facts({
			scores: { faithfulness: 0.75 },
			findings: { pii: 'errored', secrets: 'ok', tone: 'ok' },
		});
		const deltas = new Map(compareRuns(before, after).deltas.map((delta) => [delta.metric, delta.delta]));
		expect(deltas.get('faithfulness')).toBe(0.5);
		expect(deltas.get('cost_usd')).toEqual({ missing: 'baseline: 1 answer reported no cost' });
		expect(deltas.get('safety_violations')).toEqual({
			missing: 'candidate: a safety check errored in 1 trial(s)',
		});
		expect([...deltas.keys()]).toContain('safety_violation_rate.secrets');
	});

	it('shows a metric that only one run has, with a reason and without a delta', () => {
		const old = factsOf([trial({ scores: { recall: 1 } })], {
			scorers: [{ name: 'recall', use: 'terms', version: '1' }],
		});
		const byName = new Map(compareRuns(old, facts({})).deltas.map((delta) => [delta.metric, delta]));
		expect(byName.get('recall')).toMatchObject({
			candidate: { missing: 'the candidate run has no such metric' },
			delta: { missing: 'candidate: the candidate run has no such metric' },
		});
		expect(byName.get('faithfulness')).toMatchObject({
			delta: { missing: 'baseline: the baseline run has no such metric' },
		});
	});

	it('turns regressions into gains, and back, when the runs change places', () => {
		const side = fc.uniqueArray(fc.record({ question: fc.constantFrom(...'abcdef'), failed: fc.boolean() }), {
			selector: ({ question }) => question,
		});
		fc.assert(
			fc.property(side, side, (first, second) => {
				const there = compareRuns(facts(...first), facts(...second));
				const back = compareRuns(facts(...second), facts(...first));
				expect(ids(there.regressions).sort()).toEqual(ids(back.gains).sort());
				expect([...there.onlyBaseline].sort()).toEqual([...back.onlyCandidate].sort());
				expect(there.paired + there.onlyBaseline.length).toBe(first.length);
				expect(there.paired + there.onlyCandidate.length).toBe(second.length);
				const passedBefore = first.filter(({ failed }) => !failed).map(({ question }) => question);
				const failedAfter = second.filter(({ failed }) => failed).map(({ question }) => question);
				expect(ids(there.regressions).sort()).toEqual(
					passedBefore.filter((question) => failedAfter.includes(question)).sort(),
				);
			}),
		);
	});
});
