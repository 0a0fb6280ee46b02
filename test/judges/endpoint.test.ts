import { afterEach, expect, it } from 'vitest';
import { Endpoint } from '../../src/judges/endpoint.ts';
import { ModelOptions } from '../../src/llm/options.ts';
import { strict } from '../../src/model/strict.ts';
import { start } from '../contract/evidence.ts';
import { type OpenAiServer, type Reply, startOpenAi } from '../support/openai-server.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
	for (const close of closers.splice(0)) await close();
});

const messages = [{ role: 'user', content: 'Hello there, judge.' }] as const;
/** What an answer that repeats it used, by a thousandth of a dollar a token. */
const known = [{ inputTokens: 3, outputTokens: 3 }, 0.006];
const lost = [
	undefined,
	undefined,
	expect.stringMatching(/^a request to model "m" was sent and not answered/),
];

async function asking(reply: (index: number) => Reply | undefined, options: object = {}) {
	const server: OpenAiServer = await startOpenAi((_, index) => reply(index));
	const given = { model: 'm', baseUrl: server.baseUrl, retries: 2, ...options };
	const endpoint = new Endpoint(strict(ModelOptions).parse(given));
	await endpoint.prepare(start);
	closers.push(server.close, () => endpoint.close());
	const spent: unknown[] = [];
	const call = {
		signal: new AbortController().signal,
		spend: (...told: unknown[]) => void spent.push(told),
	};
	return { server, spent, chat: () => endpoint.chat({ messages }, call), call, endpoint };
}

const soon = { 'retry-after-ms': '5' };

it.each<[string, Reply, readonly unknown[]]>([
	['was refused for a while', { status: 429, headers: soon }, [known]],
	['found the server too busy', { status: 503, headers: soon }, [known]],
	['was reset before its answer', 'hang up', [lost, known]],
])('tells what a call used of which the first try %s', async (_, first, wanted) => {
	const { chat, spent, server } = await asking((index) => (index === 0 ? first : undefined));
	await chat();
	expect(server.requests).toHaveLength(2);
	expect(spent).toEqual(wanted);
});

it('tells of each try of an embedding too', async () => {
	const { endpoint, call, spent } = await asking((index) => (index === 0 ? 'hang up' : undefined));
	await endpoint.embed(['one', 'two'], call);
	expect(spent).toEqual([lost, [{ inputTokens: 2, outputTokens: 0 }, 0.002]]);
});

it.each<[string, Reply, readonly unknown[]]>([
	['was refused', { status: 400 }, []],
	['was refused thrice', { status: 429, headers: soon }, []],
	['was reset thrice', 'hang up', [lost, lost, lost]],
	['failed in the server', { status: 500 }, [lost]],
	['failed in a gateway', { status: 502 }, [lost]],
	['was too slow for a gateway', { status: 408 }, [lost]],
	['was answered with what is no completion', { status: 200, body: '<html>' }, [lost]],
	['was torn', { text: 'a b c', breaks: { afterChunks: 0, by: 'drop' } }, [lost]],
])('does not know what a call used that %s, unless that is nothing', async (_, reply, wanted) => {
	const { chat, spent } = await asking(() => reply);
	await expect(chat()).rejects.toThrow();
	expect(spent).toEqual(wanted);
});

it('tells nothing of a server that is not there, and nothing of calls that are not made', async () => {
	const { chat, spent, server } = await asking(() => undefined, { retries: 0, circuit: 1 });
	await server.down();
	await expect(chat()).rejects.toThrow('ECONNREFUSED');
	await expect(chat()).rejects.toThrow('counts as down');
	expect(spent).toEqual([]);
});

it('does not know what a call used that was broken off, since the server counts as down', async () => {
	const { promise: isAsked, resolve } = Promise.withResolvers<void>();
	const { chat, spent } = await asking(
		(index) => {
			if (index === 0) resolve();
			return index === 0 ? 'hang' : { status: 500 };
		},
		{ circuit: 1 },
	);
	const hung = chat();
	const failed = isAsked.then(chat);
	await expect(failed).rejects.toThrow('HTTP 500');
	await expect(hung).rejects.toThrow('counts as down');
	expect(spent).toEqual([lost, lost]);
});

it('hands on why a model has no cost', async () => {
	const { chat, spent, endpoint } = await asking(() => undefined);
	await endpoint.close();
	const missing = 'no price for model "m"';
	await endpoint.prepare({ ...start, costOf: () => ({ missing }) });
	await chat();
	expect(spent).toEqual([[known[0], undefined, missing]]);
});
