import { afterEach, describe, expect, it } from 'vitest';
import { context, evidence } from '../contract/evidence.ts';
import { scorer } from '../contract/run.ts';
import { type OpenAiServer, type Reply, startOpenAi } from '../support/openai-server.ts';

const servers: OpenAiServer[] = [];
afterEach(async () => {
	for (const server of servers.splice(0)) await server.close();
});

const question = { expected: { answer: 'refunds' } };

async function embedding(reply?: Reply) {
	const server = await startOpenAi(() => reply);
	servers.push(server);
	const made = await scorer('embedding', { model: 'e', baseUrl: server.baseUrl, retries: 0 });
	const spent: unknown[] = [];
	const call = { ...context, spend: (...told: unknown[]) => void spent.push(told) };
	return { server, spent, score: (output: string) => made.score(evidence(output, { question }), call) };
}

const vectors = (...given: readonly (readonly number[])[]): Reply => ({
	status: 200,
	headers: { 'content-type': 'application/json' },
	body: JSON.stringify({
		object: 'list',
		model: 'e',
		data: given.map((embedding, index) => ({ object: 'embedding', index, embedding })),
	}),
});

describe('embedding', () => {
	it('is 1 for the reference itself, and less the further a text is from it', async () => {
		const { score, server, spent } = await embedding();
		const values: number[] = [];
		for (const output of ['refunds', 'refund', 'fund', 'zzz']) values.push((await score(output)).value);
		expect(values[0]).toBe(1);
		expect(values.toSorted((a, b) => b - a)).toEqual(values);
		expect(values.at(-1)).toBeLessThan(0.1);
		expect(server.requests[0]?.body).toMatchObject({ model: 'e', input: ['refunds', 'refunds'] });
		expect(spent[0]).toEqual([{ inputTokens: 2, outputTokens: 0 }, 0.002]);
	});

	it.each([
		['one direction', [3, 4], [6, 8], 1],
		['60 degrees', [1, 0], [0.5, Math.sqrt(0.75)], 0.5],
		['a right angle', [1, 0], [0, 7], 0],
		['opposite directions', [1, 0], [-1, 0], 0],
	])('gives the cosine of %s, and 0 below 0', async (_, one, other, value) => {
		const grade = await (await embedding(vectors(one, other))).score('x');
		expect(grade.value).toBeCloseTo(value, 12);
		expect(grade.reason).toMatch(/^cosine -?[01]\.\d{4}$/);
	});

	it('gives a blank output 0 and asks nobody', async () => {
		const { score, server, spent } = await embedding();
		expect(await score(' \n')).toEqual({ value: 0, reason: 'the output is blank' });
		expect({ requests: server.requests.length, spent }).toEqual({ requests: 0, spent: [] });
	});

	it.each<[string, Reply, RegExp]>([
		['of zeros', vectors([0, 0], [1, 0]), /no direction/],
		['that are too large', vectors([1e200, 0], [1e200, 0]), /no direction/],
		['of different lengths', vectors([1, 0], [1]), /different lengths/],
		['of one text alone', vectors([1, 0]), /1 embeddings of 2 texts/],
		['that never came', { status: 404, error: { message: 'no such model' } }, /no such model/],
	])('throws on vectors %s', async (_, reply, message) => {
		await expect((await embedding(reply)).score('x')).rejects.toThrow(message);
	});
});
