import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Estimate, Estimated } from '../../src/compare/estimate.ts';
import { type MethodName, methodsFor, ungrouped } from '../../src/compare/methods.ts';
import { estimatePaired, type PairedForm } from '../../src/compare/paired.ts';
import { pairQuestions } from '../../src/compare/pairing.ts';
import { estimateSingle } from '../../src/compare/single.ts';
import { groupUnits, inOrderOfIds } from '../../src/compare/units.ts';
import { metricCatalogue } from '../../src/metrics/catalogue.ts';
import type { RunFacts } from '../../src/metrics/run-facts.ts';
import type { MetricInfo } from '../../src/model/metric.ts';
import { meanBounds, summarize } from '../../src/stats/mean.ts';
import { clopperPearson } from '../../src/stats/proportion.ts';
import { factsOf, run, type TrialParts, trial } from '../support/records.ts';

/** What a question came to in one run. */
interface Seen {
	readonly score: number;
	readonly latencyMs: number;
	readonly costUsd: number;
	readonly leaks: boolean;
}

const plain: Seen = { score: 1, latencyMs: 10, costUsd: 0.001, leaks: false };
const catalogue = metricCatalogue(run());
const infoOf = (name: string) => {
	const found = catalogue.find((info) => info.name === name);
	if (found === undefined) throw new Error(`no metric ${name}`);
	return found;
};
/** One metric of each kind that is estimated. */
const kinds = [
	...['pass_rate', 'faithfulness', 'latency_p50_ms', 'input_tokens', 'cost_usd', 'cost_per_success'],
	...['safety_violations', 'safety_violation_rate'],
].map(infoOf);

function partsOf({ score, latencyMs, costUsd, leaks }: Seen, index: number): TrialParts {
	return {
		question: `q${index}`,
		cluster: `c${index % 7}`,
		latencyMs,
		costUsd,
		tokens: [Math.round(costUsd * 1e5), 5],
		scores: { faithfulness: score },
		findings: { pii: leaks ? 'violated' : 'ok', secrets: 'ok', tone: 'ok' },
	};
}

const factsFrom = (seen: readonly Seen[], order = seen.map((_, index) => index)) =>
	factsOf(order.map((index) => trial(partsOf(seen[index] as Seen, index))));

const anySeen = fc.record({
	score: fc.constantFrom(0, 0.25, 0.5, 0.75, 1, 1, 1),
	latencyMs: fc.integer({ min: 1, max: 50 }),
	costUsd: fc.integer({ min: 1, max: 40 }).map((cents) => cents / 1000),
	leaks: fc.integer({ min: 0, max: 9 }).map((digit) => digit === 0),
});
/** Two runs of the same questions. */
const anyPair = fc
	.array(fc.tuple(anySeen, anySeen), { minLength: 12, maxLength: 70 })
	.map((both) => [both.map(([one]) => one), both.map(([, other]) => other)] as const);

interface How {
	readonly method?: MethodName;
	readonly grouped?: boolean;
}

function single(info: MetricInfo, facts: RunFacts, { method, grouped = false }: How = {}): Estimated {
	const all = {
		after: Uint32Array.from({ length: facts.questions.size }, (_, at) => at),
		before: new Uint32Array(0),
	};
	const ordered = inOrderOfIds(all, facts);
	const units = grouped ? groupUnits(ordered, facts.samples?.clusters) : ordered;
	return estimateSingle(info, facts.metrics()[info.name] ?? { missing: 'none' }, facts, units, {
		method,
		seed: 7,
	});
}

function paired(
	info: MetricInfo,
	form: PairedForm,
	before: RunFacts,
	after: RunFacts,
	{ method, grouped = false }: How = {},
): Estimated {
	const ordered = inOrderOfIds(pairQuestions(before.questions, after.questions), after);
	const units = grouped ? groupUnits(ordered, after.samples?.clusters) : ordered;
	const side = (facts: RunFacts) => ({ facts, metric: facts.metrics()[info.name] ?? { missing: 'none' } });
	return estimatePaired(info, form, { before: side(before), after: side(after) }, units, { method, seed: 7 });
}

