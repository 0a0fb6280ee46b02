import type { Estimate } from '../compare/estimate.ts';
import { methodNames } from '../compare/methods.ts';
import type { Answer, Bucket, Reading } from '../model/answer.ts';
import type { Outcome, RuleResult } from '../model/verdict.ts';
import { type BucketQuantile, bucketQuantile, type CumulativeBucket } from '../stats/bucket-quantile.ts';
import { clopperPearson } from '../stats/proportion.ts';
import { boundedNumbers } from './bounded.ts';
import type { Operator } from './condition.ts';
import { trim } from './format.ts';
import { satisfies } from './limit.ts';
import type { RemoteRule } from './rule.ts';
import { ruleResult, waivedCondition } from './rule-result.ts';
import { sameQuery } from './same-query.ts';
import type { Part } from './scope.ts';
import { shareSentence } from './sentence.ts';

type Judgement = Omit<Part, 'method' | 'limit'>;

const titles = { prometheus: 'Prometheus', tempo: 'Tempo' } as const;

/** Judges a rule on a backend's answer as of that time; without one, and without enough samples, none passes. */
export function judgeRemote(rule: RemoteRule, answers: readonly Answer[], evaluatedAt: string): RuleResult {
	const { query } = rule.remote;
	const answer = answers.find((each) => each.evaluatedAt === evaluatedAt && sameQuery(each.query, query));
	const unasked = {
		missing: `no ${titles[query.source]} was named, and verdict.json holds no answer to this query as of ${evaluatedAt}: --${query.source} URL`,
	};
	const judge = (each: RemoteRule): Part => {
		const judgement = judgeReading(each, answer?.reading ?? unasked);
		return { method: methodOf(each), limit: each.condition.limit, ...judgement };
	};
	const own = judge(rule);
	const waived = waivedCondition(rule, evaluatedAt);
	if (own.outcome === 'pass' || waived?.kind !== 'absolute') return ruleResult(rule, own, evaluatedAt);
	const part = judge({ ...rule, condition: waived });
	return ruleResult(rule, part, evaluatedAt, part.outcome === 'pass');
}

function methodOf({ condition, remote: { query, quantile } }: RemoteRule): string {
	if (condition.subject !== 'value') return methodNames['clopper-pearson'];
	if (quantile !== undefined) return `${query.source} buckets`;
	return 'windowS' in query && query.windowS !== undefined
		? `${query.source} window`
		: `${query.source} instant`;
}

function judgeReading(rule: RemoteRule, reading: Reading): Judgement {
	const title = titles[rule.remote.query.source];
	if ('missing' in reading) return missing(reading.missing);
	const { quantile } = rule.remote;
	if ('buckets' in reading) {
		if (quantile === undefined) return missing(`${title} gave buckets where a number was asked for`);
		return judgeBuckets(rule, quantile, reading);
	}
	if (quantile !== undefined) return missing(`${title} gave a number where buckets were asked for`);
	return judgeNumbers(rule, reading.values, reading.totals);
}

function judgeNumbers(rule: RemoteRule, values: readonly number[], totals: readonly number[]): Judgement {
	const { operator, limit } = rule.condition;
	const title = titles[rule.remote.query.source];
	if (![...values, ...totals].every(Number.isFinite)) return missing(`${title} gives what is no number`);
	const total = Math.min(...totals);
	if (!(total > 0))
		return missing(`${title} counts ${shownCount(total)} samples, so there is nothing to judge`);
	const [value] = values;
	if (rule.condition.subject !== 'value') return judgeShare(rule, value ?? Number.NaN, total);
	const several = values.length > 1;
	const observed = operator.startsWith('<') ? Math.max(...values) : Math.min(...values);
	const holds = satisfies(observed, operator, limit);
	const few = tooFew(rule, total);
	const miss = `${trim(Math.abs(observed - limit))} ${operator.startsWith('<') ? 'over' : 'short of'} the limit`;
	const gives = `${title} gives ${several ? 'at worst ' : ''}${trim(observed)}`;
	const rests = `${several ? 'at least ' : ''}${shownCount(total)} samples`;
	return {
		outcome: few ? 'inconclusive' : holds ? 'pass' : 'fail',
		observed,
		samples: Math.floor(total),
		reason: `${gives}${holds ? '' : `, ${miss}`} (${operator} ${trim(limit)}), from ${rests}${few ?? ''}`,
	};
}

