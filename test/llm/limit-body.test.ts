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