/** Every way in which a metric is estimated, named: kind, form, method, grouped or not. */
const ways = kinds.flatMap((info) =>
	(['single', 'difference', 'ratio'] as const).flatMap((form) =>
		methodsFor(info, form).flatMap((method) =>
			[false, true]
				.filter((grouped) => !(grouped && ungrouped.has(method)))
				.map((grouped) => ({
					name: `${info.name}, ${form}, ${method}${grouped ? ', grouped' : ''}`,
					form,
					// Which of two neighbouring resamples is the bound is a matter of rounding, and few groups have far ones.
					isCoarse: method === 'bootstrap' && grouped,
					of: (before: RunFacts, after: RunFacts) =>
						form === 'single'
							? single(info, after, { method, grouped })
							: paired(info, form, before, after, { method, grouped }),
				})),
		),
	),
);

function known(estimated: Estimated): Estimate | undefined {
	return 'missing' in estimated ? undefined : estimated;
}

const settings = { numRuns: 10, seed: 20_261_125 };

describe.each(ways)('the estimate of $name', { timeout: 60_000 }, ({ of, form, isCoarse }) => {
	it('lies within its bounds, which a larger α and more questions narrow', () => {
		let estimates = 0;
		fc.assert(
			fc.property(anyPair, ([before, after]) => {
				const estimate = known(of(factsFrom(before), factsFrom(after)));
				if (estimate === undefined) return;
				estimates++;
				const [wide, narrow] = [estimate.bounds(0.025), estimate.bounds(0.1)];
				const slack = 1e-9 * Math.max(1, Math.abs(estimate.value));
				expect(wide.lower).toBeLessThanOrEqual(estimate.value + slack);
				expect(wide.upper).toBeGreaterThanOrEqual(estimate.value - slack);
				expect(narrow.lower).toBeGreaterThanOrEqual(wide.lower - slack);
				expect(narrow.upper).toBeLessThanOrEqual(wide.upper + slack);
				const four = estimate.bounds(0.025, 4);
				expect(four.lower).toBeGreaterThanOrEqual(wide.lower - slack);
				expect(four.upper).toBeLessThanOrEqual(wide.upper + slack);
			}),
			settings,
		);
		expect(estimates).toBeGreaterThan(5);
	});

	it('is the same in whatever order the answers came', () => {
		fc.assert(
			fc.property(anyPair, fc.infiniteStream(fc.nat()), ([before, after], numbers) => {
				const order = before.map((_, index) => [index, numbers.next().value as number] as const);
				const shuffled = order.sort(([, a], [, b]) => a - b).map(([index]) => index);
				const one = known(of(factsFrom(before), factsFrom(after)));
				const other = known(of(factsFrom(before, shuffled), factsFrom(after, shuffled.toReversed())));
				expect(other?.value).toEqual(one?.value);
				expect(other?.bounds(0.05)).toEqual(one?.bounds(0.05));
			}),
			settings,
		);
	});

	if (form === 'single') return;

	it('is mirrored when the runs change places', () => {
		const turned = (value: number) => (form === 'ratio' ? 1 / value : -value);
		fc.assert(
			fc.property(anyPair, ([before, after]) => {
				const [one, other] = [
					known(of(factsFrom(before), factsFrom(after))),
					known(of(factsFrom(after), factsFrom(before))),
				];
				expect(other === undefined).toBe(one === undefined);
				if (one === undefined || other === undefined) return;
				const [here, there] = [one.bounds(0.05), other.bounds(0.05)];
				const slack = isCoarse ? (here.upper - here.lower) / 4 : 0;
				expectClose(turned(there.lower), here.upper, slack);
				expectClose(turned(there.upper), here.lower, slack);
			}),
			settings,
		);
	});
});

function expectClose(value: number, wanted: number, slack: number): void {
	if (!Number.isFinite(wanted)) expect(value).toBe(wanted);
	else expect(Math.abs(value - wanted)).toBeLessThanOrEqual(slack + 1e-9 * Math.max(1, Math.abs(wanted)));
}

