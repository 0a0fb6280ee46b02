import type { Column, TrialColumn } from '../metrics/columns.ts';
import type { Units } from './units.ts';

/** The mean over its trials for each unit, in the run that `numbers` are of. */
export function meansOf(column: Column, numbers: Uint32Array): Float64Array {
	const means = new Float64Array(numbers.length);
	for (let unit = 0; unit < means.length; unit++) means[unit] = column.mean(numbers[unit] as number);
	return means;
}

/** The sum over its trials for each unit. */
export function sumsOf(column: Column, numbers: Uint32Array): Float64Array {
	const sums = new Float64Array(numbers.length);
	for (let unit = 0; unit < sums.length; unit++) sums[unit] = column.sum(numbers[unit] as number);
	return sums;
}

/** The sum of numbers, in their order. */
export function totalOf(values: Float64Array): number {
	let sum = 0;
	for (let at = 0; at < values.length; at++) sum += values[at] as number;
	return sum;
}

/** true when the column says something of each of these questions, by one trial. */
export function isSingle(column: Column, numbers: Uint32Array): boolean {
	return numbers.every((question) => column.count(question) === 1);
}

/** Trials side by side, unit by unit, with the group that each belongs to: its cluster, else its question. */
export interface TrialValues {
	readonly values: Float64Array;
	readonly unitOf: Uint32Array;
}

/** The values of the trials of these questions, in the order of the units. */
export function trialsOf({ values, questions, size }: TrialColumn, numbers: Uint32Array): TrialValues {
	const largest = numbers.reduce((most, question) => Math.max(most, question), -1);
	const unitOf = new Int32Array(largest + 1).fill(-1);
	for (let unit = 0; unit < numbers.length; unit++) unitOf[numbers[unit] as number] = unit;
	const starts = new Uint32Array(numbers.length + 1);
	for (let trial = 0; trial < size; trial++) {
		const unit = unitOf[questions[trial] as number] ?? -1;
		if (unit >= 0) starts[unit + 1] = (starts[unit + 1] as number) + 1;
	}
	for (let unit = 0; unit < numbers.length; unit++) {
		starts[unit + 1] = (starts[unit + 1] as number) + (starts[unit] as number);
	}
	const next = starts.slice();
	const all = {
		values: new Float64Array(starts[numbers.length] as number),
		unitOf: new Uint32Array(starts[numbers.length] as number),
	};
	for (let trial = 0; trial < size; trial++) {
		const unit = unitOf[questions[trial] as number] ?? -1;
		if (unit < 0) continue;
		const at = next[unit] as number;
		next[unit] = at + 1;
		all.values[at] = values[trial] as number;
		all.unitOf[at] = unit;
	}
	return all;
}

/** The grouping of values that several of one unit may stand side by side of: by cluster, else by unit. */
export function groupsOf(
	units: Units,
	unitOf: Uint32Array,
): { clusterOf: Uint32Array; clusters: number } | undefined {
	const { clusterOf, clusters } = units;
	if (clusterOf !== undefined)
		return { clusterOf: unitOf.map((unit) => clusterOf[unit] as number), clusters };
	const isUnits = unitOf.length === units.after.length;
	return isUnits ? undefined : { clusterOf: unitOf, clusters: units.after.length };
}
