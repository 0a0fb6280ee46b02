import { decide } from '../../src/gate/gate.ts';
import { parseGate } from '../../src/gate/rules.ts';
import { metricCatalogue } from '../../src/metrics/catalogue.ts';
import type { Trial } from '../../src/model/trial.ts';
import type { GateResult } from '../../src/model/verdict.ts';
import type { Terminal } from '../../src/reports/terminal.ts';
import { factsOf, type TrialParts, trial } from '../support/records.ts';

/** A terminal without colours. */
export const bare = (columns: number): Terminal => ({ columns, paint: (_, text) => text });
/** A terminal with colours, as SGR escapes. */
export const coloured = (columns: number): Terminal => ({
	columns,
	paint: (style, text) => `\u001b[${style === 'bold' ? 1 : 31}m${text}\u001b[${style === 'bold' ? 22 : 39}m`,
});

/** A trial whose every text from outside is the given one. */
export function saying(text: string, parts: TrialParts): Trial {
	const plain = trial(parts);
	const scores = plain.scores.map((score) =>
		score.status === 'scored' ? { ...score, reason: text } : score,
	);
	const findings = plain.findings.map((finding) =>
		finding.status === 'violated' ? { ...finding, reason: text, category: text } : finding,
	);
	const said = { ...plain, input: text, scores, findings };
	return said.result === 'failed'
		? { ...said, error: { type: 'Error', message: text } }
		: { ...said, answer: { ...said.answer, output: text } };
}

const gateLines = [
	'validity: { max_error_rate: 0.9 }',
	'rules:',
	'  - { id: speed, metric: latency_p95_ms, check: value <= 1 }',
	'  - { id: safety, metric: safety_violations, max_events: 0 }',
	'  - { id: pass-rate, metric: pass_rate, check: value >= 0.9, non_inferior: 2pp }',
];

/**
 * A gate's result of two runs in which every id, input, error and reason is `text`: a question that was lost,
 * one that failed, one that violated a check, and one that only the baseline has.
 */
export function resultSaying(text: string, id = text): GateResult {
	const clean = { pii: 'ok', secrets: 'ok', tone: 'ok' } as const;
	const baseline = factsOf(
		['lost', 'failed', 'unsafe', 'old'].map((role) => saying(text, { question: `${role}${id}` })),
	);
	const candidate = factsOf([
		saying(text, { question: `lost${id}`, scores: { faithfulness: 0.1 } }),
		saying(text, { question: `failed${id}`, failed: true }),
		saying(text, { question: `unsafe${id}`, findings: { ...clean, pii: 'violated' } }),
	]);
	const gate = parseGate(gateLines.join('\n'), 'gate.yaml', metricCatalogue(candidate.run));
	return decide({
		gate,
		candidate,
		baseline,
		evaluatedAt: '2026-11-22T12:00:01Z',
		digests: {},
		spangate: '0.0.0-test',
	});
}