describe('known estimates', () => {
	const many = (count: number, of: (index: number) => Partial<Seen> = () => ({})) =>
		Array.from({ length: count }, (_, index) => ({ ...plain, ...of(index) }));

	it('of a rate without any event is 1 − α^(1/n) at most: 119 questions show less than 2.5 %', () => {
		for (const [n, limit] of [
			[119, 0.025],
			[299, 0.01],
		] as const) {
			const upper = (count: number) =>
				known(single(infoOf('safety_violations'), factsFrom(many(count))))?.bounds(0.05).upper;
			expect(upper(n)).toBeLessThan(limit);
			expect(upper(n - 1)).toBeGreaterThanOrEqual(limit);
		}
	});

	it('of two runs alike shows a margin of 2 points from 133 questions on', () => {
		const lower = (count: number) =>
			known(
				paired(infoOf('pass_rate'), 'difference', factsFrom(many(count)), factsFrom(many(count))),
			)?.bounds(0.05).lower;
		expect(lower(133)).toBeGreaterThan(-0.02);
		expect(lower(132)).toBeLessThan(-0.02);
	});

	it('of thirty perfect scores is no certainty, by whatever method', () => {
		const facts = factsFrom(many(30));
		for (const method of ['t', 'bootstrap'] as const) {
			expect(known(single(infoOf('faithfulness'), facts, { method }))?.bounds(0.05).lower).toBeCloseTo(
				0.05 ** (1 / 30),
				9,
			);
		}
		for (const method of ['paired-t', 'sign-flip', 'bootstrap'] as const) {
			const bounds = known(paired(infoOf('faithfulness'), 'difference', facts, facts, { method }))?.bounds(
				0.05,
			);
			expect(bounds?.lower).toBeCloseTo(0.05 ** (1 / 30) - 1, 9);
		}
	});

	it('of a p95 has an upper bound from 59 questions on, alone and beside another', () => {
		const bounds = (count: number) => {
			const facts = factsFrom(many(count, (index) => ({ latencyMs: index + 1 })));
			const info = infoOf('latency_p95_ms');
			return [single(info, facts), paired(info, 'ratio', facts, facts)].map(
				(estimate) => known(estimate)?.bounds(0.05).upper,
			);
		};
		expect(bounds(58)).toEqual([Infinity, Infinity]);
		expect(bounds(59).every(Number.isFinite)).toBe(true);
	});

	it('of repeats rests on questions: five answers to each of thirty are not 150', () => {
		const repeated = (repeats: number) => {
			const trials = Array.from({ length: 30 * repeats }, (_, index) => {
				const question = index % 30;
				const seen = { ...plain, score: question < 3 ? 0 : 1 };
				return trial({ ...partsOf(seen, question), repeat: Math.floor(index / 30) });
			});
			return factsOf(trials, { repeats });
		};
		const estimates = [1, 5].map((repeats) => known(single(infoOf('faithfulness'), repeated(repeats))));
		expect(estimates.map((estimate) => estimate?.questions)).toEqual([30, 30]);
		expect(estimates[1]?.bounds(0.05)).toEqual(estimates[0]?.bounds(0.05));
		const methods = [1, 5].map((repeats) => known(single(infoOf('pass_rate'), repeated(repeats)))?.method);
		expect(methods).toEqual(['clopper-pearson', 't']);
		const leaks = known(single(infoOf('safety_violations'), repeated(5)));
		expect(leaks?.bounds(0.05).upper).toBeCloseTo(1 - 0.05 ** (1 / 30), 9);
	});

	it('of a quantile of 0 is a ratio of 0 to what is slower, and no ratio to what is as fast', () => {
		const [slow, fast] = [many(80), many(80, () => ({ latencyMs: 0 }))].map((seen) => factsFrom(seen)) as [
			RunFacts,
			RunFacts,
		];
		const info = infoOf('latency_p50_ms');
		const better = known(paired(info, 'ratio', slow, fast));
		expect(better?.value).toBe(0);
		expect(better?.bounds(0.05)).toEqual({ lower: 0, upper: 0 });
		for (const after of [fast, slow]) {
			const worse = paired(info, 'ratio', fast, after);
			expect(worse).toEqual({ missing: 'a ratio of what is 0 in one of the runs says nothing' });
		}
	});

	it('of a latency takes the delay off that each side may hold, down to nothing', () => {
		const info = infoOf('latency_p50_ms');
		const [old, now] = [many(80, () => ({ latencyMs: 40 })), many(80, () => ({ latencyMs: 50 }))].map(
			(seen) => factsFrom(seen),
		) as [RunFacts, RunFacts];
		const alone = (delayMs?: number) => {
			const all = { after: Uint32Array.from({ length: 80 }, (_, at) => at), before: new Uint32Array(0) };
			const metric = now.metrics()[info.name] ?? { missing: 'none' };
			const options = { seed: 7, delayMs };
			return known(estimateSingle(info, metric, now, inOrderOfIds(all, now), options))?.bounds(0.05);
		};
		expect(alone()).toEqual({ lower: 50, upper: 50 });
		expect(alone(30)).toEqual({ lower: 20, upper: 20 });
		expect(alone(51)).toEqual({ lower: 0, upper: 0 });
		const units = inOrderOfIds(pairQuestions(old.questions, now.questions), now);
		const side = (facts: RunFacts, delayMs: number) => ({
			...{ facts, delayMs, metric: facts.metrics()[info.name] ?? { missing: 'none' } },
		});
		for (const [before, after, difference] of [
			[0, 0, 10],
			[0, 30, -20],
			[30, 0, 40],
			[45, 60, 0],
		] as const) {
			for (const method of ['bootstrap', 'delta'] as const) {
				const sides = { before: side(old, before), after: side(now, after) };
				const found = known(estimatePaired(info, 'difference', sides, units, { method, seed: 7 }));
				expect(found).toMatchObject({ value: difference, questions: 80, method });
				expect(found?.bounds(0.05)).toEqual({ lower: difference, upper: difference });
			}
		}
	});

	it('of a quantile of too few values bounds nothing, on either side', () => {
		const found = known(single(infoOf('latency_p50_ms'), factsFrom(many(2))));
		expect(found?.bounds(0.05)).toEqual({ lower: -Infinity, upper: Infinity });
	});

	it('of a quantile in groups tells their number', () => {
		const facts = factsFrom(many(70));
		expect(known(single(infoOf('latency_p50_ms'), facts, { grouped: true }))).toMatchObject({
			...{ questions: 70, clusters: 7, method: 'order-statistics' },
		});
		expect(known(single(infoOf('latency_p50_ms'), facts))).not.toHaveProperty('clusters');
	});

	it('of a quantile that falls on a failed trial in either run is missing', () => {
		const whole = factsFrom(many(80));
		const failing = factsOf(
			Array.from({ length: 80 }, (_, index) => trial({ ...partsOf(plain, index), failed: index % 10 === 0 })),
		);
		for (const form of ['difference', 'ratio'] as const) {
			for (const [before, after] of [
				[whole, failing],
				[failing, whole],
			] as const) {
				const found = paired(infoOf('latency_p95_ms'), form, before, after);
				expect(found).toEqual({ missing: expect.stringMatching(/failed trial/) });
				expect(known(paired(infoOf('latency_p50_ms'), form, before, after))?.value).toBe(
					form === 'ratio' ? 1 : 0,
				);
			}
		}
	});

	it('of scores of which one in 200 fell allows for as many as Clopper-Pearson does', () => {
		const [before, after] = [many(200), many(200, (index) => ({ score: index === 7 ? 0 : 1 }))].map((seen) =>
			factsFrom(seen),
		) as [RunFacts, RunFacts];
		const found = known(paired(infoOf('faithfulness'), 'difference', before, after))?.bounds(0.05);
		expect(found?.lower).toBeCloseTo(-clopperPearson(1, 200, 0.05).upper, 9);
	});

	it('of a total in groups is by t over the groups, and of more questions by more of them', () => {
		const [before, after] = [many(70), many(70, (index) => ({ costUsd: 0.001 * (1 + (index % 7)) }))].map(
			(seen) => factsFrom(seen),
		) as [RunFacts, RunFacts];
		const found = known(paired(infoOf('input_tokens'), 'difference', before, after, { grouped: true }));
		const groups = summarize([0, 100, 200, 300, 400, 500, 600]);
		for (const [times, n] of [
			[1, 7],
			[3, 21],
		] as const) {
			const { lower, upper } = meanBounds({ ...groups, n }, 0.05);
			expect(found?.bounds(0.05, times).lower).toBeCloseTo(70 * lower, 6);
			expect(found?.bounds(0.05, times).upper).toBeCloseTo(70 * upper, 6);
		}
	});

	it('of groups that answer alike rests on the groups', () => {
		const alike = factsFrom(many(70, (index) => ({ score: index % 7 < 2 ? 0 : 1 })));
		const info = infoOf('pass_rate');
		const [alone, grouped] = [single(info, alike), single(info, alike, { grouped: true })].map(known);
		expect(grouped).toMatchObject({ questions: 70, clusters: 7 });
		const width = (estimate: Estimate | undefined) => {
			const { lower = 0, upper = 0 } = estimate?.bounds(0.05) ?? {};
			return upper - lower;
		};
		expect(width(grouped)).toBeGreaterThan(2 * width(alone));
	});

	it.each([
		['a metric that is missing', 'faithfulness', { faithfulness: 'errored' as const }],
		['no question at all', 'faithfulness', undefined],
	])('is missing of %s', (_, name, scores) => {
		const facts = scores === undefined ? factsOf([]) : factsOf([trial({ scores })]);
		expect(single(infoOf(name), facts)).toHaveProperty('missing');
		expect(paired(infoOf(name), 'difference', facts, facts)).toHaveProperty('missing');
	});
});
