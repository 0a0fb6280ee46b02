import { fieller } from '../stats/fieller.ts';
import { groupingOf, type Units } from './units.ts';
import { totalOf } from './values.ts';

/** Fieller's bounds of Σx / Σy: what a ratio of sums is never bounded nearer than, by whichever method. */
export function fiellerOfSums(x: Float64Array, y: Float64Array, units: Units) {
	const [meanX, meanY] = [totalOf(x) / x.length, totalOf(y) / y.length];
	const residuals = [x.map((value) => value - meanX), y.map((value) => value - meanY)] as const;
	return fieller({ means: [meanX, meanY], residuals, ...groupingOf(units) });
}
