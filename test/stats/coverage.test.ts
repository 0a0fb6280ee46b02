import { describe, expect, it } from 'vitest';
import { tangoBounds } from '../../src/compare/paired-differences.ts';
import type { Bounds } from '../../src/stats/bounds.ts';
import { clusteredError } from '../../src/stats/clusters.ts';
import { meanBounds, skewness, summarize } from '../../src/stats/mean.ts';
import { type Discordant, newcombe, tango } from '../../src/stats/paired-proportions.ts';
import { clopperPearson, wilson } from '../../src/stats/proportion.ts';
import { signFlipBounds } from '../../src/stats/sign-flip.ts';
import { binomial, logFactorial, random } from './chance.ts';

/** How often, of all, a lower bound lies above the truth and an upper one below it. */
interface Misses {
	lower: number;
	upper: number;
}
const point = 0.01;
const shares = Array.from({ length: 199 }, (_, index) => (index + 1) / 200);

function missesOf(bounds: readonly Bounds[], share: number): Misses {
	const n = bounds.length - 1;
	const misses = { lower: 0, upper: 0 };
	for (const [x, { lower, upper }] of bounds.entries()) {
		if (lower > share + 1e-12) misses.lower += binomial(x, n, share);
		if (upper < share - 1e-12) misses.upper += binomial(x, n, share);
	}
	return misses;
}

const everyCount = (n: number, bounds: (x: number, n: number, alpha: number) => Bounds, alpha: number) =>
	Array.from({ length: n + 1 }, (_, x) => bounds(x, n, alpha));

describe.each([0.05, 0.025])('the exact coverage of one share, alpha %f', (alpha) => {
	it.each([10, 30, 60, 200, 1000])('Clopper-Pearson never misses more often than α, n %i', (n) => {
		// Conservative by construction (Clopper & Pearson 1934; Brown, Cai & DasGupta 2001, Statist. Sci. 16:101, §4.2.1).
		const bounds = everyCount(n, clopperPearson, alpha);
		for (const share of shares) {
			const { lower, upper } = missesOf(bounds, share);
			expect(lower).toBeLessThanOrEqual(alpha + 1e-7);
			expect(upper).toBeLessThanOrEqual(alpha + 1e-7);
		}
	});

	it.each([30, 60, 200, 1000])('Wilson’s is right on average, not at every share, n %i', (n) => {
		// Brown, Cai & DasGupta 2001, §3.1.1: it oscillates around the nominal level, with dips near 0 and 1.
		const bounds = everyCount(n, wilson, alpha);
		const misses = shares.map((share) => missesOf(bounds, share));
		const mean = (side: 'lower' | 'upper') =>
			misses.reduce((sum, { [side]: miss }) => sum + miss, 0) / misses.length;
		expect(Math.abs(mean('lower') - alpha)).toBeLessThan(point);
		expect(Math.abs(mean('upper') - alpha)).toBeLessThan(point);
	});
});

it('a rule by Wilson would fail 12 % of runs that are just good enough: 60 questions, 99 %', () => {
	expect(missesOf(everyCount(60, wilson, 0.05), 0.99).upper).toBeCloseTo(0.121, 3);
	expect(missesOf(everyCount(60, clopperPearson, 0.05), 0.99).upper).toBeLessThan(0.05);
});

/** Exactly, over all (gained, lost) of n pairs, by one lower bound for each: the upper ones are its mirror. */
function pairedMisses(
	lower: readonly number[][],
	n: number,
	{ gained, lost }: { gained: number; lost: number },
) {
	const misses = { lower: 0, upper: 0 };
	const difference = gained - lost;
	for (let discordant = 0; discordant <= n; discordant++) {
		const outer = binomial(discordant, n, gained + lost);
		if (outer < 1e-12) continue;
		for (let won = 0; won <= discordant; won++) {
			const chance = outer * binomial(won, discordant, gained / (gained + lost));
			if ((lower[won]?.[discordant - won] as number) > difference + 1e-12) misses.lower += chance;
			if (-(lower[discordant - won]?.[won] as number) < difference - 1e-12) misses.upper += chance;
		}
	}
	return misses;
}

const everyPair = (n: number, bounds: (pairs: Discordant, alpha: number) => Bounds, alpha: number) =>
	Array.from({ length: n + 1 }, (_, gained) =>
		Array.from({ length: n + 1 - gained }, (_, lost) => bounds({ gained, lost, n }, alpha).lower),
	);

