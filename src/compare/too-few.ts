import type { Part } from './estimate.ts';
import type { Units } from './units.ts';

const nothing = { lower: -Infinity, upper: Infinity } as const;

/**
 * The estimate of a sum or a ratio, which has no range, with no bounds of so few questions (or groups) that not even
 * their median would have any: fewer than ln α / ln ½. Equal values have no spread, and of two it would prove nothing.
 */
export function enoughToBound<Found extends Part | { readonly missing: string }>(
	found: Found,
	units: Units,
): Found {
	if ('missing' in found) return found;
	const n = units.clusterOf === undefined ? units.after.length : units.clusters;
	return {
		...found,
		bounds: (alpha: number, times = 1) =>
			n * times < Math.log(alpha) / Math.log(0.5) ? nothing : found.bounds(alpha, times),
	};
}
