import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EvidenceSpan } from '../../src/model/evidence.ts';
import { type ToolCall, toolCalls } from '../../src/telemetry/tool-calls.ts';
import { span } from '../contract/evidence.ts';

type Attributes = EvidenceSpan['attributes'];
type Rest = Partial<Omit<EvidenceSpan, 'attributes'>>;

let made = 0;
const place = (rest: Rest): Rest => ({
	spanId: `${++made}`.padStart(16, '0'),
	startMs: 1_000 + made,
	...rest,
});
const execute = (name: string, given?: string, rest: Rest = {}) =>
	span(
		{
			'gen_ai.operation.name': 'execute_tool',
			'gen_ai.tool.name': name,
			...(given !== undefined && { 'gen_ai.tool.call.arguments': given }),
		},
		place({ name: `execute_tool ${name}`, ...rest }),
	);
const tool = (attributes: Attributes, rest: Rest = {}) =>
	span({ 'openinference.span.kind': 'TOOL', ...attributes }, place({ name: 'tool', ...rest }));
const chat = (attributes: Attributes, rest: Rest = {}) =>
	span({ 'gen_ai.operation.name': 'chat', ...attributes }, place({ name: 'chat m', ...rest }));
const llm = (attributes: Attributes, rest: Rest = {}) =>
	span({ 'openinference.span.kind': 'LLM', ...attributes }, place({ name: 'ChatModel', ...rest }));
const messages = (...parts: object[]) =>
	JSON.stringify([{ role: 'assistant', parts, finish_reason: 'tool_call' }]);

const brief = (calls: readonly ToolCall[] | undefined) => calls?.map((call) => [call.name, call.arguments]);

