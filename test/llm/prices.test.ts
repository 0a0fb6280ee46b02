import { afterAll, describe, expect, test } from 'vitest';
import { costOf, Prices } from '../../src/llm/prices.ts';
import { runIds, Workspace } from '../support/cli.ts';
import { writeModelSuite } from '../support/model-suite.ts';
import { startOpenAi } from '../support/openai-server.ts';
import { type Json, readStoredRun } from '../support/stored-run.ts';

const closers: (() => Promise<void>)[] = [];
afterAll(async () => {
	for (const close of closers) await close();
});

const prices: Prices = {
	'm-1': { input: 2, output: 8, cachedInput: 0.5, reasoning: 10 },
	'm-1-2026-05-01': { input: 1, output: 1 },
	plain: { input: 2, output: 8 },
	free: { input: 0, output: 0 },
	embedder: { input: 0.1 },
};
const noPrice = (model: string, of = '') =>
	`no price${of} for model "${model}"; expected one under \`prices:\` in suite.yaml, in US dollars per million tokens, e.g. "${model}": { input: 2.5, output: 10 }`;
const used = { inputTokens: 1_000, outputTokens: 500 };

describe('what tokens cost', () => {
	test.each<[string, Json, number]>([
		['plain', used, 0.006],
		['plain', { ...used, cachedInputTokens: 400, reasoningTokens: 100 }, 0.006],
		['m-1', { ...used, cachedInputTokens: 400, reasoningTokens: 100 }, 0.0012 + 0.0002 + 0.0032 + 0.001],
		// A dated snapshot has its model's price, unless it has its own; another model that begins alike has none.
		['m-1-2026-06-01', used, 0.006],
		['m-1-20260601', used, 0.006],
		['m-1-2026-05-01', used, 0.0015],
		['free', used, 0],
		['embedder', { inputTokens: 1_000, outputTokens: 0 }, 0.0001],
	])('of %s for %j', (model, usage, costUsd) => {
		const cost = costOf(usage, model, prices);
		expect('costUsd' in cost && cost.costUsd).toBeCloseTo(costUsd, 12);
	});

	test.each<[string | undefined, Json, string]>([
		['m-1-mini', used, noPrice('m-1-mini')],
		['toString', used, noPrice('toString')],
		['embedder', used, noPrice('embedder', ' of output tokens')],
		[undefined, used, 'the answer does not name its model'],
		['m-1', undefined, 'the answer of "m-1" reports no tokens'],
		[
			'm-1',
			{ ...used, cachedInputTokens: 1_001 },
			'"m-1" reports more cached or reasoning tokens than tokens in all',
		],
	])('of %s for %j is not known', (model, usage, missing) => {
		expect(costOf(usage, model, prices)).toEqual({ missing });
	});

	test.each<[Json, string]>([
		[{ m: { output: 1 } }, 'expected US dollars per million tokens'],
		[{ m: { input: -1, output: 1 } }, 'expected US dollars per million tokens'],
		[{ m: { input: 1, output: 1, cached: 1 } }, 'unknown key "cached"'],
		[[], 'expected prices by the models’ names'],
	])('is not said by %j', (given, says) => {
		const { error } = Prices.safeParse(given);
		expect(error?.issues.map(({ message }) => message).join()).toContain(says);
	});
});

describe('the cost of a run', { timeout: 60_000, concurrent: true }, () => {
	/** Runs questions whose ids name the model that answers them. */
	async function costsOf(models: readonly string[], table: Json) {
		const server = await startOpenAi(({ body }) => ({
			text: 'Paris',
			model: body.messages.at(-1).content,
			usage: { prompt_tokens: 1_000, completion_tokens: 500, prompt_tokens_details: { cached_tokens: 400 } },
		}));
		closers.push(server.close);
		const workspace = new Workspace();
		const folder = writeModelSuite(workspace, {
			targets: { model: { baseUrl: server.baseUrl } },
			questions: models.map((model, index) => ({
				id: `q${index}`,
				input: model,
				expected: { terms: ['Paris'] },
			})),
			prices: table,
		});
		const ran = await workspace.spangate(['run', folder, '--target', 'model', '--json']);
		const stored = readStoredRun(workspace.home, runIds(ran)[0]);
		const costs = Object.fromEntries(stored.trials.map(({ input, costUsd }) => [input, costUsd]));
		const metrics = JSON.parse(ran.stdout).metrics;
		return { costs, metrics, spans: stored.spans, trials: stored.trials };
	}

	test('comes of its tokens and the suite’s prices, also on the span of the call', async () => {
		const { costs, metrics, spans } = await costsOf(['m-1', 'plain'], prices);
		expect(costs['m-1']).toBeCloseTo(0.0054, 12);
		expect(costs.plain).toBeCloseTo(0.006, 12);
		expect(metrics.cost_usd.value).toBeCloseTo(0.0114, 12);
		const onSpans = spans.filter(({ name }) => name === 'invoke_agent model');
		const cost = (each: Json): number => each.attributes['spangate.cost_usd'];
		expect(onSpans.map(cost).reduce((sum, each) => sum + each)).toBeCloseTo(0.0114, 12);
	});

	test('is missing, with the model’s name, when one has no price: never 0', async () => {
		const { costs, metrics, trials } = await costsOf(['m-1', 'm-2'], prices);
		expect(costs['m-2']).toBeUndefined();
		expect(trials.find(({ input }) => input === 'm-2').answer.costMissing).toBe(noPrice('m-2'));
		expect(metrics.cost_usd).toEqual({
			missing: `1 answer reported no cost: ${noPrice('m-2')}`,
		});
		expect(metrics.cost_per_success).toEqual(metrics.cost_usd);
	});

	test('without a table is what answers report, and its absence says no more', async () => {
		const { metrics, trials } = await costsOf(['m-1'], undefined);
		expect(metrics.cost_usd).toEqual({ missing: '1 answer reported no cost' });
		expect(trials[0].answer.costMissing).toBeUndefined();
	});
});
