import type { Groups } from '../metrics/columns.ts';
import type { RunFacts } from '../metrics/run-facts.ts';

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
	const kept = new Uint32Array(units.after.length);
	let size = 0;
	for (let position = 0; position < kept.length; position++) if (keep(position)) kept[size++] = position;
	return size === kept.length ? units : unitsAt(units, kept.subarray(0, size));
}

/** The units at these positions. */
export function unitsAt({ after, before, clusterOf }: Units, positions: Uint32Array): Units {
	const of = (numbers: Uint32Array) => positions.map((position) => numbers[position] as number);
	const rest = { after: of(after), before: before.length === 0 ? before : of(before) };
	return clusterOf === undefined ? { ...rest, clusters: 0 } : { ...rest, ...renumbered(of(clusterOf)) };
}

/** The positions of the units of each group of the candidate’s, by the group’s number; those in none are left out. */
export function positionsByGroup({ after }: Units, groups: Groups): Uint32Array[] {
	const sizes = new Uint32Array(groups.names.length);
	const groupOf = Int32Array.from(after);
	for (let position = 0; position < after.length; position++) {
		const group = groups.of(after[position] as number);
		groupOf[position] = group;
		if (group >= 0) sizes[group] = (sizes[group] as number) + 1;
	}
	const positions = Array.from(sizes, (size) => new Uint32Array(size));
	sizes.fill(0);
	for (let position = 0; position < after.length; position++) {
		const group = groupOf[position] as number;
		if (group < 0) continue;
		const at = sizes[group] as number;
		(positions[group] as Uint32Array)[at] = position;
		sizes[group] = at + 1;
	}
	return positions;
}

/** The units grouped by the candidate’s groups; one that is in none is a group of its own. */
export function groupUnits(units: Units, groups: Groups | undefined): Units {
	const names = groups?.names.length ?? 0;
	const clusterOf = units.after.map((index, position) => {
		const group = groups?.of(index) ?? -1;
		return group >= 0 ? group : names + position;
	});
	return { after: units.after, before: units.before, ...renumbered(clusterOf) };
}

function renumbered(clusterOf: Uint32Array): { clusterOf: Uint32Array; clusters: number } {
	const most = clusterOf.reduce((largest, group) => Math.max(largest, group), 0);
	/** Each group’s new number plus 1; 0 for one that was not seen. */
	const numbers = new Uint32Array(most + 1);
	let clusters = 0;
	const renumbered = clusterOf.map((group) => {
		numbers[group] ||= ++clusters;
		return (numbers[group] as number) - 1;
	});
	return { clusterOf: renumbered, clusters };
}

/** How units are grouped, for what wants nothing where they are not. */
export function groupingOf({ clusterOf, clusters }: Units) {
	return clusterOf === undefined ? {} : { clusterOf, clusters };
}
