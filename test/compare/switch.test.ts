import { expect, it } from 'vitest';
import type { Estimated } from '../../src/compare/estimate.ts';
import { estimatePaired, type PairedForm } from '../../src/compare/paired.ts';
import { pairQuestions } from '../../src/compare/pairing.ts';
import { estimateSingle } from '../../src/compare/single.ts';
import { groupUnits, mostResampled, type Units } from '../../src/compare/units.ts';
import { metricCatalogue } from '../../src/metrics/catalogue.ts';
import type { RunFacts } from '../../src/metrics/run-facts.ts';
import type { MetricInfo } from '../../src/model/metric.ts';
import { draws } from '../stats/draws.ts';
import { factsOf, run, trial } from '../support/records.ts';

const size = mostResampled + 1;
const alpha = 0.05;
/** How far apart a bound of each may lie, as a share of the width: 2,000 resamples leave one and a half percent. */
const share = 0.05;

/** Two runs of one question more than are resampled: costs and latencies that go together, one answer in fifty failed. */
function runs(): { before: RunFacts; after: RunFacts } {
	const { uniform, normal } = draws(11);
	const shared = Array.from({ length: size }, () => ({ length: normal(), ease: uniform() }));
	const facts = (slower: number) =>
		factsOf(
			shared.map(({ length, ease }, index) =>
				trial({
					question: `q${index}`,
					cluster: `c${index % 2_500}`,
					failed: uniform() < 0.02,
					latencyMs: slower * 400 * Math.exp(0.5 * length + 0.3 * normal()),
					costUsd: 0.001 * Math.exp(0.4 * length + 0.2 * normal()),
					scores: { faithfulness: ease + 0.4 * uniform() > 0.3 ? 1 : 0 },
				}),
			),
		);
	return { before: facts(1), after: facts(1.03) };
}

const { before, after } = runs();
const catalogue = metricCatalogue(run());
const pairs = pairQuestions(before.questions, after.questions);

/** As many of the questions, in pairs. */
function first(questions: number, isGrouped: boolean): Units {
	const units = {
		after: pairs.after.subarray(0, questions),
		before: pairs.before.subarray(0, questions),
		clusters: 0,
	};
	return isGrouped ? groupUnits(units, after.samples?.clusters) : units;
}

function estimate(info: MetricInfo, form: PairedForm | 'single', units: Units): Estimated {
	const side = (facts: RunFacts) => ({ facts, metric: facts.metrics()[info.name] ?? { missing: 'none' } });
	const options = { seed: 3 };
	return form === 'single'
		? estimateSingle(info, side(after).metric, after, units, options)
		: estimatePaired(info, form, { before: side(before), after: side(after) }, units, options);
}

it.each<[metric: string, form: PairedForm | 'single', isGrouped: boolean]>([
	['cost_per_success', 'ratio', false],
	['cost_per_success', 'ratio', true],
	['cost_per_success', 'difference', false],
	['cost_per_success', 'single', false],
	['cost_usd', 'ratio', false],
	['latency_p95_ms', 'ratio', false],
	['latency_p95_ms', 'ratio', true],
	['latency_p95_ms', 'difference', false],
])(
	'bounds %s (%s, grouped: %s) alike by resampling and, with one question more, by the delta method',
	(metric, form, isGrouped) => {
		const info = catalogue.find(({ name }) => name === metric) as MetricInfo;
		const [resampled, derived] = [mostResampled, size].map((questions) =>
			estimate(info, form, first(questions, isGrouped)),
		);
		if (resampled === undefined || derived === undefined) throw new Error('there are two');
		if ('missing' in resampled || 'missing' in derived) throw new Error(JSON.stringify([resampled, derived]));
		expect([resampled.method, resampled.questions]).toEqual(['bootstrap', mostResampled]);
		expect([derived.method, derived.questions]).toEqual(['delta', size]);
		const [one, other] = [resampled.bounds(alpha), derived.bounds(alpha)];
		const width = one.upper - one.lower;
		expect(width).toBeGreaterThan(0);
		expect(one.lower).toBeLessThan(resampled.value);
		expect(one.upper).toBeGreaterThan(resampled.value);
		expect(Math.abs(one.lower - other.lower) / width).toBeLessThan(share);
		expect(Math.abs(one.upper - other.upper) / width).toBeLessThan(share);
	},
);
