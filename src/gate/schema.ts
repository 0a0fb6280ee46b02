import { z } from 'zod';
import { strict } from '../model/strict.ts';
import { oneOfKeys, PrometheusEntry, TempoEntry } from './remote-schema.ts';

const Tier = z.enum(['critical', 'advisory']);

const sources = ['metric', 'prometheus', 'tempo'] as const;

/** One rule: a metric of the run, or a query to a backend, and one or more conditions on it, each judged by itself. */
const RuleEntry = strict({
	id: z.string().min(1).describe('Unique; how the rule is named in a verdict'),
	metric: z
		.string()
		.min(1)
		.optional()
		.describe('A metric of the suite: a scorer’s name, `pass_rate`, `safety_violations`, …'),
	prometheus: PrometheusEntry.optional().describe('In place of `metric`: what Prometheus says'),
	tempo: TempoEntry.optional().describe('In place of `metric`: what Tempo says (TraceQL metrics)'),
	check: z.string().optional().describe('An absolute limit: `value >= 0.85`, `value <= 3500`'),
	non_inferior: z
		.union([z.string(), z.number()], 'expected a margin such as 2pp, 1.10x, or a number')
		.optional()
		.describe('How much worse than the baseline it may be: `2pp`, `1.10x`, or a number in the metric’s unit'),
	max_events: z.int().min(0).optional().describe('For a count of violations: how many may occur'),
	min_samples: z.int().min(1).optional().describe('Fewer trials than this leave the rule inconclusive'),
	tier: Tier.optional().describe('`advisory` rules are shown and never block'),
})
	.refine(
		(rule) => sources.filter((source) => rule[source] !== undefined).length === 1,
		'needs exactly one of `metric`, `prometheus` and `tempo`: what is judged',
	)
	.refine(
		(rule) => rule.check !== undefined || rule.non_inferior !== undefined || rule.max_events !== undefined,
		'needs a condition: `check`, `non_inferior` or `max_events`',
	)
	.meta(oneOfKeys(...sources.map((source) => [source])));

/** `gate.yaml`: the rules of a release. */
export const GateFile = strict({
	defaults: strict({
		min_samples: z.int().min(1).default(1),
		tier: Tier.default('critical'),
	}).prefault({}),
	validity: strict({
		max_error_rate: z
			.number()
			.min(0)
			.lt(1)
			.default(0.02)
			.describe('The share of failed trials that a run may have'),
		min_paired: z
			.number()
			.gt(0)
			.max(1)
			.default(1)
			.describe('The share of questions that both runs must have answered'),
		spans: z
			.enum(['all-acknowledged'], 'expected all-acknowledged')
			.optional()
			.describe('`all-acknowledged`: a trace backend must have acknowledged every span of both runs'),
	}).prefault({}),
	rules: z.array(RuleEntry).min(1, 'must hold at least one rule: a gate without rules would pass everything'),
});

export type GateFile = z.infer<typeof GateFile>;
