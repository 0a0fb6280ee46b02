import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { type LlmClient, openClient } from '../../src/llm/client.ts';
import { ModelOptions } from '../../src/llm/options.ts';
import { strict } from '../../src/model/strict.ts';
import { type OpenAiServer, type Reply, startOpenAi } from '../support/openai-server.ts';

const messages = [{ role: 'user', content: 'Hello.' }] as const;
const { signal } = new AbortController();
const closers: (() => Promise<void>)[] = [];

afterAll(async () => {
	for (const close of closers) await close();
});

async function start(reply: Reply): Promise<[OpenAiServer, LlmClient]> {
	const server = await startOpenAi(() => reply);
	const options = strict(ModelOptions).parse({ model: 'm-1', baseUrl: server.baseUrl });
	const client = await openClient(options, { name: 'target "x"', env: {} });
	closers.push(server.close, () => client.close());
	return [server, client];
}

test.each([false, true])(
	'a connection is used again once its answer is whole (stream: %s)',
	async (stream) => {
		const [server, client] = await start('yes');
		for (let call = 0; call < 5; call++) {
			await client.chat({ messages, stream }, { signal });
			await sleep(50);
		}
		expect(server.requests).toHaveLength(5);
		// One where the machine is quick.
		expect(server.connections).toBeLessThan(5);
	},
);

test('a stream that does not end behind its answer is not waited for', async () => {
	const [, client] = await start({ text: 'yes', breaks: { afterChunks: Infinity, by: 'hang' } });
	expect(await client.chat({ messages, stream: true }, { signal })).toMatchObject({ text: 'yes' });
});

test('a body that is too long for an answer is none', async () => {
	const [, client] = await start({ status: 200, body: 'x'.repeat(17_000_000) });
	await expect(client.chat({ messages }, { signal })).rejects.toThrow('larger than 16777216 bytes');
});

const asSpoken = (text: Buffer): Reply => {
	const [before = '', after = ''] = JSON.stringify({
		id: 'c-1',
		object: 'chat.completion',
		model: 'm-1',
		choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: '{text}' } }],
	}).split('{text}');
	return {
		status: 200,
		headers: { 'content-type': 'application/json' },
		body: Buffer.concat([Buffer.from(before), text, Buffer.from(after)]),
	};
};

test.each([
	['another encoding', Buffer.from('M\xfcller', 'latin1')],
	['a character that is cut short', Buffer.from([0x4d, 0xc3])],
])('a body in %s is no answer: no check would find what was said', async (_, text) => {
	const [, client] = await start(asSpoken(text));
	await expect(client.chat({ messages }, { signal })).rejects.toThrow('is not UTF-8');
});

test('a body whose characters are cut by chunks is one', async () => {
	const [, client] = await start(asSpoken(Buffer.from('ü€😀'.repeat(100_000))));
	expect((await client.chat({ messages }, { signal })).text).toBe('ü€😀'.repeat(100_000));
});