describe.each([0.05, 0.025])('the exact coverage of a paired difference, alpha %f', (alpha) => {
	const leans = [-1, -0.9, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 0.9, 1];
	const plansOf = (shares: readonly number[]) =>
		shares.flatMap((discordant) =>
			leans.map((lean) => ({
				gained: (discordant * (1 + lean)) / 2,
				lost: (discordant * (1 - lean)) / 2,
			})),
		);

	describe.each([10, 20, 30, 59, 60, 120, 200])('%i pairs', (n) => {
		const few = [0.5, 1, 2, 3, 4, 6, 8].map((count) => count / n);
		const plans = plansOf([...few, 0.05, 0.1, 0.2, 0.4, 0.7]);

		it('a rule’s bound misses no more often than α by a point, however few pairs differ', () => {
			const lower = everyPair(n, tangoBounds, alpha);
			// But where one run passes nothing of what the other does and that is over half: 6.3 % of 60.
			for (const plan of plans.filter(({ gained, lost }) => Math.max(gained, lost) <= 0.65)) {
				const misses = pairedMisses(lower, n, plan);
				expect(Math.max(misses.lower, misses.upper), JSON.stringify(plan)).toBeLessThan(alpha + point);
			}
		});

		it('is nominal where 5 gained and 5 lost are to be expected', () => {
			if (n < 60) return;
			const lower = everyPair(n, tangoBounds, alpha);
			const dense = plans.filter(({ gained, lost }) => n * Math.min(gained, lost) >= 5);
			expect(dense.length).toBeGreaterThan(2);
			for (const plan of dense) {
				const misses = pairedMisses(lower, n, plan);
				expect(Math.abs(misses.lower - alpha)).toBeLessThan(point);
				expect(Math.abs(misses.upper - alpha)).toBeLessThan(point);
			}
		});
	});

	it('Tango’s alone misses up to nearly twice as often, where 4 pairs of 200 differ', () => {
		// A score bound of so few discordant pairs takes whole steps: Fagerland, Lydersen & Laake 2014, Stat. Med. 33:2850.
		const lower = everyPair(200, tango, alpha);
		const worst = plansOf([4 / 200]).map((plan) => pairedMisses(lower, 200, plan).upper);
		expect(Math.max(...worst)).toBeGreaterThan(1.6 * alpha);
	});

	it.each([30, 60])('by Newcombe, %i pairs, is no less than nominal within 1 point, and may be more', (n) => {
		// Conservative where few pairs differ; either side alone can miss by 2 points (Newcombe 1998, Stat. Med. 17:2635).
		const plans = [0.05, 0.1, 0.2, 0.4].flatMap((discordant) =>
			[-0.5, 0, 0.5].flatMap((lean) =>
				[0.5, 0.75].map((both) => {
					const gained = (discordant * (1 + lean)) / 2;
					const lost = discordant - gained;
					const p = [both, gained, lost, Math.max(1e-9, 1 - both - discordant)];
					return {
						logs: p.map(Math.log),
						difference: gained - lost,
						possible: both + discordant < 1,
						missed: [0, 0],
					};
				}),
			),
		);
		const planned = plans.filter(({ possible }) => possible);
		for (let both = 0; both <= n; both++)
			for (let gained = 0; both + gained <= n; gained++)
				for (let lost = 0; both + gained + lost <= n; lost++) {
					const table = { both, gained, lost, neither: n - both - gained - lost };
					const { lower, upper } = newcombe(table, alpha);
					const counts = [both, gained, lost, table.neither];
					const ways = counts.reduce((log, count) => log - logFactorial(count), logFactorial(n));
					for (const { logs, difference, missed } of planned) {
						if (lower <= difference + 1e-12 && upper >= difference - 1e-12) continue;
						const chance = Math.exp(
							counts.reduce((log, count, cell) => log + count * (logs[cell] as number), ways),
						);
						const side = lower > difference ? 0 : 1;
						missed[side] = (missed[side] as number) + chance;
					}
				}
		for (const { missed } of planned) {
			const [low = Number.NaN, high = Number.NaN] = missed;
			expect(low + high).toBeLessThan(2 * alpha + point);
			expect(Math.max(low, high)).toBeLessThan(alpha + 2.5 * point);
		}
	});
});

/** What scores of an eval look like, with their true means. */
const scores = {
	'around 0.8': { mean: 0.8, draw: () => random.beta(8, 2) },
	'60 % of them 1': { mean: 0.6 + 0.4 * 0.625, draw: () => (random.share() < 0.6 ? 1 : random.beta(5, 3)) },
	'90 % of them 1': { mean: 0.95, draw: () => (random.share() < 0.9 ? 1 : random.beta(2, 2)) },
	'98 % of them 1': { mean: 0.99, draw: () => (random.share() < 0.98 ? 1 : random.share()) },
	'70 % of them 1, 5 % failed': {
		mean: 0.7 + 0.25 * 0.75,
		draw: () => {
			const kind = random.share();
			return kind < 0.05 ? 0 : kind < 0.75 ? 1 : random.beta(6, 2);
		},
	},
};

function simulate(times: number, mean: number, bounds: () => Bounds): Misses {
	const misses = { lower: 0, upper: 0 };
	for (let time = 0; time < times; time++) {
		const { lower, upper } = bounds();
		if (lower > mean + 1e-12) misses.lower += 1 / times;
		if (upper < mean - 1e-12) misses.upper += 1 / times;
	}
	return misses;
}

