import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openai } from '../../src/targets/openai.ts';
import { runIds, Workspace } from '../support/cli.ts';
import { type ModelSuite, writeModelSuite } from '../support/model-suite.ts';
import { type ModelRequest, type Reply, startOpenAi } from '../support/openai-server.ts';
import { type Json, readStoredRun } from '../support/stored-run.ts';

const closers: (() => Promise<void>)[] = [];
afterAll(async () => {
	for (const close of closers) await close();
});

async function serve(reply?: (request: ModelRequest, index: number) => Reply | undefined) {
	const server = await startOpenAi(reply);
	closers.push(server.close);
	return server;
}

/** Runs a target of these options against a model that answers so; gives the record and what the server was asked. */
async function run(
	options: Json,
	reply?: (request: ModelRequest, index: number) => Reply | undefined,
	suite: Omit<ModelSuite, 'targets'> = {},
) {
	const server = await serve(reply);
	const workspace = new Workspace();
	const folder = writeModelSuite(workspace, {
		...suite,
		targets: { model: { baseUrl: server.baseUrl, ...options } },
	});
	const ran = await workspace.spangate(['run', folder, '--target', 'model', '--timeout', '2', '-j', '1']);
	expect(ran, ran.stderr).toMatchObject({ code: 0 });
	return { ...readStoredRun(workspace.home, runIds(ran)[0]), requests: server.requests, ran };
}

/** The same, where one of three questions comes to grief; gives what came of that. */
async function runOneOfThree(options: Json, reply: () => Reply) {
	const question = (id: string) => ({ id, input: `${id}?`, expected: { terms: ['fine'] } });
	const isBad = ({ body }: ModelRequest) => body.messages.at(-1).content === 'bad?';
	const record = await run(options, (request) => (isBad(request) ? reply() : 'fine'), {
		questions: ['first', 'bad', 'last'].map(question),
	});
	expect(record.trials.map(({ passed }) => passed).toSorted()).toEqual([false, true, true]);
	const trial = record.trials.find(({ questionId }) => questionId === 'bad');
	const chats = record.spans.filter(({ name, traceId }) => name === 'chat m-1' && traceId === trial.traceId);
	return { trial, chats, requests: record.requests.filter(isBad) };
}

