import { describe, expect, it } from 'vitest';
import type { EvidenceSpan } from '../../src/model/evidence.ts';
import { modelCalls, modelsOf, soleModel, tokenUsage } from '../../src/telemetry/inference.ts';
import { retrievedDocuments } from '../../src/telemetry/retrieved-documents.ts';
import { serversCalled } from '../../src/telemetry/server-addresses.ts';
import { toolCalls } from '../../src/telemetry/tool-calls.ts';
import { span } from '../contract/evidence.ts';

type Attributes = EvidenceSpan['attributes'];
type Rest = Partial<Omit<EvidenceSpan, 'attributes'>>;

let made = 0;
const named = (name: string, attributes: Attributes, rest: Rest = {}) =>
	span(attributes, { name, spanId: `${++made}`.padStart(16, '0'), startMs: 1_000 + made, ...rest });
const asking = (...tools: (readonly [name: string, given: object])[]) =>
	named('chat', {
		'gen_ai.operation.name': 'chat',
		'gen_ai.output.messages': JSON.stringify([
			{ parts: tools.map(([name, given]) => ({ type: 'tool_call', name, arguments: given })) },
		]),
	});
const tool = (attributes: Attributes, name = 'tool') =>
	named(name, { 'openinference.span.kind': 'TOOL', ...attributes });
const brief = (...spans: EvidenceSpan[]) => toolCalls(spans)?.map((call) => [call.name, call.arguments]);

describe('a tool span that does not name its tool', () => {
	it('is of the tool that it is named after, when a model asked for one of that name', () => {
		expect(brief(asking(['search', {}]), tool({ 'input.value': '{"q":"a"}' }, 'search'))).toEqual([
			['search', { q: 'a' }],
		]);
	});

	it('is of none that is known when no model did: the name may be a class’s', () => {
		expect(() => brief(asking(['delete', {}]), tool({}, 'Tool'))).toThrow(/"Tool" does not say which tool/);
		expect(() => brief(tool({}, 'search'))).toThrow(/does not say which tool/);
	});

	it('is of the function that OpenLLMetry’s decorator names', () => {
		const decorated = (input: object) =>
			named('search.tool', {
				...{ 'traceloop.span.kind': 'tool', 'traceloop.entity.name': 'search' },
				'traceloop.entity.input': JSON.stringify(input),
			});
		expect(brief(decorated({ args: [], kwargs: { q: 'a' } }))).toEqual([['search', { q: 'a' }]]);
		// What is given by place has no name.
		expect(brief(decorated({ args: ['{"q":"a"}'], kwargs: {} }))).toEqual([['search', undefined]]);
		expect(brief(named('plan.task', { 'traceloop.span.kind': 'task' }))).toBeUndefined();
	});

	it('is of the tool whose message OpenLLMetry for LangChain records, never of its class', () => {
		const run = (output: object) =>
			named('execute_tool DynamicStructuredTool', {
				...{ 'gen_ai.operation.name': 'execute_tool', 'gen_ai.provider.name': 'langchain' },
				'traceloop.entity.input': JSON.stringify({ args: ['{"q":"a"}'] }),
				'traceloop.entity.output': JSON.stringify(output),
			});
		const message = { lc: 1, type: 'constructor', id: ['langchain_core', 'messages', 'ToolMessage'] };
		expect(brief(run({ ...message, kwargs: { name: 'search' } }))).toEqual([['search', { q: 'a' }]]);
		expect(() => brief(run({ content: 'Found.' }))).toThrow(/"execute_tool Dyn\w+" does not say which tool/);
	});
});

describe('a tool span that does not record its arguments', () => {
	const silent = (name = 'search') => tool({ 'tool.name': name, 'input.value': 'returns' });

	it('has those that a model asked for, in their order', () => {
		const asked = asking(['search', { q: 'a' }], ['pay', { eur: 3 }], ['search', { q: 'b' }]);
		const paid = () => tool({ 'tool.name': 'pay', 'input.value': '{"eur":4}' });
		expect(brief(asked, silent(), paid(), silent())).toEqual([
			['search', { q: 'a' }],
			['pay', { eur: 4 }],
			['search', { q: 'b' }],
		]);
	});

	it.each([
		['more often than it was asked for', () => [asking(['search', { q: 'a' }]), silent(), silent()]],
		['less often', () => [asking(['search', { q: 'a' }], ['search', { q: 'b' }]), silent()]],
		['before', () => [silent(), asking(['search', { q: 'a' }])]],
		['though another was asked for', () => [asking(['pay', { q: 'a' }]), silent()]],
	])('has none that are known when it was called %s', (_, spans) => {
		const searches = brief(...spans()) ?? [];
		expect(searches.map(([, given]) => given)).toEqual(searches.map(() => undefined));
	});

	it('has them within what LangChain hands to a callback', () => {
		const start = { input_str: "{'q': 'a'}", tags: [], metadata: {}, inputs: { q: 'a' }, kwargs: {} };
		const traced = (given: object) =>
			named('execute_tool search', {
				...{ 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'search' },
				'gen_ai.tool.call.arguments': JSON.stringify(given),
			});
		expect(brief(traced(start))).toEqual([['search', { q: 'a' }]]);
		expect(brief(traced({ ...start, inputs: null, input_str: '{"q":"a"}' }))).toEqual([
			['search', { q: 'a' }],
		]);
		// A tool may have inputs of these names.
		expect(brief(traced({ input_str: 'a', inputs: {} }))).toEqual([
			['search', { input_str: 'a', inputs: {} }],
		]);
	});
});

