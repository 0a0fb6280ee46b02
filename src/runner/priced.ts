import { type Cost, costOf, type Prices } from '../llm/prices.ts';
import type { Answer } from '../model/evidence.ts';

type Told = Omit<Answer, 'latencyMs'>;

/**
 * An answer with its cost by the suite's prices, or why they give none; what the target reports itself goes first, and
 * without a table nothing is said.
 */
export function priced<Given extends Told>(answer: Given, prices: Prices | undefined): Given {
	if (prices === undefined || answer.costUsd !== undefined) return answer;
	return withCost(answer, costOf(answer.usage, answer.model, prices));
}

/** An answer with this cost, in place of any reason why it had none. */
export function withCost<Given extends Told>(answer: Given, cost: Cost): Given {
	const { costMissing, ...rest } = answer;
	return 'missing' in cost
		? ({ ...rest, costMissing: cost.missing } as Given)
		: ({ ...rest, costUsd: cost.costUsd } as Given);
}