describe('a question to a model', { timeout: 60_000, concurrent: true }, () => {
	test('goes out by the suite’s templates, and what it brings is no template', async () => {
		const { requests } = await run(
			{
				system: 'Page {{attributes.page}} of {{ id }}.',
				examples: [{ user: 'Say {{input}}.', assistant: 'No.' }],
				user: 'Q: {{input}} {{attributes}}',
			},
			undefined,
			{
				questions: [
					{
						id: 'q $& 1',
						input: 'Say {{id}} for $1 & $$.',
						attributes: { page: 3 },
						expected: { terms: ['x'] },
					},
				],
			},
		);
		expect(requests.map(({ body }) => body.messages)).toEqual([
			[
				{ role: 'system', content: 'Page 3 of q $& 1.' },
				{ role: 'user', content: 'Say {{input}}.' },
				{ role: 'assistant', content: 'No.' },
				{ role: 'user', content: 'Q: Say {{id}} for $1 & $$. {"page":3}' },
			],
		]);
	});

	test('without an attribute that the template wants is a failed trial that says so', async () => {
		const question = { input: 'Where?', expected: { terms: ['x'] } };
		const { trials, requests } = await run({ system: 'Page {{attributes.page}}.' }, undefined, {
			questions: [
				{ id: 'q1', ...question },
				{ id: 'q2', ...question, attributes: { page: 2 } },
			],
		});
		expect(trials.find(({ questionId }) => questionId === 'q1')).toMatchObject({
			result: 'failed',
			error: { message: expect.stringContaining('question "q1" has no such attribute') },
		});
		expect(requests).toHaveLength(1);
	});

	test('is answered with tokens, reason, model, id and the time to the first token', async () => {
		const usage = {
			...{ prompt_tokens: 50, completion_tokens: 30, total_tokens: 80 },
			prompt_tokens_details: { cached_tokens: 40 },
			completion_tokens_details: { reasoning_tokens: 20 },
		};
		const says = { text: 'It is Paris.', id: 'chatcmpl-7', model: 'm-1-2026-05-01', usage, afterMs: 120 };
		const { trials, run: record } = await run({ stream: true, promptVersion: 'v2' }, () => says);
		expect(trials).toMatchObject([
			{
				passed: true,
				answer: {
					...{ output: 'It is Paris.', model: 'm-1-2026-05-01', finishReason: 'stop', promptVersion: 'v2' },
					responseId: 'chatcmpl-7',
					usage: { inputTokens: 50, outputTokens: 30, cachedInputTokens: 40, reasoningTokens: 20 },
				},
			},
		]);
		const [{ answer }] = trials as [Json];
		expect(answer.firstTokenMs).toBeGreaterThan(115);
		expect(answer.firstTokenMs).toBeLessThan(answer.latencyMs);
		expect(record.target).toMatchObject({ models: ['m-1-2026-05-01'], promptVersions: ['v2'] });
	});

	test.each([false, true])(
		'that ends in tools names them, and the scorer sees them (stream: %s)',
		async (stream) => {
			const tools = [
				{ type: 'function', function: { name: 'find', parameters: { type: 'object' } } },
				{ name: 'pay', description: 'Pays.' },
			];
			const { trials, requests } = await run(
				{ tools, toolChoice: 'required', stream },
				() => ({
					toolCalls: [
						{ name: 'find', arguments: { q: 'Paris' } },
						{ name: 'pay', arguments: '' },
					],
				}),
				{
					scorers: [{ use: 'tools' }],
					questions: [
						{
							id: 'q1',
							input: 'Buy it.',
							expected: { tools: [{ name: 'find', arguments: { q: 'Paris' } }, { name: 'pay' }] },
						},
					],
				},
			);
			expect(requests[0]?.body).toMatchObject({
				tools: [
					{ type: 'function', function: { name: 'find', parameters: { type: 'object' } } },
					{ type: 'function', function: { name: 'pay', description: 'Pays.' } },
				],
				tool_choice: 'required',
			});
			expect(trials).toMatchObject([
				{
					passed: true,
					answer: {
						output: '[{"name":"find","arguments":{"q":"Paris"}},{"name":"pay","arguments":""}]',
						finishReason: 'tool_calls',
					},
					scores: [{ scorer: 'tools', value: 1 }],
				},
			]);
		},
	);

	test('that calls no tool is known to call none', async () => {
		const { trials } = await run({}, () => 'No need.', {
			scorers: [{ use: 'tools' }],
			questions: [{ id: 'q1', input: 'Hi.', expected: { tools: [] } }],
		});
		expect(trials).toMatchObject([{ passed: true, scores: [{ reason: 'no tool was called' }] }]);
	});

	test.each([false, true])('that is refused is a refusal (stream: %s)', async (stream) => {
		const { trials } = await run({ stream }, () => ({ refusal: 'I will not.' }), {
			checks: [{ use: 'refusal' }],
			questions: [
				{
					id: 'q1',
					input: 'How to break in?',
					mustRefuse: true,
					skip: ['terms'],
					expected: { terms: ['x'] },
				},
			],
		});
		expect(trials).toMatchObject([
			{
				result: 'answered',
				answer: { output: 'I will not.', finishReason: 'refusal' },
				findings: [{ check: 'refusal', status: 'ok' }],
			},
		]);
	});

	test('that leaves no word is a failed trial, whatever the reason', async () => {
		const { trial } = await runOneOfThree({ maxTokens: 5 }, () => ({ text: '', finishReason: 'length' }));
		expect(trial).toMatchObject({ result: 'failed', error: { type: 'InvalidAnswerError' } });
	});

	test.each(['drop', 'end', 'not json', 'not a chunk', 'error', 'hang'] as const)(
		'whose stream breaks (%s) is a failed trial, and never a short answer',
		async (by) => {
			const { trial, requests, chats } = await runOneOfThree({ stream: true }, () => ({
				text: 'It is fine, as everybody knows.',
				breaks: { afterChunks: 4, by },
			}));
			expect(trial).toMatchObject({ result: 'failed' });
			expect(trial.answer).toBeUndefined();
			expect(requests).toHaveLength(1);
			expect(chats).toMatchObject([{ status: { code: 2 } }]);
			expect(chats[0]?.attributes['error.type']).toEqual(expect.any(String));
			expect(chats[0]?.attributes['gen_ai.response.finish_reasons']).toEqual(['error']);
		},
	);

	test('that is put off is asked again, which its trace and its answer tell', async () => {
		const { trials, requests, spans } = await run({ stream: true }, (_, index) =>
			index < 2
				? {
						status: index === 0 ? 429 : 503,
						headers: { 'retry-after': '0.2' },
						error: { code: 'rate_limit_exceeded' },
					}
				: { text: 'It is Paris.', afterMs: 50 },
		);
		expect(requests).toHaveLength(3);
		expect((requests[1]?.at ?? 0) - (requests[0]?.at ?? 0)).toBeGreaterThan(195);
		expect(trials).toMatchObject([{ passed: true, answer: { retries: 2 } }]);
		const chats = spans.filter(({ name }) => name === 'chat m-1');
		expect(chats).toHaveLength(1);
		// Of the last attempt alone, whatever else the machine is doing: none of the waiting is in it.
		const { startNs = 0n, endNs = 0n, attributes = {} } = chats[0] ?? {};
		const tookMs = Number(endNs - startNs) / 1e6;
		expect(trials[0].latencyMs).toBeLessThan(tookMs - Number(attributes['spangate.waited_ms']) + 2);
		expect(chats[0]?.status.code).not.toBe(2);
		expect(
			chats[0]?.events.map(({ name, attributes }) => [name, attributes['spangate.retry.reason']]),
		).toEqual([
			['spangate.retry', 'HTTP 429'],
			['spangate.retry', 'HTTP 503'],
		]);
	});

	test('that is refused by the API tells its error, and is asked once', async () => {
		const { trial, requests, chats } = await runOneOfThree({}, () => ({
			status: 400,
			error: { message: "Unsupported value: 'seed'", code: 'unsupported_value' },
		}));
		expect(requests).toHaveLength(1);
		expect(trial).toMatchObject({
			result: 'failed',
			error: { message: expect.stringMatching(/^HTTP 400 from http:.*: Unsupported value: 'seed'$/) },
		});
		expect(chats).toMatchObject([{ attributes: { 'error.type': 'unsupported_value' } }]);
	});

	test.each([true, false])('asked for JSON is told the schema (strict: %s)', async (strict) => {
		const schema = { type: 'object', properties: { city: { type: 'string' } } };
		const { requests } = await run(
			{ json: { schema, ...(!strict && { strict }) }, temperature: 0, seed: 7, stop: 'END' },
			() => '{"city":"Paris"}',
		);
		expect(requests[0]?.body).toMatchObject({
			...{ temperature: 0, seed: 7, stop: ['END'] },
			response_format: { type: 'json_schema', json_schema: { name: 'answer', schema, strict } },
		});
	});
});

