import { describe, expect, it } from 'vitest';
import { reasonsOf } from '../../src/metrics/reasons.ts';
import { type Trial, trialPasses } from '../../src/model/trial.ts';
import { factsOf, type TrialParts, trial } from '../support/records.ts';

const pass = { threshold: 0.75, weights: { faithfulness: 3, tone: 1 } };

function weighed(parts: TrialParts, by: Trial['pass'] = pass): Trial {
	const made = { ...trial(parts), pass: by };
	return { ...made, passed: parts.passed ?? trialPasses(made) };
}

describe('trials that are weighed', () => {
	it('pass by their mean, whatever a single score is', () => {
		const trials = [
			weighed({ question: 'q1', scores: { faithfulness: 1, tone: 0 } }),
			weighed({ question: 'q2', scores: { faithfulness: 0.6, tone: 1 } }),
			weighed({ question: 'q3', failed: true }),
		];
		const facts = factsOf(trials);
		expect(facts.conflicts).toEqual([]);
		expect(facts.metrics().pass_rate).toEqual({ value: 1 / 3, n: 3, unit: 'share' });
		expect(facts.metrics().faithfulness).toMatchObject({ value: 1.6 / 3 });
	});

	it('that say otherwise than their scores are a conflict', () => {
		const facts = factsOf([weighed({ scores: { faithfulness: 0.6, tone: 1 }, passed: true })]);
		expect(facts.conflicts).toEqual(['question "q1" says passed: true against its scores and findings']);
	});

	it('are undecided by an errored score that could still have carried them', () => {
		const decisive = weighed({ scores: { faithfulness: 'errored', tone: 1 } });
		expect(factsOf([decisive]).metrics().pass_rate).toHaveProperty('missing');
		const lost = weighed({ scores: { faithfulness: 0.2, tone: 'errored' } });
		expect(factsOf([lost]).metrics().pass_rate).toEqual({ value: 0, n: 1, unit: 'share' });
	});

	it('tell the mean and the scores that keep it low', () => {
		expect(reasonsOf(weighed({ scores: { faithfulness: 0.6, tone: 1 } }))).toEqual([
			'weighted mean 0.7 < 0.75: faithfulness 0.6 × 3',
		]);
		expect(reasonsOf(weighed({ scores: { faithfulness: 1, tone: 0 } }))).toEqual([]);
		expect(reasonsOf(weighed({ scores: { faithfulness: 'errored', tone: 0 } }))).toEqual([
			'scorer faithfulness errored: the judge is away',
		]);
	});

	it('tell once what stopped several scorers and checks', () => {
		const blind = weighed({ scores: { faithfulness: 'errored', tone: 'errored' } });
		const check = { check: 'tools', version: '1', kind: 'policy', status: 'errored' } as const;
		const findings = [
			{ ...check, error: 'the judge is away' },
			{ ...check, check: 'models', error: 'no model is named' },
		];
		expect(reasonsOf({ ...blind, findings } as Trial)).toEqual([
			'scorers faithfulness, tone and check tools errored: the judge is away',
			'check models errored: no model is named',
		]);
	});
});
