import type { Bounds } from '../stats/bounds.ts';
import { fieller } from '../stats/fieller.ts';
import { linearized, ratioInfluence } from '../stats/linearized.ts';
import { bcaOf } from './bca.ts';
import { mapBounds, nearer, noNearer, type Part } from './estimate.ts';
import { fiellerOfSums } from './fieller-of-sums.ts';
import { summarizeMean } from './mean-estimate.ts';
import type { MethodName } from './methods.ts';
import { groupingOf, mostResampled, type Units } from './units.ts';
import { totalOf } from './values.ts';

const nothingToDivide = { missing: 'a ratio of what is 0 in one of the runs says nothing' } as const;

/** How ratios are bounded: by which method, over which units, with which seed of what is drawn. */
export interface RatioOptions {
	readonly method: MethodName;
	readonly units: Units;
	readonly seed: number;
}

/** Σx / Σy, its bounds found on the scale of logarithms, where it is as likely too large as too small. */
export function ratioOfSums(
	[x, y]: readonly [Float64Array, Float64Array],
	{ method, units, seed }: RatioOptions,
): Part | { missing: string } {
	const [above, below] = [totalOf(x), totalOf(y)];
	if (!(above > 0 && below > 0)) return nothingToDivide;
	const least = fiellerOfSums(x, y, units);
	if (method === 'delta' || x.length > mostResampled) {
		const [meanX, meanY] = [above / x.length, below / y.length];
		const influence = x.map((value, at) => value / meanX - (y[at] as number) / meanY);
		return noNearer(logDelta(above / below, influence, units), least);
	}
	const drawn = bcaOf([x, y], ([sum = 0, other = 0]) => Math.log(sum / other), units, seed);
	return noNearer(logBootstrap(above / below, drawn), least);
}

/** Two runs’ ratios of sums (Σa/Σb of the candidate, Σc/Σd of the baseline), their difference or ratio. */
export function compareRatios(
	[a, b, c, d]: readonly [Float64Array, Float64Array, Float64Array, Float64Array],
	form: 'difference' | 'ratio',
	{ method, units, seed }: RatioOptions,
): Part | { missing: string } {
	const [now, then] = [totalOf(a) / totalOf(b), totalOf(c) / totalOf(d)];
	const isDelta = method === 'delta' || a.length > mostResampled;
	const [x, y] = [ratioInfluence(a, b), ratioInfluence(c, d)];
	if (form === 'ratio') {
		if (!(now > 0 && then > 0)) return nothingToDivide;
		const least = fieller({ means: [now, then], residuals: [x, y], ...groupingOf(units) });
		if (isDelta) {
			const influence = x.map((value, at) => value / now - (y[at] as number) / then);
			return noNearer(logDelta(now / then, influence, units), least);
		}
		const drawn = bcaOf(
			[a, b, c, d],
			([w = 0, x = 0, y = 0, z = 0]) => Math.log(w / x / (y / z)),
			units,
			seed,
		);
		return noNearer(logBootstrap(now / then, drawn), least);
	}
	const value = now - then;
	const pseudo = x.map((each, at) => value + each - (y[at] as number));
	const { bounds } = summarizeMean(pseudo, units);
	if (isDelta) return { method: 'delta', value, bounds };
	const drawn = bcaOf([a, b, c, d], ([w = 0, x = 0, y = 0, z = 0]) => w / x - y / z, units, seed);
	const part: Part = {
		method: 'bootstrap',
		value,
		bounds: (alpha, times = 1) => nearer(drawn(alpha), value, times),
	};
	return noNearer(part, bounds);
}

function logDelta(value: number, influence: Float64Array, units: Units): Part {
	const bounds = linearized({ estimate: Math.log(value), influence, ...groupingOf(units) });
	return { method: 'delta', value, bounds: (alpha, times = 1) => mapBounds(bounds(alpha, times), Math.exp) };
}

function logBootstrap(value: number, drawn: (alpha: number) => Bounds): Part {
	return {
		method: 'bootstrap',
		value,
		bounds: (alpha, times = 1) => mapBounds(nearer(drawn(alpha), Math.log(value), times), Math.exp),
	};
}

/**
 * A ratio of means with bounds no nearer than n equal pairs allow: at most a share of 1 − α^(1/n) of the questions is
 * such as none of these, and there one run may have all and the other nothing. Without it no resample differs from
 * another where no pair does, which proves nothing of so few.
 */
export function atLeastUnseen(
	found: Part,
	[x, y]: readonly [Float64Array, Float64Array],
	n: number,
	most: number,
): Part {
	const [now, then] = [totalOf(x) / x.length, totalOf(y) / y.length];
	return {
		...found,
		bounds(alpha, times = 1) {
			const { lower, upper } = found.bounds(alpha, times);
			const unseen = -Math.expm1(Math.log(alpha) / (n * times));
			const [nowSeen, thenSeen] = [now * (1 - unseen), then * (1 - unseen)];
			return {
				lower: Math.min(lower, nowSeen / (thenSeen + unseen * most)),
				upper: Math.max(upper, (nowSeen + unseen * most) / thenSeen),
			};
		},
	};
}
