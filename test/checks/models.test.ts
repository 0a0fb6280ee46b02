import { describe, expect, it } from 'vitest';
import { checkKinds } from '../../src/checks/index.ts';
import type { EvidenceSpan } from '../../src/model/evidence.ts';
import { chatSpan, evidence, span, toolSpan } from '../contract/evidence.ts';
import { judge, refusals } from '../contract/run.ts';

const outcome = async (options: object, spans: readonly EvidenceSpan[], model?: string): Promise<string> => {
	const answer = model === undefined ? {} : { model };
	const judgement = await judge('models', options, evidence('Done.', { answer, spans }));
	return judgement.status === 'violated' ? judgement.category : judgement.status;
};
const both = { models: ['quill-*'], providers: ['quill'] };

describe('models', () => {
	it.each<[string, object, EvidenceSpan[], string | undefined, string]>([
		['an allowed model and provider', both, [chatSpan()], undefined, 'ok'],
		[
			'the model that answered, not the one asked for',
			both,
			[chatSpan({ 'gen_ai.response.model': 'parrot-1' })],
			undefined,
			'model_not_allowed',
		],
		[
			'one of several',
			both,
			[chatSpan(), { ...chatSpan({ 'gen_ai.request.model': 'parrot-1' }), spanId: 'b'.repeat(16) }],
			undefined,
			'model_not_allowed',
		],
		[
			'another provider',
			both,
			[chatSpan({ 'gen_ai.provider.name': 'resold' })],
			undefined,
			'provider_not_allowed',
		],
		['any model of the provider', { providers: ['quill'] }, [chatSpan()], undefined, 'ok'],
		['an answer without spans', { models: ['quill-3'] }, [], 'quill-3', 'ok'],
		['another answer without spans', { models: ['quill-3'] }, [], 'quill-3-nano', 'model_not_allowed'],
		['an answer that belies its spans', both, [chatSpan()], 'parrot-1', 'model_not_allowed'],
		['an answer that agrees with its spans', both, [chatSpan()], 'quill-3', 'ok'],
		[
			'an answer by its alias',
			both,
			[chatSpan({ 'gen_ai.response.model': 'quill-3-v2' })],
			'quill-latest',
			'ok',
		],
		[
			'OpenInference',
			both,
			[span({ 'openinference.span.kind': 'LLM', 'llm.model_name': 'quill-3', 'llm.provider': 'quill' })],
			undefined,
			'ok',
		],
	])('judges %s', async (_, options, spans, model, category) => {
		expect(await outcome(options, spans, model)).toBe(category);
	});

	it('names the models and providers', async () => {
		const spans = [chatSpan({ 'gen_ai.request.model': 'parrot-1', 'gen_ai.provider.name': 'resold' })];
		expect(await judge('models', both, evidence('', { spans }))).toEqual({
			status: 'violated',
			category: 'model_not_allowed',
			severity: 'high',
			reason: 'not among the models: parrot-1; not among the providers: resold (parrot-1)',
		});
	});

	it('throws when nothing names a model, or the provider that matters', async () => {
		await expect(outcome(both, [])).rejects.toThrow(/which model answered/);
		await expect(outcome(both, [toolSpan('search')])).rejects.toThrow(/which model answered/);
		await expect(outcome(both, [], 'quill-3')).rejects.toThrow(/who provides the model quill-3/);
		const silent = span({ 'gen_ai.operation.name': 'chat' });
		await expect(outcome(both, [silent], 'quill-3')).rejects.toThrow(/does not say which model/);
	});

	it('refuses options that judge nothing', () => {
		expect(refusals(checkKinds, 'models', {}).join()).toMatch(/judge nothing/);
		expect(refusals(checkKinds, 'models', { models: [] })).not.toEqual([]);
	});
});
