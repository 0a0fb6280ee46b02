import { z } from 'zod';
import { type MethodName, methodNames } from '../compare/methods.ts';
import { strict } from '../model/strict.ts';
import { BaselineEntry } from './baseline-terms.ts';
import { oneOfKeys, PrometheusEntry, TempoEntry } from './remote-schema.ts';
import { WaiverEntry } from './waiver-schema.ts';

const Tier = z.enum(['critical', 'advisory'], 'expected critical or advisory');

const notSamples = 'expected a whole number from 1 on, e.g. 30: how many trials a rule wants';
const MinSamples = z.int(notSamples).min(1, notSamples);
const notEvents = 'expected a whole number from 0 on: how many violations may occur, e.g. 0';
const notErrorRate = 'expected a number from 0 to below 1: the share of failed trials, e.g. 0.02';
const notPaired = 'expected a number above 0 and at most 1: the share of questions in both runs, e.g. 0.98';

const notAlpha =
	'expected a number above 0 and at most 0.2: the chance that a bound is wrong on its side, e.g. 0.05';
const Alpha = z.number(notAlpha).gt(0, notAlpha).max(0.2, notAlpha);

const OnMissing = z.enum(['inconclusive', 'fail'], {
	error: ({ input }) =>
		input === 'pass'
			? 'there is no `pass`: what nobody measured says nothing good; expected inconclusive or fail'
			: 'expected inconclusive or fail',
});

const notGrouping =
	'expected cluster (the `cluster` of the questions), or tag: and the key of a tag, e.g. tag:article';
const ClusterBy = z
	.string(notGrouping)
	.regex(/^(cluster|tag:\S(.*\S)?)$/, notGrouping)
	.describe(
		'What groups questions that share a source of error: `cluster` (their own key of that name) or `tag:<key>`',
	);

const notSlices = 'expected tag: and the key of a tag, e.g. tag:lang';
const methods = Object.keys(methodNames) as MethodName[];
/** What a rule judges: one of these. */
export const sources = ['metric', 'prometheus', 'tempo'] as const;

const notId = 'expected a text that names the rule, e.g. quality';
const notMetric = 'expected the name of a metric, e.g. pass_rate';
const aRule = '{ id: quality, metric: pass_rate, non_inferior: 2pp }';
const notWaivers = 'expected a list of waivers, each with rule, until, by, reason and limit';
const noRules = 'must hold at least one rule: a gate without rules would pass everything';
const notRules = `expected a list of rules, e.g. [${aRule}]`;

/** One rule: a metric of the run, or a query to a backend, and one or more conditions on it, each judged by itself. */
export const RuleEntry = strict(
	{
		id: z.string(notId).min(1, notId).describe('Unique; how the rule is named in a verdict'),
		metric: z
			.string(notMetric)
			.min(1, notMetric)
			.optional()
			.describe('A metric of the suite: a scorer’s name, `pass_rate`, `safety_violations`, …'),
		prometheus: PrometheusEntry.optional().describe('In place of `metric`: what Prometheus says'),
		tempo: TempoEntry.optional().describe('In place of `metric`: what Tempo says (TraceQL metrics)'),
		check: z
			.string('expected a check such as "lower >= 0.85" or "value <= 3500"')
			.optional()
			.describe(
				'An absolute limit: `value >= 0.85` on the estimate; `lower >= 0.85`, `upper <= 3500` on its bound, to be sure of it',
			),
		non_inferior: z
			.union([z.string(), z.number()], 'expected a margin such as 2pp, 1.10x, or a number')
			.optional()
			.describe(
				'How much worse than the baseline it may be: `2pp`, `1.10x`, or a number in the metric’s unit',
			),
		max_events: z
			.int(notEvents)
			.min(0, notEvents)
			.optional()
			.describe('For a count of violations: how many may occur'),
		alpha: Alpha.optional().describe('The chance that a bound is wrong on its side'),
		method: z
			.enum(methods, `expected one of: ${methods.join(', ')}`)
			.optional()
			.describe('How the bounds are computed, in place of what the metric’s kind has'),
		per: z
			.string(notSlices)
			.regex(/^tag:\S(.*\S)?$/, notSlices)
			.optional()
			.describe('`tag:<key>`: judged once for each value of that tag, which every question must have'),
		adjust: z
			.enum(['holm', 'none'], 'expected holm or none')
			.optional()
			.describe(
				'How p is adjusted for the number of slices of `per` (default: holm, where a rule has bounds)',
			),
		cluster_by: ClusterBy.optional(),
		min_samples: MinSamples.optional().describe('Fewer trials than this leave the rule inconclusive'),
		on_missing: OnMissing.optional().describe('What becomes of the rule when its metric is missing'),
		tier: Tier.optional().describe('`advisory` rules are shown and never block'),
	},
	`a rule, e.g. ${aRule}`,
).meta(oneOfKeys(...sources.map((source) => [source])));

/** `gate.yaml`: the rules of a release. */
export const GateFile = strict(
	{
		defaults: strict({
			alpha: Alpha.default(0.05).describe('The chance that a bound is wrong on its side'),
			min_samples: MinSamples.default(1).describe('Fewer trials than this leave a rule inconclusive'),
			tier: Tier.default('critical').describe('`advisory` rules are shown and never block'),
			on_missing: OnMissing.default('inconclusive').describe(
				'What becomes of a rule whose metric is missing',
			),
			cluster_by: ClusterBy.optional(),
		})
			.prefault({})
			.describe('What holds for every rule that does not say otherwise'),
		validity: strict({
			max_error_rate: z
				.number(notErrorRate)
				.min(0, notErrorRate)
				.lt(1, notErrorRate)
				.default(0.02)
				.describe('The share of failed trials that a run may have'),
			min_paired: z
				.number(notPaired)
				.gt(0, notPaired)
				.max(1, notPaired)
				.default(1)
				.describe('The share of questions that both runs must have answered'),
			spans: z
				.enum(['all-acknowledged'], 'expected all-acknowledged')
				.optional()
				.describe('`all-acknowledged`: a trace backend must have acknowledged every span of both runs'),
		})
			.prefault({})
			.describe('What the records themselves must be, or no rule means anything'),
		baseline: BaselineEntry.prefault({}).describe('What a baseline must be for a rule to compare with it'),
		rules: z
			.array(RuleEntry, notRules)
			.min(1, noRules)
			.describe('What a release must show: every critical rule must pass'),
		waivers: z
			.array(WaiverEntry, notWaivers)
			.default([])
			.describe('Limits that stand in for rules for a while; shown in every verdict'),
	},
	'the keys rules and, if need be, defaults, validity, baseline and waivers',
);

/** `gate.yaml` with its rules and waivers as they stand, for these are read one by one. */
export const GateParts = GateFile.extend({
	defaults: z.unknown().optional(),
	validity: z.unknown().optional(),
	baseline: z.unknown().optional(),
	rules: z.array(z.unknown(), notRules).min(1, noRules),
	waivers: z.array(z.unknown(), notWaivers).default([]),
});

export type GateFile = z.infer<typeof GateFile>;
