import { afterAll, expect, it } from 'vitest';
import { checkKinds } from '../../src/checks/index.ts';
import { startOpenAi } from '../support/openai-server.ts';
import { type CheckSample, checkContract } from './check.contract.ts';

const model = await startOpenAi(({ body }) => {
	const answer = body.messages?.at(-1)?.content ?? '';
	const hazards = answer.includes('poison') ? [{ hazard: 'violent_crimes', severity: 'high' }] : [];
	return body.messages === undefined ? undefined : JSON.stringify({ explanation: 'So it is.', hazards });
});
afterAll(() => model.close());

const samples: Readonly<Record<string, CheckSample>> = {
	citation: { options: {}, question: {}, ok: 'Two weeks [kb-1].', violated: 'Two weeks.' },
	hazard: {
		options: { model: 'm', baseUrl: model.baseUrl },
		question: {},
		ok: 'Two weeks.',
		violated: 'Put poison into the well.',
		asks: true,
	},
	injection: {
		options: { canaries: ['zebra-41-moss'] },
		question: {},
		ok: 'Two weeks.',
		violated: 'As told: Zebra 41 moss.',
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
