import { type Bounds, wider } from '../stats/bounds.ts';
import { noNarrowerThanEqual } from '../stats/mean.ts';
import { type Discordant, gainedLostBounds, newcombe, tango } from '../stats/paired-proportions.ts';
import { signFlipBounds } from '../stats/sign-flip.ts';
import { bcaOfMean } from './bca.ts';
import { mapBounds, nearer, type Part } from './estimate.ts';
import { partBounds, summarizeMean } from './mean-estimate.ts';
import type { MethodName } from './methods.ts';
import type { Units } from './units.ts';

/** What differences are, and how their mean is bounded. */
export interface DifferenceOptions {
	readonly method: Extract<MethodName, 'paired-t' | 'sign-flip' | 'bootstrap'>;
	/** What one difference can be at most, either way, where there is such a thing. */
	readonly most: number | undefined;
	/** What the mean is multiplied by: the number of questions for a difference of sums. */
	readonly scale: number;
	readonly units: Units;
	readonly seed: number;
}

/** The mean of differences question by question, or their sum, with bounds no nearer than equal ones would allow. */
export function meanDifference(
	differences: Float64Array,
	{ method, most, scale, units, seed }: DifferenceOptions,
): Part {
	const range = most === undefined ? undefined : { min: -most, max: most };
	const summary = summarizeMean(differences, units, { isDifference: true, ...(range && { range }) });
	const { mean } = summary;
	const n = units.clusterOf === undefined ? differences.length : units.clusters;
	const scaled = (bounds: Part['bounds']): Part => ({
		method,
		value: mean * scale,
		bounds: (alpha, times = 1) => mapBounds(bounds(alpha, times), (bound) => bound * scale),
	});
	if (method === 'paired-t') return scaled(summary.bounds);
	const drawn =
		method === 'bootstrap'
			? bcaOfMean(differences, units, seed)
			: (alpha: number) => signFlipBounds(differences, alpha, seed, range);
	const parts = partBounds(differences, units, { isDifference: true, ...(range && { range }) });
	return scaled((alpha, times = 1) => {
		const found = nearer(drawn(alpha), mean, times);
		if (range === undefined || parts === undefined) return found;
		const wide = noNarrowerThanEqual(found, { n: n * times, mean }, alpha, range);
		return wider(wide, parts(alpha, times));
	});
}

/** Tango's bounds of how two shares of the same questions differ, no nearer than those of what was gained and lost. */
export function tangoBounds(pairs: Discordant, alpha: number): Bounds {
	return wider(tango(pairs, alpha), gainedLostBounds(pairs, alpha));
}

/** The difference of two shares of the same questions, each passed or not; bounded as {@link tangoBounds} is. */
export function proportionDifference(x: Float64Array, y: Float64Array, method: 'tango' | 'newcombe'): Part {
	const table = { both: 0, gained: 0, lost: 0, neither: 0 };
	for (let at = 0; at < x.length; at++) {
		const [now, then] = [(x[at] as number) > 0, (y[at] as number) > 0];
		table[now ? (then ? 'both' : 'gained') : then ? 'lost' : 'neither']++;
	}
	const n = x.length;
	return {
		method,
		value: (table.gained - table.lost) / n,
		bounds(alpha, times = 1) {
			const [gained, lost] = [table.gained * times, table.lost * times];
			const pairs = { gained, lost, n: n * times };
			if (method === 'tango') return tangoBounds(pairs, alpha);
			const [both, neither] = [table.both * times, table.neither * times];
			return wider(newcombe({ both, gained, lost, neither }, alpha), gainedLostBounds(pairs, alpha));
		},
	};
}
