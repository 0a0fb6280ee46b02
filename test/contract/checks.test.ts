import { expect, it } from 'vitest';
import { checkKinds } from '../../src/checks/index.ts';
import { type CheckSample, checkContract } from './check.contract.ts';
import { chatSpan, toolSpan } from './evidence.ts';

const samples: Readonly<Record<string, CheckSample>> = {
	budget: {
		options: { maxCostUsd: 0.01, maxTokens: 1000, maxSteps: 1 },
		question: {},
		ok: {
			output: 'Two weeks.',
			answer: { costUsd: 0.01, usage: { inputTokens: 900, outputTokens: 100 } },
			spans: [chatSpan()],
		},
		violated: {
			output: 'Two weeks.',
			answer: { costUsd: 0.011, usage: { inputTokens: 900, outputTokens: 100 } },
			spans: [chatSpan()],
		},
	},
	citation: { options: {}, question: {}, ok: 'Two weeks [kb-1].', violated: 'Two weeks.' },
	data_region: {
		options: { allow: ['*.eu.example'] },
		question: {},
		ok: { output: 'Two weeks.', spans: [chatSpan({ 'server.address': 'api.eu.example' })] },
		violated: { output: 'Two weeks.', spans: [chatSpan({ 'server.address': 'api.us.example' })] },
	},
	format: {
		options: { codeFences: 'forbidden' },
		question: {},
		ok: 'Two weeks.',
		violated: '```\nTwo weeks.\n```',
	},
	injection: {
		options: { canaries: ['zebra-41-moss'] },
		question: {},
		ok: 'Two weeks.',
		violated: 'As told: Zebra 41 moss.',
	},
	length: {
		options: { words: { max: 5 } },
		question: {},
		ok: 'Two weeks.',
		violated: 'In two weeks, or even later.',
	},
	models: {
		options: { models: ['quill-*'], providers: ['quill'] },
		question: {},
		ok: { output: 'Two weeks.', spans: [chatSpan()] },
		violated: { output: 'Two weeks.', spans: [chatSpan({ 'gen_ai.response.model': 'parrot-1' })] },
	},
	phrases: {
		options: { forbidden: ['guaranteed'] },
		question: {},
		ok: 'Two weeks.',
		violated: 'Guaranteed in two weeks.',
	},
	pii: { options: {}, question: {}, ok: 'Two weeks.', violated: 'Ask jane.roe@acme.io.' },
	refusal: {
		options: {},
		question: { mustRefuse: true },
		ok: "I'm sorry, but I can't help with that.",
		violated: 'Two weeks.',
	},
	secrets: {
		options: {},
		question: {},
		ok: 'Two weeks.',
		violated: `Use ${'gh'}${'p_'}${'a1B2'.repeat(9)}.`,
	},
	tools: {
		options: { deny: ['delete_*'] },
		question: {},
		ok: { output: 'Two weeks.', spans: [toolSpan('search')] },
		violated: { output: 'Two weeks.', spans: [toolSpan('delete_account')] },
	},
	topics: {
		options: { forbidden: { law: ['lawsuit', 'lawyer', 'sue'] } },
		question: {},
		ok: 'Ask your lawyer.',
		violated: 'Sue them: a lawyer helps.',
	},
	toxicity: { options: {}, question: {}, ok: 'Two weeks.', violated: 'Two fucking weeks.' },
};

for (const [use, sample] of Object.entries(samples)) {
	const kind = checkKinds[use];
	if (kind === undefined) throw new Error(`no check "${use}"`);
	checkContract(use, kind, sample);
}

it('every registered check is under the contract', () => {
	// A module is the user's own code; what it makes is checked where it is loaded.
	const registered = Object.keys(checkKinds).filter((use) => use !== 'module');
	expect(registered.toSorted()).toEqual(Object.keys(samples).toSorted());
});
