import type { Unit } from '../model/metric.ts';
import type { Outcome } from '../model/verdict.ts';
import type { Bounds } from '../stats/bounds.ts';
import type { Limit } from './bounded.ts';
import type { RelativeCondition } from './condition.ts';
import { format, formatDifference, trim } from './format.ts';
import type { Scope } from './scope.ts';

/** What a sentence says besides what it is about. */
export interface Words extends Bounds {
	readonly outcome: Outcome;
	readonly needed?: number | undefined;
	readonly settledAs?: 'pass' | 'fail' | undefined;
}

/** What a person reads of a metric that is held against a limit. */
export function aloneSentence(
	{ rule }: Pick<Scope, 'rule'>,
	{ operator, limit }: Limit,
	value: number,
	words: Words,
): string {
	const { name, estimand, unit } = rule.metric;
	const sentence =
		estimand === 'count'
			? boundedSentence(`the rate of ${name}`, 'share', { operator, limit }, value, words)
			: boundedSentence(name, unit, { operator, limit }, value, words);
	const none = estimand === 'count' && value === 0 ? 'if none of them is in violation' : undefined;
	return `${sentence}${words.outcome === 'inconclusive' ? settling(words, none) : ''}`;
}

/** What a person reads of a share that a backend gives. */
export function shareSentence(subject: string, limit: Limit, value: number, words: Words): string {
	return boundedSentence(subject, 'share', limit, value, words);
}

function boundedSentence(
	subject: string,
	unit: Unit,
	{ operator, limit }: Limit,
	value: number,
	words: Words,
): string {
	const isAtMost = operator.startsWith('<');
	const wanted = `${operator} ${format(limit, unit)}`;
	const [least, most] = [format(words.lower, unit), format(words.upper, unit)];
	const is = `${subject} is ${format(value, unit)}`;
	switch (words.outcome) {
		case 'pass':
			return `${is}, ${isAtMost ? `at most ${most}` : `at least ${least}`} (${wanted})`;
		case 'fail':
			return `${is}, ${isAtMost ? `at least ${least}` : `at most ${most}`}, which breaks the limit (${wanted})`;
		case 'inconclusive':
			return `cannot tell: ${subject} is between ${least} and ${most}; the limit is ${format(limit, unit)}`;
	}
}

/** What a person reads of a candidate that is held against its baseline. */
export function comparedSentence(
	scope: Scope,
	condition: RelativeCondition,
	value: number,
	words: Words,
): string {
	const { rule, after, baseline, unpaired } = scope;
	const { name, unit } = rule.metric;
	const moved =
		unpaired === 0 && 'value' in after && 'metric' in baseline && 'value' in baseline.metric
			? `${name} ${format(baseline.metric.value, unit)} → ${format(after.value, unit)}`
			: name;
	return condition.form === 'ratio'
		? ratioSentence(scope, condition, moved, words)
		: differenceSentence(scope, condition, moved, value, words);
}

function ratioSentence(
	{ rule }: Scope,
	{ margin }: RelativeCondition,
	moved: string,
	{ lower, upper, ...words }: Words,
): string {
	const { better, name } = rule.metric;
	const isHigh = better === 'higher';
	const limit = `the limit is ${trim(isHigh ? 1 / margin : margin)}x`;
	const [least, most] = [`at least ${trim(lower)}x`, `at most ${trim(upper)}x`];
	switch (words.outcome) {
		case 'pass':
			return `${moved}: ${isHigh ? least : most} of the baseline’s; ${limit}`;
		case 'fail':
			return `${moved}: ${isHigh ? most : least} of the baseline’s; ${limit}`;
		case 'inconclusive':
			return `cannot tell: ${name} is between ${trim(lower)}x and ${trim(upper)}x of the baseline’s; ${limit}${settling(words)}`;
	}
}

/** In the words of who looks for a change for the worse: by how much it fell, or rose. */
function differenceSentence(
	{ rule }: Scope,
	{ margin }: RelativeCondition,
	moved: string,
	value: number,
	{ lower, upper, ...words }: Words,
): string {
	const { name, unit, better } = rule.metric;
	const isHigh = better === 'higher';
	const [worse, gain] = isHigh ? ['drop', 'rise'] : ['rise', 'drop'];
	const [least, most] = isHigh ? [-upper, -lower] : [lower, upper];
	const show = (change: number) => formatDifference(change, unit);
	const limit = `the limit is ${show(margin)}`;
	switch (words.outcome) {
		case 'pass':
			return most < 0
				? `${moved}: a ${gain} of at least ${show(-most)}; a ${worse} of ${show(margin)} is allowed`
				: `${moved}: the ${worse} is at most ${show(most)}; ${limit}`;
		case 'fail':
			return `${moved}: the ${worse} is at least ${show(least)}; ${limit}`;
		case 'inconclusive': {
			const seen = show(isHigh ? -value : value);
			return `cannot tell: the ${worse} of ${name} is between ${trim(unit === 'share' ? least * 100 : least)} and ${show(most)} (${seen} seen); ${limit}${settling(words)}`;
		}
	}
}

function settling(
	{ needed, settledAs }: Pick<Words, 'needed' | 'settledAs'>,
	provided = 'if it stays so',
): string {
	if (needed === undefined) return '';
	const as = settledAs === undefined ? '' : `, as a ${settledAs} ${provided}`;
	return `; about ${needed} more ${needed === 1 ? 'question' : 'questions'} would settle it${as}`;
}
