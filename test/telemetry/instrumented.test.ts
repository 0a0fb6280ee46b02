import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { fixture, runIds, Workspace } from '../support/cli.ts';
import { type Json, readStoredRun } from '../support/stored-run.ts';

/** What is read out of the spans of one app: two calls of quill-3, the first of which asks for a search. */
interface Read {
	readonly model?: string;
	/** Tokens in and out, of the first those from the cache, of the last those of thought; nothing where a call tells none. */
	readonly tokens?: readonly number[];
	readonly tools?: string;
	readonly retrieval?: string;
	readonly models?: string;
	readonly servers?: string;
}

const alias = 'quill-3';
const snapshot = 'quill-3-2026-01-01';
const found = 'retrieved doc-1, doc-2';
const from = (...spans: string[]) =>
	`outside of the allowed places: ${spans.map((span) => `api.quill.example (${span})`).join(', ')}`;
const seen = (...models: readonly (readonly [model: string, provider: string])[]) =>
	`not among the models: ${models.map(([model]) => model).join(', ')}; ` +
	`not among the providers: ${models.map(([model, provider]) => `${provider} (${model})`).join(', ')}`;

/** What the spans do not say is told so, as here, and never read as nothing. */
const usual: Required<Read> = {
	model: snapshot,
	tokens: [250, 28, 160, 5],
	tools: 'called: search({"q":"returns"})',
	retrieval: 'no retrieval span in the trace',
	models: seen([snapshot, 'openai']),
	servers: 'does not say which server was called',
};
const untold = 'does not say which tools it asked for';
const both = seen([snapshot, 'openai'], [alias, 'openai']);
const aliasAlone = { model: alias, models: seen([alias, 'openai']) };

const read: Readonly<Record<string, Read>> = {
	// Its messages are events of logs.
	'otel-openai': { tokens: [250, 28], tools: untold, servers: from('chat quill-3', 'POST') },
	'otel-openai-responses': {
		tokens: [200, 40],
		tools: untold,
		servers: from('chat quill-3', 'embeddings quill-embed'),
	},
	'python-openai-v2': { tokens: [250, 28], tools: untold, servers: from('chat quill-3') },
	'python-genai-openai': { servers: from('chat quill-3') },
	'python-genai-langchain': { retrieval: found },
	'python-pydantic-ai': { servers: from('chat quill-3') },

	// Of what it streams it tells no tokens, and the model only as it was asked for.
	'openinference-openai': { tokens: [], retrieval: found, models: both },
	'openinference-langchain': { ...aliasAlone, retrieval: found },
	'python-openinference-openai': {},
	'python-openinference-langchain': { retrieval: found, models: both },
	'python-openinference-llama-index': { ...aliasAlone, retrieval: found },
	'python-openinference-agents': { ...aliasAlone, tokens: [250, 28], servers: from('generation') },

	// LangChain's calls and, beside them, those of the client below it.
	'openinference-langchain-twice': { retrieval: found, models: both, servers: from('POST') },
	'python-openinference-langchain-twice': { retrieval: found },

	// Of what it streams it tells no tokens; of the Responses API it loses the tool, and all of what it streams.
	'traceloop-openai': { tokens: [] },
	'traceloop-openai-responses': {
		...{ tokens: [], tools: 'no span says whether a tool was called', models: both },
	},
	'traceloop-langchain': { ...aliasAlone, tokens: [250, 28] },
	'python-openllmetry-openai': { servers: from('openai.chat') },
	// It leaves out the ids of the documents.
	'python-openllmetry-langchain': {
		...{ tokens: [250, 28, 160], models: both },
		retrieval: 'the documents of the retrieval span "vector_db_retrieve Handbook" cannot be read',
	},

	'ai-sdk': { tokens: [250, 28, 160], models: seen([snapshot, 'quill.chat']) },
	'ai-sdk-legacy': { models: seen([snapshot, 'quill.chat']) },
	'ai-sdk-5': { models: seen([snapshot, 'quill.chat']) },
	'ai-sdk-5-openinference': { tokens: [250, 28], models: seen([snapshot, 'quill.chat']) },
};

const suite = fixture('instrumented');
const kept = readdirSync(join(suite, 'spans')).map((file) => file.replace('.jsonl', ''));

function usageOf([inputTokens, outputTokens, cachedInputTokens, reasoningTokens]: readonly number[]) {
	const usage = { inputTokens, outputTokens, cachedInputTokens, reasoningTokens };
	return inputTokens === undefined ? undefined : JSON.parse(JSON.stringify(usage));
}

/** At a millionth of a dollar a token, ten for one that goes out, a tenth for one of the cache. */
function costOf([input, output = 0, cached = 0]: readonly number[]) {
	return input === undefined ? undefined : (input - cached + cached * 0.1 + output * 10) / 1e6;
}

describe('spans of real instrumentations', () => {
	let trials: readonly Json[];
	beforeAll(async () => {
		const workspace = new Workspace();
		const ran = await workspace.spangate(['run', suite, '--target', 'app']);
		expect({ code: ran.code, stderr: ran.stderr }).toMatchObject({ code: 0 });
		({ trials } = readStoredRun(workspace.home, runIds(ran)[0]));
	}, 60_000);

	test('are kept with the packages that made them, and each is read here', () => {
		expect(Object.keys(read).sort()).toEqual(kept.toSorted());
		expect(trials.map(({ questionId }) => questionId).sort()).toEqual(kept.toSorted());
		for (const name of kept) {
			const [first = ''] = readFileSync(join(suite, 'spans', `${name}.jsonl`), 'utf8').split('\n');
			expect(JSON.parse(first).packages).toMatch(/^\S+ \d+\.\d+/);
		}
	});

	test.each(kept)('%s', (name) => {
		const expected = { ...usual, ...read[name] };
		const { answer, costUsd, scores, findings } = trials.find(({ questionId }) => questionId === name);
		const said = (list: Json[], key: string, id: string) => {
			const { reason, error } = list.find((each) => each[key] === id);
			return reason ?? error;
		};
		expect(answer.model).toBe(expected.model);
		expect(answer.usage).toEqual(usageOf(expected.tokens));
		expect(costUsd?.toFixed(9)).toBe(costOf(expected.tokens)?.toFixed(9));
		expect(said(scores, 'scorer', 'tools')).toContain(expected.tools);
		expect(said(scores, 'scorer', 'retrieval')).toContain(expected.retrieval);
		expect(said(findings, 'check', 'models')).toBe(expected.models);
		expect(said(findings, 'check', 'budget')).toBe('2 steps, at most 0');
		expect(said(findings, 'check', 'data_region')).toContain(expected.servers);
	});
});
