import { estimateTokenCount } from 'tokenx';

/** USD per million tokens, by model. */
export const prices = {
	'quill-2': { input: 0.6, output: 2.4 },
	'quill-3': { input: 0.4, output: 1.6 },
	'quill-3-nano': { input: 0.05, output: 0.2 },
} as const;

/** Token counts of one model call, as estimated from the text. */
export interface Usage {
	readonly inputTokens: number;
	readonly outputTokens: number;
}

/** Estimates the tokens of a prompt and its completion. */
export function countUsage(prompt: string, completion: string): Usage {
	return { inputTokens: estimateTokenCount(prompt), outputTokens: estimateTokenCount(completion) };
}

/** The price of one model call in USD. */
export function costUsd(model: keyof typeof prices, usage: Usage): number {
	const price = prices[model];
	return (usage.inputTokens * price.input + usage.outputTokens * price.output) / 1_000_000;
}
