import type { MetricInfo } from '../model/metric.ts';
import { detectableLimit, powerOfProportion, sampleSizeForProportion } from '../stats/exact-power.ts';
import {
	detectableMargin,
	detectableMean,
	type Level,
	powerOfMean,
	powerOfPairs,
	sampleSizeForMean,
	sampleSizeForPairs,
	sampleSizeForZeroEvents,
} from '../stats/power.ts';

/** What a plan is to hold: the one-sided error, and how often a margin that is kept is to be shown. */
export type Aim = Pick<Level, 'alpha'> & { readonly power: number };

/** How many questions a change for the worse needs to be ruled out, and the least one that n questions rule out. */
export interface Sizes {
	readonly method: string;
	/** Infinity where no number would do. */
	questionsFor(change: number): number;
	detectable(n: number): number;
	/** How often n questions rule the change out. */
	chance(change: number, n: number): number;
}

/**
 * For pairs of which a share `discordant` differs: no true change is assumed, so as many gain as lose. That of pairs
 * without any is what Tango's bound needs of them.
 */
export function pairSizes(discordant: number, aim: Aim): Sizes {
	const plan = { gained: discordant / 2, lost: discordant / 2, ...aim };
	return {
		method: 'Tango score',
		questionsFor: (margin) => sampleSizeForPairs({ ...plan, margin }),
		detectable: (n) => detectableMargin({ ...plan, n }),
		chance: (margin, n) => powerOfPairs({ ...plan, margin, n }),
	};
}

/**
 * For a mean of values, or of paired differences, with this standard deviation. `reach` is the distance from the mean to
 * the worst that there is, where there is a worst: no bound is nearer than reach · (1 − α^(1/n)), however equal the values.
 */
export function meanSizes(
	{ sd, reach, paired }: { sd: number; reach: number | undefined; paired: boolean },
	aim: Aim,
): Sizes {
	const least = (change: number) => {
		if (reach === undefined) return 2;
		return change >= reach ? 2 : sampleSizeForZeroEvents({ limit: change / reach, alpha: aim.alpha });
	};
	const unseen = (n: number) => (reach === undefined ? 0 : reach * -Math.expm1(Math.log(aim.alpha) / n));
	return {
		method: paired ? 'paired t' : 'Student t',
		questionsFor: (effect) =>
			Math.max(least(effect), sd === 0 ? 2 : sampleSizeForMean({ effect, sd, ...aim })),
		detectable: (n) => Math.max(unseen(n), detectableMean({ sd, n, ...aim })),
		chance: (effect, n) =>
			n < least(effect) ? 0 : sd === 0 ? 1 : powerOfMean({ effect, sd, n, alpha: aim.alpha }),
	};
}

/** For the share of one run that lies so far on the right side of a limit, by the exact power of Clopper-Pearson's bound. */
export function shareSizes(share: number, { better }: Pick<MetricInfo, 'better'>, aim: Aim): Sizes {
	const reach = better === 'higher' ? share : 1 - share;
	const planFor = (change: number) => ({
		share,
		limit: better === 'higher' ? share - change : share + change,
		alpha: aim.alpha,
	});
	return {
		method: 'Clopper-Pearson',
		questionsFor(change) {
			// A limit at the end is always kept, and one beyond it is none.
			if (change >= reach) return change === reach ? 1 : Infinity;
			return sampleSizeForProportion({ ...planFor(change), power: aim.power });
		},
		detectable: (n) =>
			Math.abs(detectableLimit({ share, n, ...aim, side: better === 'higher' ? 'below' : 'above' }) - share),
		chance: (change, n) => (change >= reach ? 1 : powerOfProportion({ ...planFor(change), n })),
	};
}
