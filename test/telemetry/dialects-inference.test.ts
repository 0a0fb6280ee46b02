import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EvidenceSpan } from '../../src/model/evidence.ts';
import { modelsOf, tokenUsage } from '../../src/telemetry/inference.ts';
import { span } from '../contract/evidence.ts';

type Attributes = EvidenceSpan['attributes'];
type Rest = Partial<Omit<EvidenceSpan, 'attributes'>>;

let made = 0;
const named = (name: string, attributes: Attributes, rest: Rest = {}) =>
	span(attributes, { name, spanId: `${++made}`.padStart(16, '0'), startMs: 1_000 + made, ...rest });
const chat = (attributes: Attributes, rest?: Rest) =>
	named('chat m', { 'gen_ai.operation.name': 'chat', ...attributes }, rest);
const llm = (attributes: Attributes, rest?: Rest) =>
	named('ChatModel', { 'openinference.span.kind': 'LLM', ...attributes }, rest);
const used = (input: number, output: number): Attributes => ({
	'gen_ai.usage.input_tokens': input,
	'gen_ai.usage.output_tokens': output,
});
const invokeAgent = (attributes: Attributes = {}) =>
	named('invoke_agent app', {
		'gen_ai.operation.name': 'invoke_agent',
		'gen_ai.agent.name': 'app',
		'gen_ai.response.model': 'reported',
		...used(100, 200),
		...attributes,
	});

describe('modelsOf', () => {
	it.each([
		['GenAI', chat({ 'gen_ai.request.model': 'm', 'gen_ai.provider.name': 'p' })],
		[
			'the model that answered',
			chat({ 'gen_ai.request.model': 'm-latest', 'gen_ai.response.model': 'm', 'gen_ai.provider.name': 'p' }),
		],
		['GenAI before 1.37', chat({ 'gen_ai.request.model': 'm', 'gen_ai.system': 'p' })],
		[
			'GenAI without operation names',
			named('openai.chat', { 'gen_ai.request.model': 'm', 'gen_ai.system': 'p' }),
		],
		['OpenInference', llm({ 'llm.model_name': 'm', 'llm.provider': 'p', 'llm.system': 's' })],
		['OpenInference without a provider', llm({ 'llm.model_name': 'm', 'llm.system': 'p' })],
	])('reads %s', (_, each) => {
		expect(modelsOf([invokeAgent(), each])).toEqual([{ model: 'm', provider: 'p' }]);
	});

	it('gives each model once, by first use', () => {
		const [a, b] = [chat({ 'gen_ai.request.model': 'a' }), chat({ 'gen_ai.request.model': 'b' })];
		expect(modelsOf([b, chat({ 'gen_ai.request.model': 'a' }), a])).toEqual([
			{ model: 'a', provider: undefined },
			{ model: 'b', provider: undefined },
		]);
	});

	it('gives undefined without an inference span: what an agent reports is not one, nor an embedding', () => {
		const embedding = named('embeddings e', {
			'gen_ai.operation.name': 'embeddings',
			'gen_ai.request.model': 'e',
		});
		const old = named('openai.embeddings', {
			'gen_ai.system': 'openai',
			'gen_ai.request.model': 'e',
			'llm.request.type': 'embedding',
		});
		const agent = named('agent', { 'openinference.span.kind': 'AGENT', 'llm.model_name': 'm' });
		const chain = named('chain', {
			'openinference.span.kind': 'CHAIN',
			'gen_ai.system': 'openai',
			'gen_ai.request.model': 'm',
		});
		expect(modelsOf([invokeAgent(), embedding, old, agent, chain])).toBeUndefined();
	});

	it('throws when a span does not say its model', () => {
		expect(() => modelsOf([chat({}), chat({ 'gen_ai.request.model': 'm' })])).toThrow(
			/"chat m" does not say which/,
		);
	});
});