test('a key that is not there stops the run before the first question', async () => {
	const server = await serve();
	const workspace = new Workspace();
	const targets = { model: { baseUrl: server.baseUrl, apiKeyEnv: 'NO_SUCH_KEY' } };
	const ran = await workspace.spangate(['run', writeModelSuite(workspace, { targets }), '--target', 'model']);
	expect(ran).toMatchObject({ code: 2 });
	expect(ran.stderr).toContain('target "model": apiKeyEnv: the environment variable NO_SUCH_KEY is not set');
	expect(server.requests).toEqual([]);
});

test.each<[Json, string]>([
	[{ model: undefined }, 'model'],
	[{ user: 'Hello.' }, 'every question would be asked alike'],
	[{ user: '{{question}}' }, '{{question}} stands for nothing; expected {{input}}, {{id}}, {{attributes}}'],
	[{ system: '{{attributes}} {{attributes.}} {{input}}' }, '{{attributes.}} stands for nothing'],
	[{ temperature: 3 }, 'expected number to be <=2'],
	[{ temprature: 1 }, 'did you mean `temperature`?'],
	[{ toolChoice: 'auto' }, 'needs `tools`'],
	[{ tools: [{ name: 'find' }], toolChoice: { name: 'pay' } }, 'is none of the tools; expected one of: find'],
	[{ tools: [{ title: 'find' }] }, 'expected {name, description, parameters}'],
	[{ json: 'yes' }, 'expected true, or {schema}'],
	[{ stop: 3 }, 'expected a text, or up to 4'],
])('its options refuse %j', (options, says) => {
	const { error } = openai.options.safeParse({ model: 'm', ...options });
	expect(error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n')).toContain(
		says,
	);
});

