import { describe, expect, it } from 'vitest';
import { evidence, retrievalSpan, span } from '../contract/evidence.ts';
import { grade } from '../contract/run.ts';

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
