import type { RunFacts } from '../metrics/run-facts.ts';
import type { Metric, Unit } from '../model/metric.ts';
import type { Outcome, RuleResult } from '../model/verdict.ts';
import type { Operator } from './condition.ts';
import { satisfies } from './limit.ts';
import { judgeLatency, type Side } from './loop-delay.ts';
import type { Rule } from './rule.ts';

/** What a rule is judged on. */
export interface Judged {
	readonly candidate: RunFacts;
	/** The candidate's metrics; the baseline's, or why there is no baseline. */
	readonly after: Readonly<Record<string, Metric>>;
	readonly before: Side | { readonly missingRun: string };
}

type Part = Pick<RuleResult, 'outcome' | 'samples' | 'reason'> & { observed?: number; limit?: number };

/** Judges one rule; nothing missing, too small or errored ever passes. */
export function judgeRule(rule: Rule, judged: Judged): RuleResult {
	const { id, metric, condition, tier } = rule;
	const offences = judged.candidate.offences.filter(
		({ kind, check }) => kind === metric.concern && (metric.check === undefined || check === metric.check),
	);
	const part = metric.unit === 'ms' ? judgeDelayed(rule, judged) : judgeCondition(rule, judged);
	return {
		id,
		metric: metric.name,
		check: condition.text,
		tier,
		method: 'point estimate',
		...part,
		...(offences.length > 0 && part.outcome !== 'pass' && { offences }),
	};
}

function judgeDelayed(rule: Rule, judged: Judged): Part {
	const { before } = judged;
	const compared = rule.condition.kind === 'relative' && 'metrics' in before ? before : undefined;
	const candidate = { run: judged.candidate.run, metrics: judged.after };
	return judgeLatency(rule.metric.name, candidate, compared, (after, metrics) =>
		judgeCondition(rule, {
			...judged,
			after,
			before: compared && metrics ? { ...compared, metrics } : before,
		}),
	);
}

function judgeCondition(rule: Rule, judged: Judged): Part {
	const { metric, condition } = rule;
	const after = judged.after[metric.name] ?? { missing: `the candidate has no metric ${metric.name}` };
	switch (condition.kind) {
		case 'absolute':
			return judgeLimit(rule, after, condition.operator, condition.limit);
		case 'events':
			return judgeLimit(rule, after, '<=', condition.limit);
		case 'relative': {
			if ('missingRun' in judged.before) return missing(judged.before.missingRun);
			const before = judged.before.metrics[metric.name] ?? {
				missing: `the baseline has no metric ${metric.name}`,
			};
			return judgeMargin(rule, before, after, condition);
		}
	}
}

function judgeLimit(rule: Rule, metric: Metric, operator: Operator, limit: number): Part {
	const { name, unit } = rule.metric;
	if ('missing' in metric) {
		// A count that is incomplete can only grow: a limit that it already broke is broken.
		if (metric.atLeast !== undefined && operator === '<=' && metric.atLeast > limit) {
			const reason = `${name}: at least ${format(metric.atLeast, unit)}, ${format(limit, unit)} allowed`;
			return { outcome: 'fail', samples: 0, observed: metric.atLeast, limit, reason };
		}
		return { ...missing(`${name} is missing: ${metric.missing}`), limit };
	}
	const few = tooFew(rule, metric.n);
	const numbers = { observed: metric.value, limit, samples: metric.n };
	const holds = satisfies(metric.value, operator, limit);
	const shown = format(metric.value, unit);
	const wanted = `${operator} ${format(limit, unit)}`;
	if (!holds) {
		const by = format(Math.abs(metric.value - limit), unit);
		const side = operator.startsWith('<') ? 'over' : 'short of';
		// More samples cannot take back a violation that was counted.
		const broken = unit === 'violations' && side === 'over';
		return {
			outcome: few && !broken ? 'inconclusive' : 'fail',
			...numbers,
			reason: `${name} is ${shown}, ${by} ${side} the limit (${wanted})${few ?? ''}`,
		};
	}
	return {
		outcome: few ? 'inconclusive' : 'pass',
		...numbers,
		reason: `${name} is ${shown} (${wanted})${few ?? ''}`,
	};
}

function judgeMargin(
	rule: Rule,
	before: Metric,
	after: Metric,
	condition: { readonly margin: number; readonly form: 'difference' | 'ratio' },
): Part {
	const { name, unit, better } = rule.metric;
	if ('missing' in after) return missing(`${name} of the candidate is missing: ${after.missing}`);
	if ('missing' in before) return missing(`${name} of the baseline is missing: ${before.missing}`);
	const { margin, form } = condition;
	const factor = better === 'lower' ? margin : 1 / margin;
	const worst =
		form === 'ratio'
			? before.value * factor
			: better === 'lower'
				? before.value + margin
				: before.value - margin;
	const operator: Operator = better === 'lower' ? '<=' : '>=';
	const bounded = unit === 'share' || unit === 'score';
	if (better === 'lower' ? bounded && worst >= 1 : worst <= 0) {
		const shown = format(before.value, unit);
		return missing(
			`${name} of the baseline is ${shown}: within the margin nothing could be worse, so nothing is shown`,
		);
	}
	const few = tooFew(rule, Math.min(before.n, after.n));
	const holds = satisfies(after.value, operator, worst);
	const moved = `${format(before.value, unit)} → ${format(after.value, unit)}`;
	const bound = `${operator} ${format(worst, unit)}`;
	const outcome: Outcome = few ? 'inconclusive' : holds ? 'pass' : 'fail';
	const verb = holds ? 'stays within' : 'is worse than the baseline by more than';
	return {
		outcome,
		observed: after.value,
		limit: worst,
		samples: Math.min(before.n, after.n),
		reason: `${name} ${moved} ${verb} the margin (${bound})${few ?? ''}`,
	};
}

function tooFew({ minSamples }: Rule, n: number): string | undefined {
	return n < minSamples ? `; only ${n} sample(s), ${minSamples} needed` : undefined;
}

function missing(reason: string): Part {
	return { outcome: 'inconclusive', samples: 0, reason };
}

/** A value with its unit, as a sentence shows it. */
function format(value: number, unit: Unit): string {
	switch (unit) {
		case 'share':
			return `${trim(value * 100)} %`;
		case 'score':
			return trim(value);
		case 'ms':
			return `${trim(value)} ms`;
		case 'usd':
			return `$${trim(value)}`;
		case 'tokens':
		case 'violations':
			return trim(value);
	}
}

function trim(value: number): string {
	return String(Number(value.toPrecision(4)));
}
