import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scorerKinds } from '../../src/scorers/index.ts';
import { evidence, retrievalSpan, span } from '../contract/evidence.ts';
import { grade, refusals, scorer } from '../contract/run.ts';

const question = { expected: { sources: ['kb-1', 'kb-2'] } };

describe('retrieval', () => {
	it('gives 1 when any expected source was retrieved, in whichever span', async () => {
		const spans = [retrievalSpan('kb-7'), span({}), retrievalSpan('kb-9', 'kb-2')];
		const given = evidence('', { question, spans });
		expect(await grade('retrieval', {}, given)).toEqual({ value: 1, reason: 'retrieved kb-7, kb-9, kb-2' });
	});

	it('gives 0 when none was, and says what was', async () => {
		const given = evidence('[kb-1]', { question, spans: [retrievalSpan('kb-11', 'KB-1')] });
		expect(await grade('retrieval', {}, given)).toEqual({
			value: 0,
			reason: 'retrieved kb-11, KB-1; wanted kb-1 or kb-2',
		});
	});

	it('gives 0 when the retrieval found nothing', async () => {
		const given = evidence('', { question, spans: [retrievalSpan()] });
		expect(await grade('retrieval', {}, given)).toMatchObject({ value: 0 });
	});

	it('does not take the cited sources for the retrieved ones', async () => {
		const given = evidence('', { question, answer: { sources: ['kb-1'] }, spans: [retrievalSpan('kb-3')] });
		expect(await grade('retrieval', {}, given)).toMatchObject({ value: 0 });
	});

	it('throws when no span is a retrieval, or one does not say what it found', async () => {
		const chat = span({ 'gen_ai.operation.name': 'chat' });
		await expect(grade('retrieval', {}, evidence('', { question, spans: [chat] }))).rejects.toThrow(
			/no retrieval span/,
		);
		const silent = span({ 'gen_ai.operation.name': 'retrieval' });
		const spans = [retrievalSpan('kb-1'), silent];
		await expect(grade('retrieval', {}, evidence('', { question, spans }))).rejects.toThrow(/opt-in/);
	});
});

type Sources = readonly (string | { id: string; relevance: number })[];

async function graded(options: object, ids: readonly string[], sources: Sources): Promise<number> {
	const given = evidence('', {
		question: { expected: { sources: [...sources] } },
		spans: [retrievalSpan(...ids)],
	});
	return (await grade('retrieval', options, given)).value;
}