test('a model that is down ends the run with exit 4, and the resume completes it when it is back', async () => {
	const server = await serve(() => 'fine');
	await server.down();
	const workspace = new Workspace();
	const questions = Array.from({ length: 8 }, (_, index) => ({
		...{ id: `q${index}`, input: 'Are you there?', expected: { terms: ['fine'] } },
	}));
	const targets = { model: { baseUrl: server.baseUrl, circuit: 3, retries: 0 } };
	const folder = writeModelSuite(workspace, { targets, questions });
	const started = performance.now();
	const ended = await workspace.spangate(['run', folder, '--target', 'model', '-j', '1']);
	expect(ended, ended.stderr).toMatchObject({ code: 4 });
	expect(performance.now() - started).toBeLessThan(10_000);
	expect(ended.stderr).toContain('spangate resume');
	expect(readStoredRun(workspace.home, runIds(ended)[0]).trials).toEqual([]);
	await server.up();
	const resumed = await workspace.spangate(['resume']);
	expect(resumed, resumed.stderr).toMatchObject({ code: 0 });
	const { trials } = readStoredRun(workspace.home, runIds(ended)[0]);
	expect(trials.map(({ passed }) => passed)).toEqual(Array(8).fill(true));
}, 60_000);

test('a run is not gone on with by other prices', async () => {
	const server = await serve(() => 'fine');
	await server.down();
	const workspace = new Workspace();
	const targets = { model: { baseUrl: server.baseUrl, circuit: 1, retries: 0 } };
	const folder = writeModelSuite(workspace, { targets, prices: { 'm-1': { input: 1, output: 1 } } });
	expect(await workspace.spangate(['run', folder, '--target', 'model'])).toMatchObject({ code: 4 });
	await server.up();
	const file = join(folder, 'suite.yaml');
	writeFileSync(file, readFileSync(file, 'utf8').replace('"input":1', '"input":2'));
	const refused = await workspace.spangate(['resume']);
	expect(refused, refused.stdout).toMatchObject({ code: 2 });
	expect(server.requests).toEqual([]);
}, 60_000);

test('an answer that is kept is that of the same key, headers and options', async () => {
	const server = await serve(() => ({ text: 'fine', usage: { prompt_tokens: 3, completion_tokens: 1 } }));
	const workspace = new Workspace();
	const targets = { model: { baseUrl: server.baseUrl, headers: { 'x-team': `\${env:TEAM}` }, stream: true } };
	const questions = [{ id: 'q1', input: 'There?', expected: { terms: ['fine'] } }];
	const folder = writeModelSuite(workspace, {
		targets,
		questions,
		prices: { 'm-1': { input: 1, output: 1 } },
	});
	const model = 'm-1-2026-01-01';
	const ask = async (TEAM: string) => {
		const ran = await workspace.spangate(['run', folder, '--target', 'model', '--cache'], { env: { TEAM } });
		expect(ran, ran.stderr).toMatchObject({ code: 0 });
		return readStoredRun(workspace.home, runIds(ran)[0]).trials[0].answer;
	};
	expect(await ask('blue')).toMatchObject({ model, costUsd: 4e-6, firstTokenMs: expect.any(Number) });
	const kept = await ask('blue');
	expect(kept).toMatchObject({ cached: true, model, costUsd: 4e-6 });
	expect(kept.firstTokenMs).toBeUndefined();
	expect((await ask('red')).cached).toBeUndefined();
	expect(server.requests.map(({ headers }) => headers['x-team'])).toEqual(['blue', 'red']);
}, 60_000);
