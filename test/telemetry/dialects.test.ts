import { describe, expect, it } from 'vitest';
import { retrievedDocuments } from '../../src/telemetry/retrieved-documents.ts';
import { retrievalSpan, span } from '../contract/evidence.ts';

const genAi = (documents: string | string[]) =>
	span({ 'gen_ai.operation.name': 'retrieval', 'gen_ai.retrieval.documents': documents });
const retriever = (attributes: Record<string, string | number>) =>
	span({ 'openinference.span.kind': 'RETRIEVER', ...attributes });

describe('retrievedDocuments', () => {
	it('gives undefined when no span is a retrieval', () => {
		expect(retrievedDocuments([])).toBeUndefined();
		const chat = span({ 'gen_ai.operation.name': 'chat', 'gen_ai.retrieval.documents': '[{"id":"a"}]' });
		const tool = span({ 'openinference.span.kind': 'TOOL' });
		expect(retrievedDocuments([chat, tool])).toBeUndefined();
	});

	it.each([
		['a JSON text', genAi('[{"id":"a","score":0.9},{"id":"b","more":"…"}]')],
		['a JSON text per entry', genAi(['{"id":"a","score":0.9}', '{"id":"b"}'])],
		[
			'flattened attributes in any order',
			retriever({
				'retrieval.documents.1.document.id': 'b',
				'retrieval.documents.0.document.score': 0.9,
				'retrieval.documents.0.document.id': 'a',
				'retrieval.documents.0.document.metadata': '{"id":"z"}',
			}),
		],
		[
			'an OpenInference JSON text',
			retriever({ 'retrieval.documents': '[{"id":"a","score":0.9},{"id":"b"}]' }),
		],
		[
			'nested entries',
			retriever({ 'retrieval.documents': '[{"document":{"id":"a","score":0.9}},{"document":{"id":"b"}}]' }),
		],
		[
			'dotted entries',
			retriever({ 'retrieval.documents': '[{"document.id":"a","document.score":0.9},{"document.id":"b"}]' }),
		],
	])('reads %s', (_, retrieval) => {
		expect(retrievedDocuments([span({}), retrieval])).toEqual([{ id: 'a', score: 0.9 }, { id: 'b' }]);
	});

	it.each([
		['GenAI’s JSON text', genAi('[{"id":"a","content":"One."},{"id":"b","content":{"text":"Two."}}]')],
		[
			'flattened attributes',
			retriever({
				'retrieval.documents.0.document.id': 'a',
				'retrieval.documents.0.document.content': 'One.',
				'retrieval.documents.1.document.id': 'b',
			}),
		],
		[
			'nested entries',
			retriever({
				'retrieval.documents': '[{"document":{"id":"a","content":"One."}},{"document":{"id":"b"}}]',
			}),
		],
		[
			'dotted entries',
			retriever({
				'retrieval.documents': '[{"document.id":"a","document.content":"One."},{"document.id":"b"}]',
			}),
		],
	])('reads the texts of %s, and leaves out what is no text', (_, retrieval) => {
		expect(retrievedDocuments([retrieval])).toEqual([{ id: 'a', content: 'One.' }, { id: 'b' }]);
	});

	it('reads a whole number as an id', () => {
		expect(retrievedDocuments([retriever({ 'retrieval.documents.0.document.id': 7 })])).toEqual([
			{ id: '7' },
		]);
	});

	it('keeps more than ten flattened documents in order', () => {
		const ids = Array.from({ length: 12 }, (_, index) => `d${index}`);
		const attributes = Object.fromEntries(
			ids.map((id, index) => [`retrieval.documents.${index}.document.id`, id]),
		);
		expect(retrievedDocuments([retriever(attributes)])?.map(({ id }) => id)).toEqual(ids);
	});

	it('joins the documents of every retrieval, and takes an empty list for nothing found', () => {
		expect(retrievedDocuments([retrievalSpan('a'), retrievalSpan(), retrievalSpan('b')])).toMatchObject([
			{ id: 'a' },
			{ id: 'b' },
		]);
		expect(retrievedDocuments([retrievalSpan()])).toEqual([]);
	});

	it('throws, naming the span, when documents were not recorded', () => {
		const silent = span({ 'gen_ai.operation.name': 'retrieval' }, { name: 'retrieval wiki' });
		expect(() => retrievedDocuments([retrievalSpan('a'), silent])).toThrow(/"retrieval wiki".*opt-in/);
		expect(() => retrievedDocuments([retriever({})])).toThrow(/does not say/);
	});

	it('takes a retrieval that failed for one that found nothing', () => {
		const failed = span({ 'gen_ai.operation.name': 'retrieval' }, { status: 'error' });
		expect(retrievedDocuments([failed])).toEqual([]);
		expect(retrievedDocuments([failed, retrievalSpan('a')])).toMatchObject([{ id: 'a' }]);
	});

	it.each([
		['no JSON', genAi('a, b')],
		['a truncated list', genAi('[{"id":"a"},{"id":')],
		['no list', genAi('{"id":"a"}')],
		['null', genAi('null')],
		['bare ids', genAi(['a', 'b'])],
		['an entry without id', genAi('[{"id":"a"},{"content":"…"}]')],
		['an empty id', genAi('[{"id":""}]')],
		['a null id', genAi('[{"id":null}]')],
		['a flattened document without id', retriever({ 'retrieval.documents.0.document.content': '…' })],
		['a gap that a limit left', retriever({ 'retrieval.documents.1.document.id': 'b' })],
		['an absurd index', retriever({ 'retrieval.documents.99999999999.document.id': 'b' })],
	])('throws, naming the span, on %s', (_, retrieval) => {
		expect(() => retrievedDocuments([retrieval])).toThrow(/"retrieval kb" cannot be read/);
	});
});
