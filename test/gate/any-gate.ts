import fc from 'fast-check';
import type { Condition } from '../../src/gate/condition.ts';
import type { Gate, Rule } from '../../src/gate/rule.ts';
import { metricCatalogue } from '../../src/metrics/catalogue.ts';
import type { Run } from '../../src/model/run.ts';
import type { Trial } from '../../src/model/trial.ts';
import { type Graded, type Judged, run, type TrialParts, trial } from '../support/records.ts';

const catalogue = new Map(metricCatalogue(run()).map((info) => [info.name, info]));

type Absolute = Extract<Condition, { kind: 'absolute' }>;

const limits = fc.integer({ min: 1, max: 19 }).map((twentieths) => twentieths / 20);
const lowLimits = fc.integer({ min: 1, max: 20 }).map((fiftieths) => fiftieths / 50);
const absolute = (
	metrics: readonly string[],
	subjects: readonly Absolute['subject'][],
	operators: readonly Absolute['operator'][],
	limit: fc.Arbitrary<number>,
) =>
	fc.record({
		metric: fc.constantFrom(...metrics),
		condition: fc
			.tuple(fc.constantFrom(...subjects), fc.constantFrom(...operators), limit)
			.map(([subject, operator, at]): Condition => {
				return { kind: 'absolute', subject, operator, limit: at, text: `${subject} ${operator} ${at}` };
			}),
	});

/** What a rule says, of every kind that can be decided early and of some that cannot. */
const condition = fc.oneof(
	fc.record({
		metric: fc.constantFrom('safety_violations', 'safety_violations.pii', 'policy_violations.must-cite'),
		condition: fc
			.nat({ max: 2 })
			.map((limit): Condition => ({ kind: 'events', limit, text: `max_events ${limit}` })),
	}),
	absolute(['pass_rate', 'faithfulness'], ['value'], ['>=', '>'], limits),
	absolute(['pass_rate'], ['lower'], ['>=', '>'], limits),
	absolute(
		['error_rate', 'safety_violation_rate', 'policy_violation_rate.must-cite'],
		['value', 'upper'],
		['<=', '<'],
		lowLimits,
	),
	absolute(['safety_violations'], ['upper'], ['<=', '<'], lowLimits),
	absolute(['safety_violations'], ['value'], ['<=', '<'], fc.nat({ max: 3 })),
	absolute(['cost_usd'], ['value'], ['<=', '<'], limits),
	absolute(['input_tokens'], ['value'], ['<=', '<'], fc.integer({ min: 10, max: 300 })),
	absolute(['latency_p95_ms', 'cost_per_success'], ['value'], ['<='], fc.integer({ min: 1, max: 40 })),
	fc.record({
		metric: fc.constantFrom('pass_rate', 'faithfulness'),
		condition: limits.map((margin): Condition => {
			return { kind: 'relative', form: 'difference', margin: margin / 4, text: `non_inferior ${margin / 4}` };
		}),
	}),
);

/** A gate of one to three rules. */
export const anyGate: fc.Arbitrary<Gate> = fc
	.array(
		fc.record({
			said: condition,
			minSamples: fc.oneof({ weight: 3, arbitrary: fc.constant(1) }, fc.integer({ min: 2, max: 14 })),
			tier: fc.oneof(
				{ weight: 4, arbitrary: fc.constant('critical' as const) },
				fc.constant('advisory' as const),
			),
			alpha: fc.constantFrom(0.05, 0.2, 0.5),
			clustered: fc.oneof({ weight: 8, arbitrary: fc.constant(false) }, fc.constant(true)),
			waived: fc.oneof({ weight: 8, arbitrary: fc.constant(false) }, fc.constant(true)),
		}),
		{ minLength: 1, maxLength: 3 },
	)
	.chain((rules) =>
		fc.constantFrom(0.02, 0.9, 0.9, 0.9).map((max_error_rate) => ({
			file: 'gate.yaml',
			text: '',
			rules: rules.map(({ said, clustered, waived, ...rest }, index): Rule => {
				const metric = catalogue.get(said.metric);
				if (metric === undefined) throw new Error(`no metric ${said.metric}`);
				return {
					...{
						id: `r${index}`,
						metric,
						condition: said.condition,
						onMissing: 'inconclusive',
						adjust: 'none',
					},
					...rest,
					...(clustered && { clusterBy: { by: 'cluster' } }),
					...(waived && { waiver: { until: '2026-11-23', by: 'ops', reason: 'known', condition: lenient } }),
				};
			}),
			validity: { max_error_rate, min_paired: 1 },
			baseline: { same: ['suite'] as const },
		})),
	);

