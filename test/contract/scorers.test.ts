import { afterAll, expect, it } from 'vitest';
import { scorerKinds } from '../../src/scorers/index.ts';
import { startOpenAi } from '../support/openai-server.ts';
import { span } from './evidence.ts';
import { type ScorerSample, scorerContract } from './scorer.contract.ts';

// Each reply fits what was asked for: a level for a judge; one claim, which is supported, for groundedness.
const model = await startOpenAi(({ body }) => {
	const replies: Readonly<Record<string, object>> = {
		grade: { explanation: 'It says so.', level: 'pass' },
		claims: { claims: ['Refunds take 14 days.'] },
		support: { verdicts: [{ claim: 1, explanation: 'Document 1 says so.', supported: true }] },
	};
	const form = body.response_format?.json_schema.name;
	return form === undefined ? undefined : JSON.stringify(replies[form]);
});
afterAll(() => model.close());
const asking = { model: 'm', baseUrl: model.baseUrl };

const samples: Readonly<Record<string, ScorerSample>> = {
	contains: { options: { all: ['14 days'] }, question: {}, good: 'It takes 14 days.' },
	embedding: {
		options: asking,
		question: { expected: { answer: '14 days' } },
		good: '14 days',
		asks: true,
	},
	groundedness: {
		options: asking,
		question: {},
		good: 'It takes 14 days.',
		spans: [
			span({
				'gen_ai.operation.name': 'retrieval',
				'gen_ai.retrieval.documents': '[{"id":"kb-1","content":"Refunds take 14 days."}]',
			}),
		],
		asks: true,
	},
	judge: {
		options: { ...asking, rubric: 'The answer says how long it takes.' },
		question: {},
		good: 'It takes 14 days.',
		asks: true,
	},
	cost: {
		options: { maxUsd: 0.01 },
		question: {},
		answer: { costUsd: 0.01 },
		good: 'It takes 14 days.',
	},
	exact: { options: {}, question: { expected: { answer: '14 days' } }, good: '14 days' },
	json_path: {
		options: { expect: [{ path: '$.unit', exists: true }], fence: 'anywhere' },
		question: { expected: { json: { '$.days': 14 } } },
		good: 'Here:\n```json\n{"days": 14, "unit": "days"}\n```',
	},
	json_schema: {
		options: { schema: { type: 'object', required: ['days'], properties: { days: { type: 'integer' } } } },
		question: {},
		good: '{"days": 14}',
	},
	latency: { options: {}, question: { expected: { maxLatencyMs: 12 } }, good: 'It takes 14 days.' },
	number: {
		options: { unit: ['days', 'd'] },
		question: { expected: { number: 14 } },
		good: 'Of 20 it takes 14 days.',
	},
	regex: { options: {}, question: { expected: { pattern: '\\b14 days\\b' } }, good: 'It takes 14 days.' },
	retrieval: { options: {}, question: { expected: { sources: ['kb-1'] } }, good: 'It takes 14 days.' },
	similarity: { options: {}, question: { expected: { answer: '14 days' } }, good: '14  Days' },
	spans: {
		options: { expect: [{ name: 'retrieval *', count: 1, no_errors: true }] },
		question: {},
		good: 'It takes 14 days.',
	},
	tools: {
		options: {},
		question: { expected: { tools: [{ name: 'search', arguments: { q: 'refunds' } }] } },
		good: 'It takes 14 days.',
		spans: [
			span({
				'gen_ai.operation.name': 'execute_tool',
				'gen_ai.tool.name': 'search',
				'gen_ai.tool.call.arguments': '{"q":"refunds"}',
			}),
		],
	},
	terms: { options: {}, question: { expected: { terms: ['14 days'] } }, good: 'It takes 14 days.' },
};

for (const [use, sample] of Object.entries(samples)) {
	const kind = scorerKinds[use];
	if (kind === undefined) throw new Error(`no scorer "${use}"`);
	scorerContract(use, kind, sample);
}

it('every registered scorer is under the contract', () => {
	// A module is the user's own code; what it makes is checked where it is loaded.
	const registered = Object.keys(scorerKinds).filter((use) => use !== 'module');
	expect(registered.toSorted()).toEqual(Object.keys(samples).toSorted());
});
