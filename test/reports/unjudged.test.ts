import { describe, expect, it } from 'vitest';
import { decide } from '../../src/gate/gate.ts';
import { parseGate } from '../../src/gate/rules.ts';
import { metricCatalogue } from '../../src/metrics/catalogue.ts';
import { markdownGateResult } from '../../src/reports/markdown.ts';
import { textGateResult } from '../../src/reports/text.ts';
import { factsOf, type TrialParts, trial } from '../support/records.ts';
import { bare } from './hostile.ts';

type Findings = TrialParts['findings'];
const clean = { pii: 'ok', secrets: 'ok', tone: 'ok' } as const;

/** The notes of both reports on a run whose answers have these findings, judged by these rules; they agree. */
function notes(answers: readonly Findings[], ...rules: string[]): string[] {
	const candidate = factsOf(
		answers.map((findings, index) => trial({ question: `q${index}`, findings: { ...clean, ...findings } })),
	);
	const lines = ['rules:', '  - { id: floor, metric: pass_rate, check: value >= 0.01 }', ...rules];
	const gate = parseGate(lines.join('\n'), 'gate.yaml', metricCatalogue(candidate.run));
	const baseline = { missing: 'none' };
	const result = decide({
		gate,
		candidate,
		baseline,
		evaluatedAt: '2026-11-22T12:00:01Z',
		digests: {},
		spangate: '0.0.0-test',
	});
	const inText = [...textGateResult(result, bare(120)).matchAll(/^! (.*)$/gm)].map(([, note]) => note ?? '');
	const inMarkdown = [...markdownGateResult(result).matchAll(/^\*\*Note:\*\* (.*)\.$/gm)].map(([, note]) =>
		(note ?? '').replaceAll('\\', ''),
	);
	expect(inMarkdown).toEqual(inText);
	return inText;
}

describe('violations that no rule judges', () => {
	it('are told in text and Markdown, a note for each kind', () => {
		expect(notes([{ tone: 'violated' }, {}])).toEqual([
			'1 policy violation that no rule judges (policy_violations)',
		]);
		expect(notes([{ pii: 'violated', secrets: 'violated' }, {}])).toEqual([
			'2 safety violations that no rule judges (safety_violations)',
		]);
		expect(notes([{ pii: 'violated' }, { tone: 'violated' }, {}])).toEqual([
			'1 safety violation that no rule judges (safety_violations)',
			'1 policy violation that no rule judges (policy_violations)',
		]);
	});

	it('are told as far as they were seen when a check errored too', () => {
		expect(notes([{ tone: 'violated' }, { tone: 'errored' }, {}])).toEqual([
			'1 policy violation that no rule judges (policy_violations)',
		]);
	});

	it('are not told of where there are none', () => {
		expect(notes([{}, {}])).toEqual([]);
		expect(notes([{ tone: 'errored' }, {}])).toEqual([]);
	});

	it.each([
		'metric: policy_violations, max_events: 5',
		'metric: policy_violations.tone, max_events: 5',
		'metric: policy_violation_rate, check: value <= 0.9',
		'metric: policy_violations, max_events: 5, tier: advisory',
	])('are those of a kind without a rule, and one has a rule: %s', (rule) => {
		const both = [{ tone: 'violated', pii: 'violated' }, {}] as const;
		expect(notes(both, `  - { id: r, ${rule} }`)).toEqual([
			'1 safety violation that no rule judges (safety_violations)',
		]);
	});
});
