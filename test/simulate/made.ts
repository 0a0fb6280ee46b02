import { normalQuantile } from '../../src/stats/distributions.ts';
import type { Draws } from '../stats/draws.ts';
import { beta, causes, clipped, sorter } from './chance.ts';
import type { Layout, Release, Values } from './release.ts';

/** Pass rates of two runs; of the questions that both pass or both fail it does not matter which. */
export const passes = (gained: number, lost: number) => ({
	metric: 'pass_rate',
	draw(random: Draws, layout: Layout): Release {
		const kindOf = sorter(lost, 1 - lost - gained);
		const kinds = causes(random, layout).map(kindOf);
		return {
			baseline: { pass_rate: kinds.map((kind) => (kind === 2 ? 0 : 1)) },
			candidate: { pass_rate: kinds.map((kind) => (kind === 0 ? 0 : 1)) },
		};
	},
});

/** Scores of two runs, the same in both but for a share of questions, where each is drawn. */
export const scores = (
	kept: number,
	after: (random: Draws) => number,
	before: (random: Draws) => number,
) => ({
	metric: 'faithfulness',
	draw(random: Draws, layout: Layout): Release {
		const isKept = sorter(kept);
		const kinds = causes(random, layout).map(isKept);
		const baseline = kinds.map(() => before(random));
		const candidate = kinds.map((kind, at) => (kind === 0 ? (baseline[at] as number) : after(random)));
		return { baseline: { faithfulness: baseline }, candidate: { faithfulness: candidate } };
	},
});

/** A draw of a beta distribution with whole parameters. */
export const betaOf = (a: number, b: number) => (random: Draws) => beta(random, a, b);
/** A draw that is 1 with that probability. */
export const mostly = (share: number, other: (random: Draws) => number) => (random: Draws) =>
	random.uniform() < share ? 1 : other(random);
/** A draw of one value. */
export const always = (value: number) => () => value;

/** Scores that are worse or better by groups: all questions of a group move together. */
export const movedScores = (shift: number) => ({
	metric: 'faithfulness',
	draw(random: Draws, layout: Layout): Release {
		const moves = causes(random, layout);
		const baseline = moves.map(() => 0.4 + 0.3 * random.uniform());
		return {
			baseline: { faithfulness: baseline },
			candidate: {
				faithfulness: baseline.map((score, at) => score + shift + 0.07 * clipped(moves[at] as number)),
			},
		};
	},
});
/** Passes of each trial of a question that is as likely to pass in every repeat: harder or easier than others. */
export const repeatedPasses = (random: Draws, { questions, repeats }: Layout): Values => {
	const passed = new Float64Array(questions * repeats);
	for (let question = 0; question < questions; question++) {
		const ease = random.uniform() < 0.6 ? 1 : 0.5 + 0.5 * random.uniform();
		for (let repeat = 0; repeat < repeats; repeat++)
			passed[question * repeats + repeat] = random.uniform() < ease ? 1 : 0;
	}
	return { pass_rate: passed };
};

/** Costs and passes of a run; of the runs of a pair, dear and hard questions are so in both. */
const costs = (random: Draws, dear: Float64Array, hard: Float64Array, limit: number, times = 1): Values => ({
	cost_usd: dear.map((each) => times * 0.01 * Math.exp(0.4 * each + 0.3 * random.normal())),
	pass_rate: hard.map((each) => (0.8 * each + 0.6 * random.normal() < limit ? 1 : 0)),
});
/** Costs per success of two runs of which that share of the answers passes; the candidate’s are so many times as dear. */
export const costCase = (share: number, times = 1) => ({
	metric: 'cost_per_success',
	draw(random: Draws, layout: Layout): Release {
		const limit = normalQuantile(share);
		const [dear, hard] = [causes(random, layout), causes(random, layout)];
		return {
			baseline: costs(random, dear, hard, limit),
			candidate: costs(random, dear, hard, limit, times),
		};
	},
});

/** Costs of two runs of which a few questions hold most, each so many times as dear as the others in both, more or less. */
export const dearCase = ({ dear, times }: { dear: number; times: number }) => ({
	metric: 'cost_usd',
	draw(random: Draws, layout: Layout): Release {
		const isDear = sorter(dear);
		const kinds = causes(random, layout).map(isDear);
		const cost = (kind: number) => 0.01 * (kind === 0 ? times : 1) * Math.exp(0.5 * random.normal());
		return { baseline: { cost_usd: kinds.map(cost) }, candidate: { cost_usd: kinds.map(cost) } };
	},
});

/** The p95 of one run's latencies, in milliseconds, and their median. */
export const p95 = 2000;
export const middle = p95 * Math.exp(-0.5 * normalQuantile(0.95));
/** A value as it is. */
export const apart = (value: number) => value;
/** A value rounded up, as of a coarse clock. */
export const tied = (value: number) => Math.ceil(value / 300) * 300;
const latencies = (random: Draws, slow: Float64Array, round = apart, times = 1): Values => ({
	latency: slow.map((each) => round(times * middle * Math.exp(0.4 * each + 0.3 * random.normal()))),
});
/** Latencies of two runs, alike within a question; the candidate’s are so many times as long. */
export const latencyCase = (round = apart, times = 1, metric = 'latency_p95_ms') => ({
	metric,
	draw(random: Draws, layout: Layout): Release {
		const slow = causes(random, layout);
		return { baseline: latencies(random, slow, round), candidate: latencies(random, slow, round, times) };
	},
});
/** Latencies of one run. */
export const slowCase = (round = apart, metric = 'latency_p95_ms') => ({
	metric,
	draw: (random: Draws, layout: Layout): Release => ({
		candidate: latencies(random, causes(random, layout), round),
	}),
});

/** One run of which that share of the questions has a 1 in a metric. */
export const shareCase = (metric: string, share: number) => ({
	metric,
	draw(random: Draws, layout: Layout): Release {
		const kindOf = sorter(share);
		return { candidate: { [metric]: causes(random, layout).map((cause) => (kindOf(cause) === 0 ? 1 : 0)) } };
	},
});
/** Scores of one run, each drawn. */
export const scoreCase = (draw: (random: Draws) => number) => ({
	metric: 'faithfulness',
	draw: (random: Draws, { questions }: Layout): Release => ({
		candidate: { faithfulness: new Float64Array(questions).map(() => draw(random)) },
	}),
});
