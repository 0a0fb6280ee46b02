import { holm } from '../stats/multiplicity.ts';

import type { Rule } from './rule.ts';
import type { Part } from './scope.ts';

interface Sliced {
	readonly part: Part;
	readonly slice?: string | undefined;
}

/**
 * Among many slices one always looks bad by chance: a slice fails only where its p, adjusted by Holm over all slices
 * that have one, is at most α. Those that pass need no correction.
 */
export function adjustSlices(slices: readonly Sliced[], { adjust, alpha }: Rule): Sliced[] {
	const searched = slices.map(({ part: { pBeyond } }) => pBeyond?.());
	const known = searched.filter((p) => p !== undefined);
	const adjusted = adjust === 'holm' ? holm(known) : known;
	let next = 0;
	return slices.map(({ part, slice }, index) => {
		if (searched[index] === undefined) return { part, slice };
		const pValue = adjusted[next++] as number;
		const isChance = part.outcome === 'fail' && pValue > alpha;
		const shown = Number(pValue.toPrecision(2));
		return {
			slice,
			part: isChance
				? {
						...part,
						pValue,
						outcome: 'inconclusive',
						reason: `${part.reason}; among ${known.length} slices that can be chance (Holm p ${shown})`,
					}
				: { ...part, pValue },
		};
	});
}
