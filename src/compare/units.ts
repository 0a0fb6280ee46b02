import type { RunFacts } from '../metrics/run-facts.ts';
import type { Groups } from '../metrics/samples.ts';

/** The questions that an estimate rests on: their numbers in each run, and the group of each, if they are grouped. */
export interface Units {
	readonly after: Uint32Array;
	/** As long as `after`; empty for an estimate of one run. */
	readonly before: Uint32Array;
	/** Groups numbered from 0 without a gap. */
	readonly clusterOf?: Uint32Array;
	readonly clusters: number;
}

/** Above so many questions their order is left as it was recorded: nothing that is drawn at random rests on it. */
export const mostResampled = 20_000;

/**
 * The same units in the order of their ids, as long as they are few enough to be resampled: what is drawn at random
 * must not depend on which answer happened to come first.
 */
export function inOrderOfIds(
	{ after, before }: Pick<Units, 'after' | 'before'>,
	{ questions }: RunFacts,
): Units {
	if (after.length > mostResampled) return { after, before, clusters: 0 };
	const ids = Array.from(after, (index) => questions.ids.at(index));
	const order = Array.from(after.keys()).sort((a, b) => ((ids[a] as string) < (ids[b] as string) ? -1 : 1));
	return {
		after: Uint32Array.from(order, (at) => after[at] as number),
		before: before.length === 0 ? before : Uint32Array.from(order, (at) => before[at] as number),
		clusters: 0,
	};
}

/** Those of the units for which `keep` says so, by their position. */
export function keepUnits(units: Units, keep: (position: number) => boolean): Units {
	const kept: number[] = [];
	for (let position = 0; position < units.after.length; position++) if (keep(position)) kept.push(position);
	if (kept.length === units.after.length) return units;
	const of = (numbers: Uint32Array) => Uint32Array.from(kept, (position) => numbers[position] as number);
	const rest = {
		after: of(units.after),
		before: units.before.length === 0 ? units.before : of(units.before),
	};
	const { clusterOf } = units;
	return clusterOf === undefined ? { ...rest, clusters: 0 } : { ...rest, ...renumbered(of(clusterOf)) };
}

/** The units grouped by the candidate’s groups; one that is in none is a group of its own. */
export function groupUnits(units: Units, groups: Groups | undefined): Units {
	const names = groups?.names.length ?? 0;
	const clusterOf = Uint32Array.from(units.after, (index, position) => {
		const group = groups?.of(index) ?? -1;
		return group >= 0 ? group : names + position;
	});
	return { after: units.after, before: units.before, ...renumbered(clusterOf) };
}

function renumbered(clusterOf: Uint32Array): { clusterOf: Uint32Array; clusters: number } {
	const numbers = new Map<number, number>();
	const renumbered = clusterOf.map((group) => {
		const known = numbers.get(group);
		if (known !== undefined) return known;
		numbers.set(group, numbers.size);
		return numbers.size - 1;
	});
	return { clusterOf: renumbered, clusters: numbers.size };
}

/** How units are grouped, for what wants nothing where they are not. */
export function groupingOf({ clusterOf, clusters }: Units) {
	return clusterOf === undefined ? {} : { clusterOf, clusters };
}
