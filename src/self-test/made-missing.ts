import type { Condition } from '../gate/condition.ts';
import type { Rule } from '../gate/rule.ts';
import type { MetricInfo } from '../model/metric.ts';
import { type Fate, good, type Making, type Subject } from './made-up-run.ts';
import { counts, isOfJudges, isViolations, measuredPlaces } from './made-worse.ts';

/** Two made-up runs of which one lacks what a rule judges. */
export interface Lacking {
	readonly by: string;
	/** Nothing where the run has no trial. */
	readonly candidate: Making | undefined;
	/** Nothing where there is no baseline. */
	readonly baseline: Making | undefined;
	/** true when every slice lacks it, so that none may pass. */
	readonly everywhere: boolean;
}

interface Lack {
	readonly by: string;
	readonly making: Making;
	readonly everywhere: boolean;
}

/** Every way in which what the rule judges can be missing, each by itself. */
export function madeMissing({ metric }: Rule, condition: Condition, subject: Subject): Lacking[] {
	const lacks = [...lacksOf(metric, subject), { by: 'no answers', making: failing, everywhere: true }];
	const candidates = lacks.map(({ making, ...lack }) => ({ ...lack, candidate: making, baseline: good }));
	const none = { by: 'no trials', candidate: undefined, baseline: good, everywhere: true };
	if (condition.kind !== 'relative') return [...candidates, none];
	// A baseline whose every answer failed has an error rate, and one that nothing could be worse than.
	const baselines = lacks.map(({ making, by, ...lack }) => ({
		...lack,
		by: `${by} in the baseline`,
		candidate: good,
		baseline: making,
	}));
	return [
		...candidates,
		none,
		{ by: 'no baseline', candidate: good, baseline: undefined, everywhere: true },
		...baselines,
	];
}

const failing: Making = () => ({ failed: true });

function lacksOf(metric: MetricInfo, subject: Subject): Lack[] {
	const { name, unit } = metric;
	const { scorers, checks } = subject;
	if (isViolations(metric)) {
		const counted = checks.filter((check) => counts(metric, check));
		const isCounted = (check: { readonly name: string }) => counted.some((each) => each.name === check.name);
		const erred: Fate = { finding: (check) => (isCounted(check) ? 'errored' : 'ok') };
		const absent: Fate = { finding: (check) => (isCounted(check) ? 'absent' : 'ok') };
		return [
			...always('check errored', erred),
			...once('check errored once', erred, metric, subject),
			...always('no finding', absent),
			// Those that judge the questions that list them can be away from the others.
			...(counted.some(({ apply }) => apply === 'all')
				? once('no finding once', absent, metric, subject)
				: []),
		];
	}
	if (unit === 'score') {
		const erred: Fate = { score: (scorer) => (scorer === name ? 'errored' : 1) };
		const absent: Fate = { score: (scorer) => (scorer === name ? 'absent' : 1) };
		return [
			...always('scorer errored', erred),
			...once('scorer errored once', erred, metric, subject),
			...always('no score', absent),
			...once('no score once', absent, metric, subject),
		];
	}
	if (unit === 'usd' || unit === 'tokens') {
		const unreported = unreportedFate(metric);
		const passless: Fate = { score: () => 0, finding: () => 'violated' };
		return [
			...always('not reported', unreported),
			...once('not reported once', unreported, metric, subject),
			...(metric.estimand === 'ratio' ? always('nothing passed', passless) : []),
		];
	}
	if (name !== 'pass_rate') return [];
	const erred: Fate = { score: () => 'errored' };
	const unjudged: Fate = { finding: () => 'errored' };
	return [
		...(scorers.length > 0 ? always('scorer errored', erred) : []),
		...(checks.length > 0 ? always('check errored', unjudged) : []),
		...once('graders errored once', { ...erred, ...unjudged }, metric, subject),
	];
}

function unreportedFate({ name, unit }: MetricInfo): Fate {
	if (isOfJudges(name))
		return unit === 'usd' ? { judgeCostUsd: 'unreported' } : { judgeTokens: 'unreported' };
	return unit === 'usd' ? { costUsd: 'unreported' } : { tokens: 'unreported' };
}

function always(by: string, fate: Fate): Lack[] {
	return [{ by, making: () => fate, everywhere: true }];
}

/** The same of one question alone, of those that the metric says something of. */
function once(by: string, fate: Fate, metric: MetricInfo, subject: Subject): Lack[] {
	const [place] = measuredPlaces(metric, subject);
	if (place === undefined) return [];
	const making: Making = (question, index) => (index === place ? fate : good(question, index));
	return [{ by, making, everywhere: false }];
}
