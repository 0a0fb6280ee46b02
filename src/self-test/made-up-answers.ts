import type { AbsoluteCondition } from '../gate/condition.ts';
import { trim } from '../gate/format.ts';
import type { RemoteRule } from '../gate/rule.ts';
import type { Reading } from '../model/answer.ts';

/** A made-up reading of a backend and what it is; without one the backend was not asked. */
export interface MadeReading {
	readonly by: string;
	readonly reading?: Reading;
}

/** Readings that are further and further beyond the rule's limit, of ever more samples. */
export function worseReadings(rule: RemoteRule, condition: AbsoluteCondition): MadeReading[] {
	return sized(rule).flatMap((total) =>
		distances(condition).map((by) => ofNumber(rule, sided(condition, by), total)),
	);
}

/** Readings within the limit. */
export function bestReadings(rule: RemoteRule, condition: AbsoluteCondition): MadeReading[] {
	return sized(rule).flatMap((total) =>
		distances(condition).map((by) => ofNumber(rule, sided(condition, -by), total)),
	);
}

/** Readings that say nothing, whatever number stands in them. */
export function missingReadings(rule: RemoteRule, condition: AbsoluteCondition): MadeReading[] {
	const [best] = distances(condition);
	const within = sided(condition, -(best ?? 1));
	const few = rule.minSamples - 1;
	return [
		{ by: 'not asked' },
		{ by: 'no answer', reading: { missing: 'made up' } },
		{ ...ofNumber(rule, within, 0), by: 'a count of 0' },
		...(few > 0 ? [{ ...ofNumber(rule, within, few), by: `a count of ${few}` }] : []),
		{ ...ofNumber(rule, within, Number.NaN), by: 'a count of NaN' },
		...(rule.remote.quantile === undefined
			? [{ ...ofNumber(rule, Number.NaN, rule.minSamples), by: 'NaN' }]
			: []),
	];
}

/** Bounds need samples enough, and a backend can have counted any number. */
function sized({ minSamples }: RemoteRule): number[] {
	return [minSamples, 100 * minSamples, 1_000_000 * minSamples];
}

/** How far from the limit; of a share it cannot be further than the ends of [0, 1]. */
function distances({ subject, limit }: AbsoluteCondition): number[] {
	if (subject !== 'value') return [0.5 * Math.min(limit, 1 - limit), Math.min(limit, 1 - limit)];
	return [0.1 * Math.abs(limit), Math.abs(limit) + 1];
}

function sided({ operator, limit }: AbsoluteCondition, by: number): number {
	return operator.startsWith('<') ? limit + by : limit - by;
}

/** A number with its count, or a histogram with every sample just above the number's bucket edge. */
function ofNumber({ remote: { quantile } }: RemoteRule, value: number, total: number): MadeReading {
	const by = `${trim(value)} from ${total} samples`;
	if (quantile === undefined) return { by, reading: { values: [value], totals: [total] } };
	const buckets = [
		{ le: String(value - Math.abs(value) * 0.01 - 0.001), count: 0 },
		{ le: String(value), count: total },
		{ le: '+Inf', count: total },
	];
	return { by, reading: { buckets, total } };
}