describe('a ranking', () => {
	it.each<[object, string[], Sources, number]>([
		[{ k: 1 }, ['x', 'a'], ['a'], 0],
		[{ k: 2 }, ['x', 'a'], ['a'], 1],
		[{ k: 9 }, ['x', 'a'], ['a'], 1],
		[{ metric: 'recall' }, ['a', 'x', 'b'], ['a', 'b', 'c', 'd'], 1 / 2],
		[{ metric: 'recall', k: 2 }, ['a', 'x', 'b'], ['a', 'b', 'c', 'd'], 1 / 4],
		[{ metric: 'recall', k: 1 }, ['a', 'b'], ['a', 'b'], 1 / 2],
		[{ metric: 'recall', k: 5 }, ['a', 'b'], ['a', 'b'], 1],
		[{ metric: 'mrr' }, ['x', 'y', 'b', 'a'], ['a', 'b'], 1 / 3],
		[{ metric: 'mrr', k: 2 }, ['x', 'y', 'b'], ['b'], 0],
		[{ metric: 'mrr' }, [], ['b'], 0],
		[{ metric: 'ndcg' }, ['a', 'b'], ['b', 'a'], 1],
		[{ metric: 'ndcg' }, ['x', 'a'], ['a'], 1 / Math.log2(3)],
		[{ metric: 'ndcg', k: 1 }, ['x', 'a'], ['a'], 0],
		[{ metric: 'ndcg', k: 1 }, ['a', 'x'], ['a', 'b', 'c'], 1],
		[{ metric: 'ndcg', k: 3 }, ['a'], ['a', 'b'], 1 / (1 + 1 / Math.log2(3))],
		[{ metric: 'ndcg' }, [], ['a'], 0],
		// A document that comes again takes no second rank, nor a second gain.
		[{ metric: 'mrr' }, ['x', 'x', 'x', 'a'], ['a'], 1 / 2],
		[{ metric: 'recall', k: 2 }, ['a', 'a', 'b'], ['a', 'b'], 1],
		[{ metric: 'ndcg' }, ['a', 'a', 'a'], ['a'], 1],
	])('by %j of %j against %j is %d', async (options, ids, sources, value) => {
		expect(await graded(options, ids, sources)).toBeCloseTo(value, 12);
	});

	it('is graded by relevance in nDCG: the example of Järvelin and Kekäläinen, against its ideal order', async () => {
		// Gains 3, 2, 3, 0, 1, 2: DCG 6.8611, of the ideal 3, 3, 2, 2, 1: 7.1410 (the common textbook example).
		const relevance = { d1: 3, d2: 2, d3: 3, d5: 1, d6: 2 };
		const sources = Object.entries(relevance).map(([id, grade]) => ({ id, relevance: grade }));
		const ids = ['d1', 'd2', 'd3', 'd4', 'd5', 'd6'];
		const value = await graded({ metric: 'ndcg' }, ids, sources);
		expect(value).toBeCloseTo(6.861127 / 7.140995, 5);
		expect(await graded({ metric: 'ndcg' }, ['d1', 'd3', 'd2', 'd6', 'd5'], sources)).toBe(1);
	});

	it('never leaves [0, 1], and an ideal one is 1 by nDCG', async () => {
		const ids = fc.uniqueArray(fc.constantFrom(...'abcdefghij'), { minLength: 1 });
		const weights = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 10, maxLength: 10 });
		const cut = fc.option(fc.integer({ min: 1, max: 12 }), { nil: undefined });
		await fc.assert(
			fc.asyncProperty(ids, ids, weights, cut, async (ranking, wanted, relevance, k) => {
				const sources = wanted.map((id, index) => ({ id, relevance: relevance[index] as number }));
				const options = { metric: 'ndcg', ...(k !== undefined && { k }) };
				const value = await graded(options, ranking, sources);
				expect(value).toBeGreaterThanOrEqual(0);
				expect(value).toBeLessThanOrEqual(1);
				const ideal = sources.toSorted((a, b) => b.relevance - a.relevance).map(({ id }) => id);
				expect(await graded(options, ideal, sources)).toBe(1);
			}),
			{ numRuns: 50 },
		);
	});

	it('goes over all retrievals by their start, not by the order in which their spans came', async () => {
		const at = (startMs: number, id: string) => ({ ...retrievalSpan(id), startMs });
		const given = evidence('', {
			question: { expected: { sources: ['a'] } },
			spans: [at(3, 'y'), at(1, 'x'), at(2, 'a')],
		});
		expect(await grade('retrieval', { metric: 'mrr' }, given)).toEqual({
			value: 0.5,
			reason: 'retrieved x, a, y; wanted a',
		});
	});

	it('leaves a tie of scores as the app listed it', async () => {
		const tied = span({
			'gen_ai.operation.name': 'retrieval',
			'gen_ai.retrieval.documents': '[{"id":"x","score":0.5},{"id":"a","score":0.5}]',
		});
		const given = evidence('', { question: { expected: { sources: ['a'] } }, spans: [tied] });
		expect(await grade('retrieval', { metric: 'mrr' }, given)).toMatchObject({ value: 0.5 });
	});

	it('tells what stood beyond k', async () => {
		const given = evidence('', {
			question: { expected: { sources: ['a'] } },
			spans: [retrievalSpan('x', 'a')],
		});
		expect((await grade('retrieval', { k: 1 }, given)).reason).toBe(
			'retrieved x (and 1 beyond the first 1); wanted a',
		);
	});

	it('cannot be graded against a document that is listed twice', async () => {
		const lacks = (await scorer('retrieval')).lacks;
		const sources = ['a', { id: 'a', relevance: 2 }];
		expect(lacks?.(evidence('', { question: { expected: { sources } } }).question)).toMatch(
			/expected\.sources lists a document twice/,
		);
	});

	it.each([{ k: 0 }, { k: 1.5 }, { metric: 'map' }])('refuses %j', (options) => {
		expect(refusals(scorerKinds, 'retrieval', options)).not.toEqual([]);
	});
});
