import { z } from 'zod';
import { strict } from '../model/strict.ts';
import { isSnapshotOf } from '../telemetry/model-snapshot.ts';
import type { ModelUsage } from './completion.ts';

const notPrice = 'expected US dollars per million tokens, e.g. 2.5';
const usdPerMillion = z.number(notPrice).min(0, notPrice);

/** What a model costs, in US dollars per million tokens. */
const Price = strict({
	input: usdPerMillion.describe('Input tokens'),
	output: usdPerMillion.optional().describe('Output tokens; may be left out of a model that writes none'),
	cachedInput: usdPerMillion
		.optional()
		.describe('Input tokens that came from the provider’s cache; by default as `input`'),
	reasoning: usdPerMillion
		.optional()
		.describe('Output tokens that the model only thought; by default as `output`'),
});

const notPrices = 'expected prices by the models’ names, e.g. { gpt-4o-mini: { input: 0.15, output: 0.6 } }';

/** `prices:` of a suite, by model; one without an entry has no known cost. */
export const Prices = z.record(z.string().min(1), Price, notPrices);

export type Prices = z.output<typeof Prices>;

/** What an answer cost in US dollars, or why that is not known. */
export type Cost = { readonly costUsd: number } | { readonly missing: string };

/** The price of a model: its own, else that of the model whose dated snapshot it is. */
function priceOf(model: string, prices: Prices): z.output<typeof Price> | undefined {
	if (Object.hasOwn(prices, model)) return prices[model];
	const base = Object.keys(prices).find((name) => isSnapshotOf(model, name));
	return base === undefined ? undefined : prices[base];
}

/** What tokens of a model cost; cached and reasoning tokens are parts of the input and the output. */
export function costOf(usage: ModelUsage | undefined, model: string | undefined, prices: Prices): Cost {
	if (model === undefined) return { missing: 'the answer does not name its model' };
	if (usage === undefined) return { missing: `the answer of "${model}" reports no tokens` };
	const price = priceOf(model, prices);
	if (price === undefined) return { missing: unpriced(model, '') };
	const { inputTokens, outputTokens, cachedInputTokens: cached = 0, reasoningTokens: thought = 0 } = usage;
	if (cached > inputTokens || thought > outputTokens) {
		return { missing: `"${model}" reports more cached or reasoning tokens than tokens in all` };
	}
	const { input, output, cachedInput = input, reasoning = output } = price;
	const written = worth(outputTokens - thought, output);
	const thoughts = worth(thought, reasoning);
	if (written === undefined || thoughts === undefined) {
		return { missing: unpriced(model, ' of output tokens') };
	}
	const millionths = (inputTokens - cached) * input + cached * cachedInput + written + thoughts;
	return { costUsd: millionths / 1e6 };
}

function worth(tokens: number, price: number | undefined): number | undefined {
	return tokens === 0 ? 0 : price && tokens * price;
}

function unpriced(model: string, of: string): string {
	return `no price${of} for model "${model}"; expected one under \`prices:\` in suite.yaml, in US dollars per million tokens, e.g. "${model}": { input: 2.5, output: 10 }`;
}
