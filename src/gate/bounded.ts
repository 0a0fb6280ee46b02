import type { Estimate } from '../compare/estimate.ts';
import type { Outcome, RuleResult } from '../model/verdict.ts';
import type { Bounds } from '../stats/bounds.ts';
import { normalQuantile } from '../stats/distributions.ts';
import type { Operator } from './condition.ts';
import { satisfies } from './limit.ts';

/** What bounds are held against: `>=` wants the lower one on that side of the limit, `<=` the upper one. */
export interface Limit {
	readonly operator: Operator;
	readonly limit: number;
}

/** The share of distances as large as `detectable` that so many questions would show. */
const power = 0.8;

/** Beyond so many times as many questions nothing is said of what would settle a rule. */
const mostTimes = 10_000;

/**
 * What the bounds prove: the worse one within the limit passes, the better one beyond it fails, else the data cannot
 * tell (an intersection–union test needs no correction of α over rules).
 */
export function outcomeOf({ lower, upper }: Bounds, { operator, limit }: Limit): Outcome {
	if (Number.isNaN(lower) || Number.isNaN(upper)) return 'inconclusive';
	const isAtMost = operator.startsWith('<');
	if (satisfies(isAtMost ? upper : lower, operator, limit)) return 'pass';
	return satisfies(isAtMost ? lower : upper, operator, limit) ? 'inconclusive' : 'fail';
}

/** The numbers of a rule that is judged by bounds. */
export function boundedNumbers(
	estimate: Estimate,
	limit: Limit,
	alpha: number,
): Pick<
	RuleResult,
	'observed' | 'lower' | 'upper' | 'alpha' | 'limit' | 'questions' | 'clusters' | 'dropped'
> & {
	readonly outcome: Outcome;
	readonly needed?: number;
	readonly settledAs?: 'pass' | 'fail';
	readonly detectable?: number;
} {
	const bounds = estimate.bounds(alpha);
	const outcome = outcomeOf(bounds, limit);
	const detectable = isSymmetric(estimate) ? detectableOf(bounds, alpha) : undefined;
	const settled = outcome === 'inconclusive' ? settledBy(estimate, limit, alpha) : {};
	return {
		outcome,
		observed: estimate.value,
		...finite('lower', bounds.lower),
		...finite('upper', bounds.upper),
		alpha,
		limit: limit.limit,
		questions: estimate.questions,
		...(estimate.clusters !== undefined && { clusters: estimate.clusters }),
		...(estimate.dropped && { dropped: estimate.dropped }),
		...settled,
		...(detectable !== undefined && { detectable }),
	};
}

/** A bound that does not exist has no number in JSON. */
function finite<Name extends 'lower' | 'upper'>(name: Name, bound: number): { [name in Name]?: number } {
	return Number.isFinite(bound) ? ({ [name]: bound } as { [name in Name]: number }) : {};
}

/** false of bounds that lie further on one side than on the other, where no one error says how far off they are. */
function isSymmetric({ method }: Estimate): boolean {
	return method !== 'clopper-pearson' && method !== 'wilson' && method !== 'order-statistics';
}

/**
 * The true distance from the limit that bounds of this width show with a power of 80 %: (z₁₋α + z₀.₈) standard errors, the error taken
 * from the bounds (Chow, Shao & Wang 2008, section 3.1).
 */
function detectableOf({ lower, upper }: Bounds, alpha: number): number | undefined {
	const error = (upper - lower) / (2 * normalQuantile(1 - alpha));
	const found = (normalQuantile(1 - alpha) + normalQuantile(power)) * error;
	return Number.isFinite(found) && found > 0 ? found : undefined;
}

/** How many more questions like these would settle it, to two digits, and as what; nothing when none would. */
function settledBy(
	estimate: Estimate,
	limit: Limit,
	alpha: number,
): { readonly needed?: number; readonly settledAs?: 'pass' | 'fail' } {
	const outcome = (times: number) => outcomeOf(estimate.bounds(alpha, times), limit);
	let most = 2;
	while (outcome(most) === 'inconclusive') {
		most *= 2;
		if (most > mostTimes) return {};
	}
	let least = most / 2;
	while ((most - least) * estimate.questions > 0.5) {
		const middle = (least + most) / 2;
		if (outcome(middle) === 'inconclusive') least = middle;
		else most = middle;
	}
	const more = Math.ceil((most - 1) * estimate.questions - 1e-9);
	return {
		needed: more < 100 ? more : Number(more.toPrecision(2)),
		settledAs: outcome(most) === 'fail' ? 'fail' : 'pass',
	};
}

/**
 * p of the hypothesis that the true value is within the limit: the least α at which the bounds would say that it is
 * beyond; 0.5 when none up to that would.
 */
export function pBeyond(estimate: Estimate, limit: Limit): number {
	const fails = (alpha: number) => outcomeOf(estimate.bounds(alpha), limit) === 'fail';
	if (!fails(0.5)) return 0.5;
	// On the scale of logarithms, since small ones matter.
	let [least, most] = [Math.log(1e-12), Math.log(0.5)];
	if (fails(1e-12)) return 1e-12;
	while (most - least > 1e-6) {
		const middle = (least + most) / 2;
		if (fails(Math.exp(middle))) most = middle;
		else least = middle;
	}
	return Math.exp(most);
}