describe('toolCalls from tool spans', () => {
	it('gives name, parsed arguments, start, failure and span of each, by start, from both dialects', () => {
		const search = execute('search', '{"q":"a","n":2}', { startMs: 5 });
		const pay = tool({ 'tool.name': 'pay', 'input.value': '{"eur":3}' }, { startMs: 4, status: 'error' });
		expect(toolCalls([search, pay, chat({})])).toEqual([
			{ name: 'pay', arguments: { eur: 3 }, startMs: 4, failed: true, spanId: pay.spanId },
			{ name: 'search', arguments: { q: 'a', n: 2 }, startMs: 5, failed: false, spanId: search.spanId },
		]);
	});

	it('reads the kind in any case, and one span that speaks both dialects once', () => {
		const both = execute('search', '{}');
		const spans = [{ ...both, attributes: { ...both.attributes, 'openinference.span.kind': 'tool' } }];
		expect(brief(toolCalls(spans))).toEqual([['search', {}]]);
	});

	it('takes the name from the span’s own where the convention puts it there', () => {
		const named = span(
			{ 'gen_ai.operation.name': 'execute_tool' },
			place({ name: 'execute_tool web search' }),
		);
		expect(brief(toolCalls([named]))).toEqual([['web search', undefined]]);
	});

	it.each([
		[
			'the input before what may be the tool’s schema',
			{ 'input.value': '{"a":1}', 'tool.parameters': '{"a":"int"}' },
			{ a: 1 },
		],
		['tool.parameters alone', { 'tool.parameters': '{"a":1}' }, { a: 1 }],
		[
			'an input that is no JSON, but parameters that are',
			{ 'input.value': 'Paris', 'tool.parameters': '{"a":1}' },
			{ a: 1 },
		],
		['JSON that is no object', { 'input.value': '[1]' }, [1]],
		['a text that is no JSON', { 'input.value': "{'a': 1}" }, undefined],
		['a text that a limit cut', { 'input.value': '{"a":1,"b' }, undefined],
		['an empty text', { 'input.value': '' }, undefined],
		['nothing', {}, undefined],
	])('reads arguments: %s', (_, attributes, expected) => {
		expect(toolCalls([tool({ 'tool.name': 't', ...attributes })])?.[0]?.arguments).toEqual(expected);
	});

	it('counts a call once whose server traces it again below', () => {
		const outer = execute('search', undefined, { startMs: 1 });
		const between = span({}, place({ parentSpanId: outer.spanId }));
		const inner = execute('search', '{"q":"a"}', { parentSpanId: between.spanId, startMs: 2 });
		for (const spans of [
			[outer, between, inner],
			[inner, between, outer],
		]) {
			expect(toolCalls(spans)).toEqual([
				{ name: 'search', arguments: { q: 'a' }, startMs: 1, failed: false, spanId: outer.spanId },
			]);
		}
	});

	it('counts a tool that calls another, or itself with other arguments or another id, as two calls', () => {
		const outer = execute('plan', '{"depth":1}');
		const below = (name: string, given: string) => execute(name, given, { parentSpanId: outer.spanId });
		expect(toolCalls([outer, below('search', '{"depth":1}')])).toHaveLength(2);
		expect(toolCalls([outer, below('plan', '{"depth":2}')])).toHaveLength(2);
		const withId = (given: EvidenceSpan, id: string) => ({
			...given,
			attributes: { ...given.attributes, 'gen_ai.tool.call.id': id },
		});
		const same = below('plan', '{"depth":1}');
		expect(toolCalls([withId(outer, 'a'), withId(same, 'b')])).toHaveLength(2);
		expect(toolCalls([withId(outer, 'a'), withId(same, 'a')])).toHaveLength(1);
	});

	it('does not look at the models’ messages, which ask for the same calls', () => {
		const asking = chat({ 'gen_ai.output.messages': messages({ type: 'tool_call', name: 'search' }) });
		expect(toolCalls([asking, execute('search')])).toHaveLength(1);
	});

	it('throws, naming the span, when one does not say which tool it was', () => {
		expect(() => toolCalls([execute('a'), tool({}, { name: 'Tool._run' })])).toThrow(
			/"Tool\._run" does not say which tool it called.*tool\.name/,
		);
	});

	it('gives the same calls in the same order however the spans came', () => {
		const anyCall = fc.record({
			name: fc.constantFrom('a', 'b'),
			given: fc.option(fc.constantFrom('{"x":1}', '{"x":2}', '{"y":1,"x":1}'), { nil: undefined }),
			startMs: fc.nat(),
			parent: fc.option(fc.integer({ min: 0, max: 7 }), { nil: undefined }),
		});
		fc.assert(
			fc.property(
				fc.uniqueArray(anyCall, { minLength: 1, maxLength: 8, selector: ({ startMs }) => startMs }),
				fc.infiniteStream(fc.nat()),
				(list, order) => {
					const ids = list.map((_, index) => `${index}`.padStart(16, 'f'));
					// Parents may go in circles: what is sent over the wire can say anything.
					const spans = list.map(({ name, given, startMs, parent }, index) =>
						execute(name, given, {
							startMs,
							spanId: ids[index] ?? '',
							...(parent !== undefined && { parentSpanId: ids[parent] ?? 'gone' }),
						}),
					);
					const shuffled = spans
						.map((each) => ({ each, key: order.next().value }))
						.sort((a, b) => a.key - b.key)
						.map(({ each }) => each);
					expect(toolCalls(shuffled)).toEqual(toolCalls(spans));
				},
			),
		);
	});

	it('merges the same inner span into the outer, however they came', () => {
		const outer = execute('search');
		const inner = ['{"q":"a"}', '{"q":"b"}'].map((given) =>
			execute('search', given, { parentSpanId: outer.spanId }),
		);
		const expected = [
			['search', { q: 'a' }],
			['search', { q: 'b' }],
		];
		expect(brief(toolCalls([outer, ...inner]))).toEqual(expected);
		expect(brief(toolCalls([...inner.toReversed(), outer]))).toEqual(expected);
	});

	describe('puts calls of one start', () => {
		const names = (...spans: EvidenceSpan[]) => toolCalls(spans)?.map(({ name }) => name);

		it('outer first', () => {
			const outer = execute('plan', '{}', { startMs: 1, durationMs: 9 });
			const inner = execute('ask', '{}', { startMs: 1, durationMs: 2, parentSpanId: outer.spanId });
			expect(names(inner, outer)).toEqual(['plan', 'ask']);
		});

		it('then as they came, which is as they ended', () => {
			const [a, b] = [
				execute('a', '{}', { startMs: 1, durationMs: 0.9 }),
				execute('b', '{}', { startMs: 1 }),
			];
			expect(names(a, b)).toEqual(['a', 'b']);
			expect(names(b, a)).toEqual(['b', 'a']);
		});
	});
});

