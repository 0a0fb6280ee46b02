import { describe, expect, it } from 'vitest';
import type { EvidenceSpan } from '../../src/model/evidence.ts';
import { inferenceSpans } from '../../src/telemetry/inference.ts';
import { toolCalls } from '../../src/telemetry/tool-calls.ts';
import { span } from '../contract/evidence.ts';

type Attributes = EvidenceSpan['attributes'];

describe('of two calls of one model at a time that tell no tokens', () => {
	const during = (name: string, startMs: number, attributes: Attributes) =>
		span(
			{ 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'm', ...attributes },
			{
				name,
				spanId: name.padStart(16, '0'),
				parentSpanId: 'f'.repeat(16),
				startMs,
				durationMs: 3_000 - startMs,
			},
		);
	const asking = (tool: string) => ({
		'gen_ai.output.messages': JSON.stringify([
			{ role: 'assistant', parts: [{ type: 'tool_call', name: tool, arguments: {} }] },
		]),
	});

	it('each counts where they ask for other tools', () => {
		const calls = toolCalls([during('a', 1_000, asking('wipe')), during('b', 1_500, asking('look'))]);
		expect(calls?.map(({ name }) => name)).toEqual(['wipe', 'look']);
	});

	it('each counts where their answers have other ids', () => {
		const answered = (id: string) => ({ 'gen_ai.response.id': id });
		const spans = [during('a', 1_000, answered('r1')), during('b', 1_500, answered('r2'))];
		expect(inferenceSpans(spans, () => true)).toHaveLength(2);
		const twins = [during('a', 1_000, answered('r1')), during('b', 1_500, answered('r1'))];
		expect(inferenceSpans(twins, () => true)).toHaveLength(1);
	});

	it('each counts where neither says more than the model', () => {
		expect(inferenceSpans([during('a', 1_000, {}), during('b', 1_500, {})], () => true)).toHaveLength(2);
		const told = during('b', 1_500, { 'gen_ai.usage.input_tokens': 7 });
		expect(inferenceSpans([during('a', 1_000, {}), told], () => true)).toHaveLength(1);
	});
});
