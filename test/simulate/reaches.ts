import type { Outcome } from '../../src/model/verdict.ts';
import { normalQuantile } from '../../src/stats/distributions.ts';
import { powerOfMean, sampleSizeForZeroEvents } from '../../src/stats/power.ts';
import { type Case, drawsFor, layoutOf } from './cases.ts';
import { conditionOf, estimateOf, infoOf } from './release.ts';
import { alpha, type Tally } from './tally.ts';

/** Of releases twice as much worse as is allowed: stopped, and, where the formula promises it, failed. */
const stopped = 0.99;
const failed = 0.8;

/** How many questions a case's standard deviation is taken from. */
const many = 40_000;

/** A share of the releases and what it should be at most or at least; simulated, it may miss by 3 standard errors. */
interface Wanted {
	readonly share: number;
	readonly bound: number;
	readonly isAtMost: boolean;
}

/** How many releases were judged. */
export function releasesOf({ pass, fail, inconclusive }: Record<Outcome, number>): number {
	return pass + fail + inconclusive;
}

/**
 * What a tally shows against the levels that the gate promises, each in words; nothing when all hold. `power` is the
 * formula's, of a true regression.
 */
export function misses(tally: Tally, power = Number.NaN): string[] {
	const releases = releasesOf(tally);
	const check = (words: string, { share, bound, isAtMost }: Wanted) => {
		const slack = 3 * Math.sqrt((bound * (1 - bound)) / releases);
		const holds = isAtMost ? share <= bound + slack : share >= bound - slack;
		if (holds) return [];
		return [`${words} ${(share * 100).toFixed(1)} %, ${isAtMost ? 'above' : 'below'} ${bound * 100} %`];
	};
	if (tally.truth === 'twice the margin') {
		const isStopped = check('stopped', { share: 1 - tally.pass / releases, bound: stopped, isAtMost: false });
		if (!(power >= failed)) return isStopped;
		return [...isStopped, ...check('FAIL', { share: tally.fail / releases, bound: failed, isAtMost: false })];
	}
	return tally.wrong.flatMap((outcome) =>
		check(outcome.toUpperCase(), { share: tally[outcome] / releases, bound: alpha, isAtMost: true }),
	);
}

/**
 * The share of releases that a rule should fail by the normal formula (see `powerOfMean`), with the standard deviation of
 * one question's part in the estimate, groups counted in, from the delta method's bounds of one large release. 0 where the
 * bounds of a mean cannot be as near as that, since so few equal values would not show it (see `meanSizes`).
 */
export function powerOf(each: Case, questions: number): number {
	const info = infoOf(each.metric);
	const [condition] = each.rules.map(({ rule }) => conditionOf(rule, info));
	if (condition?.kind !== 'relative') throw new Error(`${each.name} is compared with nothing`);
	const layout = layoutOf(each, many);
	const release = each.draw(drawsFor(each, many, 0), layout);
	const isRatio = condition.form === 'ratio';
	const method = isRatio ? 'delta' : 'paired-t';
	const { lower, upper } = estimateOf(info, condition.form, release, layout, { seed: 1, method }).bounds(
		alpha,
	);
	const scale = isRatio ? Math.log : (value: number) => value;
	const sd = ((scale(upper) - scale(lower)) / (2 * normalQuantile(1 - alpha))) * Math.sqrt(many);
	const limit = isRatio || info.better === 'lower' ? condition.margin : -condition.margin;
	const effect = Math.abs(scale(each.truly) - scale(limit));
	const { clusters, clusterOf } = layoutOf(each, questions);
	// Tango's bounds have no such least distance.
	const isMean = !isRatio && (info.estimand === 'mean' || clusterOf !== undefined);
	const equal = clusterOf === undefined ? questions : clusters;
	if (isMean && equal < sampleSizeForZeroEvents({ limit: effect / (1 - each.truly), alpha })) return 0;
	return powerOfMean({ effect, sd, n: questions, alpha });
}
