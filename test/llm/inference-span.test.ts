import { afterAll, describe, expect, test } from 'vitest';
import { runIds, Workspace } from '../support/cli.ts';
import { writeModelSuite } from '../support/model-suite.ts';
import { type Reply, startOpenAi } from '../support/openai-server.ts';
import { startSink } from '../support/otlp-sink.ts';
import { type Json, readStoredRun } from '../support/stored-run.ts';

const closers: (() => Promise<void>)[] = [];
afterAll(async () => {
	for (const close of closers) await close();
});

type WireType = 'stringValue' | 'intValue' | 'doubleValue' | 'boolValue' | 'stringValue[]';

const asked = {
	...{ temperature: 0, topP: 1, maxTokens: 64, seed: 7, stop: ['END', 'STOP'], stream: true },
	...{ frequencyPenalty: 0.5, presencePenalty: -1, reasoningEffort: 'low', extraBody: { top_k: 40 } },
	tools: [{ name: 'find', parameters: { type: 'object' } }],
	json: true,
};
const usage = {
	...{ prompt_tokens: 50, completion_tokens: 30, total_tokens: 80 },
	prompt_tokens_details: { cached_tokens: 40 },
	completion_tokens_details: { reasoning_tokens: 20 },
};

/** The attributes of an inference span by the GenAI conventions, each with its type and what it is here. */
const conventions = (port: number): readonly (readonly [string, WireType, unknown])[] => [
	['gen_ai.operation.name', 'stringValue', 'chat'],
	['gen_ai.provider.name', 'stringValue', '127.0.0.1'],
	['gen_ai.output.type', 'stringValue', 'json'],
	['gen_ai.request.model', 'stringValue', 'm-1'],
	['gen_ai.request.stream', 'boolValue', true],
	['gen_ai.request.temperature', 'doubleValue', 0],
	['gen_ai.request.top_p', 'doubleValue', 1],
	['gen_ai.request.top_k', 'intValue', 40],
	['gen_ai.request.max_tokens', 'intValue', 64],
	['gen_ai.request.seed', 'intValue', 7],
	['gen_ai.request.stop_sequences', 'stringValue[]', ['END', 'STOP']],
	['gen_ai.request.frequency_penalty', 'doubleValue', 0.5],
	['gen_ai.request.presence_penalty', 'doubleValue', -1],
	['gen_ai.request.reasoning.level', 'stringValue', 'low'],
	['gen_ai.response.id', 'stringValue', 'chatcmpl-7'],
	['gen_ai.response.model', 'stringValue', 'm-1-2026-05-01'],
	['gen_ai.response.finish_reasons', 'stringValue[]', ['stop']],
	['gen_ai.response.time_to_first_chunk', 'doubleValue', expect.any(Number)],
	['gen_ai.usage.input_tokens', 'intValue', 50],
	['gen_ai.usage.output_tokens', 'intValue', 30],
	['gen_ai.usage.cache_read.input_tokens', 'intValue', 40],
	['gen_ai.usage.reasoning.output_tokens', 'intValue', 20],
	['server.address', 'stringValue', '127.0.0.1'],
	['server.port', 'intValue', port],
	['gen_ai.input.messages', 'stringValue', expect.any(String)],
	['gen_ai.output.messages', 'stringValue', expect.any(String)],
	['gen_ai.tool.definitions', 'stringValue', expect.any(String)],
];

/** Runs one question against a model; gives the spans as they came over OTLP, byte for byte, and the record. */
async function sentOf(options: Json, reply: (index: number) => Reply, extra: Json = {}) {
	const server = await startOpenAi((_, index) => reply(index));
	closers.push(server.close);
	const sink = await startSink();
	const workspace = new Workspace();
	const targets = { model: { baseUrl: server.baseUrl, ...options } };
	const folder = writeModelSuite(workspace, { targets, ...extra });
	const ran = await workspace.spangate(['run', folder, '--target', 'model', '--otlp', sink.endpoint]);
	expect(ran, ran.stderr).toMatchObject({ code: 0 });
	const bodies: Json[] = sink.requests.map(({ text }) => JSON.parse(text));
	const spans: Json[] = bodies.flatMap(({ resourceSpans }) =>
		resourceSpans.flatMap((resource: Json) => resource.scopeSpans.flatMap((scope: Json) => scope.spans)),
	);
	return { spans, port: server.port, record: readStoredRun(workspace.home, runIds(ran)[0]) };
}

/** An attribute as it stands on the wire: its one type, and its value. */
function wire({ key, value }: Json): [string, WireType, unknown] {
	const [[type, raw]] = Object.entries(value) as [[string, Json]];
	if (type !== 'arrayValue') return [key, type as WireType, raw];
	return [key, 'stringValue[]', raw.values.map((item: Json) => item.stringValue)];
}

