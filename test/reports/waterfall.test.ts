import { describe, expect, it } from 'vitest';
import type { EvidenceSpan } from '../../src/model/evidence.ts';
import { widthOf } from '../../src/reports/terminal.ts';
import { waterfall } from '../../src/reports/waterfall.ts';
import { bare } from './hostile.ts';

function span(spanId: string, parts: Partial<EvidenceSpan> = {}): EvidenceSpan {
	return {
		name: spanId,
		kind: 'INTERNAL',
		traceId: 'f'.repeat(32),
		spanId,
		startMs: 0,
		durationMs: 10,
		status: 'unset',
		attributes: {},
		events: [],
		...parts,
	};
}

describe('waterfall', () => {
	it('shows every span under its parent, by start, with its time; orphans are roots', () => {
		const shown = waterfall(
			[
				span('late', { parentSpanId: 'root', startMs: 5, durationMs: 5 }),
				span('early', { parentSpanId: 'root', startMs: 1, durationMs: 2 }),
				span('leaf', { parentSpanId: 'early', startMs: 2, durationMs: 0.5 }),
				span('root'),
				span('orphan', { parentSpanId: 'gone', startMs: 9 }),
			],
			bare(100),
		);
		expect(shown.split('\n').map((line) => line.replace(/█|\s+$/g, '').replace(/ {2,}(?=\d)/, ' '))).toEqual([
			'root 10.00 ms',
			'  early 2.00 ms',
			'    leaf 0.50 ms',
			'  late 5.00 ms',
			'orphan 10.00 ms',
		]);
	});

	it('shows policy, safety and errors of a span, and why a scorer gave its score', () => {
		const shown = waterfall(
			[
				span('root', {
					status: 'error',
					statusMessage: 'it broke',
					attributes: {
						'spangate.safety.status': 'unsafe',
						'other.key': 'the suite’s own',
						'gen_ai.usage.input_tokens': 7,
					},
					events: [
						{
							name: 'gen_ai.evaluation.result',
							timeMs: 1,
							attributes: { 'gen_ai.evaluation.explanation': 'missing: x' },
						},
					],
				}),
			],
			bare(100),
		);
		for (const text of [
			'! it broke',
			'spangate.safety.status = unsafe',
			'gen_ai.usage.input_tokens = 7',
			'missing: x',
		])
			expect(shown).toContain(text);
		expect(shown).toContain('other.key = the suite’s own');
	});

	it.each([60, 80, 120])('keeps within %d columns and lets no control character through', (columns) => {
		const text = `\u001b[2J\r${'漢字😀'.repeat(60)}\u009b`;
		const event = { name: 'e', timeMs: 1, attributes: { 'gen_ai.evaluation.explanation': text } };
		const spans = Array.from({ length: 12 }, (_, depth) =>
			span(`s${depth}`, {
				name: text,
				...(depth > 0 && { parentSpanId: `s${depth - 1}` }),
				statusMessage: text,
				attributes: { 'spangate.check.reason': text, 'gen_ai.agent.name': [text] },
				events: [event],
			}),
		);
		for (const line of waterfall(spans, bare(columns)).split('\n')) {
			expect(widthOf(line)).toBeLessThanOrEqual(columns);
			// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not get through
			expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
		}
	});
});
