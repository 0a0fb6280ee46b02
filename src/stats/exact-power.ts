import { checkAlpha } from './check-alpha.ts';
import { binomialCdf, binomialQuantile } from './distributions.ts';

/** A true share, the limit that it is to be told from, and the one-sided error of the bound. */
export interface SharePlan {
	readonly share: number;
	readonly limit: number;
	readonly alpha: number;
}

/** Beyond, the distributions are not known to be right. */
const most = 1e8;

/**
 * The exact power of `n` questions: how often Clopper-Pearson's bound lies on the right side of `limit` when the true share is
 * `share`, the sum of the binomial probabilities of every count with which it does (Chernick & Liu 2002, The American
 * Statistician 56:149). It is a saw-tooth in n. Throws a RangeError unless 0 < limit < 1, 0 <= share <= 1, share ≠ limit, n >= 1.
 */
export function powerOfProportion({ n, ...plan }: SharePlan & { n: number }): number {
	const { rate, limit, alpha } = asEvents(plan);
	check(n >= 1 && n < Infinity, `n ${n}`);
	const beyond = binomialQuantile(alpha, n, limit);
	const allowed = binomialCdf(beyond, n, limit) <= alpha ? beyond : beyond - 1;
	return binomialCdf(allowed, n, rate);
}

/**
 * The least n from which on {@link powerOfProportion} is `power` or more, whatever the teeth of the saw; of a share of 0 or 1,
 * for which Clopper-Pearson's bound needs no luck, the least that shows the limit. Infinity above 1e8. Throws a RangeError as
 * powerOfProportion does, and for a power outside [0.5, 1).
 */
export function sampleSizeForProportion({ power, ...plan }: SharePlan & { power: number }): number {
	const { rate, limit, alpha } = asEvents(plan);
	check(power >= 0.5 && power < 1, `a power of ${power}, which is not in [0.5, 1)`);
	/** The least n of which so many events still show the limit. */
	const leastWith = (events: number) => {
		const shows = (n: number) => binomialCdf(events, n, limit) <= alpha;
		let high = Math.ceil((events + 1) / limit);
		while (!shows(high)) high *= 2;
		let low = events;
		while (high - low > 1) {
			const middle = Math.floor((low + high) / 2);
			if (shows(middle)) high = middle;
			else low = middle;
		}
		return high;
	};
	// A tooth is lowest at its end, before one more event is allowed.
	const holds = (events: number) => binomialCdf(events, leastWith(events + 1) - 1, rate) >= power;
	let high = 0;
	while (!holds(high)) {
		high = high * 2 + 1;
		if (high / limit > most) return Infinity;
	}
	let low = Math.floor((high - 1) / 2);
	while (high - low > 1) {
		const middle = Math.floor((low + high) / 2);
		if (holds(middle)) high = middle;
		else low = middle;
	}
	return leastWith(high);
}

/**
 * The limit nearest to `share` that `n` questions show with `power`, by bisection on {@link powerOfProportion}; the end of the
 * range, 0 or 1, where none is. `side` is the one on which the limit lies.
 */
export function detectableLimit({
	share,
	n,
	power,
	alpha,
	side,
}: Omit<SharePlan, 'limit'> & { n: number; power: number; side: 'above' | 'below' }): number {
	let near = share;
	let far = side === 'above' ? 1 : 0;
	while (Math.abs(far - near) > 1e-9) {
		const limit = (near + far) / 2;
		if (powerOfProportion({ share, limit, n, alpha }) >= power) far = limit;
		else near = limit;
	}
	return far;
}

/** Of what must be rare: a share that is to lie above its limit is seen from its other side. */
function asEvents({ share, limit, alpha }: SharePlan): { rate: number; limit: number; alpha: number } {
	checkAlpha(alpha);
	check(limit > 0 && limit < 1 && share >= 0 && share <= 1, `a share of ${share} against ${limit}`);
	check(share !== limit, 'a share equal to the limit');
	return share < limit ? { rate: share, limit, alpha } : { rate: 1 - share, limit: 1 - limit, alpha };
}

function check(holds: boolean, message: string): void {
	if (!holds) throw new RangeError(`no power for ${message}`);
}