/** Judges what a share of so many samples proves of the share of all, by its Clopper-Pearson bounds. */
function judgeShare(rule: RemoteRule, share: number, total: number): Judgement {
	const { condition, alpha } = rule;
	const title = titles[rule.remote.query.source];
	if (!(share >= 0 && share <= 1)) {
		return missing(`${title} gives ${trim(share)}, and bounds are those of a share from 0 to 1`);
	}
	const estimate: Estimate = {
		method: 'clopper-pearson',
		value: share,
		questions: total,
		bounds: (each, times = 1) => clopperPearson(share * total * times, total * times, each),
	};
	const { outcome, questions: _, needed, settledAs, ...numbers } = boundedNumbers(estimate, condition, alpha);
	const few = tooFew(rule, total);
	const words = { outcome, ...estimate.bounds(alpha) };
	const sentence = shareSentence(`${title}’s share`, condition, share, words);
	const more =
		needed === undefined
			? ''
			: `; about ${needed} more samples would settle it, as a ${settledAs} if it stays so`;
	return {
		...numbers,
		outcome: few ? 'inconclusive' : outcome,
		...(needed !== undefined && { needed }),
		...(settledAs !== undefined && { settledAs }),
		samples: Math.floor(total),
		reason: `${sentence}${more}, from ${shownCount(total)} samples${few ?? ''}`,
	};
}

function judgeBuckets(
	rule: RemoteRule,
	quantile: number,
	{ buckets, total }: { readonly buckets: readonly Bucket[]; readonly total: number },
): Judgement {
	const title = titles[rule.remote.query.source];
	if (!(total > 0))
		return missing(`${title} counts ${shownCount(total)} samples, so there is nothing to judge`);
	const cumulative = orderedBuckets(buckets);
	if (typeof cumulative === 'string') return missing(`${title}: ${cumulative}`);
	const { operator, limit } = rule.condition;
	const counted = cumulative.at(-1)?.count ?? 0;
	if (Math.abs(counted - total) > 1e-9 * Math.max(counted, total)) {
		return missing(
			`${title} counts ${shownCount(total)} samples, and its buckets hold ${shownCount(counted)} of them`,
		);
	}
	const found = bucketQuantile(quantile, cumulative);
	const proven = provenBy(found, operator, limit);
	const few = tooFew(rule, total);
	const between =
		found.above === -Infinity
			? `is at most ${trim(found.atMost)}`
			: found.atMost === Infinity
				? `is above ${trim(found.above)}`
				: `is above ${trim(found.above)} and at most ${trim(found.atMost)}`;
	const why = proven === 'inconclusive' ? '; the limit lies in that bucket, so it cannot tell' : '';
	return {
		outcome: few ? 'inconclusive' : proven,
		...(Number.isFinite(found.estimate) && { observed: found.estimate }),
		samples: Math.floor(total),
		reason: `${title}: p${trim(quantile * 100)} ${between} (${operator} ${trim(limit)}), from ${shownCount(total)} samples${why}${few ?? ''}`,
	};
}

/** The edges of a quantile's bucket prove or disprove a limit outside of it; inside, nothing is known. */
function provenBy({ above, atMost }: BucketQuantile, operator: Operator, limit: number): Outcome {
	switch (operator) {
		case '<=':
			return atMost <= limit ? 'pass' : above >= limit ? 'fail' : 'inconclusive';
		case '<':
			return atMost < limit ? 'pass' : above >= limit ? 'fail' : 'inconclusive';
		case '>=':
			return above >= limit ? 'pass' : atMost < limit ? 'fail' : 'inconclusive';
		case '>':
			return above >= limit ? 'pass' : atMost <= limit ? 'fail' : 'inconclusive';
	}
}

/** The buckets in the order of their edges, or what keeps them from being a whole histogram. */
function orderedBuckets(buckets: readonly Bucket[]): CumulativeBucket[] | string {
	const ordered = buckets
		.map(({ le, count }) => ({
			edge: le === '+Inf' ? Infinity : le.trim() === '' ? Number.NaN : Number(le),
			count,
		}))
		.sort((one, other) => one.edge - other.edge);
	if (ordered.some(({ edge }) => Number.isNaN(edge))) return 'a bucket’s edge (le) is not a number';
	if (ordered.at(-1)?.edge !== Infinity)
		return 'the histogram has no bucket with le="+Inf", which holds every sample';
	for (const [index, { edge, count }] of ordered.entries()) {
		const before = ordered[index - 1];
		if (before?.edge === edge)
			return `the edge ${edge} is there twice; aggregate to one series per bucket: sum by (le) (…)`;
		// Sums of rates differ in their last digits.
		if (!(count >= (before?.count ?? 0) * (1 - 1e-9)))
			return 'the buckets are not cumulative: a later one holds fewer samples';
	}
	return ordered;
}

function tooFew({ minSamples }: RemoteRule, total: number): string | undefined {
	return total < minSamples ? `; ${minSamples} samples needed` : undefined;
}

function missing(reason: string): Judgement {
	return { outcome: 'inconclusive', samples: 0, reason, missing: true };
}

/** `increase()` counts in fractions; rounded down, so that what is short of a minimum is seen to be. */
function shownCount(total: number): string {
	return String(Math.floor(total * 10) / 10);
}
