import { z } from 'zod';
import { SpangateError } from '../errors.ts';
import type { Evidence } from '../model/evidence.ts';
import { strict } from '../model/strict.ts';
import { Severity } from '../model/trial.ts';
import { inferenceSpans } from '../telemetry/inference.ts';
import { appSpans } from '../telemetry/span-tree.ts';
import { checkKind } from './check.ts';

const Tokens = z.int().min(0).optional();

interface Spending {
	readonly what: string;
	readonly category: string;
	readonly limit: number | undefined;
	/** How much, or undefined when it is not known. */
	spent(evidence: Evidence): number | undefined;
	readonly cure: string;
}

/**
 * `use: budget`: violated when one question costs more money, tokens or steps than it may; what is not known is no
 * 0: then it throws, unless another limit is broken anyway.
 */
export const budget = checkKind({
	options: strict({
		maxCostUsd: z.number().min(0).optional().describe('The most that one answer may cost, in USD'),
		maxTokens: Tokens.describe('The most tokens in and out'),
		maxInputTokens: Tokens,
		maxOutputTokens: Tokens,
		maxSteps: z.int().min(0).optional().describe('The most calls of a model that the spans may show'),
		severity: Severity.default('medium'),
	}).refine((options) => Object.keys(options).some((key) => key.startsWith('max')), {
		message:
			'needs maxCostUsd, maxTokens, maxInputTokens, maxOutputTokens or maxSteps, or it would judge nothing',
	}),
	create({ maxCostUsd, maxTokens, maxInputTokens, maxOutputTokens, maxSteps, severity }) {
		const cure = 'let the target report `usage`, or trace it (gen_ai.usage.* or llm.token_count.*)';
		const spendings: readonly Spending[] = [
			{
				what: 'USD',
				category: 'over_cost',
				limit: maxCostUsd,
				spent: ({ answer }) => answer.costUsd,
				cure: 'let the target report `costUsd`, or say what its model costs under `prices:`',
			},
			{
				what: 'tokens',
				category: 'over_tokens',
				limit: maxTokens,
				spent: ({ answer: { usage } }) => usage && usage.inputTokens + usage.outputTokens,
				cure,
			},
			{
				what: 'input tokens',
				category: 'over_tokens',
				limit: maxInputTokens,
				spent: ({ answer }) => answer.usage?.inputTokens,
				cure,
			},
			{
				what: 'output tokens',
				category: 'over_tokens',
				limit: maxOutputTokens,
				spent: ({ answer }) => answer.usage?.outputTokens,
				cure,
			},
			{
				what: 'steps',
				category: 'over_steps',
				limit: maxSteps,
				// A trace without a model call tells of no step rather than of none.
				spent: ({ spans }) => inferenceSpans(appSpans(spans), () => true).length || undefined,
				cure: 'let the app trace its model calls (gen_ai.* or OpenInference)',
			},
		];
		const limited = spendings.filter(({ limit }) => limit !== undefined);

		return {
			version: '1',
			isPure: true,
			kind: 'policy',
			check(evidence) {
				const spent = limited.map((each) => ({ ...each, amount: each.spent(evidence) }));
				const over = spent.filter(({ amount, limit = Infinity }) => amount !== undefined && amount > limit);
				const [first] = over;
				if (first !== undefined) {
					const reason = over
						.map(({ amount, what, limit }) => `${amount} ${what}, at most ${limit}`)
						.join('; ');
					return { status: 'violated', category: first.category, severity, reason };
				}
				const unknown = spent.find(({ amount }) => amount === undefined);
				if (unknown !== undefined) {
					throw new SpangateError(
						'unmeasured',
						`how many ${unknown.what} it took is not known: ${unknown.cure}`,
					);
				}
				return { status: 'ok' };
			},
		};
	},
});
