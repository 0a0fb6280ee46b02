import { type Bounds, wider } from './bounds.ts';
import { checkAlpha } from './check-alpha.ts';
import { normalQuantile } from './distributions.ts';
import { clopperPearson } from './proportion.ts';

/** Cohen's kappa with its bounds, and the agreement that it sets against the one to be expected by chance. */
export interface Kappa extends Bounds {
	readonly kappa: number;
	/** The share of cases on which both agree. */
	readonly observed: number;
	/** The share on which they would if each gave its labels as often, and independently of the other. */
	readonly expected: number;
}

/**
 * Cohen's kappa (Cohen 1960, Educ. Psychol. Meas. 20:37) of a square table of counts, `table[i][j]` cases that the one put
 * into category i and the other into j; nothing where both put all into one category, so that chance alone agrees.
 *
 * The bounds are those of the large-sample standard error of Fleiss, Cohen & Everitt (1969, Psychol. Bull. 72:323; the form
 * of Fleiss, Levin & Paik 2003, eq. 18.13 to 18.16), or the exact bounds of the observed agreement (Clopper & Pearson 1934)
 * carried over at the expected one, whichever is further off: the standard error is 0 where all agree, however few they
 * are. Each is missed with probability about α. Throws a RangeError for a table that is not square, or holds what is no
 * count.
 */
export function cohenKappa(table: readonly (readonly number[])[], alpha: number): Kappa | undefined {
	checkAlpha(alpha);
	const counts = table.flat();
	if (
		table.some((row) => row.length !== table.length) ||
		!counts.every((each) => each >= 0 && each < Infinity)
	) {
		throw new RangeError('expected a square table of counts');
	}
	const n = counts.reduce((sum, count) => sum + count, 0);
	if (n === 0) throw new RangeError('expected a table with a case in it');
	const rows = table.map((row) => row.reduce((sum, count) => sum + count, 0) / n);
	const columns = table.map((_, at) => table.reduce((sum, row) => sum + (row[at] as number), 0) / n);
	const agreed = table.reduce((sum, row, at) => sum + (row[at] as number), 0);
	const observed = agreed / n;
	const expected = rows.reduce((sum, share, at) => sum + share * (columns[at] as number), 0);
	// Of shares that do not sum up to 1 exactly, 1 - 1e-16 is left where all is in one category.
	if (1 - expected < 1e-12) return undefined;
	const kappaAt = (agreement: number) => (agreement - expected) / (1 - expected);
	const kappa = kappaAt(observed);
	const half = normalQuantile(1 - alpha) * standardError({ table, rows, columns, n, kappa, expected });
	const exact = clopperPearson(agreed, n, alpha);
	const { lower, upper } = wider(
		{ lower: kappa - half, upper: kappa + half },
		{ lower: kappaAt(exact.lower), upper: kappaAt(exact.upper) },
	);
	return { kappa, observed, expected, lower: Math.max(-1, lower), upper: Math.min(1, upper) };
}

interface Shares {
	readonly table: readonly (readonly number[])[];
	readonly rows: readonly number[];
	readonly columns: readonly number[];
	readonly n: number;
	readonly kappa: number;
	readonly expected: number;
}

function standardError({ table, rows, columns, n, kappa, expected }: Shares): number {
	let [agreeing, differing] = [0, 0];
	for (const [i, row] of table.entries()) {
		for (const [j, count] of row.entries()) {
			if (i === j) {
				agreeing += (count / n) * (1 - ((rows[i] as number) + (columns[i] as number)) * (1 - kappa)) ** 2;
			} else {
				differing += (count / n) * ((columns[i] as number) + (rows[j] as number)) ** 2;
			}
		}
	}
	const rest = (kappa - expected * (1 - kappa)) ** 2;
	const variance = agreeing + (1 - kappa) ** 2 * differing - rest;
	return Math.sqrt(Math.max(0, variance) / n) / (1 - expected);
}