describe('a model’s message', () => {
	const chat = (attributes: Attributes) => named('chat', { 'gen_ai.operation.name': 'chat', ...attributes });
	const text = (content: string) => JSON.stringify([{ parts: [{ type: 'text', content }] }]);

	it('that ended for a tool and shows none does not say that none was asked for', () => {
		const ended = {
			'gen_ai.response.finish_reasons': ['tool_call'],
			'gen_ai.output.messages': text('Wait.'),
		};
		expect(() => brief(chat(ended))).toThrow(/does not say which tools it asked for/);
		const flat = { 'llm.finish_reason': 'tool_calls', 'llm.output_messages.0.message.content': 'Wait.' };
		const llm = named('LLM', { 'openinference.span.kind': 'LLM', ...flat });
		expect(() => brief(llm)).toThrow(/does not say which tools it asked for/);
	});

	it('with nothing in it was lost on the way', () => {
		expect(brief(chat({ 'gen_ai.output.messages': text('') }))).toBeUndefined();
		expect(brief(chat({ 'gen_ai.output.messages': '[{"parts":[]}]' }))).toBeUndefined();
		expect(brief(chat({ 'gen_ai.output.messages': text('No.') }))).toEqual([]);
	});

	it('of the AI SDK lists its tools, with the arguments of version 4 or later', () => {
		const asked = (key: string) =>
			named('ai.generateText.doGenerate', {
				...{ 'gen_ai.system': 'p', 'gen_ai.request.model': 'm' },
				'ai.response.toolCalls': JSON.stringify([{ toolName: 'search', [key]: '{"q":"a"}' }]),
			});
		expect(brief(asked('args'))).toEqual([['search', { q: 'a' }]]);
		expect(brief(asked('input'))).toEqual([['search', { q: 'a' }]]);
		const said = { 'gen_ai.system': 'p', 'gen_ai.request.model': 'm' };
		expect(brief(named('ai', { ...said, 'ai.response.text': 'No.' }))).toEqual([]);
		expect(brief(named('ai', said))).toBeUndefined();
		expect(() => brief(named('ai', { ...said, 'ai.response.toolCalls': '[{}]' }))).toThrow(/cannot be read/);
	});
});

describe('LangChain’s documents', () => {
	const flat = {
		'retrieval.documents.0.document.content': 'A.',
		'retrieval.documents.1.document.content': 'B.',
	};
	const retriever = (documents: object[], attributes: Attributes = flat) =>
		named('R', {
			...{ 'openinference.span.kind': 'RETRIEVER', ...attributes },
			'output.value': JSON.stringify({ documents }),
		});

	it('have the ids of the output, but for those that have their own', () => {
		expect(retrievedDocuments([retriever([{ id: 'a' }, { id: 'b' }])])).toEqual([
			{ id: 'a', content: 'A.' },
			{ id: 'b', content: 'B.' },
		]);
		const known = { ...flat, 'retrieval.documents.0.document.id': 'z' };
		expect(retrievedDocuments([retriever([{ id: 'a' }, { id: 'b' }], known)])).toMatchObject([
			{ id: 'z' },
			{ id: 'b' },
		]);
	});

	it.each([
		['no ids', [{ id: null }, {}]],
		['as many ids as not all', [{ id: 'a' }, {}]],
		['other documents', [{ id: 'a' }]],
	])('cannot be read with %s', (_, documents) => {
		expect(() => retrievedDocuments([retriever(documents)])).toThrow(/"R" cannot be read/);
	});

	it('are read of OpenLLMetry’s retrieval, where they have ids', () => {
		const output = JSON.stringify({ documents: [{ id: 'a', page_content: 'A.' }], count: 1 });
		const retrieval = { 'gen_ai.operation.name': 'vector_db_retrieve', 'traceloop.entity.output': output };
		expect(retrievedDocuments([named('R', retrieval)])).toEqual([{ id: 'a', content: 'A.' }]);
	});
});

describe('LlamaIndex', () => {
	it('hands a tool its arguments as kwargs', () => {
		const call = (given: object) => tool({ 'tool.name': 'search', 'input.value': JSON.stringify(given) });
		expect(brief(call({ kwargs: { q: 'a' } }))).toEqual([['search', { q: 'a' }]]);
		expect(brief(call({ kwargs: { q: 'a' }, n: 1 }))).toEqual([['search', { kwargs: { q: 'a' }, n: 1 }]]);
	});

	it('asks no model while it prepares a call', () => {
		const llm = (name: string) => named(name, { 'openinference.span.kind': 'LLM', 'llm.model_name': 'm' });
		expect(modelCalls([llm('OpenAI._prepare_chat_with_tools')])).toEqual([]);
		expect(modelsOf([llm('OpenAI.chat')])).toHaveLength(1);
	});
});