const draws = (n: number, draw: () => number) => Float64Array.from({ length: n }, draw);

describe('the coverage of a mean score by t, simulated', () => {
	describe.each([30, 100, 300])('of %i questions', (n) => {
		it.each(Object.entries(scores))('%s: no more than α, within a point', (_, { mean, draw }) => {
			// Conservative below some 100 questions by the guard against unseen values (1 − α^(1/n)), on the short side by the skew.
			const { lower, upper } = simulate(4000, mean, () => {
				const values = draws(n, draw);
				const summary = summarize(values);
				return meanBounds({ ...summary, skew: skewness(values, summary) }, 0.05, { min: 0, max: 1 });
			});
			expect(lower).toBeLessThan(0.05 + point);
			expect(upper).toBeLessThan(0.05 + point);
		});
	});

	it('is nominal where scores are not skewed, and misses by the skew that it is not told of', () => {
		// The error of one side is of the order of skew / √n: Hall 1992, The Bootstrap and Edgeworth Expansion.
		const plain = (n: number, draw: () => number) => () => meanBounds(summarize(draws(n, draw)), 0.05);
		const even = simulate(
			8000,
			0.5,
			plain(30, () => random.beta(3, 3)),
		);
		expect(Math.abs(even.lower - 0.05)).toBeLessThan(point);
		expect(Math.abs(even.upper - 0.05)).toBeLessThan(point);
		const { mean, draw } = scores['70 % of them 1, 5 % failed'];
		expect(simulate(4000, mean, plain(100, draw)).lower).toBeGreaterThan(0.05 + 2 * point);
	});

	it.each([20, 30, 50])(
		'of %i clusters: no more than α, within a point, where ignoring them is worse',
		(clusters) => {
			let ignored = 0;
			const { lower, upper } = simulate(4000, 0.76, () => {
				const values: number[] = [];
				const clusterOf: number[] = [];
				for (let cluster = 0; cluster < clusters; cluster++) {
					const ease = 0.35 + 0.5 * random.share();
					for (let size = 1 + Math.floor(8 * random.share()); size > 0; size--) {
						values.push(random.share() < ease ? 1 : random.beta(2, 3));
						clusterOf.push(cluster);
					}
				}
				const { n, mean } = summarize(values);
				const { se, df } = clusteredError(
					values.map((value) => value - mean),
					clusterOf,
					clusters,
				);
				const sd = se * Math.sqrt(n);
				if (meanBounds(summarize(values), 0.05).lower > 0.76) ignored += 1 / 4000;
				return meanBounds({ n, mean, sd, df, skew: skewness(values, summarize(values)) }, 0.05, {
					min: 0,
					max: 1,
				});
			});
			expect(lower).toBeLessThan(0.05 + point);
			expect(upper).toBeLessThan(0.05 + point);
			expect(ignored).toBeGreaterThan(0.05 + point);
		},
	);
});

describe('the coverage of a paired mean difference, simulated', () => {
	const differing = (kept: number, one: () => number, other: () => number) => () =>
		random.share() < kept ? 0 : one() - other();
	const { draw: good } = scores['90 % of them 1'];
	const { draw: fair } = scores['60 % of them 1'];
	const cases = [
		{ name: 'unchanged', mean: 0, draw: differing(0.5, fair, fair) },
		{ name: 'worse', mean: 0.3 * (0.85 - 0.95), draw: differing(0.7, fair, good) },
		{ name: 'worse in a few', mean: 0.1 * (0.85 - 0.95), draw: differing(0.9, fair, good) },
	];
	const range = { min: -1, max: 1 };

	describe.each([30, 200])('of %i questions, by t', (n) => {
		it.each(cases)('$name: no more than α, within a point', ({ mean, draw }) => {
			const { lower, upper } = simulate(4000, mean, () => meanBounds(summarize(draws(n, draw)), 0.05, range));
			expect(lower).toBeLessThan(0.05 + point);
			expect(upper).toBeLessThan(0.05 + point);
		});
	});

	it('by flipped signs: nominal where differences are symmetric (Hartigan 1969), all flips', () => {
		const draw = () => random.beta(8, 2) - random.beta(8, 2);
		const { lower, upper } = simulate(8000, 0, () => signFlipBounds(draws(11, draw), 0.05, 1));
		expect(Math.abs(lower - 0.05)).toBeLessThan(point);
		expect(Math.abs(upper - 0.05)).toBeLessThan(point);
	});

	it.each(cases)('by flipped signs, $name: no more than α within the range, some flips', ({ mean, draw }) => {
		let seed = 0;
		const { lower, upper } = simulate(300, mean, () => signFlipBounds(draws(30, draw), 0.05, seed++, range));
		expect(lower).toBeLessThan(0.05 + point);
		expect(upper).toBeLessThan(0.05 + point);
	});
});
