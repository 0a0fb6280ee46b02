import type { Operator } from './condition.ts';

/** Sums of decimal fractions miss their limit by a rounding error; a limit is met when it is met to 12 digits. */
export function satisfies(value: number, operator: Operator, limit: number): boolean {
	const slack = 1e-12 * Math.max(1, Math.abs(limit));
	switch (operator) {
		case '>=':
			return value >= limit - slack;
		case '<=':
			return value <= limit + slack;
		case '>':
			return value > limit;
		case '<':
			return value < limit;
	}
}