describe('a retriever that asks others', () => {
	const retrieval = (id: string | undefined, above?: EvidenceSpan) =>
		named(
			'R',
			{
				'openinference.span.kind': 'RETRIEVER',
				...(id !== undefined && { 'retrieval.documents.0.document.id': id }),
			},
			above && { parentSpanId: above.spanId },
		);

	it('found what it says, whatever they found or leave out', () => {
		const outer = retrieval('a');
		expect(retrievedDocuments([retrieval('b', outer), outer, retrieval(undefined, outer)])).toEqual([
			{ id: 'a' },
		]);
		expect(retrievedDocuments([outer, retrieval('b')])).toEqual([{ id: 'a' }, { id: 'b' }]);
	});

	it('is not known to have found what they did', () => {
		const outer = retrieval(undefined);
		expect(() => retrievedDocuments([outer, retrieval('b', outer)])).toThrow(/does not say which documents/);
	});
});

describe('a call that a framework and its client trace side by side', () => {
	const usage = (input: number, output: number) => ({
		...{ 'llm.token_count.prompt': input, 'llm.token_count.completion': output },
	});
	const parentSpanId = 'a'.repeat(16);
	const llm = (name: string, model: string, tokens: Attributes, rest: Rest = {}) =>
		named(
			name,
			{ 'openinference.span.kind': 'LLM', 'llm.model_name': model, ...tokens },
			{
				...{ parentSpanId, startMs: 100, durationMs: 50, ...rest },
			},
		);
	const chain = named('chain', {}, { parentSpanId, spanId: 'c'.repeat(16), startMs: 0, durationMs: 500 });
	const outer = llm('ChatModel', 'm', usage(1, 10), { parentSpanId: chain.spanId });
	const within = { startMs: 100, durationMs: 50.6 };

	it('counts once, by what the client says', () => {
		const inner = llm('client', 'm-2026-01-01', usage(1, 10), within);
		for (const spans of [
			[inner, outer, chain],
			[chain, outer, inner],
		]) {
			expect(tokenUsage(spans)).toEqual({ inputTokens: 1, outputTokens: 10 });
			expect(modelsOf(spans)).toMatchObject([{ model: 'm-2026-01-01' }]);
		}
	});

	it('counts once, by what the framework says where the client tells no tokens', () => {
		const inner = llm('client', 'm', {}, within);
		expect(tokenUsage([inner, outer, chain])).toEqual({ inputTokens: 1, outputTokens: 10 });
	});

	it('went where the client says', () => {
		const inner = llm('client', 'm', { 'server.address': 'a.example' }, within);
		expect(serversCalled([inner, outer, chain])).toEqual({
			servers: [{ host: 'a.example', span: 'client' }],
			silent: undefined,
		});
	});

	it.each([
		['by the same name', llm('ChatModel', 'm', usage(1, 10), within)],
		['of another model', llm('client', 'm-mini', usage(1, 10), within)],
		['with other tokens', llm('client', 'm', usage(1, 11), within)],
		['that began before', llm('client', 'm', usage(1, 10), { startMs: 99, durationMs: 50 })],
		['that ended after', llm('client', 'm', usage(1, 10), { startMs: 100, durationMs: 52 })],
		['elsewhere in the trace', llm('client', 'm', usage(1, 10), { ...within, parentSpanId: 'b'.repeat(16) })],
	])('is two, %s', (_, other) => {
		expect(modelCalls([outer, other, chain])).toHaveLength(2);
	});

	it('is as many as there are of it at a time', () => {
		const outers = [1, 2, 3].map(() => llm('ChatModel', 'm', usage(1, 10), { parentSpanId: chain.spanId }));
		const inners = [1, 2].map(() => llm('client', 'm', usage(1, 10), within));
		expect(modelCalls([...inners, ...outers, chain])).toHaveLength(3);
	});
});

describe('models', () => {
	const models = (...names: string[]) => names.map((model) => ({ model, provider: undefined }));

	it('are one when they are a model and its snapshot, or one of several providers', () => {
		expect(soleModel(models('m', 'm-2026-01-01'))).toBe('m-2026-01-01');
		expect(soleModel(models('m', 'm'))).toBe('m');
	});

	it('are several when they are two snapshots, or others', () => {
		expect(soleModel(models('m', 'm-2026-01-01', 'm-2026-02-01'))).toBeUndefined();
		expect(soleModel(models('m', 'm-mini'))).toBeUndefined();
	});

	it('have the provider that LangChain’s metadata tell', () => {
		const llm = named('LLM', {
			...{ 'openinference.span.kind': 'LLM', 'llm.model_name': 'm' },
			metadata: JSON.stringify({ ls_provider: 'p' }),
		});
		expect(modelsOf([llm])).toEqual([{ model: 'm', provider: 'p' }]);
	});
});