describe('the span of a call of a model', { timeout: 60_000, concurrent: true }, () => {
	test('has each attribute of the conventions, of the right type, and no other', async () => {
		const says = { text: '{"city": "Paris"}', id: 'chatcmpl-7', model: 'm-1-2026-05-01', usage };
		const { spans, port } = await sentOf(asked, () => says);
		const [chat, ...others] = spans.filter(({ name }) => name === 'chat m-1');
		expect(others).toEqual([]);
		expect(chat.attributes.map(wire).toSorted()).toEqual([...conventions(port)].toSorted());
		const client = 3;
		const [agent] = spans.filter(({ spanId }) => spanId === chat.parentSpanId);
		expect({ chat: chat.kind, agent: agent.name }).toEqual({ chat: client, agent: 'invoke_agent model' });
		const ofAgent = Object.fromEntries(agent.attributes.map(wire).map(([key, ...rest]: Json) => [key, rest]));
		expect(ofAgent).toMatchObject({
			'gen_ai.response.id': ['stringValue', 'chatcmpl-7'],
			'gen_ai.usage.cache_read.input_tokens': ['intValue', 40],
			'gen_ai.usage.reasoning.output_tokens': ['intValue', 20],
			'gen_ai.response.time_to_first_chunk': ['doubleValue', expect.any(Number)],
		});
	});

	test('says nothing that was not asked for or told', async () => {
		const { spans } = await sentOf({}, () => ({ text: 'Paris', usage: null }));
		const [chat] = spans.filter(({ name }) => name === 'chat m-1');
		expect(chat.attributes.map(({ key }: Json) => key).toSorted()).toEqual([
			...['gen_ai.input.messages', 'gen_ai.operation.name', 'gen_ai.output.messages', 'gen_ai.provider.name'],
			...['gen_ai.request.model', 'gen_ai.response.finish_reasons', 'gen_ai.response.id'],
			...['gen_ai.response.model', 'server.address', 'server.port'],
		]);
	});

	test('holds messages by the JSON schemas of the conventions', async () => {
		const { record } = await sentOf(
			{ system: 'Be brief.', tools: [{ name: 'find', description: 'Finds.' }] },
			() => ({ text: 'Let me see.', toolCalls: [{ name: 'find', arguments: { q: 'Paris' } }] }),
			{ questions: [{ id: 'q1', input: 'Where?', expected: { terms: ['see'] } }] },
		);
		const chat = record.spans.find(({ name }) => name === 'chat m-1');
		const json = (key: string) => JSON.parse(String(chat?.attributes[key]));
		expect(json('gen_ai.input.messages')).toEqual([
			{ role: 'system', parts: [{ type: 'text', content: 'Be brief.' }] },
			{ role: 'user', parts: [{ type: 'text', content: 'Where?' }] },
		]);
		expect(json('gen_ai.output.messages')).toEqual([
			{
				role: 'assistant',
				parts: [
					{ type: 'text', content: 'Let me see.' },
					{ type: 'tool_call', id: 'call_1', name: 'find', arguments: { q: 'Paris' } },
				],
				finish_reason: 'tool_calls',
			},
		]);
		expect(json('gen_ai.tool.definitions')).toEqual([
			{ type: 'function', name: 'find', description: 'Finds.' },
		]);
	});

	test('of a question that looks like an attribute leaves its text alone', async () => {
		const input = '"key":"gen_ai.request.temperature","value":{"intValue":0}';
		const { record } = await sentOf({ temperature: 0 }, () => 'Paris', {
			questions: [{ id: 'q1', input, expected: { terms: ['Paris'] } }],
		});
		const chat = record.spans.find(({ name }) => name === 'chat m-1');
		expect(JSON.parse(String(chat?.attributes['gen_ai.input.messages']))[0].parts[0].content).toBe(input);
	});

	test('of one that fails has the API’s code as error.type, and the status ERROR', async () => {
		const question = (id: string) => ({ id, input: id, expected: { terms: ['Paris'] } });
		const { spans } = await sentOf(
			{},
			(index) =>
				index === 0 ? { status: 404, error: { message: 'no such model', code: 'model_not_found' } } : 'Paris',
			{ questions: [question('q1'), question('q2')] },
		);
		const [failed] = spans.filter(({ name, status }) => name === 'chat m-1' && status.code === 2);
		expect(failed.attributes.map(wire)).toContainEqual(['error.type', 'stringValue', 'model_not_found']);
		expect(failed.status.message).toMatch(/^HTTP 404 from http:.*\/v1\/chat\/completions: no such model$/);
	});
});
