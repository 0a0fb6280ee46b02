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
		const leaks = known(single(infoOf('safety_violations'), repeated(5)));
		expect(leaks?.bounds(0.05).upper).toBeCloseTo(1 - 0.05 ** (1 / 30), 9);
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
