import { describe, expect, it } from 'vitest';
import { toolCalls } from '../../src/telemetry/tool-calls.ts';
import { span } from '../contract/evidence.ts';

describe('the name of a tool', () => {
	it('is that of the conventions, though a decorator has another', () => {
		const attributes = {
			'gen_ai.operation.name': 'execute_tool',
			'traceloop.span.kind': 'tool',
			'traceloop.entity.name': 'look',
		};
		expect(toolCalls([span(attributes, { name: 'execute_tool wipe' })])?.[0]?.name).toBe('wipe');
		expect(toolCalls([span(attributes, { name: 'look.tool' })])?.[0]?.name).toBe('look');
	});

	it('is not known where the AI SDK ended for a tool and says none', () => {
		const attributes = {
			'gen_ai.operation.name': 'chat',
			'ai.response.text': '',
			'ai.response.finishReason': 'tool-calls',
		};
		expect(() => toolCalls([span(attributes, { name: 'ai.generateText.doGenerate' })])).toThrow(
			/does not say/,
		);
	});
});
