import { describe, expect, it } from 'vitest';
import { checkKinds } from '../../src/checks/index.ts';
import { evidence, retrievalSpan, span } from '../contract/evidence.ts';
import { judge, refusals } from '../contract/run.ts';

const spans = [retrievalSpan('kb-1', 'kb-2')];

const categoryOf = async (output: string, options = {}, sources?: string[]) => {
	const answer = sources === undefined ? {} : { sources };
	const judgement = await judge('citation', options, evidence(output, { answer, spans }));
	return judgement.status === 'violated' ? judgement.category : judgement.status;
};

describe('citation', () => {
	it.each([
		['Two weeks [kb-1].', {}, undefined, 'ok'],
		['Two weeks [kb-1][kb-2].', { min: 2 }, undefined, 'ok'],
		['Two weeks.', {}, ['kb-1'], 'ok'],
		['Two weeks [kb-1].', { min: 2 }, ['kb-2'], 'ok'],
		['Two weeks.', { min: 0 }, undefined, 'ok'],
		['See (doc kb-1).', { pattern: String.raw`\(doc ([\w-]+)\)` }, undefined, 'ok'],
		['Two weeks.', {}, undefined, 'missing_citation'],
		['', {}, undefined, 'missing_citation'],
		['Two weeks [kb-1] [kb-1].', { min: 2 }, ['kb-1'], 'missing_citation'],
		['Two weeks [kb-1] [kb-9].', {}, undefined, 'unknown_citation'],
		['Two weeks [KB-9].', {}, undefined, 'unknown_citation'],
		['Two weeks [kb-1].', {}, ['kb-9'], 'unknown_citation'],
		['Two weeks [kb-9].', { min: 0 }, undefined, 'unknown_citation'],
	])('judges %j by %j with the sources %j: %s', async (output, options, sources, category) => {
		expect(await categoryOf(output, options, sources)).toBe(category);
	});

	it('names what was not retrieved', async () => {
		const given = evidence('See [kb-9] and [kb-1].', { answer: { sources: ['kb-8'] }, spans });
		expect(await judge('citation', {}, given)).toEqual({
			status: 'violated',
			category: 'unknown_citation',
			severity: 'medium',
			reason: 'cites what was not retrieved: kb-9, kb-8',
		});
	});

	it('holds every citation for unknown when the retrieval found nothing', async () => {
		const given = evidence('See [kb-1].', { spans: [retrievalSpan()] });
		expect(await judge('citation', {}, given)).toMatchObject({ category: 'unknown_citation' });
	});

	it('throws when no retrieval was recorded, cited or not', async () => {
		const chat = span({ 'gen_ai.operation.name': 'chat' });
		await expect(judge('citation', { min: 0 }, evidence('', { spans: [chat] }))).rejects.toThrow(
			/retrieval span/,
		);
	});

	it('refuses a pattern without a group, or that is no expression', () => {
		expect(refusals(checkKinds, 'citation', { pattern: 'kb-\\d' })[0]).toMatch(/group/);
		expect(refusals(checkKinds, 'citation', { pattern: '(' })[0]).toMatch(/Unterminated group/);
		expect(refusals(checkKinds, 'citation', { min: -1 })).not.toEqual([]);
	});
});