describe('tokenUsage', () => {
	it('sums the inference spans of both dialects and their older spellings, and no agent’s totals', () => {
		const spans = [
			invokeAgent(),
			chat(used(1, 10)),
			chat({ 'gen_ai.usage.prompt_tokens': 2, 'gen_ai.usage.completion_tokens': 20 }),
			llm({ 'llm.token_count.prompt': 4, 'llm.token_count.completion': 40, 'llm.token_count.total': 44 }),
			named('agent', { 'openinference.span.kind': 'AGENT', 'llm.token_count.prompt': 7 }),
		];
		expect(tokenUsage(spans)).toEqual({ inputTokens: 7, outputTokens: 70 });
	});

	it('gives undefined without an inference span', () => {
		expect(tokenUsage([invokeAgent()])).toBeUndefined();
	});

	it('reads 0 as a count', () => {
		expect(tokenUsage([chat(used(0, 0))])).toEqual({ inputTokens: 0, outputTokens: 0 });
	});

	it.each([
		['nothing', {}],
		['no output', { 'gen_ai.usage.input_tokens': 3 }],
	])('throws when a span records %s', (_, attributes) => {
		expect(() => tokenUsage([chat(used(1, 1)), chat(attributes)])).toThrow(
			/"chat m" does not say how many tokens/,
		);
	});

	it.each([Number.NaN, -1, 1.5, '12', Number.POSITIVE_INFINITY])('throws on a count of %j', (count) => {
		const given = { ...used(1, 1), 'gen_ai.usage.input_tokens': count };
		expect(() => tokenUsage([chat(given)])).toThrow(/cannot be read: expected a whole number/);
	});

	it('counts nothing for a call that failed and records nothing', () => {
		expect(tokenUsage([chat({}, { status: 'error' }), chat(used(1, 2))])).toEqual({
			inputTokens: 1,
			outputTokens: 2,
		});
		expect(tokenUsage([chat(used(3, 0), { status: 'error' })])).toEqual({ inputTokens: 3, outputTokens: 0 });
		// What failed may have used some: of such calls alone it is not known how many.
		expect(tokenUsage([chat({}, { status: 'error' }), chat({}, { status: 'error' })])).toBeUndefined();
	});

	describe('of a call that is traced twice', () => {
		const outer = llm({ 'llm.token_count.prompt': 9, 'llm.token_count.completion': 90 });
		const below = (attributes: Attributes, rest: Rest = {}) =>
			chat(attributes, { parentSpanId: outer.spanId, ...rest });

		it('counts the inner spans when they all tell', () => {
			const between = named('http', {}, { parentSpanId: outer.spanId });
			const inner = chat(used(4, 40), { parentSpanId: between.spanId });
			const spans = [inner, between, outer, below({}, { status: 'error' }), below(used(5, 50))];
			expect(tokenUsage(spans)).toEqual({ inputTokens: 9, outputTokens: 90 });
		});

		it('counts the outer span when an inner one does not tell', () => {
			expect(tokenUsage([outer, below(used(4, 40)), below({})])).toEqual({
				inputTokens: 9,
				outputTokens: 90,
			});
		});

		it('throws when neither tells', () => {
			const silent = llm({});
			expect(() => tokenUsage([silent, chat({}, { parentSpanId: silent.spanId })])).toThrow(/does not say/);
		});
	});

	it('does not depend on the order of the spans, nor hang on parents that go in a circle', () => {
		const [a, b] = ['aaaaaaaaaaaaaaaa', 'bbbbbbbbbbbbbbbb'] as const;
		const spans = [
			chat(used(1, 1), { spanId: a, parentSpanId: b }),
			chat(used(2, 2), { spanId: b, parentSpanId: a }),
			chat(used(4, 4), { parentSpanId: a }),
		];
		const sum = { inputTokens: 7, outputTokens: 7 };
		fc.assert(
			fc.property(fc.shuffledSubarray(spans, { minLength: spans.length }), (shuffled) => {
				expect(tokenUsage(shuffled)).toEqual(sum);
			}),
		);
	});
});