describe('toolCalls without tool spans', () => {
	const flat = (fields: Record<string, string>, list = 'tool_calls', index = 0) =>
		Object.fromEntries(
			Object.entries(fields).map(([key, value]) => [
				`llm.output_messages.0.message.${list}.${index}.tool_call.${key}`,
				value,
			]),
		);

	it('gives what the output messages ask for, in the order of calls and parts', () => {
		const later = chat({
			'gen_ai.output.messages': messages({ type: 'tool_call', name: 'pay', arguments: '{"eur":3}' }),
		});
		const first = chat(
			{
				'gen_ai.output.messages': messages(
					{ type: 'text', content: 'Let me see.' },
					{ type: 'tool_call', id: '1', name: 'search', arguments: { q: 'a' } },
					{ type: 'server_tool_call', id: '2', name: 'web_search' },
				),
			},
			{ startMs: 1 },
		);
		expect(toolCalls([later, first])).toEqual([
			{ name: 'search', arguments: { q: 'a' }, startMs: 1, failed: false, spanId: first.spanId },
			{ name: 'web_search', arguments: undefined, startMs: 1, failed: false, spanId: first.spanId },
			{ name: 'pay', arguments: { eur: 3 }, startMs: later.startMs, failed: false, spanId: later.spanId },
		]);
	});

	it('adds to tool spans what the provider ran itself, unless the app traced that too', () => {
		const asking = chat(
			{
				'gen_ai.output.messages': messages(
					{ type: 'tool_call', name: 'pay', arguments: '{}' },
					{ type: 'server_tool_call', name: 'web_search', arguments: '{"q":"a"}' },
				),
			},
			{ startMs: 1 },
		);
		const tool = (name: string) =>
			span({ 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': name }, { spanId: 'f'.repeat(16) });
		expect(brief(toolCalls([tool('search'), asking]))).toEqual([
			['web_search', { q: 'a' }],
			['search', undefined],
		]);
		expect(brief(toolCalls([tool('web_search'), asking]))).toEqual([['web_search', { q: 'a' }]]);
	});

	it('reads OpenInference’s flattened calls in the order of their indices', () => {
		const calls = Array.from({ length: 12 }, (_, index) =>
			flat(
				{ 'function.name': `t${index}`, 'function.arguments': `{"n":${index}}`, id: `${index}` },
				'tool_calls',
				index,
			),
		);
		const found = toolCalls([llm(Object.assign({}, ...calls.toReversed()))]);
		expect(brief(found)).toEqual(calls.map((_, n) => [`t${n}`, { n }]));
	});

	it('reads its ordered contents, its old function calls, and each call once', () => {
		const call = { 'function.name': 'search', 'function.arguments': '{"q":"a"}' };
		const expected = [['search', { q: 'a' }]];
		expect(brief(toolCalls([llm(flat(call, 'contents', 1))]))).toEqual(expected);
		expect(brief(toolCalls([llm({ ...flat(call), ...flat(call, 'contents', 1) })]))).toEqual(expected);
		const old = {
			'llm.output_messages.0.message.function_call_name': 'search',
			'llm.output_messages.0.message.function_call_arguments_json': '{"q":"a"}',
		};
		expect(brief(toolCalls([llm(old)]))).toEqual(expected);
	});

	it('gives none when every model call records its messages and asks for no tool', () => {
		expect(
			toolCalls([chat({ 'gen_ai.output.messages': messages({ type: 'text', content: 'No.' }) })]),
		).toEqual([]);
		expect(toolCalls([llm({ 'llm.output_messages.0.message.content': 'No.' })])).toEqual([]);
	});

	it('gives undefined when nothing tells: no model call, none that records messages, or an empty list of them', () => {
		expect(toolCalls([])).toBeUndefined();
		expect(toolCalls([span({})])).toBeUndefined();
		expect(toolCalls([chat({ 'gen_ai.response.finish_reasons': ['stop'] })])).toBeUndefined();
		expect(toolCalls([chat({ 'gen_ai.output.messages': '[]' })])).toBeUndefined();
		expect(toolCalls([chat({}, { status: 'error' })])).toBeUndefined();
		const answer = chat({ 'gen_ai.output.messages': messages({ type: 'text', content: 'No.' }) });
		expect(toolCalls([answer, chat({})])).toBeUndefined();
	});

	it('throws when a tool was asked for and not every model call says which', () => {
		const ended = chat({ 'gen_ai.response.finish_reasons': ['tool_calls'] });
		expect(() => toolCalls([ended])).toThrow(/"chat m" does not say which tools it asked for/);
		const asking = chat({ 'gen_ai.output.messages': messages({ type: 'tool_call', name: 'search' }) });
		expect(() => toolCalls([asking, chat({}, { name: 'chat silent' })])).toThrow(/"chat silent"/);
		expect(toolCalls([asking, chat({}, { status: 'error' })])).toHaveLength(1);
	});

	it.each([
		['no JSON', 'search(a)'],
		['a cut list', '[{"role":"assistant","parts":[{"type":"tool'],
		['no list', '{"parts":[]}'],
		['a message without parts', '[{"role":"assistant","tool_calls":[]}]'],
		['a call without a name', messages({ type: 'tool_call', id: '1' })],
	])('throws on messages that are %s', (_, text) => {
		expect(() => toolCalls([chat({ 'gen_ai.output.messages': text })])).toThrow(/"chat m" cannot be read/);
	});

	it('throws on a flattened call without a name', () => {
		expect(() => toolCalls([llm(flat({ 'function.arguments': '{}' }))])).toThrow(
			/"ChatModel" cannot be read/,
		);
	});

	it('counts a model call once that a framework and its client trace', () => {
		const attributes = { 'gen_ai.output.messages': messages({ type: 'tool_call', name: 'search' }) };
		const outer = llm(flat({ 'function.name': 'search' }));
		expect(toolCalls([outer, chat(attributes, { parentSpanId: outer.spanId })])).toHaveLength(1);
		expect(toolCalls([outer, chat({}, { parentSpanId: outer.spanId })])).toHaveLength(1);
	});
});
