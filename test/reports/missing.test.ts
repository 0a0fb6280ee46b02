import { describe, expect, it } from 'vitest';
import { decide } from '../../src/gate/gate.ts';
import { parseGate } from '../../src/gate/rules.ts';
import { metricCatalogue } from '../../src/metrics/catalogue.ts';
import type { RunFacts } from '../../src/metrics/run-facts.ts';
import type { GateResult } from '../../src/model/verdict.ts';
import { markdownGateResult } from '../../src/reports/markdown.ts';
import { textGateResult } from '../../src/reports/text.ts';
import { factsOf, trial } from '../support/records.ts';
import { bare } from './hostile.ts';

const graded = factsOf([trial({ question: 'a' })]);
const ungraded = factsOf([trial({ question: 'a', scores: { faithfulness: 'errored' } })]);
const gateText = 'rules:\n  - { id: errors, metric: error_rate, check: value <= 0.02 }';

/** Judged by a rule that has nothing to do with the scorer. */
function judged(baseline: RunFacts | { missing: string }, candidate: RunFacts): GateResult {
	const gate = parseGate(gateText, 'gate.yaml', metricCatalogue(candidate.run));
	const evaluatedAt = '2026-11-22T12:00:01Z';
	return decide({ gate, candidate, baseline, evaluatedAt, digests: {}, spangate: '0.0.0-test' });
}

describe('a metric that shows a dash', () => {
	it('is told with the reason, also where every rule passed without it', () => {
		const result = judged(graded, ungraded);
		const shown = textGateResult(result, bare(120));
		expect(shown).toMatch(/^DEPLOY/m);
		expect(shown).toContain('– faithfulness: scorer "faithfulness" errored in 1 trial(s)\n');
		expect(shown).toContain('– pass_rate, cost_per_success: a scorer or check errored in 1 trial(s)');
		expect(markdownGateResult(result)).toContain(
			'- faithfulness: scorer "faithfulness" errored in 1 trial(s)\n',
		);
	});

	it('is told of the baseline where the candidate has it, and of no baseline that is not there', () => {
		const why = '– faithfulness: of the baseline: scorer "faithfulness" errored in 1 trial(s)\n';
		expect(textGateResult(judged(ungraded, graded), bare(120))).toContain(why);
		const alone = textGateResult(judged({ missing: 'none' }, graded), bare(120));
		expect(alone).not.toContain('of the baseline');
		expect(alone).not.toMatch(/^– /m);
	});
});
