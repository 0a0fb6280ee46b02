import { describe, expect, it } from 'vitest';
import { judgeBaselineTerms } from '../../src/gate/judge-baseline.ts';
import type { BaselineTerms } from '../../src/gate/rule.ts';
import type { Run } from '../../src/model/run.ts';
import { factsOf, trial } from '../support/records.ts';

const dayS = 86_400;
const endedAt = '2026-11-22T12:00:00Z';

function judged(
	terms: BaselineTerms,
	evaluatedAt: string,
	before: Partial<Run> = {},
	after: Partial<Run> = {},
) {
	const baseline = factsOf([trial(), trial({ question: 'q2' })], { endedAt, ...before });
	const candidate = factsOf([trial()], after);
	return judgeBaselineTerms(terms, { baseline, candidate, evaluatedAt });
}

describe('the age of a baseline', () => {
	const age = (evaluatedAt: string, before: Partial<Run> = {}) =>
		judged({ maxAgeS: 30 * dayS, same: ['suite'] }, evaluatedAt, before);

	it.each([
		['2026-11-22T12:00:00Z', 0, 'pass', 'the baseline is 0 days old (at most 30 days)'],
		['2026-12-02T14:24:00Z', 10.1 * dayS, 'pass', 'the baseline is 10.1 days old (at most 30 days)'],
		['2026-12-22T12:00:00Z', 30 * dayS, 'pass', 'the baseline is 30 days old (at most 30 days)'],
		[
			'2026-12-22T12:00:01Z',
			30 * dayS + 1,
			'inconclusive',
			'the baseline is 30 days old (at most 30 days); run it again',
		],
		[
			'2027-11-22T12:00:00Z',
			365 * dayS,
			'inconclusive',
			'the baseline is 365 days old (at most 30 days); run it again',
		],
		[
			'2026-11-22T11:59:59Z',
			-1,
			'inconclusive',
			`the baseline ended at ${endedAt}, after the time of the verdict (2026-11-22T11:59:59Z)`,
		],
	])('at %s is %d s: %s', (evaluatedAt, observed, outcome, reason) => {
		expect(age(evaluatedAt)).toEqual([
			{
				id: 'valid:baseline-age',
				metric: 'baseline_age',
				check: 'value <= 2592000 s',
				tier: 'critical',
				method: 'record check',
				outcome,
				observed,
				limit: 30 * dayS,
				samples: 2,
				reason,
			},
		]);
	});

	it('of a time that is none is not known', () => {
		const [result] = age('yesterday');
		expect(result).toMatchObject({ outcome: 'inconclusive' });
		expect(result).not.toHaveProperty('observed');
	});

	it('is not judged unless the gate asks for it', () => {
		expect(judged({ same: ['suite'] }, endedAt)).toEqual([]);
	});
});

describe('what must be the same in both runs', () => {
	const judge = [{ name: 'faithfulness', use: 'terms', version: '2' }];
	it.each<[Exclude<BaselineTerms['same'][number], 'suite'>, Partial<Run>, Partial<Run>, string]>([
		[
			'scorers',
			{},
			{ scorers: judge },
			'scorers differs: faithfulness (terms 1) in the baseline, faithfulness (terms 2) in the candidate',
		],
		[
			'scorers',
			{ scorers: [] },
			{},
			'scorers differs: none in the baseline, faithfulness (terms 1) in the candidate',
		],
		[
			'checks',
			{ checks: [{ name: 'pii', use: 'pii', version: '1', kind: 'safety', apply: 'all' }] },
			{ checks: [] },
			'checks differs: pii (pii 1) in the baseline, none in the candidate',
		],
		['concurrency', { concurrency: 4 }, {}, 'concurrency differs: 4 in the baseline, 1 in the candidate'],
		[
			'spangate',
			{ spangate: '0.1.0' },
			{ spangate: '0.2.0' },
			'spangate differs: 0.1.0 in the baseline, 0.2.0 in the candidate',
		],
	])('%s', (part, before, after, why) => {
		const check = { id: `valid:same-${part}`, metric: part, check: 'baseline == candidate', samples: 1 };
		expect(judged({ same: ['suite', part] }, endedAt, before, after)).toMatchObject([
			{ ...check, tier: 'critical', outcome: 'inconclusive', reason: `${why}; run the baseline again` },
		]);
		const [same] = judged({ same: [part] }, endedAt, after, after);
		expect(same).toMatchObject({ ...check, outcome: 'pass' });
		expect(same?.reason).toMatch(new RegExp(`^${part} is the same in both runs: \\S`));
		// What is not asked for may differ.
		expect(judged({ same: ['suite'] }, endedAt, before, after)).toEqual([]);
	});

	it('is said to be none where neither has any', () => {
		const [result] = judged({ same: ['checks'] }, endedAt, { checks: [] }, { checks: [] });
		expect(result).toMatchObject({ outcome: 'pass', reason: 'checks is the same in both runs: none' });
	});
});
