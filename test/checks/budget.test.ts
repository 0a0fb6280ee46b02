import { describe, expect, it } from 'vitest';
import { checkKinds } from '../../src/checks/index.ts';
import type { Answer, EvidenceSpan } from '../../src/model/evidence.ts';
import { chatSpan, evidence, toolSpan } from '../contract/evidence.ts';
import { judge, refusals } from '../contract/run.ts';

const spent = { costUsd: 0.02, usage: { inputTokens: 100, outputTokens: 20 } };
const twoSteps = [chatSpan(), { ...chatSpan(), spanId: 'b'.repeat(16) }, toolSpan('search')];
const judged = (
	options: object,
	answer: Partial<Answer> = spent,
	spans: readonly EvidenceSpan[] = twoSteps,
) => judge('budget', options, evidence('Done.', { answer, spans }));

describe('budget', () => {
	it.each<[object, string]>([
		[{ maxCostUsd: 0.02 }, 'ok'],
		[{ maxCostUsd: 0.0199 }, 'over_cost'],
		[{ maxTokens: 120 }, 'ok'],
		[{ maxTokens: 119 }, 'over_tokens'],
		[{ maxInputTokens: 100 }, 'ok'],
		[{ maxInputTokens: 99 }, 'over_tokens'],
		[{ maxOutputTokens: 20 }, 'ok'],
		[{ maxOutputTokens: 19 }, 'over_tokens'],
		[{ maxSteps: 2 }, 'ok'],
		[{ maxSteps: 1 }, 'over_steps'],
		[{ maxSteps: 0, maxCostUsd: 1 }, 'over_steps'],
	])('judges by %j: %s', async (options, category) => {
		const judgement = await judged(options);
		expect(judgement.status === 'violated' ? judgement.category : judgement.status).toBe(category);
	});

	it('counts a call that a framework and its client trace as one step', async () => {
		const outer = chatSpan();
		const inner = { ...chatSpan(), spanId: 'c'.repeat(16), parentSpanId: outer.spanId };
		expect(await judged({ maxSteps: 1 }, spent, [outer, inner])).toEqual({ status: 'ok' });
	});

	it('says every limit that is broken', async () => {
		expect(await judged({ maxCostUsd: 0.01, maxOutputTokens: 5, maxSteps: 2, severity: 'high' })).toEqual({
			status: 'violated',
			category: 'over_cost',
			severity: 'high',
			reason: '0.02 USD, at most 0.01; 20 output tokens, at most 5',
		});
	});

	it.each<[string, object, Partial<Answer>, EvidenceSpan[], RegExp]>([
		[
			'a cost',
			{ maxCostUsd: 1 },
			{ usage: spent.usage },
			twoSteps,
			/USD .* `costUsd`, or say what its model costs under `prices:`/,
		],
		['tokens', { maxTokens: 1000 }, { costUsd: 0 }, twoSteps, /tokens .* `usage`/],
		['input tokens', { maxInputTokens: 1000 }, {}, twoSteps, /input tokens/],
		['output tokens', { maxOutputTokens: 1000 }, {}, twoSteps, /output tokens/],
		['steps', { maxSteps: 9 }, spent, [toolSpan('search')], /steps .* model calls/],
		['steps without spans', { maxSteps: 9 }, spent, [], /steps/],
		['one of two', { maxSteps: 9, maxCostUsd: 1 }, spent, [], /steps/],
	])('throws without %s: missing is not 0', async (_, options, answer, spans, message) => {
		await expect(judged(options, answer, spans)).rejects.toThrow(message);
	});

	it('is violated by what is known, whatever is not', async () => {
		expect(await judged({ maxSteps: 9, maxCostUsd: 0.01 }, spent, [])).toMatchObject({
			status: 'violated',
			category: 'over_cost',
		});
	});

	it.each<[object]>([
		[{}],
		[{ severity: 'low' }],
		[{ maxTokens: -1 }],
		[{ maxCostUsd: Number.NaN }],
		[{ maxSteps: 0.5 }],
	])('refuses the options %j', (options) => {
		expect(refusals(checkKinds, 'budget', options)).not.toEqual([]);
	});
});
