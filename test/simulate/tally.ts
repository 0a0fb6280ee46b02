import type { Estimate } from '../../src/compare/estimate.ts';
import { methodLabel } from '../../src/compare/methods.ts';
import { outcomeOf } from '../../src/gate/bounded.ts';
import { limitOf } from '../../src/gate/judge-bounds.ts';
import { satisfies } from '../../src/gate/limit.ts';
import type { Outcome } from '../../src/model/verdict.ts';
import { type Case, drawsFor, type Judged, layoutOf } from './cases.ts';
import { conditionOf, estimateOf, infoOf } from './release.ts';

/** The one-sided error of every bound. */
export const alpha = 0.05;

/** How many releases are drawn from one seed. */
export const chunkSize = 250;

/** How the releases of one case came out by one of its rules. */
export interface Tally extends Judged, Record<Outcome, number> {
	method: string;
	/** By the bare estimate against the limit, as other harnesses judge. */
	blocked: number;
}

/** A tally of nothing yet for each rule of a case. */
export function emptyTallies({ rules }: Case): Tally[] {
	return rules.map((rule) => ({ ...rule, method: '', pass: 0, fail: 0, inconclusive: 0, blocked: 0 }));
}

/** Adds what was counted elsewhere. */
export function addTallies(totals: readonly Tally[], parts: readonly Tally[]): void {
	for (const [at, total] of totals.entries()) {
		const part = parts[at] as Tally;
		total.method = part.method;
		for (const key of ['pass', 'fail', 'inconclusive', 'blocked'] as const) total[key] += part[key];
	}
}

/**
 * Judges `releases` of a case by each of its rules as the gate does: bounds of the estimate against the limit. `distort`
 * stands in for a method with a fault.
 */
export function simulate(
	each: Case,
	questions: number,
	{
		chunk,
		releases = chunkSize,
		distort = (estimate) => estimate,
	}: { chunk: number; releases?: number; distort?: (estimate: Estimate) => Estimate },
): Tally[] {
	const tallies = emptyTallies(each);
	const info = infoOf(each.metric);
	const layout = layoutOf(each, questions);
	const random = drawsFor(each, questions, chunk);
	const conditions = each.rules.map(({ rule }) => conditionOf(rule, info));
	const form = conditions[0]?.kind === 'relative' ? conditions[0].form : 'single';
	const limits = conditions.map((condition) => limitOf(info, condition));
	for (let release = 0; release < releases; release++) {
		const seed = chunk * chunkSize + release;
		const estimate = distort(estimateOf(info, form, each.draw(random, layout), layout, { seed }));
		const bounds = estimate.bounds(alpha);
		for (const [at, limit] of limits.entries()) {
			const tally = tallies[at] as Tally;
			tally[outcomeOf(bounds, limit)]++;
			if (!satisfies(estimate.value, limit.operator, limit.limit)) tally.blocked++;
			tally.method = methodLabel(estimate.method, info);
		}
	}
	return tallies;
}
