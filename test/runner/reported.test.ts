import { describe, expect, it } from 'vitest';
import type { Prices } from '../../src/llm/prices.ts';
import type { Answer, EvidenceSpan } from '../../src/model/evidence.ts';
import type { Asking } from '../../src/runner/ask.ts';
import { withReported } from '../../src/runner/reported.ts';
import { span } from '../contract/evidence.ts';

const chat = (model: string, input: number, output: number, spanId: string): EvidenceSpan =>
	span(
		{
			'gen_ai.operation.name': 'chat',
			'gen_ai.response.model': model,
			'gen_ai.usage.input_tokens': input,
			'gen_ai.usage.output_tokens': output,
		},
		{ name: `chat ${model}`, spanId, parentSpanId: 'e'.repeat(16) },
	);
const two = [chat('m-1', 10, 2, '1'.repeat(16)), chat('m-1', 5, 1, '2'.repeat(16))];

function answerOf(answer: Partial<Answer>, spans: readonly EvidenceSpan[], prices?: Prices): Answer {
	const asking: Asking = {
		spanId: 'e'.repeat(16),
		result: 'answered',
		answer: { output: 'one', latencyMs: 1, ...answer },
	};
	const reported = withReported(asking, spans, prices);
	if (reported.result === 'failed') throw new Error('an answer became a failure');
	return reported.answer;
}

describe('what the spans say and the answer does not', () => {
	it('is the one model that was asked, and the tokens of all its calls', () => {
		expect(answerOf({}, two)).toEqual({
			output: 'one',
			latencyMs: 1,
			model: 'm-1',
			usage: { inputTokens: 15, outputTokens: 3 },
		});
	});

	it('never stands in for what the target reports itself', () => {
		const own = { model: 'mine', usage: { inputTokens: 1, outputTokens: 1 } };
		expect(answerOf(own, two)).toMatchObject(own);
	});

	it('names no model when the spans name several', () => {
		const answer = answerOf({}, [...two, chat('m-2', 1, 1, '3'.repeat(16))]);
		expect(answer.model).toBeUndefined();
		expect(answer.usage).toEqual({ inputTokens: 16, outputTokens: 4 });
	});

	it('is nothing, not zero, when a call does not tell its tokens', () => {
		const silent = span(
			{ 'gen_ai.operation.name': 'chat', 'gen_ai.response.model': 'm-1' },
			{ name: 'chat m-1', spanId: '4'.repeat(16), parentSpanId: 'e'.repeat(16) },
		);
		expect(answerOf({}, [...two, silent]).usage).toBeUndefined();
		expect(answerOf({}, []).usage).toBeUndefined();
	});

	it('has cached and reasoning tokens of both dialects among them', () => {
		const [first] = two as [EvidenceSpan];
		const genAi = { ...first.attributes, 'gen_ai.usage.cache_read.input_tokens': 4 };
		const openInference = {
			...{ 'openinference.span.kind': 'LLM', 'llm.model_name': 'm-2' },
			...{ 'llm.token_count.prompt': 100, 'llm.token_count.completion': 20 },
			'llm.token_count.prompt_details.cache_read': 60,
			'llm.token_count.completion_details.reasoning': 5,
		};
		const spans = [
			{ ...first, attributes: genAi },
			{ ...first, spanId: '3'.repeat(16), attributes: openInference },
		];
		expect(answerOf({}, spans).usage).toEqual({
			...{ inputTokens: 110, outputTokens: 22, cachedInputTokens: 64, reasoningTokens: 5 },
		});
		const prices = {
			'm-1': { input: 1, output: 0, cachedInput: 0 },
			'm-2': { input: 0, output: 10, reasoning: 0 },
		};
		// Each call by its own model's price: (10 - 4) × 1 and (20 - 5) × 10.
		expect(answerOf({}, spans, prices).costUsd).toBeCloseTo(156e-6, 12);
		expect(answerOf({}, spans, { 'm-1': prices['m-1'] })).toMatchObject({
			costMissing: expect.stringContaining('no price for model "m-2"'),
		});
		expect(answerOf({ costUsd: 3 }, spans, prices).costUsd).toBe(3);
	});

	it('gives the model by which the answer’s own tokens are priced', () => {
		const answer = {
			usage: { inputTokens: 7, outputTokens: 0 },
			costMissing: 'the answer does not name its model',
		};
		const priced = answerOf(answer, two, { 'm-1': { input: 1, output: 1 } });
		expect(priced).toMatchObject({ model: 'm-1', costUsd: 7e-6 });
		expect(priced.costMissing).toBeUndefined();
	});

	it('leaves a failure as it is', () => {
		const failed: Asking = {
			spanId: 'e'.repeat(16),
			result: 'failed',
			error: { type: 'Error', message: 'no' },
			latencyMs: 1,
			costUsd: undefined,
		};
		expect(withReported(failed, two, undefined)).toBe(failed);
	});
});