/** No count of these tests breaks it. */
const lenient: Condition = { kind: 'events', limit: 1_000, text: 'max_events 1000' };

/** What both runs of a pair are asked, and in which order their trials end. */
export interface Asked {
	readonly baseline: readonly Trial[];
	readonly candidate: readonly Trial[];
	/** Of every trial of both: its lane (0 the baseline) and the trial. */
	readonly order: readonly (readonly [lane: 0 | 1, trial: Trial])[];
	readonly questions: number;
	readonly repeats: number;
}

/** A trial's parts, the worse the higher `badness` in [0, 1]; with `errors`, graders err and answers report nothing. */
function anyParts(badness: number, errors: boolean): fc.Arbitrary<TrialParts> {
	const bad = (share: number) => fc.nat({ max: 99 }).map((percent) => percent < 100 * share * badness);
	const judged = (share: number): fc.Arbitrary<Judged> =>
		fc.tuple(bad(share), fc.nat({ max: 19 })).map(([violated, rare]) => {
			return errors && rare === 0 ? 'errored' : violated ? 'violated' : 'ok';
		});
	const graded: fc.Arbitrary<Graded> = fc
		.tuple(bad(0.9), fc.integer({ min: 0, max: 9 }), fc.nat({ max: 29 }))
		.map(([low, tenths, rare]) => {
			if (rare === 0) return 'skipped';
			return errors && rare === 1 ? 'errored' : low ? tenths / 20 : (20 - tenths) / 20;
		});
	return fc
		.record({
			failed: bad(0.4),
			faithfulness: graded,
			cost: fc.nat({ max: 200 }),
			tokens: fc.nat({ max: 40 }),
			unreported: fc.nat({ max: 19 }).map((rare) => errors && rare === 0),
			pii: judged(0.4),
			tone: judged(0.2),
			cites: fc.boolean(),
			cite: judged(0.5),
		})
		.map(({ failed, faithfulness, cost, tokens, unreported, pii, tone, cites, cite }) => ({
			failed,
			scores: { faithfulness },
			costUsd: unreported ? undefined : cost / 1000,
			tokens: unreported ? undefined : ([tokens, tokens] as const),
			findings: { pii, secrets: 'ok', tone, ...(cites && { 'must-cite': cite }) },
		}));
}

/** A pair of runs, the candidate mostly the worse one, with their trials in any order. */
export function anyAsked(errors: boolean): fc.Arbitrary<Asked> {
	return fc
		.record({
			questions: fc.integer({ min: 2, max: 14 }),
			repeats: fc.oneof({ weight: 3, arbitrary: fc.constant(1) }, fc.constant(2)),
			baseline: fc.constantFrom(0, 0.2, 0.6),
			candidate: fc.constantFrom(0.1, 0.5, 1),
		})
		.chain(({ questions, repeats, baseline, candidate }) => {
			const size = { minLength: questions * repeats, maxLength: questions * repeats };
			const lane = (badness: number) => fc.array(anyParts(badness, errors), size);
			const places = { minLength: 2 * size.minLength, maxLength: 2 * size.minLength };
			return fc
				.tuple(lane(baseline), lane(candidate), fc.array(fc.nat(), places))
				.map(([before, after, keys]) => {
					const trials = [before, after].map((parts, index) =>
						parts.map((each, at) =>
							trial({ ...each, ...placeOf(at, questions), runId: index === 0 ? 'base' : 'cand' }),
						),
					);
					const [first = [], second = []] = trials;
					const order = ([0, 1] as const)
						.flatMap((index) => (trials[index] ?? []).map((each) => [index, each] as const))
						.map((each, at) => ({ each, key: keys[at] ?? 0 }))
						.sort((a, b) => a.key - b.key)
						.map(({ each }) => each);
					return { baseline: first, candidate: second, order, questions, repeats };
				});
		});
}

export function placeOf(at: number, questions: number): { question: string; repeat: number } {
	return { question: `q${at % questions}`, repeat: Math.floor(at / questions) };
}

/** The runs of a pair, as they are when they end. */
export function runsOf({ questions, repeats }: Asked): readonly [baseline: Run, candidate: Run] {
	const planned = questions * repeats;
	const plan = { planned, completed: planned, repeats, suite: { ...run().suite, questions } };
	return [
		run({ ...plan, id: 'base', role: 'baseline', partner: 'cand' }),
		run({ ...plan, id: 'cand', role: 'candidate', partner: 'base' }),
	];
}
